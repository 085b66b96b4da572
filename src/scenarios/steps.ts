import type { Given, GivenApi, Plan, Then, When } from '../simulation/plan.ts';

/** A plan as lines that a person reads: given, when, then. */
export function steps(plan: Plan): string[] {
  return [
    ...label('Given', [...surroundings(plan), ...plan.given.map(given)]),
    ...label('When', plan.when.map(when)),
    ...label('Then', plan.then.map(then)),
  ];
}

function label(word: string, lines: string[]): string[] {
  return lines.map((line, index) => `${index === 0 ? word : 'and'} ${line}`);
}

function surroundings({ world }: Plan): string[] {
  if (!world) return [];
  const environment = Object.entries(world.env ?? {}).flatMap(([service, settings]) =>
    Object.entries(settings).map(([key, value]) => `${service} runs with ${key}=${value}`),
  );
  return [
    ...(world.clock ? [`it is ${world.clock}`] : []),
    ...environment,
    ...Object.entries(world.flags ?? {}).map(([flag, value]) => `flag ${flag} is ${value}`),
    ...(world.faults ?? []).map(
      (fault) => `${fault.on} answers with ${fault.do}${fault.nth ? `, the ${ordinal(fault.nth)} time` : ''}`,
    ),
  ];
}

function given(step: Given): string {
  if ('rows' in step) return `${step.rows.store} has in ${step.rows.table}: ${step.rows.rows.map(json).join(', ')}`;
  if ('sql' in step) return `${step.sql.store} ran ${step.sql.text}`;
  if ('keys' in step) return `${step.keys.store} has ${json(step.keys.set)}`;
  if ('limit' in step)
    return `${step.limit.host} takes ${step.limit.requests} requests${step.limit.on ? ` for ${step.limit.on}` : ''} per ${step.limit.per}`;
  return api(step.api);
}

function api({ host, on, where, reply, limit, then = [] }: GivenApi): string {
  const replies = [reply].flat().map(({ status, body }) => `${status} ${json(body)}`.trim());
  const hooks = then.map(({ method, path, to, after }) => `, then sends ${method} ${path} to ${to} after ${after}`);
  const often = limit ? `, ${limit.requests} times per ${limit.per} at most` : '';
  return `${host} answers ${on}${where ? ` where ${where}` : ''} with ${replies.join(', then ')}${often}${hooks.join('')}`;
}

function when(step: When): string {
  if ('http' in step) {
    const { id, method, path, to, body } = step.http;
    return `${method} ${path} is sent to ${to}${body === undefined ? '' : ` with ${json(body)}`} (${id})`;
  }
  if ('advance' in step) return `${step.advance} pass`;
  if ('publish' in step)
    return `${json(step.publish.message)} is published to ${step.publish.queue ?? step.publish.topic}`;
  if ('call' in step) return `${call(step.call)} is called (${step.call.id})`;
  if ('test' in step)
    return `the test ${step.test.name ? `“${step.test.name}” of ` : ''}${step.test.file} runs (${step.test.id})`;
  return `${step.browse.to} is opened in a browser (${step.browse.id})`;
}

function call(step: Extract<When, { call: unknown }>['call']): string {
  const name = step.export ?? 'the module';
  const first = `${step.new ? 'new ' : ''}${name}(${step.args.map(json).join(', ')})`;
  const rest = (step.then ?? []).map((next) =>
    'get' in next ? `.${next.get}` : `.${next.call}(${next.args.map(json).join(', ')})`,
  );
  return `${first}${rest.join('')} of ${step.module}`;
}

function then(step: Then): string {
  if ('check' in step) return step.check;
  if ('sql' in step) return `${step.sql.text} in ${step.sql.store} gives ${step.sql.check}`;
  if ('sent' in step)
    return `${step.sent.on} reached ${step.sent.to} ${step.sent.times === 1 ? 'once' : `${step.sent.times} times`}`;
  return `there is never ${never(step.never)}`;
}

function never(what: string): string {
  if (what === 'unhandled-error') return 'an unhandled error';
  const [kind, value] = what.split(':');
  return kind === 'status' ? `a status ${value}` : `a log line of level ${value}`;
}

function json(value: unknown): string {
  const text = JSON.stringify(value) ?? '';
  return text.length > 240 ? `${text.slice(0, 239)}…` : text;
}

function ordinal(n: number): string {
  const rule = new Intl.PluralRules('en', { type: 'ordinal' }).select(n);
  return `${n}${{ one: 'st', two: 'nd', few: 'rd', other: 'th', zero: 'th', many: 'th' }[rule]}`;
}

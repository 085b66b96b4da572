import type { Survey } from '../../codebase/survey.ts';
import type { SourceFunction } from '../../codebase/symbols.ts';
import type { FunctionRun, TraceEvent } from '../../simulation/trace.ts';

/** What one simulation shows of the guilty code: how often it ran, and what it ran for and beside. */
export interface Passage {
  calls: number;
  routes: Set<string>;
  tables: Set<string>;
  queues: Set<string>;
  flags: Set<string>;
  settings: Set<string>;
}

/** A trace that is read once, in order. */
interface Read {
  functions: FunctionRun[];
  events: Iterable<TraceEvent>;
}

/** What happened in one step of a plan; what comes before the first is the start of the services. */
interface Step {
  calls: number;
  services: Set<string>;
  /** Every request of it. */
  asked: Set<string>;
  routes: Set<string>;
  tables: Set<string>;
  queues: Set<string>;
  flags: Set<string>;
}

const inQueues =
  /^(LPUSH|RPUSH|LPOP|RPOP|BLPOP|BRPOP|BRPOPLPUSH|BLMOVE|RPOPLPUSH|XADD|XREAD|XREADGROUP|PUBLISH|SUBSCRIBE)\s+(\S+)/;
const namesTable = /\b(?:from|join|into|update)\s+(?:only\s+)?"?([a-z_][\w$.]*)"?/gi;

/**
 * What the guilty code ran for: the steps in which it ran, with the requests that were open around it, and the tables,
 * queues and flags that the same steps touched. Code that ran at the start of a service stands behind every step of it.
 */
export function passage(
  { functions, events }: Read,
  code: SourceFunction[],
  survey: Pick<Survey, 'tables' | 'flags'>,
): Passage {
  const guilty = new Set(functions.filter((run) => code.some((one) => isSame(run, one))).map(keyOf));
  const through: Passage = {
    calls: 0,
    routes: new Set(),
    tables: new Set(),
    queues: new Set(),
    flags: new Set(),
    settings: new Set(),
  };
  if (guilty.size === 0) return through;
  const tables = new Set(survey.tables.map(({ name }) => name.toLowerCase()));
  const flagged = flagsByFunction(functions, survey.flags);
  const steps: Step[] = [emptyStep()];
  const started = new Set<string>();
  const asked = new Map<number, string>();
  const open = new Map<number, string>();
  for (const event of events) {
    const step = steps.at(-1) ?? emptyStep();
    if (event.kind === 'step') {
      steps.push(emptyStep());
      continue;
    }
    step.services.add(event.service);
    if (event.kind === 'request') {
      const route = routeOf(event);
      asked.set(event.seq, route);
      step.asked.add(route);
    }
    if (event.kind === 'response') asked.delete(event.of ?? 0);
    if (event.kind === 'call') {
      for (const flag of flagged.get(keyOf(event)) ?? []) step.flags.add(flag);
      if (!guilty.has(keyOf(event))) continue;
      open.set(event.seq, event.service);
      step.calls += 1;
      for (const route of asked.values()) step.routes.add(route);
      if (steps.length === 1) started.add(event.service);
    }
    if (event.kind === 'return' || event.kind === 'throw') open.delete(event.of ?? 0);
    if (event.kind === 'read' && open.values().some((service) => service === event.service))
      through.settings.add(event.what);
    note(event, step, tables);
  }
  const isOnlyStart = steps.slice(1).every(({ calls }) => calls === 0);
  for (const [index, step] of steps.entries()) {
    through.calls += step.calls;
    const isBehind = index > 0 && isOnlyStart && started.values().some((service) => step.services.has(service));
    if (step.calls === 0 && !isBehind) continue;
    if (isBehind) for (const route of step.asked) through.routes.add(route);
    for (const what of ['routes', 'tables', 'queues', 'flags'] as const)
      for (const one of step[what]) through[what].add(one);
  }
  return through;
}

function emptyStep(): Step {
  return {
    calls: 0,
    services: new Set(),
    asked: new Set(),
    routes: new Set(),
    tables: new Set(),
    queues: new Set(),
    flags: new Set(),
  };
}

function note({ kind, what }: TraceEvent, step: Step, tables: Set<string>): void {
  if (kind === 'query')
    for (const [, found = ''] of what.matchAll(namesTable)) {
      const name = found.toLowerCase().split('.').at(-1) ?? '';
      if (tables.size === 0 || tables.has(name)) step.tables.add(name);
    }
  if (kind === 'publish' || kind === 'message') step.queues.add(what.startsWith('MAIL ') ? 'mail' : what.slice(0, 120));
  const [, , queue] = (kind === 'command' && inQueues.exec(what)) || [];
  if (queue) step.queues.add(queue);
}

/** A request as its route: no query, no host's port. */
function routeOf({ what }: TraceEvent): string {
  const [method = '', address = ''] = what.split(' ');
  const [, host = '', path = '/'] = /^https?:\/\/([^/:?]+)(?::\d+)?([^?]*)/.exec(address) ?? [];
  return host === ''
    ? what
    : `${method} ${host}${path || '/'}`.replace(/(?<=\/)(\d+|[0-9a-f]{8}-[0-9a-f-]{27,})(?=\/|$)/g, ':id');
}

/** Flags that a function asks for, as they are written in it, by the function as the trace knows it. */
function flagsByFunction(functions: FunctionRun[], flags: Survey['flags']): Map<string, string[]> {
  const found = new Map<string, string[]>();
  for (const { name, file, line } of flags)
    for (const run of functions)
      if (run.file === file && run.line <= line && line <= run.endLine)
        found.set(keyOf(run), [...(found.get(keyOf(run)) ?? []), name]);
  return found;
}

function keyOf({ file, line }: { file?: string; line?: number }): string {
  return `${file}:${line}`;
}

/** A run of a function as the source has it: a method may be counted from its name or from its parentheses. */
export function isSame(run: FunctionRun, one: SourceFunction): boolean {
  return run.file === one.file && run.endLine === one.endLine && one.line <= run.line;
}

import jsonata from 'jsonata';
import type { Survey } from '../../src/codebase/survey.ts';
import type { Material } from '../../src/reasoning/draft.ts';
import type { Plan, When } from '../../src/simulation/plan.ts';
import type { Simulation } from '../../src/simulation/simulation.ts';
import type { Verdict } from '../../src/simulation/verdict.ts';

type Call = Extract<When, { call: unknown }>['call'];
type Http = Extract<When, { http: unknown }>['http'];

/** What a codebase of a test consists of: real functions by module and export, or one function that answers requests. */
export interface SmallCodebase {
  messages: string[];
  modules?: Record<string, Record<string, unknown>>;
  packages?: Record<string, string>;
  survey?: Partial<Survey>;
  answer?: (request: Http, plan: Plan) => { status: number; body?: unknown };
}

/** Material for a maker: messages, the survey of a small codebase, and attempts that run it in this process. */
export function material({ messages, modules = {}, packages = {}, survey = {}, answer }: SmallCodebase): Material {
  const quotes = messages.map((text, at) => ({ author: `U${at}`, at: '2026-03-02T10:00:00.000Z', text }));
  return {
    evidence: { source: 'slack', quotes, visibility: { kind: 'public', channel: 'incidents' }, redactions: 0 },
    survey: surveyOf(modules, packages, survey),
    read: async (file) => (file in modules ? '' : undefined),
    attempt: (plan) => run(plan, modules, answer),
  };
}

function surveyOf(
  modules: SmallCodebase['modules'] = {},
  packages: Record<string, string>,
  more: Partial<Survey>,
): Survey {
  const exports = Object.entries(modules).flatMap(([module, own]) =>
    Object.entries(own).map(([name, is]) => ({
      module,
      export: name === 'module.exports' ? null : name,
      kind: typeof is === 'function' ? ('function' as const) : ('value' as const),
      line: 1,
      parameters: [],
    })),
  );
  const surveyed = Object.entries(packages).map(([name, main]) => ({ name, folder: '', main }));
  return { packages: surveyed, exports, routes: [], services: [], tables: [], environment: [], flags: [], ...more };
}

async function run(
  plan: Plan,
  modules: NonNullable<SmallCodebase['modules']>,
  answer: SmallCodebase['answer'],
): Promise<Simulation> {
  const results: Record<string, unknown> = {};
  let reason = '';
  for (const step of plan.when) {
    if ('call' in step) {
      const target = modules[step.call.module]?.[step.call.export ?? 'module.exports'];
      if (typeof target !== 'function') reason = `no ${step.call.export} in ${step.call.module}`;
      else results[step.call.id] = await called(target, step.call);
    } else if ('http' in step && answer) results[step.http.id] = answer(step.http, plan);
    else reason = 'not modelled here';
  }
  const met = await Promise.all(
    plan.then.map((then) => ('check' in then ? jsonata(then.check).evaluate(results) : true)),
  );
  const outcome = reason ? 'unknown' : met.every((one) => one === true) ? 'holds' : 'violated';
  const verdict: Verdict = { outcome, reason, tier: 'executed', expectations: [] };
  return {
    plan,
    tree: 'here',
    verdict,
    results,
    trace: { hash: '', counts: { events: 0, boundaries: 0, transitions: 0 }, events: [], functions: [] },
  };
}

async function called(target: CallableFunction, call: Call): Promise<unknown> {
  try {
    const args = call.args.map(decoded);
    let value: unknown = await (call.new ? Reflect.construct(target, args) : target(...args));
    for (const follow of call.then ?? []) {
      const part: unknown = Reflect.get(Object(value), 'get' in follow ? follow.get : follow.call);
      value = 'call' in follow && typeof part === 'function' ? await part.apply(value, follow.args.map(decoded)) : part;
    }
    return { value: encoded(value) };
  } catch (thrown) {
    return thrown instanceof Error
      ? { error: { name: thrown.name, message: thrown.message } }
      : { error: { message: String(thrown) } };
  }
}

function decoded(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(decoded);
  if (typeof value !== 'object' || value === null) return value;
  if ('$undefined' in value) return undefined;
  if ('$date' in value) return new Date(String(value.$date));
  // Test code only: what a plan calls source is our own here.
  if ('$js' in value) return new Function(`return (${value.$js})`)();
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, decoded(item)]));
}

function encoded(value: unknown): unknown {
  if (value === undefined) return { $undefined: true };
  if (value instanceof Date) return { $date: value.toISOString() };
  if (Array.isArray(value)) return value.map(encoded);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, encoded(item)]));
}

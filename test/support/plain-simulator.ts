import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import path from 'node:path';
import jsonata from 'jsonata';
import type { Tree } from '../../src/codebase/tree.ts';
import type { Plan } from '../../src/simulation/plan.ts';
import type { Results, Simulation, Simulator } from '../../src/simulation/simulation.ts';
import type { Expectation } from '../../src/simulation/verdict.ts';

/** A simulator that only knows `call` and `check`: it loads the tree's module in a child process and asks it. */
export function plainSimulator(): Simulator & { runs: number } {
  const simulator = {
    runs: 0,
    simulate: async (plan: Plan, tree: Tree) => {
      simulator.runs++;
      return judged(plan, tree, await run(plan, tree));
    },
    [Symbol.asyncDispose]: async () => undefined,
  };
  return simulator;
}

const program = `
const [tree, text] = process.argv.slice(1);
const results = {};
for (const { call } of JSON.parse(text).when) {
  const module = await import(tree + '/' + call.module);
  const whole = module.default ?? module;
  const found = call.export ? (module[call.export] ?? whole[call.export]) : whole;
  if (typeof found !== 'function') throw new Error('no such export: ' + call.export);
  try {
    let value = call.new ? new found(...call.args) : await found.apply(whole, call.args);
    for (const step of call.then ?? []) value = step.get ? value[step.get] : await value[step.call](...step.args);
    results[call.id] = { value: value ?? null };
  } catch (error) {
    results[call.id] = { error: { name: error.name, message: error.message } };
  }
}
console.log(JSON.stringify(results));
`;

function run(plan: Plan, tree: Tree): Promise<Results | string> {
  const args = ['--input-type=module', '-e', program, path.resolve(tree.path), JSON.stringify(plan)];
  return new Promise((resolve) => {
    execFile(process.execPath, args, { timeout: 20_000, env: {} }, (failed, out, said) => {
      const why = said.split('\n').find((line) => line.includes('Error')) ?? 'it did not end';
      resolve(failed ? why : (JSON.parse(out) as Results));
    });
  });
}

async function judged(plan: Plan, tree: Tree, results: Results | string): Promise<Simulation> {
  const trace = {
    hash: createHash('sha256').update(JSON.stringify(results)).digest('hex'),
    counts: { events: 0, boundaries: 0, transitions: 0 },
    events: [],
    functions: [],
  };
  const common = { plan, tree: tree.id, trace };
  if (typeof results === 'string')
    return {
      ...common,
      results: {},
      verdict: { outcome: 'unknown', reason: results, tier: 'executed', expectations: [] },
    };
  const expectations: Expectation[] = [];
  for (const [index, then] of plan.then.entries()) {
    const text = 'check' in then ? then.check : '';
    const met = Boolean(await jsonata(text).evaluate(results));
    expectations.push({ index, text, met, ...(met ? {} : { seen: JSON.stringify(results) }) });
  }
  const broken = expectations.find(({ met }) => !met);
  const outcome = broken ? 'violated' : 'holds';
  const reason = broken ? `${broken.text} is not so` : 'all expectations are met';
  return { ...common, results, verdict: { outcome, reason, tier: 'executed', expectations } };
}

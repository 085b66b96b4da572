import type { Order } from '../protocol.ts';
import { describe } from './calls.ts';
import { say } from './channel.ts';
import { timers } from './clock.ts';
import { capture, captured } from './output.ts';
import { atLeaving } from './process-walls.ts';
import { runJest } from './suite-jest.ts';
import { runMocha } from './suite-mocha.ts';
import { mainProgram } from './suite-program.ts';
import { runVitest } from './suite-vitest.ts';

type Test = Extract<Order, { t: 'test' }>;

const runners = { vitest: runVitest, jest: runJest, mocha: runMocha };
const mostTests = 20_000;
let program: { id: number; error?: ReturnType<typeof describe> } | undefined;

/** Runs a file of the target's own suite with the runner that it was written for, and says what came out. */
export async function test(order: Test): Promise<void> {
  timers.onlyKept = true;
  capture();
  if (order.runner === 'program') return beginProgram(order);
  try {
    const tests = await runners[order.runner](order);
    say({ t: 'result', id: order.id, value: { tests: tests.slice(0, mostTests) } });
  } catch (thrown) {
    say({ t: 'result', id: order.id, value: { tests: [], broken: told(thrown) } });
  }
}

/** A test file that is a program: it is over when nothing is left to do, and its output says what came out. */
async function beginProgram(order: Test): Promise<void> {
  program = { id: order.id };
  atLeaving.push((code) => report(code));
  try {
    await mainProgram(order.file);
  } catch (thrown) {
    program.error = told(thrown);
  }
}

/** Nothing is left to do: the program ends as it does in Node. */
export function endProgram(): void {
  process.emit('beforeExit', Number(process.exitCode ?? 0));
}

/** The last words of a program that nothing keeps. */
export function finishProgram(): void {
  process.emit('exit', Number(process.exitCode ?? 0));
  report(Number(process.exitCode ?? 0));
}

function report(code: number): void {
  if (!program) return;
  const { id, error } = program;
  program = undefined;
  say({ t: 'result', id, value: { output: captured(), code, ...(error ? { broken: error } : {}) } });
}

function told(thrown: unknown) {
  const { name, message, code } = describe(thrown);
  return { name: name.slice(0, 200), message: message.slice(0, 2_000), code };
}

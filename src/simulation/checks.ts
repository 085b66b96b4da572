import { type ChildProcess, fork } from 'node:child_process';
import { realpathSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Checked } from './check.ts';

/** Evaluates the expressions of plans in a process of its own, since they come from anybody. */
export interface Checks extends AsyncDisposable {
  /** Evaluates a check over what was recorded; `met` is null when it cannot be evaluated. */
  check(expression: string, recorded: unknown): Promise<Checked>;
  /** What an expression comes to; throws when it cannot be evaluated. */
  evaluate(expression: string, recorded: unknown): Promise<unknown>;
  /** Starts the process ahead of the first expression. */
  warm(): void;
}

/** What is asked of the process. */
export interface Asked {
  id: number;
  does: 'check' | 'evaluate';
  expression: string;
  recorded: unknown;
}

/** What it answers: a value, or what is wrong. */
export type Answered = { id: number } & ({ value: unknown } | { wrong: string });

interface Bounds {
  /** Real milliseconds for one expression: a pattern may go back and forth for ever. */
  timeoutMs?: number;
  memoryMb?: number;
}

interface Waiting extends Asked {
  settle(answered: { value: unknown } | { wrong: string }): void;
}

const program = path.join(import.meta.dirname, 'check-process.ts');
// It reads these modules and nothing else.
const readable = [import.meta.dirname, path.dirname(fileURLToPath(import.meta.resolve('jsonata')))];

/** Opens the process, which starts with the first expression and is started anew where one took it down. */
export function openChecks({ timeoutMs = 10_000, memoryMb = 256 }: Bounds = {}): Checks {
  const waiting: Waiting[] = [];
  let child: ChildProcess | undefined;
  let under: { one: Waiting; timer: NodeJS.Timeout } | undefined;
  let ids = 0;
  const settle = (answered: { value: unknown } | { wrong: string }): void => {
    const settled = under;
    under = undefined;
    clearTimeout(settled?.timer);
    settled?.one.settle(answered);
    next();
  };
  const started = (): ChildProcess => {
    if (child) return child;
    const made = fork(program, [], {
      execArgv: [
        '--permission',
        ...readable.flatMap((one) => [one, realpathSync(one)]).map((one) => `--allow-fs-read=${path.join(one, '*')}`),
        `--max-old-space-size=${memoryMb}`,
        '--disable-warning=SecurityWarning',
        '--disable-warning=ExperimentalWarning',
      ],
      env: {},
      serialization: 'advanced',
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    });
    const gone = (): void => {
      if (child !== made) return;
      child = undefined;
      settle({ wrong: 'it takes more memory than an expression may' });
    };
    made.on('message', (answered: Answered) => {
      if (answered.id === under?.one.id) settle(answered);
    });
    made.once('exit', gone);
    made.once('error', gone);
    made.unref();
    made.channel?.unref();
    child = made;
    return made;
  };
  const stop = (wrong: string): void => {
    const stopped = child;
    child = undefined;
    stopped?.kill('SIGKILL');
    settle({ wrong });
  };
  const next = (): void => {
    const one = under ? undefined : waiting.shift();
    if (!one) return;
    under = { one, timer: setTimeout(() => stop('it goes on for too long'), timeoutMs) };
    const { id, does, expression, recorded } = one;
    try {
      started().send({ id, does, expression, recorded } satisfies Asked);
    } catch (unfit) {
      settle({ wrong: `what was recorded cannot be looked through: ${messageOf(unfit)}` });
    }
  };
  const ask = (does: Asked['does'], expression: string, recorded: unknown) =>
    new Promise<{ value: unknown } | { wrong: string }>((settled) => {
      ids += 1;
      waiting.push({ id: ids, does, expression, recorded, settle: settled });
      next();
    });
  return {
    async check(expression, recorded) {
      const answered = await ask('check', expression, recorded);
      if ('value' in answered) return answered.value as Checked;
      return { met: null, seen: `the check does not work: ${answered.wrong}` };
    },
    async evaluate(expression, recorded) {
      const answered = await ask('evaluate', expression, recorded);
      if ('value' in answered) return answered.value;
      throw new Error(answered.wrong);
    },
    warm: () => void started(),
    async [Symbol.asyncDispose]() {
      waiting.length = 0;
      const last = child;
      if (!last || last.exitCode !== null || last.signalCode !== null) return;
      last.ref();
      await new Promise((resolve) => {
        last.once('exit', resolve);
        stop('it was closed');
      });
    },
  };
}

function messageOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}

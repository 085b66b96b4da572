import { Worker } from 'node:worker_threads';
import { Failure } from '../../../errors.ts';
import type { Answer, Work } from './conversation.ts';

/** One Postgres in a thread of its own, asked one thing after another. */
export interface Engine {
  /** Keys of the templates it has made. */
  readonly known: Set<string>;
  /** Whether it can no longer be used. */
  readonly spent: boolean;
  ask(work: Work): Promise<Answer>;
  stop(): Promise<void>;
}

/** Starts a Postgres: seconds without files, a fraction of one with. */
export async function startEngine(options: { files?: Uint8Array; replyTimeoutMs: number }): Promise<Engine> {
  const worker = new Worker(new URL('./worker.ts', import.meta.url), {
    workerData: { files: options.files },
    execArgv: [],
    env: {},
  });
  worker.unref();
  const pending = new Map<number, { resolve(answer: Answer): void; reject(reason: unknown): void }>();
  let asked = 0;
  let over: unknown;
  const end = (reason: unknown) => {
    over ??= reason;
    for (const { reject } of pending.values()) reject(over);
    pending.clear();
  };
  const ready = new Promise<void>((resolve, reject) => {
    worker.on('message', (message: 'ready' | { id: number; answer: Answer }) => {
      if (message === 'ready') return resolve();
      const waiting = pending.get(message.id);
      pending.delete(message.id);
      if (pending.size === 0) worker.unref();
      if (message.answer.broken)
        over ??= new Failure('SANDBOX_FAILED', { what: 'postgres', why: message.answer.broken });
      waiting?.resolve(message.answer);
    });
    worker.on('error', (cause) => {
      reject(cause);
      end(new Failure('SANDBOX_FAILED', { what: 'postgres' }, { cause }));
    });
    worker.on('exit', () => end(new Failure('SANDBOX_FAILED', { what: 'postgres', why: 'its thread has ended' })));
  });
  const ask = (work: Work): Promise<Answer> => {
    if (over) return Promise.reject(over);
    asked += 1;
    const id = asked;
    worker.ref();
    return new Promise<Answer>((resolve, reject) => {
      const limit = setTimeout(() => {
        end(new Failure('SIMULATION_LIMIT', { what: 'a query', milliseconds: options.replyTimeoutMs }));
        void worker.terminate();
      }, options.replyTimeoutMs);
      const settle =
        <T>(then: (value: T) => void) =>
        (value: T) => {
          clearTimeout(limit);
          then(value);
        };
      pending.set(id, { resolve: settle(resolve), reject: settle(reject) });
      worker.postMessage({ id, work });
    });
  };
  worker.ref();
  await ready;
  worker.unref();
  return {
    known: new Set(),
    get spent() {
      return over !== undefined;
    },
    ask,
    stop: async () => {
      await worker.terminate();
    },
  };
}

/** Work that is done one after another, in order of asking. */
export interface Serial {
  /** What it throws is told to whoever asked, and keeps nobody else from going on. */
  next<T>(job: () => Promise<T>): Promise<T>;
  /** Resolves when nothing is left to do. */
  idle(): Promise<void>;
}

/** Starts with nothing to do. */
export function openSerial(): Serial {
  const work = new Set<Promise<unknown>>();
  let tail: Promise<unknown> = Promise.resolve();
  return {
    next: (job) => {
      const run = tail.then(job);
      tail = run.catch(() => undefined);
      work.add(run);
      const done = () => work.delete(run);
      run.then(done, done);
      return run;
    },
    idle: async () => {
      while (work.size > 0) await Promise.allSettled(work);
    },
  };
}

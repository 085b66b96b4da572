import { Failure } from '../../src/errors.ts';
import { report } from './report.ts';
import type { Services } from './services.ts';
import type { Added, CaptureState } from './state.ts';

/** Reads the thread and finds the revision to hold it against. */
export const read =
  (services: Services) =>
  async (state: CaptureState): Promise<Added> => {
    const fresh = {
      drafted: null,
      status: 'drafted',
      known: [],
      verdict: null,
      cause: null,
      blast: null,
      fix: null,
      failed: null,
    } as const;
    await services.reply(state.address, report({ ...state, ...fresh, known: [] }, 'reading'));
    const { name, codeUrl, mirror } = await services.repository(state.address);
    await mirror.refresh();
    const evidence = await services.thread(state.address);
    if (evidence.quotes.length === 0) return { ...fresh, known: [], failed: new Failure('THREAD_EMPTY').message };
    return { ...fresh, known: [], repository: name, codeUrl: codeUrl ?? null, revision: await mirror.tip() };
  };

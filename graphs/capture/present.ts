import { report } from './report.ts';
import type { Services } from './services.ts';
import type { Added, CaptureState } from './state.ts';

/** Tells the thread all that is known, with what people may do about it. */
export const present =
  (services: Services) =>
  async (state: CaptureState): Promise<Added> => {
    await services.reply(state.address, report(state, 'done'));
    return {};
  };

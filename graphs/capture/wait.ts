import { interrupt } from '@langchain/langgraph';
import type { Happening } from '../../src/scenarios/deed.ts';
import type { Added, CaptureState } from './state.ts';

/** Stands still until somebody answers, decides or asks again. */
export const wait = async (_state: CaptureState): Promise<Added> => {
  const happened = interrupt<string, Happening>('what people say');
  return { happened, jobs: [happened.job], by: happened.by, failed: null };
};

import { isFailure } from '../../src/errors.ts';
import type { Added, CaptureState } from './state.ts';

type Node = (state: CaptureState) => Promise<Added>;

/** A node whose Failure is told in the thread; anything else is a bug or an outage, and rises to be tried again. */
export const guarded =
  (node: Node) =>
  async (state: CaptureState): Promise<Added> => {
    try {
      return { failed: null, ...(await node(state)) };
    } catch (thrown) {
      if (!isFailure(thrown)) throw thrown;
      return { failed: thrown.message };
    }
  };

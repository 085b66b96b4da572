import { Command } from '@langchain/langgraph';
import type { Happening } from '../../src/scenarios/deed.ts';
import type { Address } from '../../src/scenarios/report.ts';
import type { CaptureGraph } from './graph.ts';

/** A job on a thread: the first request, or something that happened since. */
export interface CaptureJob {
  address: Address;
  happened: Happening;
}

/**
 * Does one job on its thread, whatever came before: starts, resumes, or carries on where a crash left it.
 * Jobs of one thread must come one at a time; the same job twice is done once.
 */
export const run =
  (graph: CaptureGraph) =>
  async ({ address, happened }: CaptureJob): Promise<void> => {
    const config = {
      configurable: { thread_id: `${address.team}:${address.channel}:${address.thread}` },
      durability: 'sync' as const,
    };
    const found = await graph.getState(config);
    const begun = found.next.length > 0 || found.values.address !== undefined;
    if (begun && !found.next.includes('wait')) {
      // Jobs of a thread come in order: one that is not the last taken in means that the last could not be done at all.
      const given = found.values.jobs ?? [];
      if (given.length > 0 && !given.includes(happened.job)) await graph.updateState(config, {}, 'present');
      await graph.invoke(null, config);
    }
    const { values } = begun ? await graph.getState(config) : found;
    if (values.jobs?.includes(happened.job)) return;
    if (begun) await graph.invoke(new Command({ resume: happened }), config);
    else if (happened.kind === 'again') await graph.invoke({ address, by: happened.by, jobs: [happened.job] }, config);
  };

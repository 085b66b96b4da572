import type { Deed } from '../../scenarios/deed.ts';
import type { Address, Report } from '../../scenarios/report.ts';
import type { Scenario } from '../../scenarios/scenario.ts';

/** What the adapter may ask of the product; main.ts makes it. */
export interface Intake {
  /** Claims a deed by its keys and queues it; false when one of the keys was claimed before. Durable when it resolves. */
  take(taken: { keys: string[]; address: Address; by: string; deed: Deed }): Promise<boolean>;
  /** Queues a what-if about the scenario of a thread. */
  whatIf(asked: { keys: string[]; address: Address }): Promise<void>;
  /** Says one sentence in a thread, once for all who claim with the same keys. */
  say(said: { keys: string[]; address: Address; sentence: string }): Promise<void>;
  /** What a thread was last told. */
  told(address: Address): Promise<Report | null>;
  /** The scenario of a thread. */
  scenario(address: Address): Promise<Scenario | null>;
}

import type { Given } from '../simulation/plan.ts';
import type { Model } from './model.ts';

/** What a plan's `given` may ask of a store. */
export type StoreGiven = Extract<Given, { rows: unknown } | { sql: unknown } | { keys: unknown }>;

/** A modelled store: a plan can fill it before the first step and look into it after the last. */
export interface StoreModel extends Model {
  /**
   * Fills the store, or the database of it that is named; throws PLAN_INVALID with the name of the table or key that
   * does not fit, WORLD_UNMODELLED where it has no such database.
   */
  apply(given: StoreGiven, database?: string): Promise<void>;
  /** The rows that a `then.sql` sees: what was committed; throws PLAN_INVALID when the text is not understood. */
  query(text: string, database?: string): Promise<unknown[]>;
  /** Names that messages can be published to, where the store carries messages. */
  channels?(): string[];
  /** Publishes a message to a queue, exchange or topic; false when there is none of that name. */
  publish?(channel: string, message: unknown, key?: string): Promise<boolean>;
}

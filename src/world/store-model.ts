import type { Given } from '../simulation/plan.ts';
import type { Model } from './model.ts';

/** A modelled store that a plan can fill and ask; each verb throws a Failure when the store refuses. */
export interface StoreModel extends Model {
  /** Puts in place what a plan gives: `rows` or `sql` for a database, `keys` for a key-value store. */
  apply(given: Given): Promise<void>;
  /** The rows that a query of `then.sql` answers, as plain JSON; a store without queries throws WORLD_UNMODELLED. */
  query(text: string): Promise<Record<string, unknown>[]>;
  /** Puts a message on a queue that lives in this store; absent where it has none. */
  publish?(queue: string, message: unknown): Promise<void>;
}

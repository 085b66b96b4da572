/** A request that reached somebody. */
export interface SentRequest {
  from: string;
  /** The names of whom it reached. */
  to: readonly string[];
  method: string;
  path: string;
}

import type { Shape, Value } from './schema.ts';

/** One request of Kafka's protocol: its number, the versions that are understood, and what either side says. */
export interface Api<Q extends Shape = Shape, R extends Shape = Shape> {
  key: number;
  name: string;
  versions: readonly [first: number, last: number];
  request: Q;
  response: R;
}

/** What is answered; nobody is ever slowed down, so the time to wait is left out. */
export type Answer<A extends Api> = Omit<Value<A['response']>, 'throttleTimeMs'>;

/** What is asked. */
export type Question<A extends Api> = Value<A['request']>;

/** Keeps the types of a description. */
export function api<const Q extends Shape, const R extends Shape>(described: Api<Q, R>): Api<Q, R> {
  return described;
}

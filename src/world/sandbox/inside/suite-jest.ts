import type { Order } from '../protocol.ts';
import type { TestOutcome } from './suite.ts';

type Asked = Extract<Order, { t: 'test' }>;

/** Runs a file with Jest's own pieces. */
export async function runJest(_order: Asked): Promise<TestOutcome[]> {
  throw new Error('not yet');
}

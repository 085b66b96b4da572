import { createHash } from 'node:crypto';
import type { Address } from './report.ts';

/** The id of the one scenario of a thread: a UUID made from its address, so that the same thread is the same scenario. */
export function scenarioId({ team, channel, thread }: Address): string {
  const hash = createHash('sha256').update(`${team}\n${channel}\n${thread}`).digest('hex');
  const variant = '89ab'.charAt(Number.parseInt(hash.charAt(16), 16) % 4);
  return `${hash.slice(0, 8)}-${hash.slice(8, 12)}-8${hash.slice(13, 16)}-${variant}${hash.slice(17, 20)}-${hash.slice(20, 32)}`;
}

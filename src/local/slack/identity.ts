import { randomBytes } from 'node:crypto';

const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789';

/** A fresh id in Slack's manner, such as Ev0K3…; never the same again, even after a restart. */
export function freshId(prefix: string): string {
  return `${prefix}${[...randomBytes(10)].map((byte) => letters[byte % letters.length]).join('')}`;
}

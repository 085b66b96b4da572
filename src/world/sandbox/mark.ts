import { randomBytes } from 'node:crypto';

/**
 * The mark that every message of one sandbox process bears. The target's code never sees it, so that what it may
 * manage to write on the channel is known to be forged. It reaches no trace: a replay stays what it is.
 */
export function newMark(): string {
  return randomBytes(24).toString('base64url');
}

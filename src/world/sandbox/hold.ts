import type { ChildProcess } from 'node:child_process';
import type { Duplex } from 'node:stream';

/** Whether this process may stay up for the sake of a child with all that leads to it, or of one way alone. */
export function hold(of: ChildProcess | Duplex, isHeld: boolean): void {
  const verb = isHeld ? 'ref' : 'unref';
  (of as { ref?(): void; unref?(): void })[verb]?.();
  if ('stdio' in of) for (const way of of.stdio) if (way) hold(way as Duplex, isHeld);
}

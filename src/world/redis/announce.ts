import type { Caller } from './command.ts';
import { fits } from './glob.ts';
import type { Bytes } from './resp.ts';

/** Hands a message to everybody who listens to a channel at that moment; how many those are. */
export function announce(callers: Iterable<Caller>, channel: Bytes, message: Bytes): number {
  let heard = 0;
  for (const caller of callers) {
    if (caller.channels.has(channel)) {
      caller.send({ push: ['message', channel, message] });
      heard += 1;
    }
    for (const pattern of caller.patterns) {
      if (!fits(channel, pattern)) continue;
      caller.send({ push: ['pmessage', pattern, channel, message] });
      heard += 1;
    }
  }
  return heard;
}

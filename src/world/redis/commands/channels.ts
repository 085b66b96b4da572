import { any, type Caller, type Context, command, type Family } from '../command.ts';
import { fits } from '../glob.ts';
import type { Bytes, Reply } from '../resp.ts';

/** Messages to whoever listens at that moment. */
export const channels: Family = {
  publish: command(2, 2, ({ callers }, [channel = '', message = '']) => {
    let heard = 0;
    for (const caller of callers()) {
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
  }),
  subscribe: command(1, any, (context, names) => join(context, 'subscribe', names, (caller) => caller.channels)),
  psubscribe: command(1, any, (context, names) => join(context, 'psubscribe', names, (caller) => caller.patterns)),
  unsubscribe: command(0, any, (context, names) => leave(context, 'unsubscribe', names, (caller) => caller.channels)),
  punsubscribe: command(0, any, (context, names) => leave(context, 'punsubscribe', names, (caller) => caller.patterns)),
};

type Which = (caller: Caller) => Set<Bytes>;

function join({ caller }: Context, word: string, names: Bytes[], which: Which): Reply {
  return answered(caller, word, names, (name) => which(caller).add(name));
}

function leave({ caller }: Context, word: string, names: Bytes[], which: Which): Reply {
  const all = names.length > 0 ? names : [...which(caller)];
  return answered(caller, word, all.length > 0 ? all : [null], (name) => which(caller).delete(name));
}

/** One answer for each channel: all but the last are sent, the last is the reply. */
function answered(caller: Caller, word: string, names: (Bytes | null)[], change: (name: Bytes) => void): Reply {
  const replies = names.map((name): Reply => {
    if (name !== null) change(name);
    return { push: [word, name, caller.channels.size + caller.patterns.size] };
  });
  for (const reply of replies.slice(0, -1)) caller.send(reply);
  return replies.at(-1) ?? null;
}

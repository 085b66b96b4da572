import { announce } from '../announce.ts';
import { any, type Caller, type Context, command, type Family } from '../command.ts';
import { fits } from '../glob.ts';
import { Refusal } from '../refusal.ts';
import type { Bytes, Reply } from '../resp.ts';

/** Messages to whoever listens at that moment. */
export const channels: Family = {
  publish: command(2, 2, ({ callers }, [channel = '', message = '']) => announce(callers(), channel, message)),
  spublish: command(2, 2, ({ callers }, [channel = '', message = '']) => {
    const heard = [...callers()].filter((caller) => caller.shards.has(channel));
    for (const caller of heard) caller.send({ push: ['smessage', channel, message] });
    return heard.length;
  }),
  ssubscribe: command(1, any, (context, names) => join(context, 'ssubscribe', names, (caller) => caller.shards)),
  sunsubscribe: command(0, any, (context, names) => leave(context, 'sunsubscribe', names, (caller) => caller.shards)),
  pubsub: command(1, any, ({ callers }, [what = '', ...rest]) => {
    const all = [...callers()];
    const word = what.toLowerCase();
    const open = (which: Which) =>
      [...new Set(all.flatMap((caller) => [...which(caller)]))].filter((one) => !rest[0] || fits(one, rest[0]));
    const counted = (which: Which) =>
      rest.flatMap((name): Reply[] => [name, all.filter((caller) => which(caller).has(name)).length]);
    if (word === 'channels') return open((caller) => caller.channels);
    if (word === 'shardchannels') return open((caller) => caller.shards);
    if (word === 'numsub') return counted((caller) => caller.channels);
    if (word === 'shardnumsub') return counted((caller) => caller.shards);
    if (word === 'numpat') return open((caller) => caller.patterns).length;
    throw new Refusal(`ERR unknown subcommand '${what}'. Try PUBSUB HELP.`);
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
    const isShard = word === 'ssubscribe' || word === 'sunsubscribe';
    return { push: [word, name, isShard ? caller.shards.size : caller.channels.size + caller.patterns.size] };
  });
  for (const reply of replies.slice(0, -1)) caller.send(reply);
  return replies.at(-1) ?? null;
}

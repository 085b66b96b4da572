import { any, type Context, command, type Family, integer, syntaxError } from '../command.ts';
import { Refusal, type StreamEntry, type Values } from '../keyspace.ts';
import type { Bytes, Reply } from '../resp.ts';
import { waiting } from './lists.ts';

type Stream = Values['stream'];
type Id = StreamEntry['id'];

/** Streams, as far as they need no consumer groups. */
export const streams: Family = {
  xadd: command(4, any, add),
  xlen: command(1, 1, ({ keys }, [key = '']) => keys.get(key, 'stream')?.entries.length ?? 0),
  xrange: command(3, 5, (context, [key = '', first, last, , count]) =>
    range(context, key, first, last).slice(0, counted(count)).map(told),
  ),
  xrevrange: command(3, 5, (context, [key = '', last, first, , count]) =>
    range(context, key, first, last).reverse().slice(0, counted(count)).map(told),
  ),
  xdel: command(2, any, ({ keys }, [key = '', ...ids]) => {
    const stream = keys.get(key, 'stream');
    const gone = (stream?.entries ?? []).filter(({ id }) => ids.includes(id.join('-')));
    if (stream && gone.length > 0) {
      stream.entries = stream.entries.filter((entry) => !gone.includes(entry));
      keys.changed(key);
    }
    return gone.length;
  }),
  xread: command(3, any, read),
};

function add({ keys, clock }: Context, [key = '', ...rest]: Bytes[]): Reply {
  let most: number | undefined;
  if (rest[0]?.toLowerCase() === 'maxlen') {
    rest.shift();
    if (rest[0] === '~' || rest[0] === '=') rest.shift();
    most = integer(rest.shift());
  }
  const [wanted = '*', ...fields] = rest;
  if (fields.length === 0 || fields.length % 2 !== 0)
    throw new Refusal("ERR wrong number of arguments for 'xadd' command");
  const stream = keys.make(key, 'stream', (): Stream => ({ entries: [], last: [0, 0] }));
  const id = wanted === '*' ? following(stream.last, clock.now()) : parse(wanted, 0);
  if (compare(id, stream.last) <= 0) {
    throw new Refusal('ERR The ID specified in XADD is equal or smaller than the target stream top item');
  }
  stream.last = id;
  stream.entries.push({ id, fields });
  if (most !== undefined) stream.entries.splice(0, stream.entries.length - most);
  keys.changed(key);
  return id.join('-');
}

function read(context: Context, parameters: Bytes[]): ReturnType<typeof waiting> {
  const at = parameters.findIndex((word) => word.toLowerCase() === 'streams');
  const option = (name: string) => {
    const found = parameters.findIndex((word, index) => index < at && word.toLowerCase() === name);
    return found < 0 ? undefined : parameters[found + 1];
  };
  const rest = parameters.slice(at + 1);
  if (at < 0 || rest.length % 2 !== 0) throw syntaxError();
  const names = rest.slice(0, rest.length / 2);
  const count = counted(option('count'));
  const after = names.map((name, index): Id => {
    const id = rest[names.length + index] ?? '0';
    return id === '$' ? (context.keys.get(name, 'stream')?.last ?? [0, 0]) : parse(id, 0);
  });
  const attempt = (): Reply | undefined => {
    const found = names.flatMap((name, index): [Reply, Reply][] => {
      const entries = (context.keys.get(name, 'stream')?.entries ?? []).filter(
        ({ id }) => compare(id, after[index] ?? [0, 0]) > 0,
      );
      return entries.length > 0 ? [[name, entries.slice(0, count).map(told)]] : [];
    });
    if (found.length === 0) return undefined;
    return context.caller.version === 3 ? { map: found } : found;
  };
  const block = option('block');
  if (block === undefined) return attempt() ?? { nilArray: true };
  return waiting(context, String(integer(block) / 1000), { nilArray: true }, attempt);
}

function range({ keys }: Context, key: Bytes, first = '-', last = '+'): StreamEntry[] {
  const from: Id = first === '-' ? [0, 0] : parse(first, 0);
  const to: Id = last === '+' ? [Infinity, Infinity] : parse(last, Infinity);
  return (keys.get(key, 'stream')?.entries ?? []).filter(({ id }) => compare(id, from) >= 0 && compare(id, to) <= 0);
}

function parse(text: Bytes, sequence: number): Id {
  const [, milliseconds, own] = /^(\d+)(?:-(\d+))?$/.exec(text) ?? [];
  if (milliseconds === undefined) throw new Refusal('ERR Invalid stream ID specified as stream command argument');
  return [Number(milliseconds), own === undefined ? sequence : Number(own)];
}

function following(last: Id, now: number): Id {
  return now > last[0] ? [now, 0] : [last[0], last[1] + 1];
}

function compare(a: Id, b: Id): number {
  return a[0] - b[0] || a[1] - b[1];
}

function counted(count: Bytes | undefined): number | undefined {
  return count === undefined ? undefined : integer(count);
}

function told({ id, fields }: StreamEntry): Reply {
  return [id.join('-'), fields];
}

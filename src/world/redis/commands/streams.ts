import { any, type Context, command, type Family, integer, syntaxError } from '../command.ts';
import { Refusal } from '../refusal.ts';
import { type Bytes, ok, type Reply } from '../resp.ts';
import {
  compareIds,
  emptyStream,
  greatest,
  type Id,
  idText,
  parseId,
  rangeOf,
  removeEntries,
  type Stream,
  type StreamEntry,
  tellEntry,
  within,
} from '../stream.ts';
import { waiting } from './lists.ts';

const nothing = 'ERR The ID specified in XADD must be greater than 0-0';

/** Streams; their groups of consumers are a family of their own. */
export const streams: Family = {
  xadd: command(4, any, add),
  xlen: command(1, 1, ({ keys }, [key = '']) => keys.get(key, 'stream')?.entries.length ?? 0),
  xrange: command(3, 5, (context, [key = '', first, last, ...options]) => range(context, key, [first, last], options)),
  xrevrange: command(3, 5, (context, [key = '', last, first, ...options]) =>
    range(context, key, [first, last], options, true),
  ),
  xdel: command(2, any, ({ keys }, [key = '', ...texts]) => {
    const stream = keys.get(key, 'stream');
    if (!stream) return 0;
    const ids = texts.map((text) => parseId(text, 0));
    const gone = stream.entries.filter((entry) => ids.some((id) => compareIds(id, entry.id) === 0));
    if (removeEntries(stream, gone) > 0) keys.changed(key);
    return gone.length;
  }),
  xtrim: command(3, any, ({ keys }, [key = '', ...rest]) => {
    const trim = trimming(rest);
    if (!trim || rest.length > 0) throw syntaxError();
    const stream = keys.get(key, 'stream');
    const gone = stream ? trim(stream) : 0;
    if (gone > 0) keys.changed(key);
    return gone;
  }),
  xsetid: command(2, 6, ({ keys }, [key = '', text = '', ...options]) => {
    const stream = keys.get(key, 'stream');
    const id = parseId(text, 0);
    if (!stream) throw new Refusal('ERR no such key');
    const top = stream.entries.at(-1)?.id;
    if (top && compareIds(id, top) < 0)
      throw new Refusal('ERR The ID specified in XSETID is smaller than the target stream top item');
    stream.last = id;
    const added = options.findIndex((option) => option.toLowerCase() === 'entriesadded');
    if (added >= 0) stream.added = integer(options[added + 1]);
    keys.changed(key);
    return ok;
  }),
  xread: command(3, any, read),
};

function add({ keys, clock }: Context, [key = '', ...rest]: Bytes[]): Reply {
  const isKept = rest[0]?.toLowerCase() === 'nomkstream' && rest.shift() !== undefined;
  const trim = trimming(rest);
  const makes = !isKept && !(rest[0]?.toLowerCase() === 'nomkstream' && rest.shift() !== undefined);
  const [wanted = '*', ...fields] = rest;
  if (fields.length === 0 || fields.length % 2 !== 0)
    throw new Refusal("ERR wrong number of arguments for 'xadd' command");
  if (!/^(\*|\d+-\*)$/.test(wanted) && parseId(wanted, 0).every((part) => part === 0)) throw new Refusal(nothing);
  const known = keys.get(key, 'stream');
  const id = idFor(wanted, known ?? emptyStream(), clock.now());
  if (!known && !makes) return null;
  const stream = keys.make(key, 'stream', emptyStream);
  stream.last = id;
  stream.added += 1;
  stream.entries.push({ id, fields });
  trim?.(stream);
  keys.changed(key);
  return idText(id);
}

function idFor(wanted: Bytes, { last }: Stream, now: number): Id {
  if (wanted === '*') return now > last[0] ? [now, 0] : [last[0], last[1] + 1];
  const [, open] = /^(\d+)-\*$/.exec(wanted) ?? [];
  const id: Id = open === undefined ? parseId(wanted, 0) : [Number(open), Number(open) === last[0] ? last[1] + 1 : 0];
  if (id[0] === 0 && id[1] === 0) throw new Refusal(nothing);
  if (compareIds(id, last) <= 0)
    throw new Refusal('ERR The ID specified in XADD is equal or smaller than the target stream top item');
  return id;
}

/** Takes MAXLEN or MINID off the front of the arguments, if they are there; an approximate bound is an exact one here. */
function trimming(rest: Bytes[]): ((stream: Stream) => number) | undefined {
  const how = rest[0]?.toLowerCase();
  if (how !== 'maxlen' && how !== 'minid') return undefined;
  rest.shift();
  const isRough = rest[0] === '~';
  if (rest[0] === '~' || rest[0] === '=') rest.shift();
  const bound = rest.shift() ?? '';
  if (rest[0]?.toLowerCase() === 'limit') {
    if (!isRough) throw new Refusal('ERR syntax error, LIMIT cannot be used without the special ~ option');
    integer(rest[1]);
    rest.splice(0, 2);
  }
  if (how === 'minid') {
    const least = parseId(bound, 0);
    return (stream) =>
      removeEntries(
        stream,
        stream.entries.filter(({ id }) => compareIds(id, least) < 0),
      );
  }
  const most = integer(bound);
  if (most < 0) throw new Refusal('ERR The MAXLEN argument must be >= 0.');
  return (stream) => {
    const { deleted } = stream;
    const gone = removeEntries(stream, stream.entries.slice(0, Math.max(0, stream.entries.length - most)));
    stream.deleted = deleted;
    return gone;
  };
}

function read(context: Context, parameters: Bytes[]): ReturnType<typeof waiting> {
  const { option, names, ids } = readArguments(parameters, 'xread');
  const count = option('count');
  const most = count === undefined || integer(count) <= 0 ? undefined : integer(count);
  const after = names.map((name, index): Id => {
    const id = ids[index] ?? '0';
    const last = context.keys.get(name, 'stream')?.last ?? [0, 0];
    if (id === '+') return [last[0], last[1] - 1];
    return id === '$' ? last : parseId(id, 0);
  });
  return answered(context, option('block'), () =>
    names.flatMap((name, index): [Bytes, StreamEntry[]][] => {
      const entries = (context.keys.get(name, 'stream')?.entries ?? []).filter(
        ({ id }) => compareIds(id, after[index] ?? [0, 0]) > 0,
      );
      return entries.length > 0 ? [[name, entries.slice(0, most)]] : [];
    }),
  );
}

/** The arguments of XREAD and XREADGROUP. */
export function readArguments(parameters: Bytes[], name: string) {
  const at = parameters.findIndex((word) => word.toLowerCase() === 'streams');
  const rest = parameters.slice(at + 1);
  if (at < 0) throw syntaxError();
  if (rest.length === 0 || rest.length % 2 !== 0) {
    throw new Refusal(
      `ERR Unbalanced '${name}' list of streams: for each stream key an ID${name === 'xread' ? '' : ' or >'} or '${name === 'xread' ? '$' : '$'}' must be specified.`,
    );
  }
  const option = (word: string) => {
    const found = parameters.findIndex((one, index) => index < at && one.toLowerCase() === word);
    return found < 0 ? undefined : (parameters[found + 1] ?? '');
  };
  return { option, names: rest.slice(0, rest.length / 2), ids: rest.slice(rest.length / 2) };
}

/** What was read from which stream, now or when there is something. */
export function answered(
  context: Context,
  block: Bytes | undefined,
  found: () => [Bytes, (StreamEntry | Id)[]][],
): ReturnType<typeof waiting> {
  const attempt = (): Reply | undefined => {
    const all = found();
    if (all.length === 0) return undefined;
    const told = all.map(([name, entries]): [Reply, Reply] => [
      name,
      entries.map((one) => (Array.isArray(one) ? [idText(one), { nilArray: true }] : tellEntry(one))),
    ]);
    return context.caller.version === 3 ? { map: told } : told;
  };
  if (block === undefined) return attempt() ?? { nilArray: true };
  const wait = integer(block, 'ERR timeout is not an integer or out of range');
  if (wait < 0) throw new Refusal('ERR timeout is negative');
  return waiting(context, String(wait / 1000), { nilArray: true }, attempt);
}

function range(
  { keys }: Context,
  key: Bytes,
  bounds: [Bytes | undefined, Bytes | undefined],
  options: Bytes[],
  isReverse = false,
): Reply {
  const span = rangeOf(...bounds);
  if (options.length > 0 && (options.length !== 2 || options[0]?.toLowerCase() !== 'count')) throw syntaxError();
  const count = options.length === 0 ? greatest : integer(options[1]);
  const stream = keys.get(key, 'stream');
  if (stream && count === 0) return { nilArray: true };
  const found = within(stream, span);
  if (isReverse) found.reverse();
  return found.slice(0, Math.max(count, 0)).map(tellEntry);
}

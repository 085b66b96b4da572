import { any, type Context, command, type Family, integer, syntaxError } from '../command.ts';
import { Refusal } from '../refusal.ts';
import { type Bytes, ok, type Reply } from '../resp.ts';
import {
  compareIds,
  emptyStream,
  entryAt,
  type Group,
  type Id,
  idText,
  type Pending,
  parseId,
  rangeOf,
  type Stream,
  type StreamEntry,
  tellEntry,
} from '../stream.ts';
import { answered, readArguments } from './streams.ts';

/** Groups of consumers of a stream. */
export const groups: Family = {
  xgroup: command(2, any, (context, [what = '', ...rest]) => manage(context, what.toLowerCase(), rest)),
  xreadgroup: command(6, any, read),
  xack: command(3, any, ({ keys }, [key = '', name = '', ...texts]) => {
    const group = keys.get(key, 'stream')?.groups.get(name);
    if (!group) return 0;
    const ids = texts.map((text) => parseId(text, 0));
    const gone = ids.filter((id) => group.pending.delete(idText(id))).length;
    if (gone > 0) keys.changed(key);
    return gone;
  }),
  xpending: command(2, any, pending),
  xclaim: command(5, any, claim),
  xautoclaim: command(5, any, autoclaim),
};

function manage({ keys }: Context, what: string, [key = '', name = '', third = '', ...options]: Bytes[]): Reply {
  if (!/^(create|setid|destroy|createconsumer|delconsumer)$/.test(what))
    throw new Refusal(`ERR unknown subcommand or wrong number of arguments for '${what}'. Try XGROUP HELP.`);
  let stream = keys.get(key, 'stream');
  if (!stream && what === 'create' && options.some((option) => option.toLowerCase() === 'mkstream'))
    stream = keys.make(key, 'stream', emptyStream);
  if (!stream) {
    throw new Refusal(
      'ERR The XGROUP subcommand requires the key to exist. Note that for CREATE you may want to use the MKSTREAM option to create an empty stream automatically.',
    );
  }
  const from = (text: Bytes): Id => (text === '$' ? (stream?.last ?? [0, 0]) : parseId(text, 0));
  const readAt = options.findIndex((option) => option.toLowerCase() === 'entriesread');
  const read = readAt < 0 ? null : integer(options[readAt + 1]);
  if (what === 'create') {
    const last = from(third);
    if (stream.groups.has(name)) throw new Refusal('BUSYGROUP Consumer Group name already exists');
    stream.groups.set(name, { last, read, pending: new Map(), consumers: new Map() });
    keys.changed(key);
    return ok;
  }
  if (what === 'destroy') {
    const gone = stream.groups.delete(name);
    if (gone) keys.changed(key);
    return gone ? 1 : 0;
  }
  const group = groupOf(stream, key, name);
  keys.changed(key);
  if (what === 'setid') {
    group.last = from(third);
    group.read = read;
    return ok;
  }
  if (what === 'createconsumer') {
    if (group.consumers.has(third)) return 0;
    group.consumers.set(third, { seen: 0, active: null });
    return 1;
  }
  const own = [...group.pending].filter(([, one]) => one.consumer === third);
  for (const [id] of own) group.pending.delete(id);
  group.consumers.delete(third);
  return own.length;
}

function groupOf(stream: Stream | undefined, key: Bytes, name: Bytes, hint = ''): Group {
  const group = stream?.groups.get(name);
  if (group) return group;
  if (hint) throw new Refusal(`NOGROUP No such key '${key}' or consumer group '${name}'${hint.trimEnd()}`);
  throw new Refusal(`NOGROUP No such consumer group '${name}' for key name '${key}'`);
}

function read(context: Context, parameters: Bytes[]): ReturnType<typeof answered> {
  const { keys, clock } = context;
  const { option, names, ids } = readArguments(parameters, 'xreadgroup');
  const [word = '', name = '', consumer = ''] = parameters;
  if (word.toLowerCase() !== 'group') throw new Refusal('ERR Missing GROUP option for XREADGROUP');
  const count = option('count');
  const most = count === undefined || integer(count) <= 0 ? undefined : integer(count);
  const isAcknowledged = parameters.slice(3, -names.length * 2 - 1).some((one) => one.toLowerCase() === 'noack');
  const starts = ids.map((id) => (id === '>' ? undefined : parseId(id, 0)));
  const isFresh = starts.every((start) => start === undefined);
  return answered(context, isFresh ? option('block') : undefined, () =>
    names.flatMap((key, index): [Bytes, (StreamEntry | Id)[]][] => {
      const stream = keys.get(key, 'stream');
      const group = groupOf(stream, key, name, ' in XREADGROUP with GROUP option');
      if (!stream) return [];
      const now = clock.now();
      const known = group.consumers.get(consumer) ?? { seen: now, active: null };
      known.seen = now;
      group.consumers.set(consumer, known);
      const start = starts[index];
      if (start) return [[key, again(stream, own(group, consumer, start).slice(0, most), now)]];
      const fresh = stream.entries.filter(({ id }) => compareIds(id, group.last) > 0).slice(0, most);
      if (fresh.length === 0) return [];
      known.active = now;
      for (const { id } of fresh) {
        group.last = id;
        if (!isAcknowledged) group.pending.set(idText(id), { id, consumer, at: now, count: 1 });
      }
      group.read = readBy(stream, group);
      keys.changed(key);
      return [[key, fresh]];
    }),
  );
}

/** What a consumer was given before and has not acknowledged; an id alone where the entry is gone. */
function again(stream: Stream, given: Pending[], now: number): (StreamEntry | Id)[] {
  return given.map((one) => {
    const entry = entryAt(stream, one.id);
    if (entry) Object.assign(one, { at: now, count: one.count + 1 });
    return entry ?? one.id;
  });
}

function own(group: Group, consumer: Bytes, after: Id): Pending[] {
  return sorted(group).filter((one) => one.consumer === consumer && compareIds(one.id, after) > 0);
}

function sorted(group: Group): Pending[] {
  return [...group.pending.values()].sort((a, b) => compareIds(a.id, b.id));
}

/** How many entries a group has read, where that can be known. */
function readBy(stream: Stream, group: Group): number | null {
  const left = stream.entries.filter(({ id }) => compareIds(id, group.last) > 0).length;
  return stream.added - left;
}

function pending({ keys, clock }: Context, [key = '', name = '', ...rest]: Bytes[]): Reply {
  const group = groupOf(keys.get(key, 'stream'), key, name, ' ').pending;
  const all = [...group.values()].sort((a, b) => compareIds(a.id, b.id));
  if (rest.length === 0) return summary(all);
  const idle = rest[0]?.toLowerCase() === 'idle' ? integer(rest[1]) : 0;
  if (rest[0]?.toLowerCase() === 'idle') rest.splice(0, 2);
  const [first, last, count, consumer] = rest;
  if (count === undefined || rest.length > 4) throw syntaxError();
  const [from, to] = rangeOf(first, last);
  return all
    .filter((one) => compareIds(one.id, from) >= 0 && compareIds(one.id, to) <= 0)
    .filter((one) => (consumer === undefined || one.consumer === consumer) && clock.now() - one.at >= idle)
    .slice(0, Math.max(integer(count), 0))
    .map((one) => [idText(one.id), one.consumer, Math.floor(clock.now() - one.at), one.count]);
}

function summary(all: Pending[]): Reply {
  const [first, last] = [all[0], all.at(-1)];
  if (!first || !last) return [0, null, null, { nilArray: true }];
  const counts = new Map<Bytes, number>();
  for (const { consumer } of all) counts.set(consumer, (counts.get(consumer) ?? 0) + 1);
  const told = [...counts].sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, count]): Reply => [name, String(count)]);
  return [all.length, idText(first.id), idText(last.id), told];
}

function claim({ keys, clock }: Context, [key = '', name = '', consumer = '', least, ...rest]: Bytes[]): Reply {
  const stream = keys.get(key, 'stream');
  const group = groupOf(stream, key, name, ' ');
  const idle = Math.max(integer(least, 'ERR Invalid min-idle-time argument for XCLAIM'), 0);
  const now = clock.now();
  const strange = rest
    .slice(1)
    .find((word) => !/^[\d-]+$/.test(word) && !/^(idle|time|retrycount|force|justid|lastid)$/i.test(word));
  if (strange !== undefined) throw new Refusal(`ERR Unrecognized XCLAIM option '${strange}'`);
  const at = rest.findIndex((word) => /^(idle|time|retrycount|force|justid|lastid)$/i.test(word));
  const ids = (at < 0 ? rest : rest.slice(0, at)).map((text) => parseId(text, 0));
  const options = at < 0 ? [] : rest.slice(at).map((word) => word.toLowerCase());
  const option = (word: string) => (options.includes(word) ? integer(options[options.indexOf(word) + 1]) : undefined);
  const [back, time, retries] = [option('idle'), option('time'), option('retrycount')];
  const given = back === undefined ? (time ?? now) : now - back;
  const justId = options.includes('justid');
  const found = ids.flatMap((id): Reply[] => {
    const entry = stream && entryAt(stream, id);
    const known = group.pending.get(idText(id));
    if (!entry) {
      group.pending.delete(idText(id));
      return [];
    }
    if (!known && !options.includes('force')) return [];
    if (known && now - known.at < idle) return [];
    const count = retries ?? (known?.count ?? (justId ? 0 : 0)) + (justId ? 0 : 1);
    group.pending.set(idText(id), { id, consumer, at: Math.min(given, now), count });
    return [justId ? idText(id) : tellEntry(entry)];
  });
  seen(group, consumer, now, found.length > 0);
  keys.changed(key);
  return found;
}

function seen(group: Group, consumer: Bytes, now: number, isActive: boolean): void {
  const known = group.consumers.get(consumer);
  group.consumers.set(consumer, { seen: now, active: isActive ? now : (known?.active ?? null) });
}

function autoclaim(
  { keys, clock }: Context,
  [key = '', name = '', consumer = '', least, start = '0', ...rest]: Bytes[],
): Reply {
  const stream = keys.get(key, 'stream');
  const idle = Math.max(integer(least, 'ERR Invalid min-idle-time argument for XAUTOCLAIM'), 0);
  const [from] = rangeOf(start);
  const countAt = rest.findIndex((word) => word.toLowerCase() === 'count');
  const most = countAt < 0 ? 100 : integer(rest[countAt + 1]);
  if (most <= 0) throw new Refusal('ERR COUNT must be > 0');
  const group = groupOf(stream, key, name, ' ');
  const justId = rest.some((word) => word.toLowerCase() === 'justid');
  const now = clock.now();
  const all = sorted(group).filter(({ id }) => compareIds(id, from) >= 0);
  const claimed: Reply[] = [];
  const deleted: Reply[] = [];
  let looked = 0;
  for (const one of all) {
    if (claimed.length + deleted.length >= most || looked >= most * 10) break;
    looked += 1;
    const entry = stream && entryAt(stream, one.id);
    if (!entry) {
      group.pending.delete(idText(one.id));
      deleted.push(idText(one.id));
      continue;
    }
    if (now - one.at < idle) continue;
    group.pending.set(idText(one.id), { id: one.id, consumer, at: now, count: one.count + (justId ? 0 : 1) });
    claimed.push(justId ? idText(one.id) : tellEntry(entry));
  }
  seen(group, consumer, now, claimed.length > 0);
  keys.changed(key);
  const next = all[looked];
  return [next ? idText(next.id) : '0-0', claimed, deleted];
}

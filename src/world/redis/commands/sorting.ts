import { any, type Context, command, type Family, integer, syntaxError } from '../command.ts';
import { Refusal } from '../refusal.ts';
import type { Bytes, Reply } from '../resp.ts';
import { ordered } from '../scores.ts';

/** SORT, by own or by other keys. */
export const sorting: Family = {
  sort: command(1, any, (context, parameters) => sort(context, parameters, true)),
  sort_ro: command(1, any, (context, parameters) => sort(context, parameters, false)),
};

function sort(context: Context, [key = '', ...options]: Bytes[], mayStore: boolean): Reply {
  const gets: Bytes[] = [];
  let [by, to]: [Bytes | undefined, Bytes | undefined] = [undefined, undefined];
  let limit: [number, number] = [0, -1];
  let [isText, isDown] = [false, false];
  while (options.length > 0) {
    const word = options.shift()?.toLowerCase();
    if (word === 'asc' || word === 'desc') isDown = word === 'desc';
    else if (word === 'alpha') isText = true;
    else if (word === 'limit' && options.length > 1) limit = [integer(options.shift()), integer(options.shift())];
    else if (word === 'by' && options.length > 0) by = options.shift();
    else if (word === 'get' && options.length > 0) gets.push(options.shift() ?? '');
    else if (word === 'store' && options.length > 0 && mayStore) to = options.shift();
    else throw syntaxError();
  }
  const members = membersOf(context, key);
  if (by === undefined || by.includes('*')) arrange(context, members, { by, isText });
  if (isDown) members.reverse();
  const from = Math.max(limit[0], 0);
  const found = members.slice(from, limit[1] < 0 ? undefined : from + limit[1]);
  const told = gets.length === 0 ? found : found.flatMap((one) => gets.map((get) => lookUp(context, get, one)));
  if (to === undefined) return told;
  if (told.length === 0) context.keys.delete(to);
  else
    context.keys.put(
      to,
      'list',
      told.map((one) => one ?? ''),
    );
  return told.length;
}

function membersOf(context: Context, key: Bytes): Bytes[] {
  const { keys } = context;
  const kind = keys.kind(key);
  if (kind === 'set') return [...(keys.get(key, 'set') ?? [])];
  if (kind === 'zset') return ordered(context, key).map(([member]) => member);
  return [...(keys.get(key, 'list') ?? [])];
}

function arrange(context: Context, members: Bytes[], { by, isText }: { by: Bytes | undefined; isText: boolean }): void {
  const weights = new Map(members.map((one) => [one, by === undefined ? one : lookUp(context, by, one)] as const));
  const number = (one: Bytes): number => {
    const text = weights.get(one) ?? '0';
    if (text.trim() === '' || Number.isNaN(Number(text)))
      throw new Refusal("ERR One or more scores can't be converted into double");
    return Number(text);
  };
  const plain = (a: Bytes, b: Bytes) => (a < b ? -1 : a > b ? 1 : 0);
  if (isText) members.sort((a, b) => plain(weights.get(a) ?? '', weights.get(b) ?? '') || plain(a, b));
  else {
    const numbers = new Map(members.map((one) => [one, number(one)]));
    members.sort((a, b) => (numbers.get(a) ?? 0) - (numbers.get(b) ?? 0) || plain(a, b));
  }
}

/** The value that a pattern names for a member: `weight_*`, `object_*->field`, or `#` for the member itself. */
function lookUp({ keys }: Context, pattern: Bytes, member: Bytes): Bytes | null {
  if (pattern === '#') return member;
  if (!pattern.includes('*')) return null;
  const [, name = pattern, field] = /^([\s\S]*\*[\s\S]*?)->([\s\S]+)$/.exec(pattern) ?? [];
  const key = name.replace('*', () => member);
  if (field !== undefined) return keys.kind(key) === 'hash' ? (keys.get(key, 'hash')?.get(field) ?? null) : null;
  return keys.kind(key) === 'string' ? (keys.get(key, 'string') ?? null) : null;
}

import { any, type Context, command, decimal, type Family, integer, syntaxError } from '../command.ts';
import { Refusal } from '../refusal.ts';
import type { Bytes, Reply } from '../resp.ts';

const earthMetres = 6_372_797.560856;
const units: Record<string, number> = { m: 1, km: 1000, mi: 1609.34, ft: 0.3048 };
const mostLatitude = 85.05112878;

/** Places on earth, kept as Redis keeps them: a sorted set whose scores are 52 bits of latitude and longitude. */
export const places: Family = {
  geoadd: command(4, any, add),
  geopos: command(1, any, ({ keys }, [key = '', ...members]) => {
    const set = keys.get(key, 'zset');
    return members.map((member): Reply => {
      const score = set?.get(member);
      return score === undefined ? { nilArray: true } : positionOf(score).map((one): Reply => longDouble(one));
    });
  }),
  geohash: command(1, any, ({ keys }, [key = '', ...members]) => {
    const set = keys.get(key, 'zset');
    return members.map((member): Reply => {
      const score = set?.get(member);
      return score === undefined ? null : hashOf(positionOf(score));
    });
  }),
  geodist: command(3, 4, ({ keys }, [key = '', a = '', b = '', unit = 'm']) => {
    const size = unitOf(unit);
    const set = keys.get(key, 'zset');
    const [from, to] = [set?.get(a), set?.get(b)];
    if (from === undefined || to === undefined) return null;
    return (distance(positionOf(from), positionOf(to)) / size).toFixed(4);
  }),
  geosearch: command(4, any, (context, [key = '', ...rest]) => {
    const asked = read(context, key, rest);
    return search(context, key, asked).map((found): Reply => {
      const told: Reply[] = [];
      if (asked.withDistance) told.push((found.distance / asked.unit).toFixed(4));
      if (asked.withPlace) told.push(found.position.map((one): Reply => longDouble(one)));
      return told.length > 0 ? [found.member, ...told] : found.member;
    });
  }),
  geosearchstore: command(5, any, (context, [to = '', key = '', ...rest]) => {
    const isDistance = rest.at(-1)?.toLowerCase() === 'storedist' && rest.pop() !== undefined;
    const asked = read(context, key, rest);
    const found = search(context, key, asked);
    if (found.length === 0) context.keys.delete(to);
    else
      context.keys.put(
        to,
        'zset',
        new Map(found.map((one) => [one.member, isDistance ? one.distance / asked.unit : one.score])),
      );
    return found.length;
  }),
};

type Position = [longitude: number, latitude: number];

function add({ keys }: Context, [key = '', ...rest]: Bytes[]): Reply {
  const asked = new Set<string>();
  while (/^(nx|xx|ch)$/i.test(rest[0] ?? '')) asked.add(rest.shift()?.toLowerCase() ?? '');
  if (rest.length === 0 || rest.length % 3 !== 0 || (asked.has('nx') && asked.has('xx'))) throw syntaxError();
  const given: [Bytes, number][] = [];
  for (let at = 0; at < rest.length; at += 3) {
    const [longitude, latitude] = [decimal(rest[at]), decimal(rest[at + 1])];
    if (Math.abs(longitude) > 180 || Math.abs(latitude) > mostLatitude)
      throw new Refusal(`ERR invalid longitude,latitude pair ${longitude.toFixed(6)},${latitude.toFixed(6)}`);
    given.push([rest[at + 2] ?? '', scoreOf([longitude, latitude])]);
  }
  if (!keys.get(key, 'zset') && asked.has('xx')) return 0;
  const set = keys.make(key, 'zset', () => new Map());
  let [added, moved] = [0, 0];
  for (const [member, score] of given) {
    const before = set.get(member);
    if ((asked.has('nx') && before !== undefined) || (asked.has('xx') && before === undefined)) continue;
    if (before === undefined) added += 1;
    else if (before !== score) moved += 1;
    set.set(member, score);
  }
  if (added + moved > 0) keys.changed(key);
  return asked.has('ch') ? added + moved : added;
}

/** The geohash that other systems know, whose latitudes go from pole to pole. */
function hashOf([longitude, latitude]: Position): Bytes {
  const bits = interleaved((longitude + 180) / 360, (latitude + 90) / 180);
  const letters = '0123456789bcdefghjkmnpqrstuvwxyz';
  return Array.from({ length: 11 }, (_, at) =>
    at === 10 ? '0' : (letters[Number((bits >> BigInt(52 - (at + 1) * 5)) & 31n)] ?? '0'),
  ).join('');
}

function scoreOf([longitude, latitude]: Position): number {
  return Number(interleaved((longitude + 180) / 360, (latitude + mostLatitude) / (2 * mostLatitude)));
}

function interleaved(across: number, up: number): bigint {
  const x = Math.floor(across * 2 ** 26);
  const y = Math.floor(up * 2 ** 26);
  let score = 0n;
  for (let at = 25; at >= 0; at -= 1) score = (score << 2n) | (BigInt((x >> at) & 1) << 1n) | BigInt((y >> at) & 1);
  return score;
}

function positionOf(score: number): Position {
  const bits = BigInt(score);
  let [x, y] = [0, 0];
  for (let at = 25; at >= 0; at -= 1) {
    x = x * 2 + Number((bits >> BigInt(at * 2 + 1)) & 1n);
    y = y * 2 + Number((bits >> BigInt(at * 2)) & 1n);
  }
  const middle = (cell: number, least: number, size: number) =>
    (least + (cell / 2 ** 26) * size + least + ((cell + 1) / 2 ** 26) * size) / 2;
  return [middle(x, -180, 360), middle(y, -mostLatitude, 2 * mostLatitude)];
}

function distance([a, b]: Position, [c, d]: Position): number {
  const radians = (degrees: number) => (degrees * Math.PI) / 180;
  const u = Math.sin(radians(d - b) / 2);
  const v = Math.sin(radians(c - a) / 2);
  return 2 * earthMetres * Math.asin(Math.sqrt(u * u + Math.cos(radians(b)) * Math.cos(radians(d)) * v * v));
}

function longDouble(value: number): Bytes {
  return value.toFixed(17).replace(/0+$/, '').replace(/\.$/, '');
}

function unitOf(unit = ''): number {
  const size = Object.hasOwn(units, unit.toLowerCase()) ? units[unit.toLowerCase()] : undefined;
  if (size === undefined) throw new Refusal('ERR unsupported unit provided. please use M, KM, FT, MI');
  return size;
}

interface Asked {
  centre: Position;
  unit: number;
  radius?: number;
  box?: [width: number, height: number];
  count?: number;
  order?: 'asc' | 'desc';
  withDistance: boolean;
  withPlace: boolean;
}

function read({ keys }: Context, key: Bytes, rest: Bytes[]): Asked {
  const asked: Partial<Asked> = {};
  const words = [...rest];
  while (words.length > 0) {
    const word = words.shift()?.toLowerCase();
    if (word === 'fromlonlat') asked.centre = [decimal(words.shift()), decimal(words.shift())];
    else if (word === 'frommember') {
      const score = keys.get(key, 'zset')?.get(words.shift() ?? '');
      if (score === undefined) throw new Refusal('ERR could not decode requested zset member');
      asked.centre = positionOf(score);
    } else if (word === 'byradius') {
      const radius = decimal(words.shift());
      asked.unit = unitOf(words.shift());
      asked.radius = radius * asked.unit;
    } else if (word === 'bybox') {
      const [width, height] = [decimal(words.shift()), decimal(words.shift())];
      asked.unit = unitOf(words.shift());
      asked.box = [width * asked.unit, height * asked.unit];
    } else if (word === 'asc' || word === 'desc') asked.order = word;
    else if (word === 'count') {
      asked.count = integer(words.shift());
      if (words[0]?.toLowerCase() === 'any') words.shift();
    } else if (word === 'withdist') asked.withDistance = true;
    else if (word === 'withcoord') asked.withPlace = true;
    else throw syntaxError();
  }
  const { centre, unit } = asked;
  if (!centre || unit === undefined) throw syntaxError();
  return { ...asked, centre, unit, withDistance: asked.withDistance ?? false, withPlace: asked.withPlace ?? false };
}

function search({ keys }: Context, key: Bytes, { centre, radius, box, count, order }: Asked) {
  const found = [...(keys.get(key, 'zset') ?? [])]
    .sort(([, a], [, b]) => a - b)
    .map(([member, score]) => ({ member, score, position: positionOf(score) }))
    .map((one) => ({ ...one, distance: distance(centre, one.position) }))
    .filter(({ position, distance: metres }) => {
      if (radius !== undefined) return metres <= radius;
      const [width, height] = box ?? [0, 0];
      const [longitude, latitude] = position;
      return (
        distance([longitude, latitude], [centre[0], latitude]) <= width / 2 &&
        distance([longitude, latitude], [longitude, centre[1]]) <= height / 2
      );
    });
  if (order !== undefined || count !== undefined)
    found.sort((a, b) => (order === 'desc' ? b.distance - a.distance : a.distance - b.distance));
  return found.slice(0, count);
}

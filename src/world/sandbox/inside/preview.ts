import { types } from 'node:util';

const longestText = 300;
const mostNodes = 200;
const deepest = 6;
const longestString = 2000;
const longestSearched = 100_000;
const descriptorsOf = Object.getOwnPropertyDescriptor;
const keysOf = Reflect.ownKeys;
const prototypeOf = Object.getPrototypeOf;
const { isArray } = Array;
const { isProxy, isDate, isRegExp, isMap, isSet, isPromise, isNativeError, isUint8Array, isBoxedPrimitive } = types;
const timeOf = Date.prototype.getTime;
const mapEntries = Map.prototype.entries;
const setValues = Set.prototype.values;

/** Objects of Node whose inside says nothing about the target. */
const opaque = new Set([
  ...['IncomingMessage', 'ServerResponse', 'ClientRequest', 'Socket', 'TLSSocket', 'Server', 'Agent', 'Timeout'],
  ...[
    'Immediate',
    'AbortSignal',
    'AbortController',
    'Request',
    'Response',
    'Headers',
    'ReadableStream',
    'EventEmitter',
  ],
]);

/** The folder that is left out of what is shown, so that the same code looks the same wherever it lies. */
export const hidden = { folder: '' };

/** What is shown of some values: a readable text, cut, and a hash that stands for more than is shown. */
export function preview(values: ArrayLike<unknown>): [text: string, hash: string] {
  const walk = { left: mostNodes, seen: [] as object[] };
  let text = '';
  for (let at = 0; at < values.length; at += 1) text += (at === 0 ? '' : ', ') + show(values[at], 0, walk);
  return [cut(text), hashOf(text)];
}

/** A text as it is kept: cut at a length, and hashed whole. */
export function previewText(text: string): [text: string, hash: string] {
  const clean = withoutFolder(text);
  return [cut(clean), hashOf(clean)];
}

interface Walk {
  left: number;
  seen: object[];
}

function show(value: unknown, depth: number, walk: Walk): string {
  walk.left -= 1;
  if (walk.left < 0) return '…';
  switch (typeof value) {
    case 'string':
      return quoted(value);
    case 'bigint':
      return `${value}n`;
    case 'symbol':
      return `Symbol(${value.description ?? ''})`;
    case 'function':
      return isProxy(value) ? 'Proxy' : `[function ${ownText(value, 'name')}]`;
    case 'object':
      return value === null ? 'null' : showObject(value, depth, walk);
    default:
      return Object.is(value, -0) ? '-0' : String(value);
  }
}

function showObject(value: object, depth: number, walk: Walk): string {
  if (isProxy(value)) return 'Proxy';
  if (walk.seen.includes(value)) return '[circular]';
  if (isDate(value)) return `Date(${timeOf.call(value)})`;
  if (isRegExp(value)) return 'RegExp';
  if (isPromise(value)) return 'Promise';
  if (isBoxedPrimitive(value)) return 'Boxed';
  if (isNativeError(value)) return `${className(value)}(${quoted(ownText(value, 'message'))})`;
  if (depth >= deepest) return isArray(value) ? '[…]' : '{…}';
  walk.seen.push(value);
  try {
    return isUint8Array(value) ? showBytes(value) : showParts(value, depth, walk);
  } finally {
    walk.seen.pop();
  }
}

function showBytes(value: Uint8Array): string {
  return `bytes ${value.length}:${hashOf(String.fromCharCode(...value.subarray(0, longestString)))}`;
}

function showParts(value: object, depth: number, walk: Walk): string {
  if (isArray(value)) return `[${showItems(value, depth, walk)}]`;
  if (isMap(value)) return `Map{${showEach(mapEntries.call(value), depth, walk)}}`;
  if (isSet(value)) return `Set{${showEach(setValues.call(value), depth, walk)}}`;
  if (ArrayBuffer.isView(value)) return className(value);
  const name = className(value);
  if (opaque.has(name)) return `${name}${brief(value)}`;
  const parts: string[] = [];
  // The inside of a stream is Node's: buffers that are not filled yet, and what is on its way.
  const isStream = Boolean(descriptorsOf(value, '_readableState') ?? descriptorsOf(value, '_writableState'));
  for (const key of keysOf(value)) {
    if (walk.left <= 0) break;
    const descriptor = descriptorsOf(value, key);
    if (!descriptor?.enumerable || typeof key === 'symbol' || (isStream && key.startsWith('_'))) continue;
    parts.push(`${key}: ${'value' in descriptor ? show(descriptor.value, depth + 1, walk) : '[getter]'}`);
  }
  return `${name === 'Object' ? '' : name}{${parts.join(', ')}}`;
}

/** What tells one request from another. */
function brief(value: object): string {
  const parts = [ownText(value, 'method'), ownText(value, 'originalUrl') || ownText(value, 'url')].filter(Boolean);
  return parts.length > 0 ? `(${parts.join(' ')})` : '';
}

function showItems(value: unknown[], depth: number, walk: Walk): string {
  const parts: string[] = [];
  for (let at = 0; at < value.length && walk.left > 0; at += 1) {
    const descriptor = descriptorsOf(value, at);
    parts.push(!descriptor ? '' : 'value' in descriptor ? show(descriptor.value, depth + 1, walk) : '[getter]');
  }
  if (parts.length < value.length) parts.push(`… of ${value.length}`);
  return parts.join(', ');
}

function showEach(items: Iterator<unknown>, depth: number, walk: Walk): string {
  const parts: string[] = [];
  for (let item = items.next(); !item.done && walk.left > 0; item = items.next()) {
    parts.push(show(item.value, depth + 1, walk));
  }
  return parts.join(', ');
}

/** The name of an object's class, read without running any of the target's code. */
export function className(value: object): string {
  for (let at: object | null = value; at !== null; at = prototypeOf(at)) {
    if (isProxy(at)) return 'Proxy';
    const maker = descriptorsOf(at, 'constructor');
    if (maker && typeof maker.value === 'function' && !isProxy(maker.value)) return ownText(maker.value, 'name');
  }
  return 'Object';
}

function ownText(value: object, key: string): string {
  const found = descriptorsOf(value, key)?.value;
  return typeof found === 'string' ? found : '';
}

function quoted(text: string): string {
  const clean = text.length > longestSearched ? text : withoutFolder(text);
  return JSON.stringify(clean.length > longestString ? `${clean.slice(0, longestString)}…${clean.length}` : clean);
}

/** A text in which the tree is named the same wherever it lies. */
export function withoutFolder(text: string): string {
  return text.includes(hidden.folder) ? text.replaceAll(hidden.folder, '<tree>') : text;
}

function cut(text: string): string {
  return text.length > longestText ? `${text.slice(0, longestText - 1)}…` : text;
}

/** 53 bits of a text (cyrb53), for telling values apart; not for secrets. */
function hashOf(text: string): string {
  let high = 0xdeadbeef;
  let low = 0x41c6ce57;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    high = Math.imul(high ^ code, 2654435761);
    low = Math.imul(low ^ code, 1597334677);
  }
  high = Math.imul(high ^ (high >>> 16), 2246822507) ^ Math.imul(low ^ (low >>> 13), 3266489909);
  low = Math.imul(low ^ (low >>> 16), 2246822507) ^ Math.imul(high ^ (high >>> 13), 3266489909);
  return (4294967296 * (2097151 & low) + (high >>> 0)).toString(36);
}

import fs from 'node:fs';
import { contentOf, type Entry, isWritable, look, ownFile, put, refused, write } from './disk-store.ts';

interface Open {
  at: string;
  entry: Entry;
  position: number;
  reads: boolean;
  writes: boolean;
  appends: boolean;
}

const { O_APPEND, O_CREAT, O_EXCL, O_RDWR, O_TRUNC, O_WRONLY } = fs.constants;
const letters: Record<string, number> = {
  r: 0,
  'r+': O_RDWR,
  w: O_TRUNC | O_CREAT | O_WRONLY,
  'w+': O_TRUNC | O_CREAT | O_RDWR,
  a: O_APPEND | O_CREAT | O_WRONLY,
  'a+': O_APPEND | O_CREAT | O_RDWR,
};
/** Far from the numbers that the machine gives out. */
let next = 1000;
const open = new Map<number, Open>();

/** Whether a descriptor is one of the world's. */
export function isDescriptor(fd: unknown): fd is number {
  return typeof fd === 'number' && open.has(fd);
}

/** The flags of `open` as bits, however they were given. */
export function bitsOf(flags: unknown = 'r'): number {
  if (typeof flags === 'number') return flags;
  const named = String(flags).replace('s', '').replace('xw', 'wx').replace('xa', 'ax');
  const bits = letters[named.replace('x', '')];
  if (bits === undefined) throw refused('EINVAL', 'open');
  return named.includes('x') ? bits | O_EXCL : bits;
}

/** Opens a file of the world, or one of the tree to write to it. */
export function openFile(at: string, flags: unknown, mode: unknown = 0o666): number {
  const bits = bitsOf(flags);
  const found = look(at);
  const writes = (bits & (O_WRONLY | O_RDWR)) !== 0;
  if (found && bits & O_CREAT && bits & O_EXCL) throw refused('EEXIST', 'open', at);
  if (found?.kind === 'folder' && writes) throw refused('EISDIR', 'open', at);
  let entry = found;
  if (!found) {
    if (!(bits & O_CREAT) || !isWritable(at)) throw refused('ENOENT', 'open', at);
    entry = create(at, Number(mode));
  } else if (writes) entry = bits & O_TRUNC ? put(at, 'file', found.mode) : ownFile(at);
  else if (found.kind === 'file') contentOf(at);
  if (!entry) throw refused('ENOENT', 'open', at);
  next += 1;
  open.set(next, { at, entry, position: 0, writes, reads: !(bits & O_WRONLY), appends: (bits & O_APPEND) !== 0 });
  return next;
}

/** Makes an empty file where its folder stands. */
export function create(at: string, mode = 0o666): Entry {
  const folder = look(at.slice(0, at.lastIndexOf('/')) || '/');
  if (!folder) throw refused('ENOENT', 'open', at);
  if (folder.kind !== 'folder') throw refused('ENOTDIR', 'open', at);
  return put(at, 'file', mode & ~0o022);
}

/** The file that a descriptor stands for. */
export function opened(fd: number, syscall: string): Open {
  const found = open.get(fd);
  if (!found) throw refused('EBADF', syscall);
  return found;
}

/** Closes a descriptor. */
export function closeFile(fd: number): void {
  open.delete(fd);
}

/** Reads from where the descriptor stands, or from a place that is given. */
export function readFrom(fd: number, into: Uint8Array, offset: number, length: number, position: unknown): number {
  const file = opened(fd, 'read');
  if (!file.reads) throw refused('EBADF', 'read');
  if (file.entry.kind === 'folder') throw refused('EISDIR', 'read');
  const isPlaced = (typeof position === 'number' || typeof position === 'bigint') && position >= 0;
  const from = isPlaced ? Number(position) : file.position;
  const part = file.entry.bytes.subarray(from, from + length);
  into.set(part, offset);
  if (!isPlaced) file.position += part.length;
  return part.length;
}

/** Writes where the descriptor stands, at its end when it appends, or at a place that is given. */
export function writeTo(fd: number, bytes: Uint8Array, position: unknown): number {
  const file = opened(fd, 'write');
  if (!file.writes) throw refused('EBADF', 'write');
  const { entry } = file;
  const isPlaced = typeof position === 'number' && position >= 0 && !file.appends;
  const from = file.appends ? entry.bytes.length : isPlaced ? position : file.position;
  write(entry, laid(entry.bytes, bytes, from));
  if (!isPlaced) file.position = from + bytes.length;
  return bytes.length;
}

/** Memory that was taken with room for more behind it. */
const roomy = new WeakSet<ArrayBufferLike>();

function laid(before: Buffer, bytes: Uint8Array, from: number): Buffer {
  const length = Math.max(before.length, from + bytes.length);
  const fits = roomy.has(before.buffer) && length <= before.buffer.byteLength;
  const whole = fits ? Buffer.from(before.buffer, 0, length) : Buffer.alloc(length * 2);
  if (!fits) {
    roomy.add(whole.buffer);
    before.copy(whole);
  } else if (from > before.length) whole.fill(0, before.length, from);
  whole.set(bytes, from);
  return whole.subarray(0, length);
}

/** Cuts a file, or fills it up with zeros. */
export function truncate(entry: Entry, length = 0): void {
  write(
    entry,
    laid(
      entry.bytes.subarray(0, length),
      Buffer.alloc(Math.max(0, length - entry.bytes.length)),
      Math.min(length, entry.bytes.length),
    ),
  );
}

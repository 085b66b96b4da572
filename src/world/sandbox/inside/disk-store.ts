import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { say } from './channel.ts';
import { timers } from './clock.ts';

/** A file or folder that exists only in the world, or the place of one that the world took away. */
export interface Entry {
  kind: 'file' | 'folder' | 'gone';
  bytes: Buffer;
  mode: number;
  ino: number;
  born: number;
  accessed: number;
  modified: number;
}

const { lstatSync, readdirSync, readFileSync, realpathSync, statSync } = fs;
const mostBytes = 64 << 20;
const mostEntries = 20_000;
const errors = {
  ENOENT: [-2, 'no such file or directory'],
  EBADF: [-9, 'bad file descriptor'],
  EEXIST: [-17, 'file already exists'],
  ENOTDIR: [-20, 'not a directory'],
  EISDIR: [-21, 'illegal operation on a directory'],
  EINVAL: [-22, 'invalid argument'],
  ENOSPC: [-28, 'no space left on device'],
  ENOTEMPTY: [-39, 'directory not empty'],
} as const;
const nothing = Buffer.alloc(0);
/** Folders that every machine has, empty; only what lies in them and may be read is the real disk's. */
const machine = ['/tmp', '/home/world'];
const hasRight = process.permission.has.bind(process.permission);

/** What the service wrote, made and took away, by absolute path; the tree itself is never touched. */
const entries = new Map<string, Entry>();
let held = 0;
let made = 0;
let tree = '/';
/** Whether anything differs from the tree as it lies there. */
let isChanged = false;

/** Makes the folders that every machine has. */
export function openDisk(root: string): void {
  tree = root;
  for (const folder of machine) entries.set(folder, fresh('folder', 0o777));
  isChanged = false;
}

/** An error as Node gives it for a call to the operating system. */
export function refused(code: keyof typeof errors, syscall: string, at?: string, to?: string): Error {
  const [errno, says] = errors[code];
  const where = at === undefined ? '' : ` '${at}'${to === undefined ? '' : ` -> '${to}'`}`;
  const facts = { errno, code, syscall, ...(at !== undefined && { path: at }), ...(to !== undefined && { dest: to }) };
  return Object.assign(new Error(`${code}: ${says}, ${syscall}${where}`), facts);
}

/** The absolute path that is meant, links of the tree followed; nothing when it is no path at all. */
export function placeOf(file: unknown, follows = true): string | undefined {
  const named = nameOf(file);
  if (named === undefined || named === '' || named.includes('\0')) return undefined;
  const whole = path.resolve(named);
  if (!isChanged || entries.has(whole) || !isWithin(whole, tree)) return whole;
  return (
    (follows ? real(whole) : undefined) ??
    path.join(real(path.dirname(whole)) ?? path.dirname(whole), path.basename(whole))
  );
}

/** A path as text, however it was given. */
export function nameOf(file: unknown): string | undefined {
  if (typeof file === 'string') return file;
  if (file instanceof URL) return file.protocol === 'file:' ? fileURLToPath(file) : undefined;
  return file instanceof Uint8Array ? Buffer.from(file).toString() : undefined;
}

/** Whether the world and not the tree decides what stands at a path. */
export function isOurs(at: string): boolean {
  for (let place = at; ; place = path.dirname(place)) {
    if (entries.has(place)) return !(machine.includes(place) && place !== at && isReadable(at));
    if (place === path.dirname(place)) return false;
  }
}

/** Whether the service may write there. */
export function isWritable(at: string): boolean {
  return isWithin(at, tree) || machine.some((root) => isWithin(at, root) && !isReadable(at));
}

/** Whether the real disk lets this process read there. */
function isReadable(at: string): boolean {
  return hasRight('fs.read', at);
}

/** What stands at a path, in the world or in the tree. */
export function look(at: string): Entry | undefined {
  const entry = entries.get(at);
  if (entry || isOurs(at)) return entry?.kind === 'gone' ? undefined : entry;
  const found = statSync(at, { throwIfNoEntry: false });
  if (!found) return undefined;
  return { ...fresh(found.isDirectory() ? 'folder' : 'file', found.mode & 0o777), bytes: nothing };
}

/** What is to be told when a file is read for the first time. */
export const onFirstRead = new Map<string, () => void>();

/** The content of a file, in the world or in the tree. */
export function contentOf(at: string): Buffer {
  onFirstRead.get(at)?.();
  onFirstRead.delete(at);
  return entries.get(at)?.bytes ?? readFileSync(at);
}

/** The names in a folder, those of the world and those of the tree. */
export function namesIn(at: string): string[] {
  const names = new Set(isOurs(at) ? [] : readdirSync(at));
  for (const [place, { kind }] of entries) {
    if (path.dirname(place) !== at || place === at) continue;
    if (kind === 'gone') names.delete(path.basename(place));
    else names.add(path.basename(place));
  }
  return [...names].sort();
}

/** Puts a file or folder into the world. */
export function put(at: string, kind: 'file' | 'folder', mode: number, bytes: Buffer = nothing): Entry {
  const before = entries.get(at);
  const entry = { ...fresh(kind, mode), ...(before?.kind === kind && { born: before.born, ino: before.ino }) };
  entries.set(at, entry);
  isChanged = true;
  if (entries.size > mostEntries) throw full(`more than ${mostEntries} files in ${at}`);
  write(entry, bytes);
  if (before?.kind === 'file') held -= before.bytes.length;
  return entry;
}

/** Gives a file its content, within what a service may hold. */
export function write(entry: Entry, bytes: Buffer): void {
  if (held - entry.bytes.length + bytes.length > mostBytes) throw full(`more than ${mostBytes >> 20} MB of files`);
  held += bytes.length - entry.bytes.length;
  entry.bytes = bytes;
  entry.modified = timers.now;
}

/** A file of the tree as the world's own, so that it can be changed. */
export function ownFile(at: string): Entry | undefined {
  const entry = entries.get(at);
  if (entry || isOurs(at)) return entry?.kind === 'file' ? entry : undefined;
  const found = look(at);
  return found?.kind === 'file' ? put(at, 'file', found.mode, readFileSync(at)) : undefined;
}

/** Takes away what stands at a path and below. */
export function remove(at: string): void {
  const wasReal = !isOurs(path.dirname(at)) && lstatSync(at, { throwIfNoEntry: false }) !== undefined;
  for (const [place, { bytes }] of entries) {
    if (!isWithin(place, at)) continue;
    held -= bytes.length;
    entries.delete(place);
  }
  isChanged = true;
  if (wasReal) entries.set(at, fresh('gone', 0));
}

function full(what: string): Error {
  say({ t: 'unmodelled', what });
  return refused('ENOSPC', 'write');
}

function fresh(kind: Entry['kind'], mode: number): Entry {
  made += 1;
  return { kind, bytes: nothing, mode, ino: made, born: timers.now, accessed: timers.now, modified: timers.now };
}

function isWithin(at: string, root: string): boolean {
  return at === root || at.startsWith(`${root}/`);
}

function real(at: string): string | undefined {
  try {
    return realpathSync(at);
  } catch {
    return undefined;
  }
}

/** Whether a folder of the tree holds something of the world's too, or lacks what the world took away. */
export function isMerged(at: string): boolean {
  if (!isChanged) return false;
  for (const place of entries.keys()) if (isWithin(place, at)) return true;
  return false;
}

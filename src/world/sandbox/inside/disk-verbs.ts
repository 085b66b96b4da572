import fs from 'node:fs';
import path from 'node:path';
import { closeFile, create, opened, openFile, readFrom, truncate, writeTo } from './disk-descriptors.ts';
import { statsOf } from './disk-stats.ts';
import { contentOf, type Entry, look, namesIn, ownFile, placeOf, put, refused, remove, write } from './disk-store.ts';

interface Options {
  encoding?: BufferEncoding | 'buffer' | null;
  recursive?: boolean;
  force?: boolean;
  withFileTypes?: boolean;
  bigint?: boolean;
  throwIfNoEntry?: boolean;
  flag?: string;
  mode?: number;
  position?: number | null;
  offset?: number;
  length?: number;
  errorOnExist?: boolean;
  filter?: (from: string, to: string) => boolean;
}

/** What a verb does on the world's disk, in the order of Node's own arguments; paths are absolute. */
type Verb = (at: never, ...rest: never[]) => unknown;

/** What libuv calls a file and a folder. */
const [fileType, folderType] = [1, 2];
const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';

/** Options where a string means an encoding. */
function optionsOf(given: unknown): Options {
  return typeof given === 'string' ? { encoding: given as BufferEncoding } : Object(given ?? {});
}

function bytesOf(data: unknown, encoding?: Options['encoding']): Uint8Array {
  if (typeof data === 'string') return Buffer.from(data, encoding && encoding !== 'buffer' ? encoding : 'utf8');
  if (ArrayBuffer.isView(data)) return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  throw Object.assign(new TypeError('The "data" argument must be of type string or an instance of Buffer'), {
    code: 'ERR_INVALID_ARG_TYPE',
  });
}

function shown(bytes: Buffer, encoding: Options['encoding']): Buffer | string {
  return encoding && encoding !== 'buffer' ? bytes.toString(encoding) : Buffer.from(bytes);
}

function found(at: string, syscall: string): Entry {
  const entry = look(at);
  if (!entry) throw refused('ENOENT', syscall, at);
  return entry;
}

function own(at: string, syscall: string): Entry {
  const entry = ownFile(at);
  if (entry) return entry;
  throw refused(look(at) ? 'EISDIR' : 'ENOENT', syscall, at);
}

function stat(at: string, options?: Options): fs.Stats | fs.BigIntStats | undefined {
  if (options?.throwIfNoEntry === false && !look(at)) return undefined;
  return statsOf(found(at, 'stat'), options?.bigint);
}

function mkdir(at: string, given?: unknown): string | undefined {
  const { recursive, mode = 0o777 } = typeof given === 'number' ? { mode: given } : optionsOf(given);
  const stands = look(at);
  if (stands && !(recursive && stands.kind === 'folder')) throw refused('EEXIST', 'mkdir', at);
  if (stands) return undefined;
  const parent = path.dirname(at);
  const above = look(parent);
  if (!above && !recursive) throw refused('ENOENT', 'mkdir', at);
  if (above && above.kind !== 'folder') throw refused('ENOTDIR', 'mkdir', at);
  const first = above ? undefined : mkdir(parent, { recursive: true });
  put(at, 'folder', Number(mode) & ~0o022);
  return recursive ? (first ?? at) : undefined;
}

function readdir(at: string, given?: unknown): unknown[] {
  const { withFileTypes, recursive, encoding } = optionsOf(given);
  if (found(at, 'scandir').kind !== 'folder') throw refused('ENOTDIR', 'scandir', at);
  const walk = (folder: string): [folder: string, name: string][] =>
    namesIn(folder).flatMap((name) => {
      const below = recursive && look(path.join(folder, name))?.kind === 'folder' ? walk(path.join(folder, name)) : [];
      return [[folder, name] as [string, string], ...below];
    });
  return walk(at).map(([folder, name]) => {
    if (withFileTypes) return entryAt(folder, name);
    const relative = path.relative(at, path.join(folder, name));
    return encoding === 'buffer' ? Buffer.from(relative) : relative;
  });
}

/** One thing in a folder, as `readdir` and `opendir` give it. */
function entryAt(folder: string, name: string): fs.Dirent {
  const kind = look(path.join(folder, name))?.kind === 'folder' ? folderType : fileType;
  return Reflect.construct(fs.Dirent, [name, kind, folder]);
}

function rm(at: string, { recursive, force }: Options = {}): void {
  const entry = look(at);
  if (!entry && force) return;
  if (!entry) throw refused('ENOENT', 'rm', at);
  if (entry.kind === 'folder' && !recursive)
    throw Object.assign(refused('EISDIR', 'rm', at), { code: 'ERR_FS_EISDIR' });
  remove(at);
}

function copyFile(from: string, to: string, mode = 0): void {
  if (found(from, 'copyfile').kind !== 'file') throw refused('EISDIR', 'copyfile', from, to);
  if (mode & fs.constants.COPYFILE_EXCL && look(to)) throw refused('EEXIST', 'copyfile', from, to);
  const bytes = Buffer.from(contentOf(from));
  write(ownFile(to) ?? create(to), bytes);
}

function copy(from: string, to: string, options: Options = {}): void {
  if (options.filter && !options.filter(from, to)) return;
  if (found(from, 'cp').kind === 'file') {
    if (look(to) && options.force === false) return;
    mkdir(path.dirname(to), { recursive: true });
    copyFile(from, to);
    return;
  }
  if (!options.recursive) throw Object.assign(refused('EISDIR', 'cp', from), { code: 'ERR_FS_EISDIR' });
  mkdir(to, { recursive: true });
  for (const name of namesIn(from)) copy(path.join(from, name), path.join(to, name), options);
}

function rename(from: string, to: string): void {
  const entry = found(from, 'rename');
  const there = look(to);
  if (there?.kind === 'folder' && (entry.kind !== 'folder' || namesIn(to).length > 0))
    throw refused('ENOTEMPTY', 'rename', from, to);
  if (!look(path.dirname(to))) throw refused('ENOENT', 'rename', from, to);
  if (entry.kind === 'file') copyFile(from, to);
  else copy(from, to, { recursive: true });
  remove(from);
}

function writeFile(at: string, data: unknown, given?: unknown): void {
  const { encoding, flag = 'w', mode } = optionsOf(given);
  const fd = openFile(at, flag, mode);
  try {
    writeTo(fd, bytesOf(data, encoding), null);
  } finally {
    closeFile(fd);
  }
}

function readFile(at: string, given?: unknown): Buffer | string {
  if (found(at, 'open').kind === 'folder') throw refused('EISDIR', 'read');
  return shown(contentOf(at), optionsOf(given).encoding);
}

function mkdtemp(prefix: string): string {
  let name = '';
  for (let at = 0; at < 6; at += 1) name += letters[Math.floor(Math.random() * letters.length)];
  const folder = `${prefix}${name}`;
  mkdir(placeOf(folder) ?? folder);
  return folder;
}

/** The verbs that are given a path, or two of them. */
export const onPaths = {
  access: (at: string) => void found(at, 'access'),
  appendFile: (at: string, data: unknown, given?: unknown) => writeFile(at, data, { flag: 'a', ...optionsOf(given) }),
  chmod: (at: string, mode: unknown) => void Object.assign(found(at, 'chmod'), { mode: Number(mode) }),
  chown: (at: string) => void found(at, 'chown'),
  copyFile,
  cp: copy,
  exists: (at: string) => look(at) !== undefined,
  lstat: stat,
  mkdir,
  mkdtemp,
  open: openFile,
  readFile,
  readdir,
  realpath: (at: string) => (found(at, 'realpath') ? at : ''),
  rename,
  rm,
  rmdir(at: string, options?: Options) {
    if (found(at, 'rmdir').kind !== 'folder') throw refused('ENOTDIR', 'rmdir', at);
    if (!options?.recursive && namesIn(at).length > 0) throw refused('ENOTEMPTY', 'rmdir', at);
    remove(at);
  },
  stat,
  truncate: (at: string, length?: number) => truncate(own(at, 'open'), length),
  unlink(at: string) {
    if (found(at, 'unlink').kind === 'folder') throw refused('EISDIR', 'unlink', at);
    remove(at);
  },
  utimes(at: string, accessed: unknown, modified: unknown) {
    Object.assign(own(at, 'utime'), { accessed: millis(accessed), modified: millis(modified) });
  },
  writeFile,
} satisfies Record<string, Verb>;

/** The verbs that are given an open file. */
export const onDescriptors = {
  close: closeFile,
  fchmod: (fd: number, mode: unknown) => void Object.assign(opened(fd, 'fchmod').entry, { mode: Number(mode) }),
  fdatasync: (fd: number) => void opened(fd, 'fdatasync'),
  fstat: (fd: number, options?: Options) => statsOf(opened(fd, 'fstat').entry, options?.bigint),
  fsync: (fd: number) => void opened(fd, 'fsync'),
  ftruncate: (fd: number, length?: number) => truncate(opened(fd, 'ftruncate').entry, length),
  futimes(fd: number, accessed: unknown, modified: unknown) {
    Object.assign(opened(fd, 'futime').entry, { accessed: millis(accessed), modified: millis(modified) });
  },
  read(fd: number, into: Uint8Array, ...rest: unknown[]) {
    const named = typeof rest[0] === 'object' && rest[0] !== null ? (rest[0] as Options) : undefined;
    const [offset, length, position] = named ? [named.offset, named.length, named.position] : rest;
    const start = Number(offset ?? 0);
    return readFrom(
      fd,
      new Uint8Array(into.buffer, into.byteOffset, into.byteLength),
      start,
      Number(length ?? into.byteLength - start),
      position,
    );
  },
  readv: (fd: number, views: Uint8Array[], position?: unknown) => {
    let at = typeof position === 'number' ? position : undefined;
    return views.reduce((sum, view) => {
      const got = readFrom(fd, view, 0, view.byteLength, at);
      if (at !== undefined) at += got;
      return sum + got;
    }, 0);
  },
  write(fd: number, data: unknown, ...rest: unknown[]) {
    if (typeof data === 'string') return writeTo(fd, bytesOf(data, rest[1] as BufferEncoding), rest[0]);
    const named = typeof rest[0] === 'object' && rest[0] !== null ? (rest[0] as Options) : undefined;
    const [offset, length, position] = named ? [named.offset, named.length, named.position] : rest;
    const bytes = bytesOf(data);
    const start = Number(offset ?? 0);
    return writeTo(fd, bytes.subarray(start, start + Number(length ?? bytes.length - start)), position);
  },
  writev: (fd: number, views: Uint8Array[], position?: unknown) =>
    writeTo(fd, Buffer.concat(views.map((view) => bytesOf(view))), position),
} satisfies Record<string, Verb>;

function millis(time: unknown): number {
  return time instanceof Date ? time.getTime() : Number(time) * 1000;
}

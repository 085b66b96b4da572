import { EventEmitter } from 'node:events';
import fs from 'node:fs';
import { createInterface } from 'node:readline';
import { opened } from './disk-descriptors.ts';
import { contentOf, look } from './disk-store.ts';
import { onDescriptors, onPaths } from './disk-verbs.ts';

type Rest = unknown[];

/** An open file of the world, as `fs.promises.open` gives it. */
export class Handle extends EventEmitter {
  readonly fd: number;
  private isOpen = true;

  constructor(fd: number) {
    super();
    this.fd = fd;
  }
  async read(into: Uint8Array | { buffer?: Uint8Array } = {}, ...rest: Rest) {
    const isView = ArrayBuffer.isView(into);
    const buffer = isView ? into : (into.buffer ?? Buffer.alloc(16_384));
    return { bytesRead: onDescriptors.read(this.fd, buffer, ...(isView ? rest : [into])), buffer };
  }
  async write(data: unknown, ...rest: Rest) {
    return { bytesWritten: fs.writeSync(this.fd, data as string, ...(rest as [])), buffer: data };
  }
  async writev(views: Uint8Array[], position?: number) {
    return { bytesWritten: fs.writevSync(this.fd, views, position), buffers: views };
  }
  async readv(views: Uint8Array[], position?: number) {
    return { bytesRead: onDescriptors.readv(this.fd, views, position), buffers: views };
  }
  async readFile(options?: unknown) {
    return fs.readFileSync(this.fd, options as BufferEncoding);
  }
  async writeFile(data: unknown, options?: unknown) {
    fs.writeFileSync(this.fd, data as string, options as BufferEncoding);
  }
  async appendFile(data: unknown, options?: unknown) {
    fs.writeFileSync(this.fd, data as string, options as BufferEncoding);
  }
  async stat(options?: object) {
    return onDescriptors.fstat(this.fd, options);
  }
  async truncate(length?: number) {
    onDescriptors.ftruncate(this.fd, length);
  }
  async chmod(mode: number) {
    onDescriptors.fchmod(this.fd, mode);
  }
  async utimes(accessed: unknown, modified: unknown) {
    onDescriptors.futimes(this.fd, accessed, modified);
  }
  async sync() {
    opened(this.fd, 'fsync');
  }
  async datasync() {
    opened(this.fd, 'fdatasync');
  }
  async close() {
    if (!this.isOpen) return;
    this.isOpen = false;
    onDescriptors.close(this.fd);
    this.emit('close');
  }
  createReadStream(options?: object) {
    return fs.createReadStream('', { ...options, fd: this.fd });
  }
  createWriteStream(options?: object) {
    return fs.createWriteStream('', { ...options, fd: this.fd });
  }
  readLines(options?: object) {
    return createInterface({ input: this.createReadStream(options), crlfDelay: Number.POSITIVE_INFINITY });
  }
  async [Symbol.asyncDispose]() {
    await this.close();
  }
}

/** A folder that is read one name after the other, as `fs.opendir` gives it. */
export class Folder {
  readonly path: string;
  private readonly left: unknown[];

  constructor(at: string, options?: unknown) {
    this.path = at;
    this.left = onPaths.readdir(at, { ...Object(options), withFileTypes: true });
  }
  readSync() {
    return this.left.shift() ?? null;
  }
  read(done?: (failed: null, entry: unknown) => void) {
    if (!done) return Promise.resolve(this.readSync());
    return void setImmediate(() => done(null, this.readSync()));
  }
  closeSync() {
    this.left.length = 0;
  }
  close(done?: (failed: null) => void) {
    this.closeSync();
    return done ? void setImmediate(() => done(null)) : Promise.resolve();
  }
  async *[Symbol.asyncIterator]() {
    for (let entry = this.readSync(); entry !== null; entry = this.readSync()) yield entry;
  }
  async [Symbol.asyncDispose]() {
    await this.close();
  }
}

/** Somebody who waits for changes of files: nobody but the service itself changes any, so it is never called. */
export class Watcher extends EventEmitter {
  close() {
    process.nextTick(() => this.emit('close'));
  }
  stop() {
    this.close();
  }
  ref() {
    return this;
  }
  unref() {
    return this;
  }
}

/** The rest of an open file, or all of what a path names. */
export function restOf(fd: number): Buffer {
  const file = opened(fd, 'read');
  const rest = file.entry.bytes.subarray(file.position);
  file.position = file.entry.bytes.length;
  return Buffer.from(rest);
}

/** The text of a file of the world that is loaded as a module; nothing when the tree decides. */
export function sourceOf(at: string): string | undefined {
  return look(at)?.kind === 'file' ? contentOf(at).toString('utf8') : undefined;
}

import {
  closeSync,
  existsSync,
  fstatSync,
  mkdirSync,
  openSync,
  readSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs';
import path from 'node:path';
import { zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import { z } from 'zod';
import { Failure } from '../errors.ts';
import type { Trace, TraceEvent } from './trace.ts';

const eventsPerBlock = 1_024;
const mark = Buffer.from('RTRC');
const largestBlock = 256 << 20;

/** What a trace is besides its events. */
export type TraceSummary = Omit<Trace, 'events'>;

/** The file of a trace that grows. */
export interface TraceFile extends Disposable {
  /** The next event, as JSON. */
  append(line: string): void;
  /** The events from a `seq` on, in order, read block by block. */
  events(from?: number): Generator<TraceEvent>;
  /** Puts the file in its place, named after the hash; an equal trace that is there already stays. */
  keep(summary: TraceSummary): void;
}

/** A trace that is kept in a file, read without loading it whole. */
export interface KeptTrace extends TraceSummary, Disposable {
  /** The events from a `seq` on, in order; only the blocks that are looked at are read. */
  events(from?: number): Generator<TraceEvent>;
}

const Block = z.object({ at: z.number(), length: z.number(), first: z.number() });
type Block = z.infer<typeof Block>;

const Foot = z.object({
  hash: z.string(),
  counts: z.object({ events: z.number(), boundaries: z.number(), transitions: z.number() }),
  functions: z.array(
    z.object({
      service: z.string(),
      name: z.string(),
      file: z.string(),
      line: z.number(),
      endLine: z.number(),
      calls: z.number(),
    }),
  ),
  blocks: z.array(Block),
});

/**
 * Begins the file of a trace in a folder: blocks of events, each compressed by itself, then a foot that says where they
 * are. Nothing is on disk before the first block is full; what is not kept is gone when the file is disposed of.
 */
export function beginTrace(folder: string, name: string): TraceFile {
  const partial = path.join(folder, `${name}.partial`);
  const blocks: Block[] = [];
  let lines: string[] = [];
  let written = 0;
  let size = 0;
  let descriptor: number | undefined;
  const put = (bytes: Buffer): void => {
    descriptor ??= openSync(partial, 'w+');
    writeAll(descriptor, bytes);
    size += bytes.length;
  };
  const flush = (): void => {
    if (lines.length === 0) return;
    const packed = zstdCompressSync(lines.join('\n'));
    blocks.push({ at: size, length: packed.length, first: written + 1 });
    written += lines.length;
    lines = [];
    put(packed);
  };
  const close = (): void => {
    if (descriptor !== undefined) closeSync(descriptor);
    descriptor = undefined;
  };
  return {
    append(line) {
      lines.push(line);
      if (lines.length === eventsPerBlock) flush();
    },
    *events(from = 1) {
      if (descriptor !== undefined) yield* eventsIn(descriptor, blocks, from);
      for (const line of lines.slice(Math.max(0, from - 1 - written))) yield JSON.parse(line);
    },
    keep(summary) {
      const place = fileOf(folder, summary.hash);
      if (!existsSync(place)) {
        flush();
        const foot = zstdCompressSync(JSON.stringify({ ...summary, blocks }));
        const length = Buffer.alloc(4);
        length.writeUInt32BE(foot.length);
        put(Buffer.concat([foot, length, mark]));
        close();
        mkdirSync(path.dirname(place), { recursive: true });
        renameSync(partial, place);
      }
      lines = [];
    },
    [Symbol.dispose]() {
      const isOpen = descriptor !== undefined;
      close();
      if (isOpen) rmSync(partial, { force: true });
    },
  };
}

/** Where the trace with a hash is kept. */
export function fileOf(folder: string, hash: string): string {
  return path.join(folder, hash.slice(0, 2), `${hash}.trace`);
}

/** Opens a kept trace; throws TRACE_UNKNOWN when it is not there or not whole. */
export function openTrace(folder: string, hash: string): KeptTrace {
  const file = fileOf(folder, hash);
  if (!/^[0-9a-f]{64}$/.test(hash) || !existsSync(file)) throw new Failure('TRACE_UNKNOWN', { trace: hash });
  const descriptor = openSync(file, 'r');
  try {
    const { blocks, ...summary } = footOf(descriptor);
    return {
      ...summary,
      events: (from = 1) => eventsIn(descriptor, blocks, from),
      [Symbol.dispose]: () => closeSync(descriptor),
    };
  } catch (cause) {
    closeSync(descriptor);
    throw new Failure('TRACE_UNKNOWN', { trace: hash, problem: 'its file is damaged' }, { cause });
  }
}

function footOf(descriptor: number): z.infer<typeof Foot> {
  const { size } = fstatSync(descriptor);
  const tail = bytesAt(descriptor, size - 8, 8);
  if (!tail.subarray(4).equals(mark)) throw new Error('it has no foot');
  const length = tail.readUInt32BE(0);
  const foot = zstdDecompressSync(bytesAt(descriptor, size - 8 - length, length), { maxOutputLength: largestBlock });
  return Foot.parse(JSON.parse(foot.toString('utf8')));
}

function* eventsIn(descriptor: number, blocks: readonly Block[], from: number): Generator<TraceEvent> {
  const first = blocks.findLastIndex((block) => block.first <= from);
  for (const block of blocks.slice(Math.max(0, first))) {
    const packed = bytesAt(descriptor, block.at, block.length);
    const lines = zstdDecompressSync(packed, { maxOutputLength: largestBlock }).toString('utf8').split('\n');
    for (const line of lines.slice(Math.max(0, from - block.first))) yield JSON.parse(line);
  }
}

function bytesAt(descriptor: number, at: number, length: number): Buffer {
  const bytes = Buffer.alloc(length);
  if (at < 0 || readSync(descriptor, bytes, 0, length, at) !== length) throw new Error('it is cut off');
  return bytes;
}

function writeAll(descriptor: number, bytes: Buffer): void {
  for (let sent = 0; sent < bytes.length; ) sent += writeSync(descriptor, bytes, sent);
}

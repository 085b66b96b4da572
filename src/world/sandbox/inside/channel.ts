import fs from 'node:fs';
import type { Beginning, Doubling, Order, SourceAnswer, Word } from '../protocol.ts';
import { double, endCopy, ownNumber, redirect } from './doubling.ts';
import { written } from './writing.ts';

const { readSync, writeSync } = fs;
const { parse } = JSON;
const Bytes = Uint8Array;
const Memory = ArrayBuffer;
const define = Reflect.defineProperty;
const { apply } = Reflect;
const encoder = new TextEncoder();
const decoder = new TextDecoder();
const { encodeInto } = encoder;
const { decode } = decoder;
const reallyExit = (process as unknown as { reallyExit(code: number): never }).reallyExit.bind(process);
const fullEnough = 1 << 16;
const roomy = 1 << 20;

/** The descriptor that leads to the coordinator; those that lead copies of this process to it follow. */
const descriptor = 3;
let copies = 0;
let isCopy = false;

/** Whether a descriptor is ours: the target's code is kept from it. */
export function isOurs(given: unknown): boolean {
  return typeof given === 'number' && given >= descriptor && given <= descriptor + copies;
}

/** Ends this process at once. */
export function endProcess(code: number): never {
  if (isCopy) endCopy(code);
  return reallyExit(code);
}

// Everything from here on runs beside the target's code: nothing may go through a method that it can replace, and
// no memory that held the mark may come into its hands.
let mark = '';
let said = '';
let out = room(roomy);

/** Says something; it leaves with the next flush. */
export function say(word: Word): void {
  said += `,${written(word)}`;
  if (said.length >= fullEnough) flush();
}

/** Sends what was said. */
export function flush(): void {
  if (said === '') return;
  const body = `["${mark}"${said}]`;
  said = '';
  if (out.size < body.length * 3 + 4) out = room(body.length * 3 + 4);
  const { bytes, content } = out;
  const { written: size } = apply(encodeInto, encoder, [body, content]) as { written: number };
  bytes[0] = size >>> 24;
  bytes[1] = size >>> 16;
  bytes[2] = size >>> 8;
  bytes[3] = size;
  for (let sent = 0; sent < size + 4; ) sent += writeSync(descriptor, bytes, sent, size + 4 - sent, null);
  if (out.size === roomy) return;
  wipe(bytes, 64);
  out = room(roomy);
}

/** Memory for a message; what Node asks of it while writing is its own, since the target may replace the getters. */
function room(size: number): { size: number; bytes: Uint8Array; content: Uint8Array } {
  const memory = new Memory(size);
  const bytes = new Bytes(memory);
  own(bytes, 'byteLength', size);
  own(bytes, 'length', size);
  own(bytes, 'byteOffset', 0);
  own(bytes, 'buffer', memory);
  return { size, bytes, content: new Bytes(memory, 4) };
}

function own(bytes: object, name: string, value: unknown): void {
  define(bytes, name, { __proto__: null, value } as PropertyDescriptor);
}

/** Waits, with everything standing still, for the next order; who is told to double goes on as the copy. */
export function receive(): Order {
  for (;;) {
    const told = read() as Order | Doubling;
    if (told.t !== 'double') return told;
    doubleInto(descriptor + told.place, told.mark);
  }
}

/** The copy has its own way to the coordinator and no other; the original waits to be doubled again. */
function doubleInto(own: number, newMark: string): void {
  if (double() !== 0) {
    redirect(own, 0);
    return;
  }
  isCopy = true;
  // Without a way of its own it would be on that of the original, and stay there.
  if (!redirect(descriptor, own)) endCopy(1);
  for (let at = 1; at <= copies; at += 1) redirect(descriptor + at, 0);
  mark = newMark;
  try {
    say({ t: 'born', pid: ownNumber() });
    flush();
  } catch {
    endCopy(1);
  }
}

/** What this process is told at its start. */
export function beginning(): Beginning {
  const told = read() as Beginning & { mark: string };
  mark = told.mark;
  copies = told.copies;
  told.mark = '';
  return told;
}

/** Asks for the source of a file and waits for it. */
export function askSource(file: string): SourceAnswer {
  say({ t: 'source', file });
  flush();
  return read() as SourceAnswer;
}

function read(): unknown {
  const head = exactly(4);
  let length = 0;
  for (let at = 0; at < 4; at += 1) length = length * 256 + (head[at] ?? 0);
  const bytes = exactly(length);
  const text = apply(decode, decoder, [bytes]) as string;
  wipe(bytes, length);
  return parse(text);
}

function exactly(length: number): Uint8Array {
  const bytes = new Bytes(length);
  for (let got = 0; got < length; ) {
    const more = readSync(descriptor, bytes, got, length - got, null);
    if (more === 0) endProcess(0);
    got += more;
  }
  return bytes;
}

function wipe(bytes: Uint8Array, length: number): void {
  for (let at = 0; at < length; at += 1) bytes[at] = 0;
}

import fs from 'node:fs';
import type { Beginning, Order, SourceAnswer, Word } from '../protocol.ts';

const { readSync, writeSync } = fs;
const { parse, stringify } = JSON;
const allocate = Buffer.allocUnsafe;
const fromText = Buffer.from;
/** Ends this process at once. */
export const endProcess = (process as unknown as { reallyExit(code: number): never }).reallyExit.bind(process);
const fullEnough = 256;

/** The descriptor that leads to the coordinator; the target's code is kept from it. */
export const descriptor = 3;

let words: Word[] = [];

/** Says something; it leaves with the next flush. */
export function say(word: Word): void {
  words.push(word);
  if (words.length >= fullEnough) flush();
}

/** Sends what was said. */
export function flush(): void {
  if (words.length === 0) return;
  const body = fromText(stringify(words));
  words = [];
  const frame = allocate(4 + body.length);
  frame.writeUInt32BE(body.length, 0);
  body.copy(frame, 4);
  for (let sent = 0; sent < frame.length; ) sent += writeSync(descriptor, frame, sent);
}

/** Waits, with everything standing still, for the next order. */
export function receive(): Order {
  return read() as Order;
}

/** What this process is told at its start. */
export function beginning(): Beginning {
  return read() as Beginning;
}

/** Asks for the source of a file and waits for it. */
export function askSource(file: string): SourceAnswer {
  say({ t: 'source', file });
  flush();
  return read() as SourceAnswer;
}

function read(): unknown {
  const head = exactly(4);
  return parse(exactly(head.readUInt32BE(0)).toString('utf8'));
}

function exactly(length: number): Buffer {
  const bytes = allocate(length);
  for (let got = 0; got < length; ) {
    const more = readSync(descriptor, bytes, got, length - got, null);
    if (more === 0) endProcess(0);
    got += more;
  }
  return bytes;
}

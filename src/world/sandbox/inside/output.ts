import { Writable } from 'node:stream';
import { say } from './channel.ts';
import { previewText, withoutFolder } from './preview.ts';
import { atLeaving } from './process-walls.ts';

const longestLine = 8_000;
const mostLines = 5_000;
const mostCaptured = 8 << 20;
let kept: string[] | undefined;
let keptLength = 0;
const partial = { stdout: '', stderr: '' };
let lines = 0;

/** Keeps what goes to standard output from here on. */
export function capture(): void {
  kept = [];
}

/** What went to standard output since. */
export function captured(): string {
  return kept?.join('') ?? '';
}

/** Turns what the service prints, through whichever door, into lines of its log. */
export function installOutput(): void {
  for (const [name, fd] of [
    ['stdout', 1],
    ['stderr', 2],
  ] as const) {
    const stream = new Writable({
      decodeStrings: false,
      write(chunk: Buffer | string, _encoding, done) {
        print(name, String(chunk));
        done();
      },
    });
    Object.assign(stream, { fd, isTTY: false, columns: 80 });
    Object.defineProperty(process, name, { configurable: true, enumerable: true, get: () => stream });
  }
  catchDescriptors();
  atLeaving.push(() => {
    for (const name of ['stdout', 'stderr'] as const) if (partial[name]) print(name, '\n');
  });
}

/** Loggers that write to the descriptors of standard output and error themselves. */
function catchDescriptors(): void {
  const fs = process.getBuiltinModule('node:fs');
  const { write, writeSync } = fs;
  const name = (fd: unknown) => (fd === 1 ? 'stdout' : fd === 2 ? 'stderr' : undefined);
  const taken = (fd: unknown, content: unknown, rest: unknown[]): number | undefined => {
    const stream = name(fd);
    if (!stream) return undefined;
    const bytes = typeof content === 'string' ? Buffer.from(content) : (content as Buffer);
    const [offset, length] = typeof content === 'string' ? [0, bytes.length] : (rest as [number?, number?]);
    const from = typeof offset === 'number' ? offset : 0;
    const part = bytes.subarray(from, typeof length === 'number' ? from + length : undefined);
    print(stream, part.toString());
    return part.length;
  };
  const sync = (fd: number, content: string | NodeJS.ArrayBufferView, ...rest: never[]) =>
    taken(fd, content, rest) ?? Reflect.apply(writeSync, fs, [fd, content, ...rest]);
  const async = (fd: number, content: string | NodeJS.ArrayBufferView, ...rest: unknown[]) => {
    const written = taken(fd, content, rest);
    if (written === undefined) return Reflect.apply(write, fs, [fd, content, ...rest]);
    const done = rest.at(-1);
    if (typeof done === 'function') setImmediate(() => done(null, written, content));
  };
  Object.assign(fs, { writeSync: sync, write: async });
}

function print(stream: 'stdout' | 'stderr', text: string): void {
  if (kept && stream === 'stdout' && keptLength < mostCaptured) {
    kept.push(text);
    keptLength += text.length;
  }
  const parts = (partial[stream] + text).split('\n');
  partial[stream] = (parts.pop() ?? '').slice(0, longestLine);
  for (const line of parts) {
    lines += 1;
    if (lines > mostLines + 1) return;
    const isBeyond = lines > mostLines;
    const cut = isBeyond
      ? `more than ${mostLines} lines; the rest was not kept`
      : withoutFolder(line).slice(0, longestLine);
    const [, hash] = previewText(cut);
    say({ t: 'seen', e: [['log', isBeyond ? 'cut' : stream, cut, hash]] });
  }
}

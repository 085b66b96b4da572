/** The kinds of frames that are told apart (RFC 9113, section 6). */
export const kinds = {
  data: 0,
  headers: 1,
  priority: 2,
  reset: 3,
  settings: 4,
  promise: 5,
  ping: 6,
  window: 8,
  continuation: 9,
} as const;

/** One frame. */
export interface Frame {
  kind: number;
  flags: number;
  stream: number;
  /** What it carries, padding and all. */
  content: Buffer;
  /** The bytes as they came. */
  raw: Buffer;
}

/** What each flag means where it means anything. */
export const flags = { endStream: 1, acknowledged: 1, endHeaders: 4, padded: 8, priority: 32 } as const;

const headSize = 9;
const largestRead = 1 << 22;

/** Reads frames out of bytes as they come. */
export function readFrames(take: (frame: Frame) => void): (bytes: Uint8Array) => void {
  let held: Buffer = Buffer.alloc(0);
  return (bytes) => {
    held = held.length === 0 ? Buffer.from(bytes) : Buffer.concat([held, bytes]);
    while (held.length >= headSize) {
      const length = held.readUIntBE(0, 3);
      if (length > largestRead) throw new Error('a frame of more than anybody reads at once');
      if (held.length < headSize + length) return;
      const raw = held.subarray(0, headSize + length);
      held = held.subarray(headSize + length);
      take({
        kind: raw[3] ?? 0,
        flags: raw[4] ?? 0,
        stream: raw.readUInt32BE(5) & 0x7fffffff,
        content: raw.subarray(headSize),
        raw,
      });
    }
  };
}

/** The bytes of a frame. */
export function frameBytes(kind: number, flag: number, stream: number, content: Buffer): Buffer {
  const head = Buffer.alloc(headSize);
  head.writeUIntBE(content.length, 0, 3);
  head[3] = kind;
  head[4] = flag;
  head.writeUInt32BE(stream, 5);
  return Buffer.concat([head, content]);
}

const largest = 16_384;

/** A block of headers in as many frames as it takes; `promised` where it is for a stream that a server opens. */
export function headerFrames(block: Buffer, stream: number, isLast: boolean, promised?: number): Buffer {
  const prefix = Buffer.alloc(promised === undefined ? 0 : 4);
  if (promised !== undefined) prefix.writeUInt32BE(promised);
  const whole = Buffer.concat([prefix, block]);
  const frames: Buffer[] = [];
  for (let at = 0; at === 0 || at < whole.length; at += largest) {
    const isWhole = at + largest >= whole.length ? flags.endHeaders : 0;
    const kind = at > 0 ? kinds.continuation : promised === undefined ? kinds.headers : kinds.promise;
    const flag = isWhole | (at === 0 && isLast ? flags.endStream : 0);
    frames.push(frameBytes(kind, flag, stream, whole.subarray(at, at + largest)));
  }
  return Buffer.concat(frames);
}

/** What a frame carries, without padding and priority. */
export function bare({ kind, flags: set, content }: Frame): Buffer {
  const isPadded = (kind === kinds.data || kind === kinds.headers || kind === kinds.promise) && set & flags.padded;
  const padding = isPadded ? (content[0] ?? 0) : 0;
  const from = (isPadded ? 1 : 0) + (kind === kinds.headers && set & flags.priority ? 5 : 0);
  if (from + padding > content.length) throw new Error('a frame with more padding than content');
  return content.subarray(from, content.length - padding);
}

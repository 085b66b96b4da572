/** With this begins a row of blocks, each with its length, as the clients of Java and what follows them write Snappy. */
const rowOfBlocks = Buffer.from([0x82, 0x53, 0x4e, 0x41, 0x50, 0x50, 0x59, 0x00]);
const headLength = 16;
const longestShort = 60;

/**
 * What Snappy compressed, whole or in blocks, into no more bytes than are allowed; throws on bad bytes. Written from
 * the format's description, since the library for it never comes back from some bytes.
 */
export function unsnapped(bytes: Buffer, mostBytes: number): Buffer {
  if (!bytes.subarray(0, rowOfBlocks.length).equals(rowOfBlocks)) return wholeBlock(bytes, mostBytes);
  const blocks: Buffer[] = [];
  let left = mostBytes;
  for (let at = headLength; at < bytes.length; ) {
    const length = bytes.readInt32BE(at);
    if (length < 0 || at + 4 + length > bytes.length) throw new Error('a block is cut off');
    const block = wholeBlock(bytes.subarray(at + 4, at + 4 + length), left);
    left -= block.length;
    blocks.push(block);
    at += 4 + length;
  }
  return Buffer.concat(blocks);
}

function wholeBlock(bytes: Buffer, mostBytes: number): Buffer {
  const { length, next } = lengthOf(bytes);
  if (length > mostBytes) throw new Error(`${length} bytes are more than is taken`);
  const out = Buffer.alloc(length);
  let filled = 0;
  for (let at = next; at < bytes.length; ) {
    const tag = bytes.readUInt8(at);
    const part = (tag & 3) === 0 ? literalAt(bytes, at, tag >> 2) : copyAt(bytes, at, tag);
    if (filled + part.length > length) throw new Error('more bytes than were said');
    if ('from' in part) {
      if (part.from + part.length > bytes.length) throw new Error('a piece is cut off');
      bytes.copy(out, filled, part.from, part.from + part.length);
    } else {
      if (part.back < 1 || part.back > filled) throw new Error('a piece from before the beginning');
      for (let index = 0; index < part.length; index += 1) out[filled + index] = out[filled + index - part.back] ?? 0;
    }
    filled += part.length;
    at = part.next;
  }
  if (filled < length) throw new Error('fewer bytes than were said');
  return out;
}

function lengthOf(bytes: Buffer): { length: number; next: number } {
  let length = 0;
  for (let at = 0; at < 5; at += 1) {
    const byte = bytes.readUInt8(at);
    length += (byte & 0x7f) * 128 ** at;
    if (byte < 0x80) return { length, next: at + 1 };
  }
  throw new Error('a length that does not end');
}

/** Bytes as they are: how many stands in the tag, or in up to four bytes after it. */
function literalAt(bytes: Buffer, at: number, size: number): { from: number; length: number; next: number } {
  const more = size < longestShort ? 0 : size - longestShort + 1;
  const length = 1 + (more === 0 ? size : bytes.readUIntLE(at + 1, more));
  const from = at + 1 + more;
  return { from, length, next: from + length };
}

/** Bytes that were there before: how far back stands in one, two or four bytes after the tag. */
function copyAt(bytes: Buffer, at: number, tag: number): { back: number; length: number; next: number } {
  if ((tag & 3) === 1) {
    return { back: ((tag >> 5) << 8) | bytes.readUInt8(at + 1), length: ((tag >> 2) & 7) + 4, next: at + 2 };
  }
  const width = (tag & 3) === 2 ? 2 : 4;
  return { back: bytes.readUIntLE(at + 1, width), length: (tag >> 2) + 1, next: at + 1 + width };
}

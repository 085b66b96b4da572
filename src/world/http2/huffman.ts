/**
 * The code of RFC 7541, appendix B: how many bits each byte takes, the end of a string last. Codes of one length are
 * in the order of their bytes, and each length goes on from the one before, so the lengths say everything.
 */
const lengths = [
  ...[13, 23, 28, 28, 28, 28, 28, 28, 28, 24, 30, 28, 28, 30, 28, 28, 28, 28, 28, 28, 28, 28, 30, 28, 28, 28],
  ...[28, 28, 28, 28, 28, 28, 6, 10, 10, 12, 13, 6, 8, 11, 10, 10, 8, 11, 8, 6, 6, 6, 5, 5, 5, 6, 6, 6, 6, 6],
  ...[6, 6, 7, 8, 15, 6, 12, 10, 13, 6, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 8, 7],
  ...[8, 13, 19, 13, 14, 6, 15, 5, 6, 5, 6, 5, 6, 6, 6, 5, 7, 7, 6, 6, 6, 5, 6, 7, 6, 5, 5, 6, 7, 7, 7, 7, 7],
  ...[15, 11, 14, 13, 28, 20, 22, 20, 20, 22, 22, 22, 23, 22, 23, 23, 23, 23, 23, 24, 23, 24, 24, 22, 23, 24],
  ...[23, 23, 23, 23, 21, 22, 23, 22, 23, 23, 24, 22, 21, 20, 22, 22, 23, 23, 21, 23, 22, 22, 24, 21, 22, 23],
  ...[23, 21, 21, 22, 21, 23, 22, 23, 23, 20, 22, 22, 22, 23, 22, 22, 23, 26, 26, 20, 19, 22, 23, 22, 25, 26],
  ...[26, 26, 27, 27, 26, 24, 25, 19, 21, 26, 27, 27, 26, 27, 24, 21, 21, 26, 26, 28, 27, 27, 27, 20, 24, 20],
  ...[21, 22, 21, 21, 23, 22, 22, 25, 25, 24, 24, 26, 23, 26, 27, 26, 26, 27, 27, 27, 27, 27, 28, 27, 27, 27],
  ...[27, 27, 26, 30],
];
const end = 256;
const longest = 30;

/** For each length: the first code, and the bytes that have one of that length, in order. */
const codes = Array.from({ length: longest + 1 }, () => ({ first: 0, bytes: [] as number[] }));
for (const [byte, length] of lengths.entries()) codes[length]?.bytes.push(byte);
for (let length = 1, code = 0; length <= longest; length += 1) {
  code *= 2;
  const one = codes[length];
  if (one) one.first = code;
  code += one?.bytes.length ?? 0;
}

/** Reads bytes that were packed by that code; throws where they were not. */
export function unpacked(packed: Buffer): Buffer {
  const bytes: number[] = [];
  let code = 0;
  let length = 0;
  for (const byte of packed) {
    for (let bit = 7; bit >= 0; bit -= 1) {
      code = code * 2 + ((byte >> bit) & 1);
      length += 1;
      const found = codes[length];
      if (!found) throw new Error('a header that is packed wrongly');
      const symbol = found.bytes[code - found.first];
      if (symbol === undefined) continue;
      if (symbol === end) throw new Error('a header that ends within itself');
      bytes.push(symbol);
      code = 0;
      length = 0;
    }
  }
  // What is left is the beginning of the end: ones, fewer than a byte.
  if (length > 7 || code !== 2 ** length - 1) throw new Error('a header that is packed wrongly');
  return Buffer.from(bytes);
}

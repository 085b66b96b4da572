const factor = 0x5bd1e995;
const seed = 0x9747b28c;

/** MurmurHash2 of 32 bits (Austin Appleby) with the seed by which Kafka's clients choose a partition for a key. */
export function murmur2(bytes: Buffer): number {
  let hash = seed ^ bytes.length;
  const whole = bytes.length & ~3;
  for (let at = 0; at < whole; at += 4) {
    const mixed = Math.imul(bytes.readInt32LE(at), factor);
    hash = Math.imul(hash, factor) ^ Math.imul(mixed ^ (mixed >>> 24), factor);
  }
  const rest = bytes.length - whole;
  if (rest > 0) {
    hash ^= bytes.readUIntLE(whole, rest);
    hash = Math.imul(hash, factor);
  }
  hash ^= hash >>> 13;
  hash = Math.imul(hash, factor);
  return (hash ^ (hash >>> 15)) >>> 0;
}

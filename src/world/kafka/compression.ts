import { gunzipSync, zstdDecompressSync } from 'node:zlib';
import { unsnapped } from './snappy.ts';

/** How the records of a batch are compressed, by the number in its attributes. */
export const compressions = ['none', 'gzip', 'snappy', 'lz4', 'zstd'] as const;
/** A way to compress. */
export type Compression = (typeof compressions)[number];

const mostDecompressed = 32 << 20;

/** Records as they were before they were compressed; nothing where no way to do that is known. Throws on bad bytes. */
export function decompressed(bytes: Buffer, how: Compression): Buffer | undefined {
  const bounds = { maxOutputLength: mostDecompressed };
  if (how === 'none') return bytes;
  if (how === 'gzip') return gunzipSync(bytes, bounds);
  if (how === 'snappy') return unsnapped(bytes, mostDecompressed);
  if (how === 'zstd') return zstdDecompressSync(bytes, bounds);
  return undefined;
}

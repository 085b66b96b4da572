import { readFileSync } from 'node:fs';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { z } from 'zod';

/** The files of an empty Postgres, which take seconds to make and are the same for every simulation. */
export interface BaseFiles {
  read(): Promise<Uint8Array | undefined>;
  keep(files: Uint8Array): Promise<void>;
}

/** Raised whenever an empty Postgres would be made differently. */
const version = 1;
const Version = z.object({ version: z.string() });

/** Keeps them in a folder, under the version of the Postgres that made them; without a folder they are not kept. */
export function baseFilesIn(folder: string | undefined): BaseFiles {
  if (folder === undefined) return { read: async () => undefined, keep: async () => undefined };
  const main = createRequire(import.meta.url).resolve('@electric-sql/pglite');
  const made = Version.parse(JSON.parse(readFileSync(path.join(path.dirname(main), '../package.json'), 'utf8')));
  const file = path.join(folder, `empty-${made.version}-${version}.tar`);
  return {
    read: () => readFile(file).catch(() => undefined),
    async keep(files) {
      await mkdir(folder, { recursive: true });
      const partial = `${file}.${process.pid}`;
      await writeFile(partial, files);
      await rename(partial, file);
    },
  };
}

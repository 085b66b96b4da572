import path from 'node:path';
import type { Files } from './files.ts';

const built = /^(dist|build|lib|out|\.build)$/;
const sources = ['.ts', '.mts', '.cts', '.tsx'];

/**
 * The file of the tree that a start command means, relative to the tree. A built file that is not kept
 * (`dist/server.js`) is the source it is built from (`src/server.ts`); nothing when there is neither.
 */
export function entryFile(files: Files, folder: string, named: string, from: string): string | undefined {
  const inside = named.replace(/^\.\//, '');
  return candidates(inside, outDirOf(files, folder))
    .map((file) => files.within(folder, file, from))
    .find((file) => files.isFile(file));
}

/** Where a tsconfig lets the compiler write to. */
function outDirOf(files: Files, folder: string): string | undefined {
  const texts = ['tsconfig.json', 'tsconfig.build.json'].map((name) => files.read(path.posix.join(folder, name)) ?? '');
  return /^[ \t]*"outDir"\s*:\s*"(?:\.\/)?([^"]+?)\/?"/m.exec(texts.join('\n'))?.[1];
}

function candidates(named: string, outDir: string | undefined): string[] {
  const whole = withExtensions(named);
  const isOut = outDir !== undefined && named.startsWith(`${outDir}/`);
  const parts = (isOut ? `out${named.slice(outDir.length)}` : named).split('/');
  if (!built.test(parts[0] ?? '')) return whole;
  const stripped: string[] = [];
  for (let skip = 1; skip < parts.length; skip += 1) {
    const rest = parts.slice(skip).join('/');
    stripped.push(...withExtensions(`src/${rest}`), ...withExtensions(rest));
  }
  return [...whole, ...stripped];
}

function withExtensions(named: string): string[] {
  const extension = path.posix.extname(named);
  const stem = named.slice(0, named.length - extension.length);
  if (/^\.[cm]?jsx?$/.test(extension)) return [named, ...sources.map((source) => stem + source)];
  if (sources.includes(extension)) return [named];
  return [
    named,
    ...['.js', '.mjs', '.cjs', ...sources].map((added) => named + added),
    `${named}/index.js`,
    `${named}/index.ts`,
  ];
}

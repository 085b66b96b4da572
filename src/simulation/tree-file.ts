import { existsSync, realpathSync, statSync } from 'node:fs';
import path from 'node:path';
import { Failure } from '../errors.ts';

/** The file that a plan means, within the tree and nowhere else; throws MODULE_UNKNOWN. */
export function fileInTree(module: string, tree: string): string {
  const wanted = path.resolve(tree, module);
  const candidates = [wanted, ...['.js', '.ts', '.mjs', '.cjs', '.mts', '.cts'].map((ending) => wanted + ending)];
  const found = candidates.find((file) => existsSync(file) && statSync(file).isFile());
  const real = found && realpathSync(found);
  if (!real?.startsWith(tree + path.sep)) throw new Failure('MODULE_UNKNOWN', { module });
  return real;
}

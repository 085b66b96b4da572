import { parse as parseYaml } from 'yaml';
import { parse } from '../../codebase/syntax.ts';

/** Why a file can no longer be read, where it could be before. */
export function broken(file: string, was: string | undefined, is: string | undefined): string | undefined {
  if (is === undefined || !reads(file, was ?? '')) return undefined;
  return reads(file, is) ? undefined : `${file} does not parse with it`;
}

function reads(file: string, text: string): boolean {
  if (/\.([cm]?[jt]s|[jt]sx)$/.test(file)) return parse(file, text) !== undefined;
  if (file.endsWith('.json')) return isRead(() => JSON.parse(text));
  if (/\.ya?ml$/.test(file)) return isRead(() => parseYaml(text, { maxAliasCount: 100 }));
  return true;
}

function isRead(read: () => unknown): boolean {
  try {
    read();
    return true;
  } catch (thrown) {
    if (thrown instanceof Error) return false;
    throw thrown;
  }
}

import { randomBytes } from 'node:crypto';
import { linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';

const bytes = 32;

/**
 * The key that links are signed with: the one that is configured, else one that is made once and stays in the folder,
 * readable by its owner alone, so that links outlive a restart.
 */
export function linkKey(folder: string, configured?: string): Buffer {
  if (configured) return Buffer.from(configured, 'utf8');
  const file = path.join(folder, 'link.key');
  return kept(file) ?? made(file);
}

function kept(file: string): Buffer | null {
  try {
    const key = Buffer.from(readFileSync(file, 'utf8'), 'base64url');
    return key.length === bytes ? key : null;
  } catch (thrown) {
    if (codeOf(thrown) === 'ENOENT') return null;
    throw thrown;
  }
}

/** Two processes that start at once end up with one key: the first to put its own in place wins. */
function made(file: string): Buffer {
  mkdirSync(path.dirname(file), { recursive: true });
  const draft = `${file}.${process.pid}`;
  writeFileSync(draft, randomBytes(bytes).toString('base64url'), { mode: 0o600 });
  try {
    linkSync(draft, file);
  } catch (thrown) {
    if (codeOf(thrown) !== 'EEXIST') throw thrown;
    // What stands there and is no key (kept said so, unless somebody was faster) is written anew.
    if (kept(file) === null) {
      rmSync(file, { force: true });
      linkSync(draft, file);
    }
  } finally {
    rmSync(draft, { force: true });
  }
  const key = kept(file);
  if (!key) throw new Error(`The key in ${file} cannot be read.`);
  return key;
}

function codeOf(thrown: unknown): unknown {
  return (thrown as { code?: unknown } | null)?.code;
}

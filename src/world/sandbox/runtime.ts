import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { transformSync } from 'oxc-transform';
import { Failure } from '../../errors.ts';

const sources = path.join(import.meta.dirname, 'inside');
/** Scripts of packages that run inside as they are, for those of ours that import them. */
const packaged = { 'bcryptjs.js': fileURLToPath(import.meta.resolve('bcryptjs')) };

/** The folder of the sandbox's own scripts, as JavaScript; written once for each state of them. */
export function runtimeFolder(cacheFolder: string): string {
  const files = readdirSync(sources).sort();
  const texts = files.map((file) => readFileSync(path.join(sources, file), 'utf8'));
  const others = Object.entries(packaged).map(([name, file]) => [name, readFileSync(file, 'utf8')] as const);
  const key = createHash('sha256')
    .update(JSON.stringify([files, texts, others]))
    .digest('hex')
    .slice(0, 24);
  const folder = path.join(cacheFolder, 'runtime', key);
  if (existsSync(folder)) return folder;
  mkdirSync(path.dirname(folder), { recursive: true });
  const partial = mkdtempSync(path.join(cacheFolder, 'runtime', 'partial-'));
  writeFileSync(path.join(partial, 'package.json'), '{ "type": "module" }\n');
  files.forEach((file, at) => {
    writeFileSync(path.join(partial, file.replace(/\.ts$/, '.js')), scriptOf(file, texts[at] ?? ''));
  });
  for (const [name, text] of others) writeFileSync(path.join(partial, name), text);
  try {
    renameSync(partial, folder);
  } catch (cause) {
    rmSync(partial, { recursive: true, force: true });
    if (!existsSync(folder)) throw new Failure('SANDBOX_FAILED', { folder }, { cause });
  }
  return folder;
}

function scriptOf(file: string, text: string): string {
  const { code, errors } = transformSync(file, text, { typescript: { rewriteImportExtensions: 'rewrite' } });
  if (errors[0]) throw new Failure('SANDBOX_FAILED', { script: file, problem: errors[0].message });
  return code;
}

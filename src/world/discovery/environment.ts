import { parseEnv } from 'node:util';
import type { Files } from './files.ts';

const examples = ['.env.example', '.env.sample', '.env.template', '.env.dist', '.env.defaults'];

/** What a dotenv file sets; empty when there is no such file. */
export function readEnvironment(files: Files, file: string): Record<string, string> {
  const text = files.read(file);
  if (text === undefined) return {};
  return Object.fromEntries(
    Object.entries(parseEnv(text)).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
}

/** What a folder offers as defaults: its example file under its usual names, below a kept `.env`. */
export function defaultsOf(files: Files, folder: string): Record<string, string> {
  const at = (name: string) => (folder === '.' ? name : `${folder}/${name}`);
  return Object.assign({}, ...[...examples, '.env'].map((name) => readEnvironment(files, at(name))));
}

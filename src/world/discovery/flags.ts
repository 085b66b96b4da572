import type { World } from '../world.ts';
import { readDocument } from './document.ts';
import { type Files, invalid } from './files.ts';

const names = ['flags', 'feature-flags', 'features', 'config/flags', 'config/feature-flags', 'config/features'].flatMap(
  (name) => ['json', 'yaml', 'yml'].map((extension) => `${name}.${extension}`),
);

/** The feature flags that a file of the tree keeps, with their defaults. */
export function readFlags(files: Files, named?: string): World['flags'] {
  const file = named ?? names.find((name) => files.isFile(name));
  if (file === undefined) return null;
  const text = files.read(file);
  if (text === undefined) throw invalid(file, 'there is no such file of flags');
  const { value } = readDocument(file, text);
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw invalid(`${file}:1`, 'flags are a map of names to values');
  return { file, values: Object.fromEntries(Object.entries(value).map(([flag, kept]) => [flag, defaultOf(kept)])) };
}

/** Some teams keep a flag as `{ "default": true, "description": … }`. */
function defaultOf(kept: unknown): unknown {
  if (typeof kept !== 'object' || kept === null) return kept;
  const said = kept as Record<string, unknown>;
  return (
    ['default', 'defaultValue', 'enabled', 'value'].map((name) => said[name]).find((value) => value !== undefined) ??
    kept
  );
}

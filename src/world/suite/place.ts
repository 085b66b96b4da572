import { existsSync, readFileSync } from 'node:fs';

/** What the settings of a runner are read from. */
export interface SuitePlace {
  tree: string;
  /** The absolute folder of the package. */
  at: string;
  /** The absolute file of tests, and its text. */
  file: string;
  source: string;
}

/** A JSON file as an object; an empty one when it is none. */
export function readJson(file: string): Record<string, unknown> {
  if (!existsSync(file)) return {};
  try {
    return Object(JSON.parse(readFileSync(file, 'utf8').replace(/^\uFEFF/, '')));
  } catch (broken) {
    if (broken instanceof SyntaxError) return {};
    throw broken;
  }
}

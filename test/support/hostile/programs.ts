import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

/** The folder of the fixtures. */
export const hostileFolder = path.resolve(import.meta.dirname, '../../fixtures/hostile');

/** What gets through behind some walls, by program, each with its consequence; the bench holds it against the truth. */
export type Through = Record<'both' | 'inner' | 'outer', Record<string, string>>;

/** Reads what is written down of what gets through. */
export function writtenThrough(): Through {
  return JSON.parse(readFileSync(path.join(hostileFolder, 'through.json'), 'utf8')) as Through;
}

/** What a program is after: a way out, our scripts, a replay that differs, or what everybody shares. */
export type Aim = 'out' | 'tamper' | 'replay' | 'exhaust';

/** One hostile program. */
export interface Hostile {
  /** Its file, relative to the fixtures. */
  name: string;
  aim: Aim;
  /** What it tries, in its own first line. */
  tries: string;
}

/** The programs that run as code under simulation. */
export function hostilePrograms(): Hostile[] {
  return (['out', 'tamper', 'replay', 'exhaust'] as const).flatMap((aim) =>
    filesIn(aim).map((name) => ({ name, aim, tries: firstLine(name) })),
  );
}

/** The fixtures of a folder that are given to us, rather than run in the sandbox. */
export function filesIn(folder: string): string[] {
  return readdirSync(path.join(hostileFolder, folder))
    .filter((file) => /\.m?js$/.test(file))
    .sort()
    .map((file) => `${folder}/${file}`);
}

/** What a fixture says that it tries. */
export function firstLine(name: string): string {
  const [line = ''] = readFileSync(path.join(hostileFolder, name), 'utf8').split('\n', 1);
  if (!/^\/\/ Tries to .+\.$/.test(line)) throw new Error(`${name} does not say what it tries`);
  return line.slice(3);
}

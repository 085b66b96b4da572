import path from 'node:path';
import type { Hunk } from '../codebase/hunk.ts';

/** Hunks that only make sense together: they are tried together and told together. */
export type Piece = Hunk[];

const lockfile = /(^|\/)(package-lock\.json|npm-shrinkwrap\.json|yarn\.lock|pnpm-lock\.yaml|bun\.lockb?)$/;
const manifest = /(^|\/)(package\.json|pnpm-workspace\.yaml|\.yarnrc\.yml|\.npmrc)$/;
const likeEnough = 0.5;

/**
 * Hunks in pieces that cannot be divided, in the order of their first hunks: a lockfile with the manifests beside and
 * below it, since half of what was resolved cannot be installed, and a file that went with the one that it was renamed to.
 */
export function piecesOf(hunks: Hunk[]): Piece[] {
  const heads = new Map<Hunk, Hunk>();
  const locks = new Map<string, Hunk>();
  for (const hunk of hunks) {
    const folder = path.posix.dirname(hunk.file);
    if (lockfile.test(hunk.file) && !locks.has(folder)) locks.set(folder, hunk);
  }
  for (const hunk of hunks) {
    const lock = lockfile.test(hunk.file) || changesPackages(hunk) ? lockOf(hunk.file, locks) : undefined;
    if (lock) heads.set(hunk, lock);
  }
  const gone = hunks.filter(({ deleted }) => deleted !== undefined);
  for (const made of hunks) {
    if (made.created === undefined) continue;
    const from = gone.find((old) => !heads.has(old) && likeness(old.removed, made.added) >= likeEnough);
    if (from) heads.set(from, made);
  }
  const head = (hunk: Hunk) => heads.get(hunk) ?? hunk;
  return [...Map.groupBy(hunks, head).values()];
}

/**
 * What each hunk stands on: others that bring a name which it uses and which was nowhere before. A candidate without
 * them would only fail for want of the name.
 */
export function standsOn(hunks: Hunk[]): Map<Hunk, Hunk[]> {
  const before = new Set(hunks.flatMap(({ removed }) => removed.flatMap(wordsIn)));
  const makers = new Map<string, { hunk: Hunk; isTaken: boolean }[]>();
  const note = (name: string, hunk: Hunk, isTaken: boolean) => {
    if (!before.has(name)) makers.set(name, [...(makers.get(name) ?? []), { hunk, isTaken }]);
  };
  for (const hunk of hunks) {
    for (const name of hunk.added.flatMap(namesDeclared)) note(name, hunk, false);
    for (const name of hunk.added.flatMap(namesTaken)) note(name, hunk, true);
  }
  return new Map(hunks.map((hunk) => [hunk, neededBy(hunk, makers)]));
}

/** A name comes from its own file where that makes it, and else, or where it is only taken over, from where it is declared. */
function neededBy(hunk: Hunk, makers: Map<string, { hunk: Hunk; isTaken: boolean }[]>): Hunk[] {
  const needed = new Set<Hunk>();
  for (const name of new Set(hunk.added.flatMap(wordsIn))) {
    const all = makers.get(name) ?? [];
    const mine = all.find((maker) => maker.hunk === hunk);
    if (mine && !mine.isTaken) continue;
    const near = mine ? [] : all.filter((maker) => maker.hunk.file === hunk.file);
    const far = all.filter((maker) => maker.hunk.file !== hunk.file && !maker.isTaken);
    for (const maker of near.length > 0 ? near : far) needed.add(maker.hunk);
  }
  return [...needed];
}

/** A part of the hunks with everything that it stands on, in the order of all. */
export function closed(part: Hunk[], on: Map<Hunk, Hunk[]>): Hunk[] {
  const taken = new Set(part);
  for (const hunk of taken) for (const needed of on.get(hunk) ?? []) taken.add(needed);
  return [...on.keys()].filter((hunk) => taken.has(hunk));
}

/** The same relation the other way round: what stands on each hunk, and falls with it. */
export function carries(on: Map<Hunk, Hunk[]>): Map<Hunk, Hunk[]> {
  return new Map(
    [...on.keys()].map((hunk) => [hunk, [...on].filter(([, needed]) => needed.includes(hunk)).map(([user]) => user)]),
  );
}

function changesPackages({ file, added, removed }: Hunk): boolean {
  return (
    manifest.test(file) && [...added, ...removed].some((line) => /"[^"]+"\s*:\s*"[^"]*\d|workspace|registry/.test(line))
  );
}

/** The lockfile that a manifest is resolved by: in its folder, or the nearest above. */
function lockOf(file: string, locks: Map<string, Hunk>): Hunk | undefined {
  for (let folder = path.posix.dirname(file); ; folder = path.posix.dirname(folder)) {
    const found = locks.get(folder);
    if (found || folder === '.') return found;
  }
}

/** The share of lines that two texts have in common. */
function likeness(one: string[], two: string[]): number {
  const left = new Map<string, number>();
  for (const line of one) left.set(line, (left.get(line) ?? 0) + 1);
  let shared = 0;
  for (const line of two) {
    const count = left.get(line) ?? 0;
    if (count > 0) shared += 1;
    left.set(line, count - 1);
  }
  return shared / Math.max(1, one.length, two.length);
}

function namesDeclared(line: string): string[] {
  const [, declared] =
    /\b(?:function\*?|class|const|let|var|type|interface|enum)\s+([A-Za-z_$][\w$]*)/.exec(line) ?? [];
  return declared && !/=\s*require\(/.test(line) ? [declared] : [];
}

/** Names that a line takes from another module. */
function namesTaken(line: string): string[] {
  const [, names = ''] =
    /\b(?:import\s+(?:type\s+)?|(?:const|let|var)\s+)([^='"]*?)\s*(?:from\s|=\s*require\()/.exec(line) ?? [];
  return wordsIn(names.replace(/\w+\s*(?:\bas\b|:)\s*/g, ''));
}

function wordsIn(line: string): string[] {
  return (line.match(/[A-Za-z_$][\w$]{2,}/g) ?? []).filter(
    (word) => !/^(import|from|const|let|var|type|require)$/.test(word),
  );
}

/** What a test of a subset says: it still shows the failure, it does not, or it cannot be told. */
export type Tested = 'shows' | 'not' | 'unresolved';

/**
 * The smallest part of a set that still shows a failure: no single element can be left out of the answer.
 * Delta debugging after Zeller and Hildebrandt, "Simplifying and Isolating Failure-Inducing Input" (IEEE TSE 28(2),
 * 2002), algorithm ddmin, with up to `width` tests under way at once. The whole set must show the failure.
 */
export async function ddmin<T>(all: T[], test: (part: T[]) => Promise<Tested>, width = 2): Promise<T[]> {
  let kept = all;
  let pieces = 2;
  while (kept.length > 1) {
    const parts = cut(kept, Math.min(pieces, kept.length));
    const part = await firstShowing(parts, test, width);
    if (part) {
      kept = part;
      pieces = 2;
      continue;
    }
    const rests = parts.length > 2 ? parts.map((out) => kept.filter((element) => !out.includes(element))) : [];
    const rest = await firstShowing(rests, test, width);
    if (rest) {
      kept = rest;
      pieces = Math.max(parts.length - 1, 2);
      continue;
    }
    if (parts.length >= kept.length) break;
    pieces = parts.length * 2;
  }
  return kept;
}

/** The first candidate, in order, that shows the failure. */
async function firstShowing<T>(
  candidates: T[][],
  test: (part: T[]) => Promise<Tested>,
  width: number,
): Promise<T[] | undefined> {
  for (let at = 0; at < candidates.length; at += width) {
    const together = candidates.slice(at, at + width);
    const tested = await Promise.all(together.map(test));
    const found = together[tested.indexOf('shows')];
    if (found) return found;
  }
  return undefined;
}

/** A list cut into pieces whose lengths differ by at most one. */
function cut<T>(list: T[], pieces: number): T[][] {
  return Array.from({ length: pieces }, (_, index) =>
    list.slice(Math.floor((index * list.length) / pieces), Math.floor(((index + 1) * list.length) / pieces)),
  );
}

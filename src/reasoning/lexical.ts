/** Words that are in every text and so say nothing of one. */
const common = new Set(
  'a an and are as at be been but by can did do does for from had has have he her his how i if in into is it its just me my no not of on or our she so than that the their them then there they this to too was we were what when which who why will with you your'.split(
    ' ',
  ),
);

const weights = { word: 1, pair: 0.6, part: 0.35 };

/**
 * A text as a vector of its words, pairs of words and parts of words: near to another when they say the same in the same
 * words, or in words of the same stem. Signed feature hashing (Weinberger et al., "Feature Hashing for Large Scale
 * Multitask Learning", ICML 2009) with character n-grams as in fastText (Bojanowski et al., TACL 2017); length one.
 */
export function lexicalEmbedding(text: string, dimensions: number): number[] {
  const vector = new Array<number>(dimensions).fill(0);
  const counts = new Map<string, number>();
  for (const [feature, weight] of features(text)) counts.set(feature, (counts.get(feature) ?? 0) + weight);
  for (const [feature, weight] of counts) {
    const hash = fnv(feature);
    const place = hash % dimensions;
    // The sign makes collisions cancel rather than pile up; its bit is independent of the place.
    vector[place] = (vector[place] ?? 0) + (fnv(`±${feature}`) & 1 ? 1 : -1) * Math.sqrt(weight);
  }
  const length = Math.hypot(...vector);
  return length === 0 ? vector.fill(1 / Math.sqrt(dimensions)) : vector.map((value) => value / length);
}

function* features(text: string): Generator<[string, number]> {
  const words = wordsOf(text);
  let before = '';
  for (const word of words) {
    yield [`w ${word}`, weights.word];
    if (before) yield [`p ${before} ${word}`, weights.pair];
    before = word;
    const framed = `<${word}>`;
    for (let at = 0; word.length > 3 && at + 4 <= framed.length; at += 1)
      yield [`c ${framed.slice(at, at + 4)}`, weights.part];
  }
}

/** Lower-case words and numbers; names of code come apart: `planChange`, `plan_change`, `/plan-change`. */
function wordsOf(text: string): string[] {
  return (
    text
      .slice(0, 20_000)
      .normalize('NFKC')
      .replace(/(\p{Ll})(\p{Lu})/gu, '$1 $2')
      .toLowerCase()
      .match(/[\p{L}\p{N}]+/gu) ?? []
  ).filter((word) => !common.has(word));
}

/** FNV-1a, 32 bits, mixed once more, for its low bits alone spread badly. */
function fnv(text: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at += 1) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d);
  return (hash ^ (hash >>> 13)) >>> 0;
}

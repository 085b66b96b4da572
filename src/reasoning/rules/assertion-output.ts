/** What a failed assertion printed: both sides, as texts. */
export interface FailedAssertion {
  actual: string;
  expected: string;
}

/** Reads the failures of node:assert, TAP, Jest, Vitest, Mocha and Chai. */
export function failedAssertions(text: string): FailedAssertion[] {
  for (const read of [byNames, byDifference, bySentence, byInequality]) {
    const found = read(text);
    if (found.length > 0) return found;
  }
  return [];
}

/** `Expected: 1` / `Received: 2`; TAP's `expected: 1`, `actual: 2`, `wanted`, `found`. */
function byNames(text: string): FailedAssertion[] {
  const expected = named(text, /^[ \t>|E]*(?:expected|wanted)(?: value)?: ?/i);
  const actual = named(text, /^[ \t>|E]*(?:received|actual|found|got)(?: value)?: ?/i);
  return expected.slice(0, actual.length).map((side, at) => ({ expected: side, actual: actual[at] ?? '' }));
}

function named(text: string, label: RegExp): string[] {
  const lines = text.split('\n');
  return lines.flatMap((line, at) => {
    const found = label.exec(line);
    if (!found) return [];
    const first = line.slice(found[0].length).trim();
    if (first !== '' && !/^[|>]-?$/.test(first) && isBalanced(first)) return [first];
    const indent = /^\s*/.exec(line)?.[0].length ?? 0;
    const rest: string[] = first === '' || /^[|>]-?$/.test(first) ? [] : [first];
    for (const next of lines.slice(at + 1)) {
      const isDeeper = (/^\s*/.exec(next)?.[0].length ?? 0) > indent || /^\s*[}\]]/.test(next);
      if (!isDeeper || next.trim() === '') break;
      rest.push(next);
    }
    return rest.length > 0 ? [rest.join('\n').trim()] : [];
  });
}

/** `+ actual - expected` of Node, `- Expected + Received` of Jest and Vitest, `+ expected - actual` of Mocha. */
function byDifference(text: string): FailedAssertion[] {
  const lines = text.split('\n');
  const heading = lines.findIndex(
    (line) =>
      /[+-] ?\w+.*[+-] ?\w+|^\s*- (?:expected|actual)/i.test(line) &&
      /expected/i.test(line) &&
      /actual|received/i.test(line + (lines[lines.indexOf(line) + 1] ?? '')),
  );
  if (heading < 0) return [];
  const said = `${lines[heading]} ${lines[heading + 1] ?? ''}`;
  const [plus, minus]: ['actual', 'expected'] | ['expected', 'actual'] = /\+ ?expected/i.test(said)
    ? ['expected', 'actual']
    : ['actual', 'expected'];
  const body = lines
    .slice(heading + 1)
    .filter((line) => !/^\s*[+-] ?(?:expected|received|actual)\b/i.test(line) || /['"{[]/.test(line));
  const indent = Math.min(...body.filter((line) => /^\s*[+-](\s|$)/.test(line)).map((line) => line.search(/\S/)));
  if (!Number.isFinite(indent)) return [];
  const sides = { actual: [] as string[], expected: [] as string[] };
  for (const line of body) {
    const sign = line[indent];
    const rest = line.slice(indent + 1);
    if (/^\s*(?:at |code:|name:|operator:|\.\.\.$|\^+$|@@|❯)/.test(line) || /^\s*\^+\s*$/.test(line)) {
      if (sides.actual.length + sides.expected.length > 0 && !/\^/.test(line)) break;
      continue;
    }
    if (line.trim() === '') continue;
    if (sign === '+') sides[plus].push(rest);
    else if (sign === '-') sides[minus].push(rest);
    else for (const side of Object.values(sides)) side.push(line);
  }
  if (sides.actual.length === 0 || sides.expected.length === 0) return [];
  return [{ actual: tidy(sides.actual), expected: tidy(sides.expected) }];
}

/** Chai's `expected 'a' to equal 'b'`, Vitest's `expected 3 to be 4`. */
function bySentence(text: string): FailedAssertion[] {
  const sentence =
    /\bexpected (.+?) to (?:strictly |deeply |loosely )?(?:deep )?(?:equal|eql|be|match)(?: strictly)?(?: to)? (.+?)(?: \/\/.*)?$/gm;
  return [...text.matchAll(sentence)].map(([, actual = '', expected = '']) => ({ actual, expected }));
}

/** Node's short form: `1 !== 2` on a line of its own. */
function byInequality(text: string): FailedAssertion[] {
  return [...text.matchAll(/^[ \t]*(\S.*?) (?:!==|!=) (\S.*)$/gm)].map(([, actual = '', expected = '']) => ({
    actual,
    expected,
  }));
}

function tidy(lines: string[]): string {
  return lines.join('\n').trim().replace(/,$/, '');
}

function isBalanced(text: string): boolean {
  const count = (letters: RegExp) => text.match(letters)?.length ?? 0;
  return count(/[[{(]/g) === count(/[\]})]/g);
}

import { describe, expect, it } from 'vitest';
import { createRules } from '../../../src/reasoning/rules/rules.ts';
import { material } from '../../support/thread-material.ts';

/** Small libraries with defects, as the threads below report them. */
class Interval {
  readonly text: string;
  constructor(text: string) {
    if (text === 'never') throw new TypeError('Unreadable interval: never');
    this.text = text;
  }
  get minutes() {
    return this.text === '1h30' ? 60 : Number.parseInt(this.text, 10);
  }
  plus(more: number) {
    return new Interval(`${this.minutes + more}`);
  }
  toString() {
    return `${this.text} min`;
  }
}
const modules = {
  'lib/index.js': {
    slug: (text: string, options: { lower?: boolean } = {}) => (options.lower ? text : text.replaceAll(' ', '_')),
    pad: (text: unknown, width: number) => {
      if (text === null) throw new TypeError("Cannot read properties of null (reading 'padStart')");
      return String(text).padStart(width, '0');
    },
    parse: (text: string) =>
      text === '' ? { a: 1 } : Object.fromEntries(text.split(';').map((pair) => pair.split('='))),
    next: (cron: string, from: Date) => new Date(from.getTime() + (cron === '@hourly' ? 7_200_000 : 60_000)),
    total: (lines: number[], rate: number) => Math.floor(lines.reduce((sum, line) => sum + line, 0) * rate),
    has: (list: string[], item: string) => list.indexOf(item) > 0,
    first: (list: unknown[]) => list[1],
    chunk: (list: unknown[], size: number) => [list.slice(0, size), list.slice(size)],
    check: (value: unknown) => {
      throw new RangeError(`bad value ${String(value)}`);
    },
    Interval,
  },
  'lib/format/money.js': { 'module.exports': (cents: number, currency: string) => `${cents / 100} ${currency}` },
  'services/billing/src/proration.ts': {
    prorate: (cents: number, days: number, of: number) => Math.round((cents / of) * days) - 1,
  },
};
const packages = { tally: 'lib/index.js' };

const grounded: [form: string, messages: string[], call: object, check: string][] = [
  [
    'a call with comments, imported by name',
    ["```import { slug } from 'tally'\n\nslug('Big Sale') // => 'Big_Sale', should be 'big-sale'```"],
    { module: 'lib/index.js', export: 'slug', args: ['Big Sale'] },
    'p.value = "big-sale"',
  ],
  [
    'a default import of a module below the package',
    [
      "```\nimport money from 'tally/format/money'\nmoney(1250, 'EUR')\n// actual: '12.5 EUR'\n// expected: '12.50 EUR'\n```",
    ],
    { module: 'lib/format/money.js', export: null, args: [1250, 'EUR'] },
    'p.value = "12.50 EUR"',
  ],
  [
    'a destructured require and options from a variable',
    [
      "```\nconst { slug } = require('tally');\nconst opts = { lower: true };\nconsole.log(slug('Big Sale', opts));\n```\nprints\n```\nBig Sale\n```\nwe want `big sale` there, lower case, like before 3.0",
    ],
    { args: ['Big Sale', { lower: true }] },
    'p.value = "big sale"',
  ],
  [
    'TypeScript with a chain on a new object',
    [
      "```ts\nconst span: Interval = new Interval('1h30');\nconst minutes = span.minutes as number;\n```\n`minutes` is 60 since the upgrade, must be 90",
    ],
    { export: 'Interval', args: ['1h30'], new: true, then: [{ get: 'minutes' }] },
    'p.value = 90',
  ],
  [
    'a method chain within a line',
    ["`new Interval('1h30').plus(5).toString()` gives me `65 min`, it used to be `95 min`"],
    {
      export: 'Interval',
      then: [
        { call: 'plus', args: [5] },
        { call: 'toString', args: [] },
      ],
    },
    'p.value = "95 min"',
  ],
  [
    'a transcript with the wish in prose',
    [
      "```> tally.parse('a=1;b=2')\n{ a: '1', b: '2' }\n> tally.parse('')\n{ a: 1 }```\nthe second one should give me an empty object",
    ],
    { export: 'parse', args: [''] },
    'p.value = {}',
  ],
  [
    'two transcripts, one of the old release',
    [
      '3.1:\n```> tally.chunk([1, 2, 3], 2)\n[ [ 1, 2 ], [ 3 ] ]```',
      'on the old release it was\n```> tally.chunk([1, 2, 3], 2)\n[ [ 1 ], [ 2, 3 ] ]```',
    ],
    { args: [[1, 2, 3], 2] },
    'p.value = [[1], [2, 3]]',
  ],
  [
    'node -p on a shell',
    ["```\n$ node -p \"require('tally').first(['a', 'b'])\"\nb\n```\nwhy b? expected `a`"],
    { export: 'first', args: [['a', 'b']] },
    'p.value = "a"',
  ],
  [
    'bindings from a log line',
    [
      '`WARN pricing total lines=[10,20] rate=1.15 result=34`',
      'the code there is `total(lines, rate)`. 10 + 20 with 15 % on top should be 34.5, not 34',
    ],
    { export: 'total', args: [[10, 20], 1.15] },
    'p.value = 34.5',
  ],
  [
    'bindings from a JSON log and a value told in words',
    [
      '```{"level":"error","msg":"pad","text":null,"width":4,"err":"Cannot read properties of null (reading \'padStart\')"}```',
      'we call `tally.pad(text, width)`',
      'null was always padded to `0000` there',
    ],
    { export: 'pad', args: [null, 4] },
    'p.value = "0000"',
  ],
  [
    'a stack trace with the quoted line and the value of its variable',
    [
      "```\nTypeError: Cannot read properties of null (reading 'padStart')\n    at Object.pad (lib/index.js:4:11)\n    at label (src/label.js:7:3)\n```",
      'label.js line 7: `return prefix + tally.pad(row.code, 6);`',
      '`row.code` is `null` for imported rows. Until last week those came out as `000000`',
    ],
    { export: 'pad', args: [null, 6] },
    'p.value = "000000"',
  ],
  [
    'a crash that must not be, with no value told',
    [
      "since this morning `tally.pad(null, 6)` throws `TypeError: Cannot read properties of null (reading 'padStart')`. It must not throw, whatever comes in",
    ],
    { export: 'pad', args: [null, 6] },
    '$exists(p.error) = false',
  ],
  [
    'a message that must be another',
    [
      '```\nRangeError: bad value 7\n    at check (lib/index.js:9:3)\n```\nfrom `tally.check(7)`. The alert matches on the text `value 7 is out of range`, that is what it has always thrown',
    ],
    { export: 'check', args: [7] },
    'p.error.message = "value 7 is out of range"',
  ],
  [
    'an exception that is wished for',
    [
      "`new Interval('soon').text` gives me 'soon' now. Before the release:\n```\nTypeError: Unreadable interval: soon\n    at new Interval (lib/index.js:3:9)\n```\nand we rely on that, it has to throw",
    ],
    { export: 'Interval', args: ['soon'] },
    'p.error.message = "Unreadable interval: soon"',
  ],
  [
    'Jest',
    [
      '```\nexpect(received).toEqual(expected) // deep equality\n\n- Expected  - 1\n+ Received  + 1\n\n  Object {\n-   "a": 2,\n+   "a": 1,\n  }\n```',
      "```\nit('parses nothing', () => {\n  expect(tally.parse('')).toEqual({ a: 2 });\n});\n```",
    ],
    { export: 'parse', args: [''] },
    'p.value = {"a": 2}',
  ],
  [
    'Chai',
    [
      "```AssertionError: expected false to be true```\nthe line is `expect(tally.has(['x', 'y'], 'x')).to.equal(true)`",
    ],
    { export: 'has', args: [['x', 'y'], 'x'] },
    'p.value = true',
  ],
  [
    'assert.deepEqual with a variable',
    [
      '```\nconst lines = [3, 4];\nassert.deepEqual(tally.chunk(lines, 1), [[3], [4], []]);\n```\n```\n+ actual - expected\n\n  [\n    [ 3 ],\n    [ 4 ],\n-   []\n  ]\n```',
    ],
    { export: 'chunk', args: [[3, 4], 1] },
    'p.value = [[3], [4], []]',
  ],
  [
    'TAP with names',
    [
      "```\nnot ok 3 pads\n  ---\n    operator: equal\n    expected: '007'\n    actual:   '0007'\n```\n`t.equal(tally.pad(7, width), '007')`, and `width` is `4` in that test",
    ],
    { export: 'pad', args: [7, 4] },
    'p.value = "007"',
  ],
  [
    'dates as arguments and results',
    [
      "```\ntally.next('@hourly', new Date('2026-01-01T00:00:00Z'))\n// got 2026-01-01T02:00:00.000Z\n// want 2026-01-01T01:00:00.000Z\n```",
    ],
    { export: 'next', args: ['@hourly', { $date: '2026-01-01T00:00:00.000Z' }] },
    'p.value = {"$date": "2026-01-01T01:00:00.000Z"}',
  ],
  [
    'undefined',
    ["`tally.first(['only'])` is undefined now, it should be `only`"],
    { export: 'first', args: [['only']] },
    'p.value = "only"',
  ],
  [
    'a function of a service, by its name alone',
    ['prorate(1000, 10, 31) returns 322 on main. Finance says the correct amount is 323'],
    { module: 'services/billing/src/proration.ts', export: 'prorate', args: [1000, 10, 31] },
    'p.value = 323',
  ],
  [
    'a part of the result',
    ["`tally.parse('a=1;b=2')` is off: `b` should be 3, it is '2'"],
    { export: 'parse', args: ['a=1;b=2'] },
    'p.value.b = "3"',
  ],
  [
    'instead of, in a sentence',
    ["`tally.slug('Big Sale')` returns `Big_Sale` instead of `big-sale` :disappointed:"],
    { export: 'slug', args: ['Big Sale'] },
    'p.value = "big-sale"',
  ],
  [
    'a script whose output has a label',
    [
      "```\nconst tally = require('tally')\nconsole.log('slug=' + tally.slug('Big Sale'))\n```\n```\n$ node s.js\nslug=Big_Sale\n```",
      'last Friday this printed `slug=big-sale`',
    ],
    { export: 'slug', args: ['Big Sale'] },
    'p.value = "big-sale"',
  ],
  [
    'a version in which it was otherwise',
    ['`tally.total([10, 20], 1.15)` is 34 on main, was 34.5 in 2.10'],
    { export: 'total', args: [[10, 20], 1.15] },
    'p.value = 34.5',
  ],
  [
    'a builder over several statements',
    [
      "```\nconst span = new Interval('1h30')\nspan.plus(0)\nspan.plus(5)\nconsole.log(span.text)\n```\nprints 65 and should print `95`",
    ],
    {
      export: 'Interval',
      new: true,
      then: [{ call: 'plus', args: [0] }, { call: 'plus', args: [5] }, { get: 'text' }],
    },
    'p.value = "95"',
  ],
  [
    'an answer to the question what should come out',
    ["`tally.slug('Big Sale')` looks odd, it gives `Big_Sale`", '`big-sale`'],
    { export: 'slug', args: ['Big Sale'] },
    'p.value = "big-sale"',
  ],
];

const open: [why: string, messages: string[], sentence: RegExp][] = [
  [
    'only a part of the text is wished for',
    ["`tally.slug('A B')` gives `A_B`, it should contain `-`"],
    /does not say beyond doubt/,
  ],
  [
    'only a bound is wished for',
    ['`tally.total([10, 20], 1.15)` gives 34, should be at least 35'],
    /does not say beyond doubt/,
  ],
  [
    'one of two is wished for',
    ["`tally.slug('A B')` gives `A_B`, it should be `a-b` or `ab`"],
    /does not say beyond doubt/,
  ],
  [
    'one wish fits two calls',
    ["```> tally.slug('A B')\n'A_B'\n> tally.slug('C D')\n'C_D'```\nshould be `x-y`"],
    /does not say beyond doubt/,
  ],
  [
    'nobody says what ought to come out',
    ["`tally.slug('Big Sale')` gives `Big_Sale`, what is that?"],
    /does not say beyond doubt/,
  ],
  [
    'two wishes contradict each other',
    ["`tally.slug('A B')` gives `A_B`, it should be `a-b`", 'no, it should be `a.b`'],
    /does not say beyond doubt/,
  ],
  [
    'what is wished for is of another input',
    ["`tally.slug('A B')` gives `A_B`. With `tally.slug('C')` I get `C`, fine"],
    /does not say beyond doubt/,
  ],
  [
    'an argument has no value',
    ['`tally.slug(article.name)` should be `big-sale`'],
    /does not say what `article.name` is/,
  ],
  ['nothing is named', ['prices are wrong again, should be fixed in 2 days'], /names no request and no call/],
  [
    'the call gives something else than is reported',
    ["```> tally.slug('A B')\n'ab'```\nshould be `a-b`"],
    /does not say beyond doubt/,
  ],
  [
    'somebody only wants to roll back',
    ["`tally.slug('Big Sale')` gives `Big_Sale`. We need to roll back to `release-2.1` first"],
    /does not say beyond doubt/,
  ],
  [
    'only what must not be is told',
    ["`tally.slug('A B')` gives `A_B`, it should never be `a_b`"],
    /does not say beyond doubt/,
  ],
];

describe('rules read calls', () => {
  it.each(grounded)('from %s', async (_, messages, call, check) => {
    const draft = await createRules().draft(material({ messages, modules, packages }));
    expect(draft.plan?.when).toMatchObject([{ call }]);
    expect(draft.plan?.then).toEqual([{ check }]);
  });

  it.each(open)('and say what is missing when %s', async (_, messages, sentence) => {
    const draft = await createRules().draft(material({ messages, modules, packages }));
    expect(draft.plan).toBeNull();
    expect(draft.missing?.sentence).toMatch(sentence);
    expect(draft.missing?.question).toMatch(/\?/);
  });

  it('and say so when the call gives already what is wished for', async () => {
    const messages = ["```\ntally.slug('A B')\n// expected: 'A_B'\n// got: 'A B'\n```"];
    const draft = await createRules().draft(material({ messages, modules, packages }));
    expect(draft.plan?.then).toEqual([{ check: 'p.value = "A_B"' }]);
    expect(draft.narrative).toContain('cannot be reproduced here');
  });
});

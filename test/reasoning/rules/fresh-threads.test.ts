import { describe, expect, it } from 'vitest';
import { createRules } from '../../../src/reasoning/rules/rules.ts';
import { libraries } from '../../support/small-libraries.ts';
import { material } from '../../support/thread-material.ts';

interface Thread {
  title: string;
  library: keyof typeof libraries;
  messages: string[];
  args: unknown[];
  check: string;
}

const first: Thread[] = [
  {
    title: 'a fence with got and expected, of a command line parser',
    library: 'argvee',
    messages: [
      'hey, anyone else seeing the deploy CLI ignore `--no-color` after the bump?',
      "```\nconst { parse } = require('argvee')\n\nparse(['--no-color'])\n// got:      { _: [], 'no-color': true }\n// expected: { _: [], color: false }\n```",
      ':eyes: same on my machine',
    ],
    args: [['--no-color']],
    check: 'p.value = {"_": [], "color": false}',
  },
  {
    title: 'a REPL, then the wish, of a size parser',
    library: 'sizely',
    messages: [
      'upload limits are off by a third in eu-west, tracked it down to this',
      "```\n> const sizely = require('sizely')\nundefined\n> sizely.parse('1.5kb')\n1024\n> sizely.parse('2kb')\n2048\n```",
      'the 1.5kb line should read 1536. Whole numbers are fine',
    ],
    args: ['1.5kb'],
    check: 'p.value = 1536',
  },
  {
    title: 'a log line and prose, of a merge',
    library: 'blend',
    messages: [
      'config-service: tenants keep old origins after an override. Log:\n`level=warn msg="config merged" base={"hosts":["a","b"]} override={"hosts":["c"]} result={"hosts":["c","b"]}`',
      "that's `blend.merge(base, override)`. An override replaces the list, so what we want is `{ hosts: ['c'] }`",
      'ack, rolling back meanwhile',
    ],
    args: [{ hosts: ['a', 'b'] }, { hosts: ['c'] }],
    check: 'p.value = {"hosts": ["c"]}',
  },
  {
    title: 'a stack trace and the value that used to come, of a cookie parser',
    library: 'crumbly',
    messages: [
      'login 500s for a handful of people\n```\nURIError: URI malformed\n    at decodeURIComponent (<anonymous>)\n    at Object.parse (node_modules/crumbly/index.js:31:18)\n    at session (src/session.js:12:22)\n```',
      "the header of one of them makes it crash at once: `crumbly.parse('pct=100%')`",
      "In the previous release a value that could not be decoded was left as it is, so this gave `{ pct: '100%' }`",
    ],
    args: ['pct=100%'],
    check: 'p.value = {"pct": "100%"}',
  },
  {
    title: 'an assertion diff, of a truncation',
    library: 'snip',
    messages: [
      'CI on the newsletter repo went red with the dependency update :point_down:',
      "```\nAssertionError [ERR_ASSERTION]: Expected values to be strictly equal:\n+ actual - expected\n\n+ 'hello wo…'\n- 'hello w…'\n    at Object.<anonymous> (test/subject.js:8:10)\n```",
      "the test is one line: `assert.strictEqual(snip.truncate('hello world', 8), 'hello w…')`",
    ],
    args: ['hello world', 8],
    check: 'p.value = "hello w…"',
  },
  {
    title: 'a script and what it prints, of a URL joiner',
    library: 'joinery',
    messages: [
      "Webhooks go to a double slash. Minimal script:\n```js\nconst joinery = require('joinery');\nconst base = 'https://hooks.example/';\nconsole.log(joinery.join(base, 'v1'));\n```",
      'on the release of today:\n```\nhttps://hooks.example//v1\n```',
      'on the one of last week:\n```\nhttps://hooks.example/v1\n```',
    ],
    args: ['https://hooks.example/', 'v1'],
    check: 'p.value = "https://hooks.example/v1"',
  },
  {
    title: 'prose with a contrast that still works, of a template',
    library: 'mustachio',
    messages: [
      "Invoices with no open items show an empty cell. `mustachio.render('open: {{n}}', { n: 0 })` now gives `open: `",
      'a non-zero one still works: `{ n: 3 }` gives `open: 3`',
      'zero has always been printed, so `open: 0` please',
    ],
    args: ['open: {{n}}', { n: 0 }],
    check: 'p.value = "open: 0"',
  },
  {
    title: 'a chain on a new object in a REPL, of a cache',
    library: 'keepsake',
    messages: [
      "cache hit rate dropped to nothing on Monday. It evicts the newest instead of the oldest:\n```\n> new Cache({ max: 2 }).set('a', 1).set('b', 2).set('c', 3).get('b')\nundefined\n```",
      '`Cache` is from keepsake. `b` is the second newest, so 2 must come back there',
    ],
    args: [{ max: 2 }],
    check: 'p.value = 2',
  },
];

const second: Thread[] = [
  {
    title: 'a fence with comments, of a color converter',
    library: 'tinct',
    messages: [
      'theming is broken for the three-digit colours',
      "```\nimport { hexToRgb } from 'tinct';\n\nhexToRgb('#fff');   // null, was [255, 255, 255] before the update\nhexToRgb('#ffffff'); // [255, 255, 255], fine\n```",
    ],
    args: ['#fff'],
    check: 'p.value = [255, 255, 255]',
  },
  {
    title: 'a REPL with two hosts, of a lookup by path',
    library: 'digin',
    messages: [
      "nulls are replaced by the default since we deployed:\n```\n> digin.get({ a: { b: null } }, 'a.b', 'none')\n'none'\n```",
      'is that new?',
      "yes. The old build, on staging:\n```\n> digin.get({ a: { b: null } }, 'a.b', 'none')\nnull\n```",
    ],
    args: [{ a: { b: null } }, 'a.b', 'none'],
    check: 'p.value = null',
  },
  {
    title: 'a JSON log and prose, of dates',
    library: 'almanac',
    messages: [
      'Reporting put March into Q1? No, it put February into it right, but May is wrong',
      '```{"ts":"2026-05-04T08:00:00Z","level":"info","msg":"bucketed","iso":"2026-04-30","q":1}```',
      'the code calls `almanac.quarter(iso)`. April belongs to the second quarter, so the correct answer is 2',
    ],
    args: ['2026-04-30'],
    check: 'p.value = 2',
  },
  {
    title: 'a stack trace of a file with a byte order mark, of an INI reader',
    library: 'inikit',
    messages: [
      'boot fails on the Windows boxes:\n```\nSyntaxError: Unexpected character at line 1\n    at Object.decode (/app/node_modules/inikit/lib/decode.js:14:11)\n    at load (/app/src/settings.js:9:17)\n```',
      "`inikit.decode('\\uFEFFport=80')` is enough to see it. The docs say a byte order mark is skipped, and the result ought to be `{ port: '80' }`",
    ],
    args: ['\uFEFFport=80'],
    check: 'p.value = {"port": "80"}',
  },
  {
    title: 'a Jest diff, of CSV',
    library: 'commata',
    messages: [
      '```\n  ● parseLine › keeps quoted commas\n\n    expect(received).toEqual(expected) // deep equality\n\n    - Expected  - 1\n    + Received  + 2\n\n      Array [\n    -   "x,y",\n    +   "\\"x",\n    +   "y\\"",\n        "2",\n      ]\n```',
      "from\n```\ntest('keeps quoted commas', () => {\n  expect(commata.parseLine('\"x,y\",2')).toEqual(['x,y', '2'])\n})\n```",
      'red since the bump to 4.2',
    ],
    args: ['"x,y",2'],
    check: 'p.value = ["x,y", "2"]',
  },
  {
    title: 'a script with two prints, of rounding',
    library: 'rounder',
    messages: [
      "Totals differ by one from the ledger.\n```\nconst { clamp } = require('rounder')\nconsole.log(clamp(5, 0, 10))\nconsole.log(clamp(15, 0, 10))\n```\noutput\n```\n5\n11\n```",
      'second line has to be 10, a clamp never goes past its upper bound',
    ],
    args: [15, 0, 10],
    check: 'p.value = 10',
  },
  {
    title: 'a bare sentence, of escaping',
    library: 'safely',
    messages: [
      "Security asks why `safely.escape('a > b')` comes back as `a > b` these days. We'd like the old output back, `a &gt; b`",
      'only the opening bracket seems to be escaped still',
    ],
    args: ['a > b'],
    check: 'p.value = "a &gt; b"',
  },
  {
    title: 'prose about hidden files, of a glob',
    library: 'globule',
    messages: [
      "the image has our dotfiles in it :grimacing: `globule.isMatch('.env', '*')` returns true",
      'and before?',
      'false, on every version I tried up to 7.3',
    ],
    args: ['.env', '*'],
    check: 'p.value = false',
  },
];

const draftOf = ({ library, messages }: Thread) =>
  createRules().draft(
    material({
      messages,
      modules: { 'index.js': libraries[library] },
      packages: { [library]: 'index.js' },
    }),
  );

const asked = new Set<keyof typeof libraries>(['sizely', 'rounder', 'globule']);
const all = [...first, ...second].map((thread) => [thread.title, thread] as const);

describe('rules read threads of', () => {
  it.each(all.filter(([, { library }]) => !asked.has(library)))('%s', async (_, thread) => {
    const draft = await draftOf(thread);
    expect(draft.missing).toBeUndefined();
    expect(draft.plan?.when).toMatchObject([{ call: { args: thread.args } }]);
    expect(draft.plan?.then).toEqual([{ check: thread.check }]);
  });
});

describe('rules ask, and make no plan, of', () => {
  it.each(all.filter(([, { library }]) => asked.has(library)))('%s', async (_, thread) => {
    const draft = await draftOf(thread);
    expect(draft.plan).toBeNull();
    expect(draft.missing?.question).toMatch(/^What should `.*` give\?$/);
  });
});

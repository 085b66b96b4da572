import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { parseSync } from 'oxc-parser';
import { describe, expect, it } from 'vitest';

const root = path.resolve(import.meta.dirname, '..');
const files = ['src', 'graphs'].flatMap(sources).sort();
const imports = new Map(files.map((file) => [file, importsOf(file)]));

/** Walls between rooms: from, to, and what to do instead. */
const walls: [name: string, from: RegExp, to: RegExp, instead: string][] = [
  ['an adapter imports a graph', /^src\/adapters\//, /^graphs\//, 'take the service that main.ts hands in'],
  ['a graph imports an adapter', /^graphs\//, /^src\/adapters\//, 'reply through the injected reply()'],
  [
    'the truth imports language or storage',
    /^src\/(simulation|world|diagnosis|repair)\//,
    /^src\/(db|reasoning|adapters)\//,
    'hand it in as a parameter',
  ],
  [
    'something but main.ts imports the wiring',
    /^(?!src\/main\.ts$)/,
    /^src\/(main|product)\.ts$/,
    'only main.ts wires; take a parameter',
  ],
  [
    'the product needs the local workspace',
    /^(?!src\/local\/|src\/main\.ts)/,
    /^src\/local\//,
    'only main.ts starts what is in local/',
  ],
];

/** Words that may stand in some files only. */
const words: [name: string, where: RegExp, word: RegExp, instead: string][] = [
  [
    'process.env outside main.ts',
    // In a sandbox it is the environment of the target.
    /^(?!src\/main\.ts$|src\/world\/sandbox\/inside\/)/,
    /\bprocess(\?\.|\.)env\b|\bprocess(\?\.)?\[['"`]env['"`]\]|\{[^{}]*\benv\b[^{}]*\}\s*(=\s*process\b|from ['"](node:)?process['"])/,
    'add a setting to config.ts',
  ],
  [
    'the wall clock or chance in the truth',
    /^src\/(simulation|world|diagnosis|repair)\/(?!sandbox\/inside\/|sandbox\/mark\.ts$|postgres\/engine\/)/,
    /\bDate\.now\b|\bnew Date\b(?!\s*\(\s*[^\s)])|\bperformance\.now\b|\bhrtime\b|\bMath\.random\b|\b(randomUUID|randomBytes|randomInt)\(|\bgetRandomValues\b/,
    'use the world’s Clock and Chance',
  ],
  [
    'SQL outside a store',
    /^(?!src\/(db|jobs|scenarios|memory)\/|src\/world\/postgres\/)/,
    /(?<![.\w])sql(<[^>]*>)?`|\b(pool|client|database|db)\.query\(\s*['"`]|\.query\(\s*['"`]\s*(select|insert|update|delete|with|create|alter|drop|begin)\b/i,
    'add a verb to the store of that noun',
  ],
  [
    'Block Kit outside adapters/slack/views',
    /^(?!src\/adapters\/slack\/views\/|src\/local\/)/,
    /\btype: ['"](section|actions|context|divider|rich_text|header|input|modal|button|image|markdown)['"]/,
    'render it in a view',
  ],
];

/** What the walls of words catch, and what looks like it and may stand. */
const samples: [name: string, caught: string[], free: string[]][] = [
  [
    'process.env outside main.ts',
    ['process.env.HOME', "process['env']", "import { env } from 'node:process'", 'const { env } = process'],
    ['environment.HOME', 'spawn(command, { env: given })', 'process.envelope', "import { argv } from 'node:process'"],
  ],
  [
    'the wall clock or chance in the truth',
    ['new Date', 'new Date()', 'new Date( )', 'Date.now()', 'process.hrtime.bigint()', 'randomBytes(4)'],
    ['new Date(at)', 'new Dated()', 'clock.now()'],
  ],
  [
    'SQL outside a store',
    ['sql`select 1`', 'sql<Row>`select 1`', "pool.query('vacuum')", 'one.query(`\n select 1`)', "a.query('SELECT 1')"],
    ["request.query('channel')", 'stage.query(store, text)', 'then.sql.text'],
  ],
  [
    'Block Kit outside adapters/slack/views',
    ["{ type: 'modal' }", '{ type: "button" }', "{ type: 'section' }"],
    ["{ type: 'function' }", "{ subtype: 'image' }"],
  ],
];

describe('architecture', () => {
  for (const [name, from, to, instead] of walls) {
    it(`never: ${name}`, () => {
      const broken = edges().filter(([a, b]) => from.test(a) && to.test(b) && a !== b);
      expect(broken.map(([a, b]) => `${a} imports ${b}: ${instead}`)).toEqual([]);
    });
  }

  it('never: an adapter imports another adapter', () => {
    const adapter = (file: string) => /^src\/adapters\/([^/]+)\//.exec(file)?.[1];
    const broken = edges().filter(([a, b]) => adapter(a) && adapter(b) && adapter(a) !== adapter(b));
    expect(broken.map(([a, b]) => `${a} imports ${b}: what two adapters share belongs to its noun's room`)).toEqual([]);
  });

  for (const [name, where, word, instead] of words) {
    it(`never: ${name}`, () => {
      const broken = files.filter((file) => where.test(file) && word.test(withoutComments(file)));
      expect(broken.map((file) => `${file}: ${instead}`)).toEqual([]);
    });
  }

  it.each(samples)('knows: %s', (name, caught, free) => {
    const word = words.find(([wall]) => wall === name)?.[2] ?? /$^/;
    expect(caught.filter((code) => !word.test(code))).toEqual([]);
    expect(free.filter((code) => word.test(code))).toEqual([]);
  });

  it('never: a prompt outside prompts/', () => {
    const speaks = (file: string) => /^(src\/reasoning\/model|graphs)\//.test(file);
    const broken = files.filter(
      (file) => /['"`]You are (a|an|the) /.test(read(file)) || (speaks(file) && longestText(file) > 400),
    );
    expect(broken.map((file) => `${file}: move the text to prompts/<verb-noun>.md`)).toEqual([]);
  });

  it('never: a circle of imports, types included', () => {
    expect(circles().map((circle) => `${circle.join(' → ')}: let the noun live with its maker`)).toEqual([]);
  });

  it('never: a room for everything', () => {
    const broken = files.filter((file) =>
      /\/(utils|helpers|common)\/|\/(types|interfaces|index|utils|helpers)\.ts$/.test(file),
    );
    expect(broken.map((file) => `${file}: name the room that is missing`)).toEqual([]);
  });

  it('never: a file over 250 lines', () => {
    const long = files
      .map((file) => [file, read(file).trimEnd().split('\n').length] as const)
      .filter(([, lines]) => lines > 250);
    expect(long.map(([file, lines]) => `${file} has ${lines} lines: it is perhaps two rooms`)).toEqual([]);
  });
});

function sources(folder: string): string[] {
  return readdirSync(path.join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .map((file) => path.posix.join(folder, file.split(path.sep).join('/')));
}

function read(file: string): string {
  return readFileSync(path.join(root, file), 'utf8');
}

function withoutComments(file: string): string {
  const text = read(file);
  return parseSync(file, text).comments.reduceRight(
    (rest, { start, end }) => rest.slice(0, start) + rest.slice(end),
    text,
  );
}

/** The length of the longest string or template that stands in a file. */
function longestText(file: string): number {
  const longest = (node: unknown): number => {
    if (typeof node !== 'object' || node === null) return 0;
    const { type, value, start, end } = node as { type?: string; value?: unknown; start: number; end: number };
    const own =
      type === 'TemplateLiteral' ? end - start : type === 'Literal' && typeof value === 'string' ? value.length : 0;
    return Math.max(own, ...Object.values(node).map(longest));
  };
  return longest(parseSync(file, read(file)).program);
}

function importsOf(file: string): string[] {
  const { module } = parseSync(file, read(file));
  const specifiers = [
    ...module.staticImports.map((found) => found.moduleRequest.value),
    ...module.staticExports.flatMap((found) => found.entries.flatMap((entry) => entry.moduleRequest?.value ?? [])),
    ...[...read(file).matchAll(/\bimport\('(\.[^']+)'\)/g)].map((found) => found[1] ?? ''),
  ];
  return specifiers.filter((to) => to.startsWith('.')).map((to) => path.posix.join(path.posix.dirname(file), to));
}

function edges(): [string, string][] {
  return [...imports].flatMap(([from, all]) => all.map((to): [string, string] => [from, to]));
}

function circles(): string[][] {
  const done = new Set<string>();
  const found: string[][] = [];
  const walk = (file: string, path: string[]) => {
    const back = path.indexOf(file);
    if (back >= 0) found.push([...path.slice(back), file]);
    if (back >= 0 || done.has(file)) return;
    for (const next of imports.get(file) ?? []) walk(next, [...path, file]);
    done.add(file);
  };
  for (const file of files) walk(file, []);
  return found;
}

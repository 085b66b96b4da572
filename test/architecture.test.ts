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
    /^src\/(simulation|world|diagnosis)\//,
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
    /^(?!src\/main\.ts|src\/world\/sandbox\/)/,
    /\bprocess\.env\b/,
    'add a setting to config.ts',
  ],
  [
    'the wall clock or chance in the truth',
    /^src\/(simulation|world|diagnosis)\/(?!sandbox\/|postgres\/engine)/,
    /\bDate\.now\(|\bnew Date\(\)|\bperformance\.now\(|\bMath\.random\(|\brandomUUID\(/,
    'use the world’s Clock and Chance',
  ],
  [
    'SQL outside a store',
    /^(?!src\/(db|jobs|scenarios|memory)\/|src\/world\/postgres\/)/,
    /(?<![.\w])sql(<[^>]*>)?`/,
    'add a verb to the store of that noun',
  ],
  [
    'Block Kit outside adapters/slack/views',
    /^(?!src\/adapters\/slack\/views\/|src\/local\/)/,
    /type: '(section|actions|context|divider|rich_text|header)'/,
    'render it in a view',
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

  it('never: a prompt outside prompts/', () => {
    const broken = files.filter((file) => /['"`]You are (a|an|the) /.test(read(file)));
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

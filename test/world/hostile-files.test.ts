import { readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Tree } from '../../src/codebase/tree.ts';
import { isFailure } from '../../src/errors.ts';
import { settingsOf } from '../../src/simulation/source/settings.ts';
import { compilerOf, pathsIn } from '../../src/simulation/source/tsconfig.ts';
import { discover } from '../../src/world/discover.ts';
import { suiteOf } from '../../src/world/suite/suite.ts';
import { written } from '../support/written-tree.ts';

const settings = 250_000;
const manifest = (more: object = {}) => JSON.stringify({ scripts: { start: 'node a.js' }, ...more });
const program = { 'package.json': manifest(), 'a.js': '' };
const composed = (text: string, more: Record<string, string> = {}) => ({ ...program, 'compose.yaml': text, ...more });
const nested = (depth: number) => `${'['.repeat(depth)}${']'.repeat(depth)}`;
const built = 'services:\n  a:\n    build: .\n';
const oneVariable = (value: string) => composed(`services:\n  a: { image: redis, environment: { A: "${value}" } }\n`);
const many = (count: number, make: (at: number) => string) =>
  Array.from({ length: count }, (_, at) => make(at)).join('');

/** What is refused in words, and where. */
const refused: [what: string, files: Record<string, string>, where: RegExp][] = [
  [
    'a compose file of 10 000 services',
    composed(`services:\n${many(10_000, (at) => ` s${at}: {image: redis}\n`)}`),
    /^compose/,
  ],
  [
    'services that extend each other',
    composed('services:\n  a: { extends: b }\n  b: { extends: a }\n'),
    /^compose.yaml:[23]/,
  ],
  ['a service that extends what every object has', composed('services:\n  a: { extends: constructor }\n'), /:2$/],
  ['an alias of itself', composed('services: &s { a: *s }\n'), /^compose/],
  [
    'an alias of itself, twice',
    composed('x: &x [*x, *x]\nservices: { a: { image: redis, labels: *x } }\n'),
    /^compose/,
  ],
  ['brackets that never end', composed(`services: ${'['.repeat(settings)}`), /^compose/],
  ['lists of lists in one line', composed(`services: ${'- '.repeat(settings / 2)}`), /^compose/],
  ['a variable within a variable, for ever', oneVariable('${A:-'.repeat(200) + '}'.repeat(200)), /^\$\{A/],
  [
    'a variable that is said 3 000 times',
    { ...oneVariable('${BIG}'.repeat(3_000)), '.env': `BIG=${'x'.repeat(50_000)}` },
    /BIG/,
  ],
  [
    'an environment file outside',
    composed('services:\n  a: { build: ., command: node a.js, env_file: ../../x }\n'),
    /^compose/,
  ],
  [
    'a mount outside',
    composed(
      'services:\n  a: { image: node, volumes: ["./../../etc:/app"], working_dir: /app, command: node passwd }\n',
    ),
    /^compose/,
  ],
  [
    'migrations mounted from outside',
    composed('services:\n  a: { image: postgres, volumes: ["./../../etc:/docker-entrypoint-initdb.d"] }\n'),
    /^compose/,
  ],
  [
    'a Dockerfile outside',
    composed('services:\n  a: { build: { context: ., dockerfile: ../../../etc/passwd } }\n'),
    /^compose/,
  ],
  [
    'a Dockerfile whose command is only brackets',
    composed(built, { Dockerfile: `CMD ${nested(100_000)}` }),
    /^compose/,
  ],
  ['a base file outside', composed('services:\n  a: { extends: { service: b, file: ../../x.yaml } }\n'), /^compose/],
  [
    'a command of 100 000 words',
    composed(`services:\n  a: { build: ., command: "${'A=1 '.repeat(50_000)}" }\n`),
    /^compose/,
  ],
  [
    'a start of 100 000 words',
    { 'package.json': manifest({ scripts: { start: 'exec '.repeat(40_000) } }) },
    /^package/,
  ],
  [
    'a start in another folder',
    { 'package.json': manifest({ scripts: { start: 'npm --prefix ../../.. start' } }) },
    /^package/,
  ],
  ['a package.json that is only brackets', { 'package.json': nested(100_000) }, /^package/],
  ['workspaces with ranges', { 'package.json': manifest({ workspaces: ['{1..99999999}'] }) }, /^package/],
  [
    'workspaces with choices of choices',
    { 'package.json': manifest({ workspaces: ['{a,b,c}'.repeat(30)] }) },
    /^package/,
  ],
  [
    'workspaces with patterns in patterns',
    { 'package.json': manifest({ workspaces: ['+(+(+(+(a))))b'] }) },
    /^package/,
  ],
  ['workspaces by way of disguised dots', { 'package.json': manifest({ workspaces: ['{.,}{.,}/*'] }) }, /^package/],
  [
    '100 000 lists of workspaces',
    { 'package.json': manifest({ workspaces: Array.from({ length: 20_000 }, (_, at) => `p${at}`) }) },
    /^package/,
  ],
  ['a service outside', { ...program, 'rehearse.yaml': 'services: { a: { entry: ../../etc/passwd } }\n' }, /^rehearse/],
  [
    'a folder outside',
    { ...program, 'rehearse.yaml': 'services: { a: { folder: ../.., entry: a.js } }\n' },
    /^rehearse/,
  ],
  [
    'migrations outside',
    { ...program, 'rehearse.yaml': 'stores: { p: { kind: postgres, migrations: [../../etc] } }\n' },
    /^rehearse/,
  ],
  ['a document of an API outside', { ...program, 'rehearse.yaml': 'apis: { a.b: /etc/passwd }\n' }, /^rehearse/],
  ['recordings outside', { ...program, 'rehearse.yaml': 'recordings: [../../x.har]\n' }, /^rehearse/],
  [
    'recordings larger than 2 MB',
    { ...program, 'rehearse.yaml': 'recordings: [h.har]\n', 'h.har': ' '.repeat(3_000_000) },
    /^h\.har/,
  ],
  [
    'recordings that are only brackets',
    { ...program, 'rehearse.yaml': 'recordings: [h.har]\n', 'h.har': `{"log":${nested(400_000)}}` },
    /^h\.har/,
  ],
  ['flags outside', { ...program, 'rehearse.yaml': 'flags: ../../etc/passwd\n' }, /etc|rehearse/],
  ['flags that hold themselves', { ...program, 'flags.yaml': '&a { b: *a }' }, /^flags/],
  ['settings larger than a settings file is', { ...program, '.env': 'A=1\n'.repeat(100_000) }, /^\.env/],
];

/** What is odd, and is read without harm. */
const read: [what: string, files: Record<string, string>][] = [
  [
    'a tsconfig that is only empty lines',
    {
      'package.json': manifest({ scripts: { start: 'node dist/a.js' } }),
      'a.js': '',
      'tsconfig.json': '\n'.repeat(settings),
    },
  ],
  ['a tsconfig of 60 000 comments', { ...program, 'tsconfig.json': `{${'/**/'.repeat(60_000)}}` }],
  ['a tsconfig that is only brackets', { ...program, 'tsconfig.json': `// a\n${nested(120_000)}` }],
  ['a tsconfig of commas', { ...program, 'tsconfig.json': `{"a":[${', '.repeat(100_000)}]}` }],
  [
    'a Dockerfile with one word of 250 000 letters',
    composed(built, { Dockerfile: `CMD node a.js\nENV ${'a'.repeat(settings - 100)} b=1\n` }),
  ],
  ['a Dockerfile of 100 000 ports', composed(built, { Dockerfile: `CMD node a.js\nEXPOSE ${'1 '.repeat(100_000)}` })],
  ['an .env with names that every object has', { ...program, '.env': '__proto__=1\nconstructor=2\ntoString=3\n' }],
  ['an .env of odd lines', { ...program, '.env': 'A=\0\nB=\u{1F600}\n=\n==\n#\nexport\nexport A\n"=\'\nC="\n' }],
  [
    'addresses of stores that are no URLs',
    { ...program, '.env': 'DATABASE_URL=postgres://%E0%A4%A:x@h/%\nR=redis://:%@h\nA=amqp://%zz:%@h\n' },
  ],
  [
    'services named as what every object has',
    composed(
      'services:\n  __proto__: { image: redis }\n  constructor: { image: redis }\n  toString: { build: ., command: node a.js }\n',
      { 'rehearse.yaml': 'services: { x: { entry: a.js } }\nstores: { y: { kind: redis } }\n' },
    ),
  ],
  ['variables named as what every object has', oneVariable('${__proto__}${constructor}$toString')],
  [
    'ports without measure',
    composed(
      `services:\n  a: { image: redis, ports: [${'"1-65535","0-99999999999",'.repeat(8_000)} "NaN", "-1--1"] }\n`,
    ),
  ],
  [
    'a script named as what every object has',
    { 'package.json': manifest({ scripts: { start: 'npm run constructor' } }) },
  ],
  [
    'an OpenAPI document that is only brackets',
    { ...program, 'openapi.json': `{"openapi":"3.0.0","paths":${nested(900_000)}}` },
  ],
  [
    'a configuration of tests that doubles itself',
    {
      ...program,
      't.test.js': '',
      'jest.config.js': `${many(25, (at) => `const v${at} = [...v${at + 1}, ...v${at + 1}, ...v${at + 1}, ...v${at + 1}];\n`)}const v25 = [1];\nmodule.exports = { setupFiles: v0 };`,
    },
  ],
  [
    'a configuration of tests whose text doubles itself',
    {
      ...program,
      't.test.js': '',
      'jest.config.js': `${many(40, (at) => `const v${at} = v${at + 1} + v${at + 1};\n`)}const v40 = "aaaaaaaaaa";\nmodule.exports = { setupFiles: [v0] };`,
    },
  ],
  [
    'a test that only begins to import',
    { ...program, 't.test.js': `import${' '.repeat(900_000)}(`, 'jest.config.js': '' },
  ],
];

/** Everything that is read of a tree before any of its code runs. */
async function look(tree: Tree): Promise<unknown> {
  settingsOf(tree.path)('a.js');
  pathsIn(tree.path);
  return discover(tree);
}

describe('a hostile file is refused in one sentence', () => {
  it.each(refused)('%s', { timeout: 15_000 }, async (_, files, where) => {
    const thrown: unknown = await look(written(files)).catch((one: unknown) => one);
    expect(isFailure(thrown) && thrown.code).toBe('WORLD_INVALID');
    const { facts, message } = thrown as { facts: { where: string; problem: string }; message: string };
    expect(facts.where).toMatch(where);
    expect(facts.problem).not.toMatch(/call stack|is not a function|undefined|ENOENT/);
    expect(message.length).toBeLessThan(500);
  });
});

describe('an odd file is read, within little time, and pollutes nothing', () => {
  it.each(read)('%s', { timeout: 15_000 }, async (_, files) => {
    const tree = written(files);
    expect(await look(tree)).toHaveProperty('services');
    if (files['t.test.js'] !== undefined) expect(suiteOf(tree.path, 't.test.js')).toHaveProperty('runner');
    expect(Object.keys(Object.prototype)).toEqual([]);
  });
});

describe('a tsconfig reads nothing outside of its tree', () => {
  it('not by an absolute path, not by dots, not by a link', () => {
    const outside = written({ 'secret.json': { compilerOptions: { jsxImportSource: 'a-secret' } } });
    const secret = path.join(outside.path, 'secret.json');
    const dots = path.join('../..', secret);
    const tree = written({
      'absolute/tsconfig.json': { extends: secret },
      'dots/tsconfig.json': { extends: `../..${'/..'.repeat(20)}${secret}` },
      'link/tsconfig.json': { extends: './linked.json' },
      'upwards/tsconfig.json': { extends: path.join(dots) },
    });
    symlinkSync(secret, path.join(tree.path, 'link/linked.json'));
    symlinkSync(secret, path.join(tree.path, 'tsconfig.json'));
    for (const folder of ['absolute', 'dots', 'link', 'upwards', '.'])
      expect(JSON.stringify(compilerOf(path.join(tree.path, folder, 'tsconfig.json'), tree.path))).not.toContain(
        'secret',
      );
    expect(JSON.stringify(settingsOf(tree.path)('a.js'))).not.toContain('secret');
    expect(readFileSync(secret, 'utf8')).toContain('a-secret');
  });

  it('and ends, however its files extend each other', () => {
    const names = Array.from({ length: 12 }, (_, at) => `./t${at}.json`);
    const tree = written({ 'tsconfig.json': { extends: names } });
    for (const name of names) writeFileSync(path.join(tree.path, name), JSON.stringify({ extends: names }));
    expect(compilerOf(path.join(tree.path, 'tsconfig.json'), tree.path)).toEqual({});
  });
});

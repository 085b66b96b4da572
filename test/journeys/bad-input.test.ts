import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Ended, start } from '../support/command-line.ts';
import { cacheFolder } from '../support/product.ts';
import { makeRepository } from '../support/repository.ts';

const stack = new DisposableStack();
const folder = mkdtempSync(path.join(tmpdir(), 'rehearse-bad-input-'));
stack.defer(() => rmSync(folder, { recursive: true, force: true }));
afterAll(() => stack.dispose());

const library = stack.use(
  makeRepository([
    {
      subject: 'Add what may go wrong',
      files: {
        'package.json': '{"name":"lib","version":"1.0.0"}',
        'a.js': [
          'exports.add = (a, b) => a + b;',
          'exports.forever = () => { for (;;); };',
          'exports.hoard = () => { const all = []; for (;;) all.push(new Array(1e6).fill(0.5)); };',
          'exports.quit = () => process.exit(3);',
          "exports.flood = () => { for (let i = 0; i < 2e4; i++) console.log('x'.repeat(1000)); return 1; };",
          "exports.mongo = () => new Promise((well, ill) => require('net').connect(27017, 'mongo').on('error', ill));",
        ].join('\n'),
      },
    },
  ]),
).path;
const manifest = '{"name":"api","version":"1.0.0","scripts":{"start":"node index.js"}}';
const compose = 'services:\n  api:\n    build: ./api\n    ports: ["3000:3000"]\n';
const service = (subject: string, index: string, more: Record<string, string> = {}) =>
  stack.use(
    makeRepository([
      { subject, files: { 'compose.yaml': compose, 'api/package.json': manifest, 'api/index.js': index, ...more } },
    ]),
  ).path;
const empty = path.join(folder, 'empty');
const nothing = path.join(folder, 'nothing');
const foreign = stack.use(makeRepository([{ subject: 'Add it', files: { 'main.py': 'print(1)\n' } }])).path;

const call = (name: string, module = 'a.js') => ({
  plan: 1,
  when: [{ call: { id: 'c', module, export: name, args: [1, 0] } }],
  then: [{ check: 'c.value = 1' }],
});
const request = {
  plan: 1,
  when: [{ http: { id: 'r', to: 'api', method: 'GET', path: '/' } }],
  then: [{ check: 'r.status = 200' }],
};
const written = (name: string, text: string | Buffer | object) => {
  const file = path.join(folder, name);
  writeFileSync(file, typeof text === 'string' || Buffer.isBuffer(text) ? text : JSON.stringify(text));
  return file;
};
let files = 0;
const plan = (text: string | object) => written(`plan-${files++}.json`, text);
const thread = (text: string | Buffer | object) => written(`thread-${files++}.txt`, text);

beforeAll(() => {
  mkdirSync(nothing);
  execFileSync('git', ['init', '-q', empty]);
});

const settings = {
  REHEARSE_FOLDER: cacheFolder,
  REHEARSE_SIMULATION_TIMEOUT_MS: '5000',
  REHEARSE_SIMULATION_MEMORY_MB: '128',
};
const rehearse = (args: string[], more: Record<string, string> = {}): Promise<Ended> =>
  start(args, { ...settings, ...more }).ended;

describe.concurrent('a plan that cannot be judged ends as unknown, exit 2, with the reason', () => {
  const good = plan(request);
  it.each<[string, string, string, RegExp]>([
    ['names no module of the revision', library, plan(call('add', 'none.js')), /No such module.*none\.js/],
    ['names no export of the module', library, plan(call('none')), /No such module or export.*none/],
    ['climbs out of the repository', library, plan(call('x', '../../../etc/passwd')), /No such module/],
    ['names no service', library, good, /No such service.*api.*services: none/],
    ['never ends', library, plan(call('forever')), /over a limit.*5000 ms/],
    ['hoards memory', library, plan(call('hoard')), /over a limit.*memory/],
    ['ends its own process', library, plan(call('quit')), /ended its own process.*exit code: 3/],
    ['asks for what is not modelled', library, plan(call('mongo')), /does not model.*mongo on port 27017/],
    [
      'asks for a browser',
      library,
      plan({ ...request, when: [{ browse: { id: 'r', to: 'x', steps: [] } }] }),
      /browse/,
    ],
    [
      'speaks to what never listens',
      service('Idle', 'setInterval(() => {}, 1000)'),
      good,
      /api.*never listens on port 3000/,
    ],
    ['speaks to what ends at once', service('Go', 'process.exit(7)'), good, /api, exit code: 7/],
    ['speaks to what throws at once', service('Throw', "throw new Error('no key')"), good, /api.*no key/],
    ['is held against what is not JavaScript', foreign, plan(call('f', 'main.py')), /no JavaScript or TypeScript/],
    [
      'is held against a broken compose file',
      service('Break', '', { 'compose.yaml': 'services: [' }),
      good,
      /compose\.yaml:1/,
    ],
  ])('when it %s', async (_what, repo, file, sentence) => {
    const { code, out, complaint } = await rehearse(['simulate', '--repo', repo, '--plan', file, '--json']);
    expect(complaint).toBe('');
    expect(JSON.parse(out).verdict).toMatchObject({ outcome: 'unknown', reason: expect.stringMatching(sentence) });
    expect(code).toBe(2);
  });

  it('and a flood of output does not keep a plan from its verdict', async () => {
    const { code, out } = await rehearse(['simulate', '--repo', library, '--plan', plan(call('flood')), '--json']);
    expect(JSON.parse(out).verdict.outcome).toBe('holds');
    expect(code).toBe(0);
  });
});

describe.concurrent('input that cannot be used is refused in one line that says why, exit 2', () => {
  const add = plan(call('add'));
  const simulate = (repo: string, file = add, ...more: string[]) => [
    'simulate',
    '--repo',
    repo,
    '--plan',
    file,
    ...more,
  ];
  const capture = (file: string, repo = library) => ['capture', file, '--repo', repo];
  it.each<[string, string[], RegExp]>([
    ['a plan that is no JSON', simulate(library, plan('{"plan":1,')), /not JSON/],
    ['a plan of another shape', simulate(library, plan([])), /plan cannot be used.*array/],
    ['a field that no step has', simulate(library, plan({ ...request, wat: 1 })), /wat/],
    ['a plan that is not there', simulate(library, path.join(folder, 'none.json')), /none\.json.*no such file/],
    ['a repository without a commit', simulate(empty), /has no commits/],
    ['a folder that is no repository', simulate(nothing), /no git repository in this folder/],
    ['a folder that is not there', simulate(path.join(folder, 'none')), /no such folder or file/],
    ['an address that is not reached', simulate('http://127.0.0.1:9/x.git'), /127\.0\.0\.1.*connect/i],
    ['an address that is an option', simulate('--upload-pack=x'), /neither a path nor a URL/],
    ['a program as an address', simulate('ext::sh -c id'), /'ext' not allowed/],
    ['a revision that is not there', simulate(library, add, '--rev', 'none'), /No such revision.*none/],
    ['a revision that is an option', simulate(library, add, '--rev=--all'), /No such revision.*--all/],
    [
      'a search without a verdict',
      ['bisect', ...simulate(library, plan(call('none'))).slice(1)],
      /nothing to search from/,
    ],
    ['a thread of another shape', capture(thread({ msgs: [] })), /thread could not be read.*messages/],
    ['a thread of junk', capture(thread(Buffer.from([0, 159, 146, 150]))), /it is not text/],
    ['an unknown command', ['simulat'], /unknown command/],
    ['no database', ['migrate'], /does not answer.*127\.0\.0\.1:9/],
  ])('%s', async (_what, args, sentence) => {
    const { code, out, complaint } = await rehearse(args, { DATABASE_URL: 'postgres://127.0.0.1:9/x' });
    expect(complaint).toMatch(sentence);
    expect(complaint).not.toMatch(/^\s+at /m);
    expect(out).toBe('');
    expect(code).toBe(2);
  });

  it('and as one document with --json, whatever is wrong', async () => {
    for (const args of [simulate(nothing), ['simulate']]) {
      const { code, out, complaint } = await rehearse([...args, '--json']);
      expect(JSON.parse(out)).toMatchObject({ error: { code: expect.any(String), message: expect.any(String) } });
      expect([code, complaint]).toEqual([2, '']);
    }
  });

  it('and settings that do not parse are told all at once, exit 1, while help is given nevertheless', async () => {
    const wrong = { PORT: 'x', REHEARSE_CONCURRENCY: '0', DATABASE_URL: 'here', REHEARSE_LOG: 'loud' };
    const { code, complaint } = await rehearse(['doctor'], wrong);
    for (const name of Object.keys(wrong)) expect(complaint).toContain(name);
    expect(code).toBe(1);
    expect(await rehearse(['--help'], wrong)).toMatchObject({ code: 0, out: expect.stringContaining('simulate') });
  });
});

describe.concurrent('a thread that gives nothing to hold code against is answered, not guessed at', () => {
  const long =
    `${'2026-01-01 ERROR it happened again\n'.repeat(70_000)}add(1, 0) in a.js returned 5, expected 1\n`.repeat(2);
  const many = Array.from({ length: 1_000 }, (_, index) => ({
    user: `U${index % 7}`,
    ts: `${1_700_000_000 + index}.000100`,
    text: index === 500 ? '`add(1, 0)` in a.js returned 5, expected 1' : `still looking, ${index}`,
  }));
  it.each<[string, string | object, number, RegExp]>([
    ['an empty file', '', 2, /^There is nothing to read in this thread/],
    ['a thread without messages', { messages: [] }, 2, /^There is nothing to read in this thread/],
    ['plain words', 'it is broken again, please help', 2, /names no request and no call.*\n.*\?/],
    ['five megabytes', long, 0, /^HOLDS/],
    ['a thousand messages', { messages: many }, 0, /^HOLDS/],
  ])('%s', async (_what, text, exit, sentence) => {
    const { code, out, complaint } = await rehearse(['capture', thread(text), '--repo', library]);
    expect(complaint).toBe('');
    expect(out).toMatch(sentence);
    expect(code).toBe(exit);
  });

  it('and a repository that is not JavaScript is named as such', async () => {
    const { code, out } = await rehearse(['capture', thread('add(1, 0) returned 5'), '--repo', foreign]);
    expect(out).toMatch(/^There is no JavaScript or TypeScript/);
    expect(code).toBe(2);
  });
});

import { describe, expect, it } from 'vitest';
import { openMirror } from '../../src/codebase/git-mirror.ts';
import type { Hunk } from '../../src/codebase/hunk.ts';
import { diagnose } from '../../src/diagnosis/diagnose.ts';
import { closed, piecesOf, standsOn } from '../../src/diagnosis/pieces.ts';
import { parsePlan } from '../../src/simulation/plan.ts';
import { type Change, makeHistory, temporaryFolder } from '../support/made-history.ts';
import { plainSimulator } from '../support/plain-simulator.ts';

const plan = parsePlan({
  plan: 1,
  when: [{ call: { id: 'p', module: 'main.js', export: 'well', args: [] } }],
  then: [{ check: 'p.value = true' }],
});
const cacheFolder = temporaryFolder('cache');
const lines = (...own: string[]) => [...own, ''].join('\n');
const long = Array.from({ length: 12 }, (_, at) => `line ${at}`);

interface Kind {
  what: string;
  /** Whether all is well, in the module's own words. */
  well: string;
  before: Change['files'];
  after: Change['files'];
  modes?: Change['modes'];
  /** Files of the hunks that are found; the first is opened first. */
  files: string[];
  line: number;
}

const text = (file: string) => `readFileSync(at('${file}'), 'utf8')`;
const kinds: Kind[] = [
  {
    what: 'a setting in .env',
    well: `${text('.env')}.includes('RATE=1')`,
    before: { '.env': 'A=1\nRATE=1\n' },
    after: { '.env': 'A=1\nRATE=2\n' },
    files: ['.env'],
    line: 2,
  },
  {
    what: 'the environment in compose.yaml',
    well: `${text('compose.yaml')}.includes('half-up')`,
    before: { 'compose.yaml': 'services:\n  a:\n    environment:\n      ROUNDING: half-up\n' },
    after: { 'compose.yaml': 'services:\n  a:\n    environment:\n      ROUNDING: half-even\n' },
    files: ['compose.yaml'],
    line: 4,
  },
  {
    what: 'a migration that came',
    well: "!existsSync(at('migrations/0002-drop.sql'))",
    before: { 'migrations/0001-make.sql': 'create table t (id int);\n' },
    after: { 'migrations/0002-drop.sql': 'drop table t;\n' },
    files: ['migrations/0002-drop.sql'],
    line: 1,
  },
  {
    what: 'a flag',
    well: `!JSON.parse(${text('config/flags.json')}).fast`,
    before: { 'config/flags.json': lines('{', '  "slow": true,', '  "fast": false', '}') },
    after: { 'config/flags.json': lines('{', '  "slow": true,', '  "fast": true', '}') },
    files: ['config/flags.json'],
    line: 3,
  },
  {
    what: 'a lockfile',
    well: `${text('package-lock.json')}.includes('1.0.0')`,
    before: { 'package-lock.json': lines('{', '  "lockfileVersion": 3, "packages": {}, "x": "1.0.0"', '}') },
    after: { 'package-lock.json': lines('{', '  "lockfileVersion": 3, "packages": {}, "x": "2.0.0"', '}') },
    files: ['package-lock.json'],
    line: 2,
  },
  {
    what: 'a binary file',
    well: "readFileSync(at('table.bin'))[1] === 1",
    before: { 'table.bin': Buffer.from([0, 1, 255]) },
    after: { 'table.bin': Buffer.from([0, 2, 255]) },
    files: ['table.bin'],
    line: 0,
  },
  {
    what: 'a file that went',
    well: "existsSync(at('rates.csv'))",
    before: { 'rates.csv': 'EUR,1\n' },
    after: { 'rates.csv': null },
    files: ['rates.csv'],
    line: 1,
  },
  {
    what: 'a file with a new name',
    well: "existsSync(at('old-rates.csv'))",
    before: { 'old-rates.csv': lines(...long) },
    after: { 'old-rates.csv': null, 'new-rates.csv': lines(...long.slice(1), 'other') },
    files: ['new-rates.csv', 'old-rates.csv'],
    line: 1,
  },
  {
    what: 'a file that may no longer be run',
    well: "(statSync(at('run.sh')).mode & 0o100) !== 0",
    before: { 'run.sh': 'true\n' },
    after: { 'run.sh': 'true\n' },
    modes: { 'run.sh': '100644' },
    files: ['run.sh'],
    line: 0,
  },
];

describe('the cause is found where it is', () => {
  for (const kind of kinds)
    it(kind.what, async () => {
      const main = lines(
        "import { existsSync, readFileSync, statSync } from 'node:fs';",
        'const at = (file) => new URL(file, import.meta.url);',
        `export const well = () => ${kind.well};`,
        'void [existsSync, readFileSync, statSync, at];',
      );
      const { folder, commits } = makeHistory([
        {
          files: { 'package.json': '{ "type": "module" }\n', 'main.js': main, 'other.js': 'a\nb\nc\n', ...kind.before },
          ...(kind.modes && { modes: { 'run.sh': '100755' } }),
        },
        {
          files: { ...kind.after, 'other.js': 'A\nb\nC\n', 'README.md': 'words\n' },
          ...(kind.modes && { modes: kind.modes }),
        },
      ]);
      const mirror = await openMirror({ source: folder, cacheFolder });
      const found = await diagnose({ mirror, simulator: plainSimulator(), plan, bad: 'main' });
      if (!('commit' in found)) throw new Error(found.reason);
      expect(found.commit.id).toBe(commits[1]);
      expect([...new Set(found.hunks.map(({ file }) => file))]).toEqual(kind.files);
      expect([found.file, found.line]).toEqual([kind.files[0], kind.line]);
      const at = found.revision ?? found.commit.id;
      if (found.line > 0) expect((await mirror.read(at, found.file))?.split('\n')[found.line - 1]).toBe(found.text);
    });
});

describe('hunks', () => {
  const hunk = (file: string, added: string[], removed: string[] = [], more: Partial<Hunk> = {}): Hunk => ({
    ...{ file, oldStart: 1, oldLines: removed.length, newStart: 1, newLines: added.length, removed, added },
    ...more,
  });

  it('of a lockfile and of the manifests that it resolves are one piece, other settings of a manifest are not', () => {
    const lock = [hunk('package-lock.json', ['a']), hunk('package-lock.json', ['b'])];
    const wanted = hunk('packages/a/package.json', ['    "left-pad": "^1.3.0",']);
    const script = hunk('package.json', ['    "test": "vitest",']);
    const code = hunk('a.js', ['x']);
    expect(piecesOf([code, wanted, script, ...lock])).toEqual([[code], [wanted, ...lock], [script]]);
    expect(piecesOf([wanted, script])).toEqual([[wanted], [script]]);
  });

  it('stand on those that bring the names which they use, and on what those stand on', () => {
    const taken = hunk('a.js', ["import { rate } from './rate.js';"]);
    const made = hunk('rate.js', ['export const rate = scale * 2;'], [], { created: '100644' });
    const scale = hunk('rate.js', ['const scale = 3;']);
    const user = hunk('a.js', ['  return cents * rate;'], ['  return cents;']);
    const apart = hunk('a.js', ['  return cents;'], ['  return  cents;']);
    const on = standsOn([user, taken, made, scale, apart]);
    expect(on.get(apart)).toEqual([]);
    expect(closed([user], on)).toEqual([user, taken, made, scale]);
    expect(closed([made], on)).toEqual([made, scale]);
  });
});

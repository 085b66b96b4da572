import { cpSync, existsSync, globSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { openMirror } from '../src/codebase/git-mirror.ts';
import type { Mirror } from '../src/codebase/mirror.ts';
import { readCases } from '../src/local/cases/case-files.ts';
import { parsePlan } from '../src/simulation/plan.ts';
import type { Simulator } from '../src/simulation/simulation.ts';
import { createSimulator } from '../src/simulation/simulator.ts';
import { detectOuterWall } from '../src/world/sandbox/outer-wall.ts';
import { type Compared, compared, inWorld } from './fidelity/compared.ts';
import { type Figure, show } from './figures.ts';
import { type PlainRunner, runPlainly } from './plain-runner.ts';

interface Repository {
  name: string;
  folder: string;
  runner: PlainRunner;
  patterns: string[];
  env: Record<string, string>;
}

/** One revision, and the files of tests that are run on it; all that the repository has when none is named. */
interface Part {
  revision: string;
  files?: string[];
}

const command = 'npm run bench:fidelity -- [--repos <folder>] [--only <repository>] [--limit <files>] [--verbose]';

if (import.meta.main) {
  const { values } = parseArgs({
    options: {
      repos: { type: 'string', default: '../shared/cases/repos' },
      only: { type: 'string' },
      limit: { type: 'string' },
      verbose: { type: 'boolean', default: false },
    },
  });
  if (existsSync(values.repos)) {
    const { figures, notes } = await fidelity({ ...values, limit: Number(values.limit ?? Number.POSITIVE_INFINITY) });
    process.exitCode = show(figures, command, values.verbose ? notes : notes.slice(0, 60));
  } else {
    console.error(`There are no repositories in ${values.repos}: name the folder that has them with --repos <folder>.`);
    process.exitCode = 1;
  }
}

/**
 * Runs the tests of real repositories in plain Node with their own runner and in the world, and counts those that came
 * out alike: all files at one base, and the files that cases name at every head, where some fail.
 */
async function fidelity(given: { repos: string; only?: string; limit: number }): Promise<{
  figures: Figure[];
  notes: string[];
}> {
  const scratch = mkdtempSync(path.join(tmpdir(), 'rehearse-fidelity-'));
  const cacheFolder = path.resolve('.rehearse/cache');
  const figures: Figure[] = [];
  const notes: string[] = [];
  try {
    const outerWall = await detectOuterWall();
    await using simulator = createSimulator({ cacheFolder, timeoutMs: 300_000, memoryMb: 1_024, outerWall });
    for (const repository of repositoriesIn(given.repos)) {
      if (given.only !== undefined && given.only !== repository.name) continue;
      const mirror = await openMirror({
        source: path.join(repository.folder, 'repo.bundle'),
        cacheFolder,
        dependencies: path.join(repository.folder, 'deps'),
        path: String(process.env.PATH),
        environment: process.env,
      });
      const seen: Compared[] = [];
      for (const part of await partsOf(repository, given.repos))
        seen.push(...(await alike({ ...given, repository, mirror, simulator, scratch, part })));
      figures.push(...figuresOf(repository, seen));
      notes.push(...seen.flatMap(({ notes: own }) => own).map((note) => `${repository.name} ${note}`));
    }
    return { figures, notes };
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

function repositoriesIn(folder: string): Repository[] {
  return readdirSync(folder)
    .map((name) => ({ name, folder: path.join(folder, name), said: path.join(folder, name, 'repo.json') }))
    .filter(({ said }) => existsSync(said))
    .map(({ name, folder: at, said }) => {
      const { runner, tests, env } = JSON.parse(readFileSync(said, 'utf8'));
      return { name, folder: at, runner, patterns: String(tests).split(/\s+/), env };
    });
}

async function partsOf({ name }: Repository, repos: string): Promise<Part[]> {
  const cases = path.join(repos, '../pulls');
  const pulls = existsSync(cases) ? await readCases(cases) : [];
  const own = pulls.filter((one) => one.kind === 'pulls').filter(({ repository }) => repository === name);
  const heads = own.map(({ head, plans }) => ({
    revision: head,
    files: plans.flatMap(({ plan }) =>
      parsePlan(plan).when.flatMap((step) => ('test' in step ? [step.test.file] : [])),
    ),
  }));
  const last = own.at(-1);
  return [{ revision: last ? last.base : 'HEAD' }, ...heads];
}

async function alike(given: {
  repository: Repository;
  mirror: Mirror;
  simulator: Simulator;
  scratch: string;
  limit: number;
  part: Part;
}): Promise<Compared[]> {
  const { repository, mirror, simulator, part } = given;
  const { runner, env, patterns } = repository;
  const tree = await mirror.tree(part.revision);
  const files = [...new Set(part.files ?? globSync(patterns, { cwd: tree.path }).sort().slice(0, given.limit))];
  const folder = mkdtempSync(path.join(given.scratch, 'plain-'));
  cpSync(tree.path, folder, { recursive: true, verbatimSymlinks: true });
  const plain = await runPlainly({ runner, folder, files, env });
  rmSync(folder, { recursive: true, force: true });
  const found: Compared[] = [];
  for (const file of files) {
    const world = await inWorld({ simulator, tree, file, env });
    const where = part.files ? `${part.revision} ${file}` : file;
    found.push(compared(where, plain.get(file) ?? { passed: false, tests: [], said: 'no word of the file' }, world));
    process.stderr.write(`\r${repository.name} ${part.revision} ${found.length} of ${files.length}   `);
  }
  process.stderr.write('\n');
  return found;
}

function figuresOf({ name, runner }: Repository, seen: Compared[]): Figure[] {
  const sum = (of: (one: Compared) => number) => seen.reduce((total, one) => total + of(one), 0);
  const [passing, passed] = [sum((one) => one.passing.whole), sum((one) => one.passing.alike)];
  const [failing, failed] = [sum((one) => one.failing.whole), sum((one) => one.failing.alike)];
  return [
    {
      figure: `${name} (${runner}): tests that pass in plain Node and pass in the world`,
      measured: `${passed} of ${passing} (${((passed / passing) * 100).toFixed(2)} %)`,
      goal: '≥ 99 %',
      met: passing > 0 && passed / passing >= 0.99,
    },
    {
      figure: `${name} (${runner}): tests that fail in plain Node and fail in the world`,
      measured: `${failed} of ${failing}`,
      goal: 'all',
      met: failing > 0 ? failed === failing : null,
    },
  ];
}

import { parseArgs } from 'node:util';
import { detectOuterWall } from '../src/world/sandbox/outer-wall.ts';
import { openBait } from '../test/support/hostile/bait.ts';
import { type Hostile, hostilePrograms, writtenThrough } from '../test/support/hostile/programs.ts';
import { createTrials, type Outcome, type Walls } from '../test/support/hostile/trial.ts';
import { type Figure, show } from './figures.ts';

type Found = Map<string, Outcome>;
const every: Walls[] = ['both', 'inner', 'outer'];

/** Every program behind some walls, one after the other on one bait. */
async function behind(walls: Walls, programs: Hostile[]): Promise<Found> {
  await using bait = await openBait();
  await using trials = createTrials(bait, walls);
  const found: Found = new Map();
  for (const program of programs) found.set(program.name, await trials.run(program));
  return found;
}

/** Holds what got through against what is written down of it: one more or one less is a goal missed. */
function against(walls: Walls, programs: Hostile[], found: Found): { figure: Figure; notes: string[] } {
  const written = writtenThrough()[walls];
  const through = programs.filter(({ name }) => found.get(name)?.achieved !== undefined).map(({ name }) => name);
  const expected = programs.filter(({ name }) => Object.hasOwn(written, name)).map(({ name }) => name);
  const more = through.filter((name) => !expected.includes(name));
  const less = expected.filter((name) => !through.includes(name));
  const named = walls === 'both' ? 'both walls' : `the ${walls} wall alone`;
  return {
    figure: {
      figure: `programs stopped by ${named}`,
      measured: `${programs.length - through.length} of ${programs.length}`,
      goal: `${programs.length - expected.length}, as written down`,
      met: more.length + less.length === 0,
    },
    notes: [
      ...expected.map((name) => `${named}, ${name}: ${written[name]}`),
      ...more.map((name) => `${named}: ${name} gets through, and nothing says so: ${found.get(name)?.achieved}`),
      ...less.map((name) => `${named}: ${name} no longer gets through: take it out of through.json`),
    ],
  };
}

if (import.meta.main) {
  const { values } = parseArgs({
    options: {
      only: { type: 'string', default: '' },
      walls: { type: 'string' },
      told: { type: 'boolean', default: false },
    },
  });
  const outer = await detectOuterWall();
  const columns = ((values.walls?.split(',') ?? every) as Walls[]).filter(
    (walls) => walls === 'inner' || outer === 'bubblewrap',
  );
  const programs = hostilePrograms().filter(({ name }) => name.includes(values.only));
  const found = new Map<Walls, Found>();
  for (const walls of columns) {
    const from = performance.now();
    found.set(walls, await behind(walls, programs));
    console.log(`${walls}: ${programs.length} programs in ${Math.round((performance.now() - from) / 1000)} s`);
  }
  const cell = (walls: Walls, name: string) => {
    const achieved = found.get(walls)?.get(name)?.achieved;
    return achieved === undefined ? 'stopped' : `THROUGH: ${achieved}`.slice(0, 70);
  };
  console.table(
    programs.map(({ name, tries }) => ({
      program: name,
      ...Object.fromEntries(columns.map((walls) => [walls, cell(walls, name)])),
      ...(values.told
        ? {
            tries,
            told: found
              .get(columns[0] ?? 'inner')
              ?.get(name)
              ?.told.slice(0, 160),
          }
        : {}),
    })),
  );
  const told = columns.map((walls) => against(walls, programs, found.get(walls) ?? new Map()));
  const missing = every.filter((walls) => values.walls === undefined && !columns.includes(walls));
  const untried = missing.map(
    (walls): Figure => ({
      figure: `programs stopped by ${walls}`,
      measured: 'not tried: bubblewrap is missing or may not make namespaces',
      goal: 'as written down',
      met: null,
    }),
  );
  process.exitCode = show(
    [...told.map(({ figure }) => figure), ...untried],
    'npm run bench:hostile -- [--only <part of a name>] [--walls both,inner,outer] [--told]',
    told.flatMap(({ notes }) => notes),
  );
}

import { parseArgs } from 'node:util';
import { detectOuterWall } from '../src/world/sandbox/outer-wall.ts';
import { openBait } from '../test/support/hostile/bait.ts';
import { hostilePrograms } from '../test/support/hostile/programs.ts';
import { createTrials, type Outcome, type Walls } from '../test/support/hostile/trial.ts';

const { values } = parseArgs({
  options: {
    only: { type: 'string', default: '' },
    walls: { type: 'string' },
    told: { type: 'boolean', default: false },
  },
});

const outer = await detectOuterWall();
const wanted = (values.walls?.split(',') ?? ['both', 'inner', 'outer']) as Walls[];
const columns = wanted.filter((walls) => walls === 'inner' || outer === 'bubblewrap');
if (outer === 'none') console.log('bubblewrap is missing or may not make namespaces: only the inner wall is tried.');
const programs = hostilePrograms().filter(({ name }) => name.includes(values.only));
const found = new Map<string, Outcome>();
for (const walls of columns) {
  await using bait = await openBait();
  await using trials = createTrials(bait, walls);
  for (const program of programs) found.set(`${walls} ${program.name}`, await trials.run(program));
}
const cell = (walls: Walls, name: string) => {
  const outcome = found.get(`${walls} ${name}`);
  return outcome?.achieved === undefined ? 'stopped' : `THROUGH: ${outcome.achieved}`.slice(0, 70);
};
console.table(
  programs.map(({ name, tries }) => ({
    program: name,
    ...Object.fromEntries(columns.map((walls) => [walls, cell(walls, name)])),
    ...(values.told ? { tries, told: found.get(`${columns[0]} ${name}`)?.told.slice(0, 160) } : {}),
  })),
);
const first = columns[0] ?? 'inner';
const through = programs.filter(({ name }) => found.get(`${first} ${name}`)?.achieved !== undefined);
console.log(
  `${programs.length} programs; past ${first === 'both' ? 'both walls' : `the ${first} wall`}: ${through.length}`,
);
console.log('npm run bench:hostile -- [--only <part of a name>] [--walls both,inner,outer] [--told]');
process.exitCode = through.length > 0 ? 1 : 0;

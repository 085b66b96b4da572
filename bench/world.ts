import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { type Figure, show } from './figures.ts';

/** The benchmarks of the world, in the order that they are run; some need the real cases. */
const all: { name: string; shows: string; needsCases: boolean }[] = [
  { name: 'simulate', shows: 'one simulation of three services, first, warm, and many at once', needsCases: false },
  { name: 'scale', shows: 'sixty services in one plan', needsCases: false },
  { name: 'hostile', shows: 'hostile programs behind both walls, the inner and the outer', needsCases: false },
  { name: 'determinism', shows: 'replays under load', needsCases: false },
  { name: 'endurance', shows: 'a thousand simulations in a row', needsCases: false },
  { name: 'fidelity', shows: 'the tests of real repositories, in the world and in plain Node', needsCases: true },
  { name: 'booking', shows: 'a real system of four services', needsCases: true },
];

const { values } = parseArgs({
  options: { only: { type: 'string' }, cases: { type: 'string', default: '../shared/cases' } },
});
const wanted = values.only?.split(',');
const figures: Figure[] = [];
for (const { name, shows, needsCases } of all) {
  if (wanted && !wanted.includes(name)) continue;
  if (needsCases && !existsSync(values.cases)) {
    figures.push({ figure: `${name}: ${shows}`, measured: 'not run: no cases here', goal: 'its own goals', met: null });
    continue;
  }
  console.log(`\n${name}: ${shows}`);
  const from = performance.now();
  const code = await run(name);
  const seconds = Math.round((performance.now() - from) / 1000);
  figures.push({
    figure: `${name}: ${shows}`,
    measured: `exit ${code} after ${seconds} s`,
    goal: 'its own goals',
    met: code === 0,
  });
}
process.exitCode = show(figures, 'npm run bench:world -- [--only simulate,hostile,…] [--cases <folder>]');

/** Runs one benchmark and shows what it prints; its exit code. */
function run(name: string): Promise<number> {
  const child = spawn(process.execPath, [path.join(import.meta.dirname, `${name}.ts`)], { stdio: 'inherit' });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code) => resolve(code ?? 1));
  });
}

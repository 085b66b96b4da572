import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { OuterWall } from '../world/sandbox/outer-wall.ts';
import { parsePlan } from './plan.ts';
import type { Simulator } from './simulation.ts';

/** What was looked at in the sandbox, and whether it is well. */
interface Finding {
  name: string;
  well: boolean;
  needed: boolean;
  says: string;
}

const plan = parsePlan({
  plan: 1,
  when: [{ call: { id: 'sum', module: 'index.js', export: 'sum', args: [1, 1] } }],
  then: [{ check: 'sum.value = 2' }],
});

/** Whether the sandbox works here: simulates one small function, and says which walls stand. */
export async function examineSandbox(given: {
  simulator: Simulator;
  cacheFolder: string;
  outerWall: OuterWall;
}): Promise<Finding[]> {
  const folder = path.join(given.cacheFolder, 'doctor');
  await mkdir(folder, { recursive: true });
  await writeFile(path.join(folder, 'index.js'), 'exports.sum = (a, b) => a + b;\n');
  const { verdict } = await given.simulator.simulate(plan, { id: 'doctor', path: folder });
  const well = verdict.outcome === 'holds';
  const outer = given.outerWall === 'bubblewrap';
  return [
    {
      name: 'sandbox',
      well,
      needed: true,
      says: well ? 'code runs behind Node’s permission model' : `a simulation did not work: ${verdict.reason}`,
    },
    {
      name: 'outer wall',
      well: outer,
      needed: false,
      says: outer
        ? 'bubblewrap stands around it, and around the installing of packages'
        : 'bubblewrap is missing or may not make namespaces, so one wall stands instead of two, packages are installed without one, and code from people who may not write to the repository is not run: install the package bubblewrap',
    },
  ];
}

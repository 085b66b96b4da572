import { mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, it } from 'vitest';
import { parsePlan } from '../../../src/simulation/plan.ts';
import { createSimulator } from '../../../src/simulation/simulator.ts';
import { detectOuterWall, walled } from '../../../src/world/sandbox/outer-wall.ts';

it('hides nothing that it binds: the empty folders are made before', () => {
  const [, args] = walled('bubblewrap', {
    node: '/tmp/a/node',
    options: [],
    readable: ['/tmp/tree'],
    folder: '/tmp/tree',
  });
  expect(args.lastIndexOf('--tmpfs')).toBeLessThan(args.indexOf('--ro-bind'));
});

it('a tree in the temporary folder is simulated within bubblewrap exactly where detection says that it can be', async () => {
  const outerWall = await detectOuterWall();
  const folder = await realpath(await mkdtemp(path.join(tmpdir(), 'rehearse-wall-')));
  try {
    await writeFile(path.join(folder, 'index.js'), 'exports.two = () => 2;\n');
    await using simulator = createSimulator({ cacheFolder: path.join(folder, 'cache'), outerWall: 'bubblewrap' });
    const plan = parsePlan({
      plan: 1,
      when: [{ call: { id: 'p', module: 'index.js', export: 'two' } }],
      then: [{ check: 'p.value = 2' }],
    });
    const { verdict } = await simulator.simulate(plan, { id: 'wall', path: folder });
    expect(verdict.outcome === 'holds' ? 'bubblewrap' : 'none', verdict.reason).toBe(outerWall);
  } finally {
    await rm(folder, { recursive: true });
  }
});

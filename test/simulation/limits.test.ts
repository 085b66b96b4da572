import { describe, expect, it } from 'vitest';
import { parsePlan } from '../../src/simulation/plan.ts';
import { written } from '../support/written-tree.ts';
import { rehearsal } from './rehearsal.ts';

const { simulate, simulator } = rehearsal({ timeoutMs: 3_000, memoryMb: 64 });
const roomy = rehearsal({ memoryMb: 64 });
const calling = (module: string, name?: string) => ({
  when: [{ call: { id: 'p', module, export: name } }],
  then: [{ check: 'p.value = 1' }],
});

describe('a simulation that cannot end well', () => {
  it('is stopped when the code never ends', async () => {
    const { verdict } = await simulate(
      written({ 'a.js': 'module.exports = () => { while (true); }' }),
      calling('a.js'),
    );
    expect(verdict).toMatchObject({
      outcome: 'unknown',
      code: 'SIMULATION_LIMIT',
      reason: expect.stringContaining('3000 ms'),
    });
  });

  it('is stopped when the code eats all memory', async () => {
    const tree = written({
      'a.js': 'module.exports = () => { const all = []; while (true) all.push(new Array(1000).fill({})); }',
    });
    const { verdict } = await simulate(tree, calling('a.js'));
    expect(verdict).toMatchObject({ outcome: 'unknown', code: 'SIMULATION_LIMIT' });
  });

  it('is stopped when the code eats memory outside the heap', async () => {
    const tree = written({
      'a.js': 'module.exports = () => { const all = []; while (true) all.push(Buffer.alloc(1 << 24, 1)); }',
    });
    const { verdict } = await roomy.simulate(tree, calling('a.js'));
    expect(verdict).toMatchObject({
      outcome: 'unknown',
      code: 'SIMULATION_LIMIT',
      reason: expect.stringContaining('memory'),
    });
  });

  it('says when a promise can never settle, since nothing is left to do', async () => {
    const { results } = await simulate(
      written({ 'a.js': 'module.exports = () => new Promise(() => {})' }),
      calling('a.js'),
    );
    expect(results.p).toMatchObject({ error: { name: 'Unsettled' } });
  });

  it('is unknown when the code ends the process', async () => {
    const { verdict } = await simulate(written({ 'a.js': 'module.exports = () => process.exit(3)' }), calling('a.js'));
    expect(verdict).toMatchObject({ outcome: 'unknown', reason: expect.stringContaining('exit code: 3') });
  });

  it.each([
    ['a module that is not there', 'b.js', undefined, 'MODULE_UNKNOWN'],
    ['a module outside the tree', '../../../etc/hostname', undefined, 'MODULE_UNKNOWN'],
    ['an export that is not there', 'a.js', 'nothing', 'MODULE_UNKNOWN'],
    ['an export that is no function', 'a.js', 'number', 'MODULE_UNKNOWN'],
    ['a file that does not parse', 'broken.js', undefined, 'SOURCE_UNPARSABLE'],
  ])('is unknown for %s', async (_, module, name, code) => {
    const tree = written({ 'a.js': 'exports.number = 1', 'broken.js': 'const = 1' });
    const { verdict } = await simulate(tree, calling(module, name));
    expect(verdict).toMatchObject({ outcome: 'unknown', code });
  });

  it('is unknown for a step of kind browse', async () => {
    const step = { browse: { id: 'b', to: 'web', steps: [] } };
    const { verdict } = await simulate(written({ 'a.js': '' }), { when: [step] });
    expect(verdict).toMatchObject({
      outcome: 'unknown',
      code: 'WORLD_UNMODELLED',
      reason: expect.stringContaining('browse'),
    });
  });

  it('can be given up, and nothing of it stays', async () => {
    const controller = new AbortController();
    const plan = parsePlan({ plan: 1, ...calling('a.js') });
    const tree = written({ 'a.js': 'module.exports = () => { while (true); }' });
    const given = simulator.simulate(plan, tree, { signal: controller.signal });
    controller.abort(new Error('given up'));
    await expect(given).rejects.toThrow('given up');
  });
});

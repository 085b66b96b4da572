import { afterAll, beforeAll, expect, it } from 'vitest';
import { openMirror } from '../../src/codebase/git-mirror.ts';
import type { Mirror } from '../../src/codebase/mirror.ts';
import { diagnose } from '../../src/diagnosis/diagnose.ts';
import { makeShopRepository } from '../../src/local/demo/history.ts';
import { repair } from '../../src/repair/repair.ts';
import { parsePlan } from '../../src/simulation/plan.ts';
import { createSimulator } from '../../src/simulation/simulator.ts';
import truth from '../fixtures/shop-truth.json' with { type: 'json' };
import { temporaryFolder } from '../support/made-history.ts';

const simulator = createSimulator({ cacheFolder: temporaryFolder('cache'), timeoutMs: 120_000 });
let mirror: Mirror;

beforeAll(async () => {
  const { path } = await makeShopRepository(`${temporaryFolder('shop')}/shop`);
  mirror = await openMirror({ source: path, cacheFolder: temporaryFolder('cache'), environment: process.env });
}, 120_000);
afterAll(() => simulator[Symbol.asyncDispose]());

it.each(truth.defects)(
  'the defect of the example is mended and proved: $id',
  async ({ plan: written, culprit, file }) => {
    const plan = parsePlan(written);
    const history = await mirror.ancestors(truth.head, 500);
    const broke = history.find(({ subject }) => subject === culprit);
    const cause = await diagnose({ mirror, simulator, plan, bad: broke?.id ?? '', good: broke?.parents[0] });
    if (!('commit' in cause)) throw new Error(cause.reason);
    const fix = await repair({ mirror, simulator, plan, head: truth.head, cause, neighbours: [] });
    expect(fix).toMatchObject({
      proofs: [{ before: 'violated', after: 'holds' }],
      undoes: { subject: culprit },
    });
    expect('patch' in fix && fix.patch).toContain(`+++ b/${file}`);
    expect('types' in fix && fix.types?.outcome).not.toBe('unchecked');
  },
  400_000,
);

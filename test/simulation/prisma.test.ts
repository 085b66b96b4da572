import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { install } from '../../src/codebase/dependencies.ts';
import { networkOf } from '../../src/codebase/git.ts';
import { givenRoot } from '../../src/codebase/package-roots.ts';
import { makeClient, unmadeClients } from '../../src/codebase/prisma-client.ts';
import type { Tree } from '../../src/codebase/tree.ts';
import { detectOuterWall } from '../../src/world/sandbox/outer-wall.ts';
import { rehearsal } from './rehearsal.ts';

const { simulate } = rehearsal({ timeoutMs: 60_000, memoryMb: 512 });
const root = path.resolve(import.meta.dirname, '../..');
const fixture = path.join(root, 'test/fixtures/prisma');
const outerWall = await detectOuterWall();

/** The fixture with its packages, its client made as for every tree. */
async function application(change: Record<string, string> = {}, isWalled = true): Promise<Tree> {
  const npm = { path: process.env.PATH, environment: networkOf(process.env) };
  const installed = await install(await givenRoot(fixture), path.join(root, 'node_modules/.cache/rehearse'), npm);
  const packages = path.join(installed.cache, 'node_modules');
  const folder = mkdtempSync(path.join(tmpdir(), 'rehearse-prisma-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  cpSync(fixture, folder, { recursive: true });
  for (const [name, text] of Object.entries(change)) writeFileSync(path.join(folder, name), text);
  symlinkSync(packages, path.join(folder, 'node_modules'));
  for (const client of await unmadeClients(folder, ['prisma/schema.prisma']))
    await makeClient(client, { folder, installed: [installed], isWalled });
  return { id: path.basename(folder), path: folder, dependencies: [packages] };
}

const post = (id: string, body: unknown) => ({
  http: { id, to: 'prisma-orders', method: 'POST', path: '/orders', body },
});
const plan = {
  when: [
    post('placed', [
      { item: 'pencil', quantity: 2 },
      { item: 'paper', quantity: 1 },
    ]),
    post('refused', [
      { item: 'ink', quantity: 3 },
      { item: 'nib', quantity: 0 },
    ]),
    { http: { id: 'list', to: 'prisma-orders', method: 'GET', path: '/orders' } },
  ],
  then: [
    { check: 'placed.status = 201' },
    { check: 'refused.status = 409' },
    { check: '$join(list.body.item, ",") = "pencil,paper" and list.body[0].notes[0].text = "for pencil"' },
    { check: 'list.body[0].createdAt = "2026-01-01T00:00:00.000Z"' },
    { sql: { store: 'postgres', text: 'select sum(quantity)::int as n from orders', check: '$[0].n = 3' } },
  ],
};

describe('an application with Prisma', () => {
  it.skipIf(outerWall === 'none')(
    'gets its client made, and runs unmodified on its migrations, the same each time',
    async () => {
      const tree = await application();
      const first = await simulate(tree, plan);
      expect(first.verdict).toMatchObject({ outcome: 'holds', reason: 'All 5 expectations are met.' });
      expect((await simulate(tree, plan)).trace.hash).toBe(first.trace.hash);
    },
    400_000,
  );

  it.skipIf(outerWall === 'none')(
    'whose client cannot be made says so by name',
    async () => {
      const schema = readFileSync(path.join(fixture, 'prisma/schema.prisma'), 'utf8');
      const tree = await application({
        'prisma/schema.prisma': schema.replace('item      String', 'item      Strung'),
      });
      const { verdict } = await simulate(tree, plan);
      expect(verdict.outcome).toBe('unknown');
      expect(verdict.reason).toContain('The Prisma client of prisma/schema.prisma could not be made');
    },
    400_000,
  );

  it('is told that its client needs bubblewrap, where there is none', async () => {
    const { verdict } = await simulate(await application({}, false), plan);
    expect(verdict.outcome).toBe('unknown');
    expect(verdict.reason).toContain('bubblewrap is needed');
  }, 400_000);
});

import { cpSync, mkdirSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { install, linkPackages } from '../../src/codebase/dependencies.ts';
import { networkOf } from '../../src/codebase/git.ts';
import { givenRoot } from '../../src/codebase/package-roots.ts';
import { written } from '../support/written-tree.ts';
import { rehearsal } from './rehearsal.ts';

const { simulate } = rehearsal({ timeoutMs: 60_000 });
const fixture = path.resolve(import.meta.dirname, '../fixtures/flag-services');
const cache = path.resolve(import.meta.dirname, '../../node_modules/.cache/rehearse');

it('the SDK of LaunchDarkly, unchanged, and the server of Unleash give the flags of the plan', {
  timeout: 180_000,
}, async () => {
  mkdirSync(cache, { recursive: true });
  const installed = await install(await givenRoot(fixture), cache, {
    path: process.env.PATH,
    environment: networkOf(process.env),
  });
  const tree = written({});
  cpSync(fixture, tree.path, { recursive: true });
  await linkPackages(installed, tree.path);
  const { verdict, results, trace } = await simulate(
    { ...tree, dependencies: [installed.cache] },
    {
      world: { flags: { 'new-proration': true, plan: 'pro' } },
      when: [{ http: { id: 'flags', to: 'app', path: '/' } }, { advance: 'PT1M' }],
      then: [{ check: 'flags.status = 200' }, { never: 'unhandled-error' }],
    },
  );
  expect(verdict.reason).toBe('All 2 expectations are met.');
  expect((results.flags as { body: unknown }).body).toEqual({
    streamed: true,
    polled: 'pro',
    unknown: 'the default',
    unleash: [
      ['new-proration', true, null],
      ['plan', true, 'pro'],
    ],
  });
  const reads = trace.events.filter(({ kind, what }) => kind === 'read' && what.startsWith('flag '));
  expect(new Set(reads.map(({ what }) => what))).toEqual(
    new Set(['flag new-proration', 'flag plan', 'flag nobody-set-this']),
  );
});

import { cpSync, mkdirSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { install, linkPackages } from '../../src/codebase/dependencies.ts';
import { networkOf } from '../../src/codebase/git.ts';
import { givenRoot } from '../../src/codebase/package-roots.ts';
import { written } from '../support/written-tree.ts';
import { rehearsal } from './rehearsal.ts';

const { simulate } = rehearsal({ timeoutMs: 60_000 });
const fixture = path.resolve(import.meta.dirname, '../fixtures/flag-services');
const cache = path.resolve(import.meta.dirname, '../../node_modules/.cache/rehearse');

const asking = async (page: string, after: object[] = []) => {
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
      world: { flags: { 'new-proration': true, plan: 'pro', rate: 1.5 } },
      when: [{ http: { id: 'flags', to: 'app', path: page } }, ...after],
      then: [{ check: 'flags.status = 200' }, { never: 'unhandled-error' }],
    },
  );
  expect(verdict.reason).toBe('All 2 expectations are met.');
  const reads = trace.events.filter(({ kind, what }) => kind === 'read' && what.startsWith('flag '));
  return {
    body: (results.flags as { body: unknown }).body,
    reads: reads.map(({ what, value }) => `${what.slice(5)} ${value?.text}`),
    transitions: trace.counts.transitions,
  };
};

describe('clients of feature flags, unchanged, give the flags of the plan, and what they are asked is in the trace at once', {
  timeout: 180_000,
}, () => {
  it('LaunchDarkly, streaming and polling; what it reports later is not told twice', async () => {
    const { body, reads, transitions } = await asking('/launchdarkly', [{ advance: 'PT1M' }]);
    expect(body).toEqual({ streamed: true, polled: 'pro', unknown: 'the default' });
    expect(reads).toEqual(['new-proration true', 'plan "pro"', 'nobody-set-this "the default"']);
    expect(transitions).toBeGreaterThanOrEqual(3);
  });

  it('Unleash, polling and streaming, at the host that a setting names', async () => {
    const { body, reads } = await asking('/unleash', [{ advance: 'PT2M' }]);
    const answer = { enabled: true, plan: 'pro', unknown: false };
    expect(body).toEqual([answer, answer]);
    const once = ['new-proration true', 'plan "pro"', 'nobody-set-this false'];
    expect(reads).toEqual([...once, ...once]);
  });

  it('flagd, over gRPC as its provider speaks it', async () => {
    const { body, reads } = await asking('/flagd');
    expect(body).toEqual({
      ...{ planned: true, unknown: 'the default', text: 'pro', truth: true, number: 1.5 },
      mismatch: 'TYPE_MISMATCH',
    });
    expect(reads).toEqual(['new-proration true', 'nobody-set-this null', 'plan "pro"', 'rate 1.5']);
  });

  it('OpenFeature, whatever its provider; what the plan does not set is the provider’s', async () => {
    const { body, reads } = await asking('/openfeature');
    expect(body).toEqual({
      planned: true,
      own: true,
      mismatch: 'TYPE_MISMATCH',
      strict: 'blue',
      environment: true,
      remote: 'pro',
      unknown: 'the default',
    });
    expect(reads).toEqual([
      'new-proration true',
      'old-proration true',
      'plan false',
      'color "blue"',
      'dark-mode true',
      'plan "pro"',
      'nobody-set-this null',
    ]);
  });
});

import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Program } from '../../../src/world/sandbox/process.ts';
import { startSandbox } from '../../../src/world/sandbox/process.ts';
import { keepReady } from '../../../src/world/sandbox/ready.ts';
import { runtimeFolder } from '../../../src/world/sandbox/runtime.ts';
import { written } from '../../support/written-tree.ts';

const runtime = runtimeFolder(mkdtempSync(path.join(tmpdir(), 'rehearse-cache-')));
const program = (tree: string): Program => ({
  beginning: {
    service: 'a',
    isWalled: true,
    tree,
    runtime,
    environment: {},
    now: 0,
    seed: 1,
    address: '10.0.0.2',
    paths: [],
    files: {},
    flags: {},
    suite: false,
    mostEvents: 10,
    copies: 0,
  },
  args: [],
  folder: tree,
  readable: [],
  memoryMb: 64,
  outerWall: 'none',
});

describe('processes that wait ready', () => {
  it('are not given to a test when they were started for a service, since runners of tests are started otherwise', async () => {
    await using ready = keepReady(2);
    const service = program(written({ 'a.js': '' }).path);
    ready.ended(service);
    ready.ended(service);
    expect(ready.take({ ...service, beginning: { ...service.beginning, suite: true } })).toBeUndefined();
    ready.take(service)?.kill('SIGKILL');
  });

  it('are started from the second run on, given once, and only to the very same program', async () => {
    await using ready = keepReady(2);
    const one = program(written({ 'a.js': '' }).path);
    const other = program(written({ 'a.js': '' }).path);
    ready.ended(one);
    expect(ready.take(one)).toBeUndefined();
    ready.ended(one);
    expect(ready.take(other)).toBeUndefined();
    const child = ready.take(one);
    expect(child?.pid).toBeGreaterThan(0);
    expect(ready.take(one)).toBeUndefined();
    const { sandbox } = startSandbox(one, () => ({ error: 'none' }), child);
    expect((await sandbox.turn(null)).at(-1)).toMatchObject({ t: 'idle' });
    sandbox.kill();
    await sandbox.gone;
  });

  it('are no more than allowed, and gone when the keeper is', async () => {
    const ready = keepReady(1);
    const programs = [1, 2].map(() => program(written({ 'a.js': '' }).path));
    for (const one of [...programs, ...programs]) ready.ended(one);
    expect(programs.map((one) => ready.take(one) !== undefined)).toEqual([false, true]);
    await ready[Symbol.asyncDispose]();
    ready.ended(program(written({ 'a.js': '' }).path));
  });
});

import { execFile } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { parseSync } from 'oxc-parser';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeShopRepository, shopHistory } from '../../src/local/demo/history.ts';
import { demoThreads } from '../../src/local/demo/threads.ts';
import { parsePlan } from '../../src/simulation/plan.ts';
import { discover } from '../../src/world/discover.ts';
import truth from '../fixtures/shop-truth.json' with { type: 'json' };

const run = promisify(execFile);
let scratch = '';
let shop = { path: '', head: '' };
let commits: { id: string; author: string; at: string; subject: string; body: string }[] = [];

const git = async (...args: string[]) => (await run('git', args, { cwd: shop.path, maxBuffer: 1 << 26 })).stdout;

beforeAll(async () => {
  scratch = await mkdtemp(path.join(tmpdir(), 'shop-history-'));
  shop = await makeShopRepository(path.join(scratch, 'shop'));
  const log = await git('log', '--reverse', '--format=%H%x1f%ae%x1f%aI%x1f%s%x1f%b%x1e');
  commits = log
    .split('\x1e')
    .filter((entry) => entry.trim())
    .map((entry) => {
      const [id = '', author = '', at = '', subject = '', body = ''] = entry.trim().split('\x1f');
      return { id, author, at, subject, body };
    });
});

afterAll(() => rm(scratch, { recursive: true, force: true }));

describe('the repository of the example', () => {
  it('has the same commit ids on every machine, whatever its user configured', async () => {
    const config = path.join(scratch, 'gitconfig');
    await writeFile(config, '[core]\n\tautocrlf = true\n[user]\n\tname = Somebody\n[commit]\n\tgpgSign = true\n');
    const other = await makeShopRepository(path.join(scratch, 'other'), {
      git: { GIT_CONFIG_GLOBAL: config, HOME: scratch },
    });
    expect(other.head).toBe(shop.head);
    expect(shop.head).toBe(truth.head);
  });

  it('is made once and then used as it is', async () => {
    const before = await git('rev-parse', 'HEAD');
    expect(await makeShopRepository(shop.path)).toEqual(shop);
    expect(await git('rev-parse', 'HEAD')).toBe(before);
    expect(await git('status', '--porcelain')).toBe('');
  });

  it('is never made over what somebody else put there', async () => {
    const foreign = await mkdtemp(path.join(scratch, 'foreign-'));
    await writeFile(path.join(foreign, 'thesis.txt'), 'mine');
    await expect(makeShopRepository(foreign)).rejects.toMatchObject({ code: 'REPOSITORY_UNREADABLE' });
    expect(await readdir(foreign)).toEqual(['thesis.txt']);
  });

  it('has one commit for each patch, by roles at made-up domains, each with a reason, in the order of their dates', async () => {
    const patches = (await readdir(shopHistory)).filter((name) => name.endsWith('.patch'));
    expect(commits).toHaveLength(patches.length);
    for (const { subject, author, body } of commits) {
      expect(author, subject).toMatch(/@shop\.example$/);
      expect(body.trim().split(/\s+/).length, `${subject}: says why`).toBeGreaterThan(8);
    }
    const dates = commits.map(({ at }) => Date.parse(at));
    expect(dates).toEqual(dates.toSorted((a, b) => a - b));
  });

  it('parses at its head, and is read as four services and two stores', async () => {
    const files = (await git('ls-files', '*.ts')).trim().split('\n');
    for (const file of files) {
      const source = await readFile(path.join(shop.path, file), 'utf8');
      expect(parseSync(file, source).errors, file).toEqual([]);
    }
    const world = await discover({ id: shop.head, path: shop.path });
    expect(world.services.map(({ name }) => name).sort()).toEqual(['billing', 'notifications', 'orders', 'web']);
    expect(world.stores.map(({ kind }) => kind).sort()).toEqual(['postgres', 'redis']);
    expect(world.stores.find(({ kind }) => kind === 'postgres')?.migrations).toHaveLength(7);
    expect(world.unmodelled).toEqual([]);
  });

  it('names no registry and no domain that could be real', async () => {
    const lock = JSON.parse(await readFile(path.join(shop.path, 'package-lock.json'), 'utf8'));
    const resolved = Object.values<{ resolved?: string }>(lock.packages).map((entry) => entry.resolved ?? '');
    expect(resolved.filter((url) => url.includes('://'))).toEqual([]);
    const hosts = (await git('grep', '-hoE', 'https?://[a-z0-9.-]+', '--', ':!package-lock.json')).trim().split('\n');
    const named = [...new Set(hosts.map((url) => new URL(url).hostname))];
    expect(named.filter((host) => !/(^|\.)example$|^(127\.0\.0\.1|localhost|[a-z]+)$/.test(host))).toEqual([]);
  });
});

describe('what is true of the example', () => {
  it('names at least five defects of different kinds and ten harmless commits, all of them in the history', () => {
    const subjects = commits.map(({ subject }) => subject);
    const culprits = truth.defects.map(({ culprit }) => culprit);
    expect(new Set(truth.defects.map(({ kind }) => kind)).size).toBeGreaterThanOrEqual(5);
    expect(truth.refactors.length).toBeGreaterThanOrEqual(10);
    expect([...culprits, ...truth.refactors].filter((subject) => !subjects.includes(subject))).toEqual([]);
    expect(truth.refactors.filter((subject) => culprits.includes(subject))).toEqual([]);
  });

  for (const defect of truth.defects) {
    it(`is grounded: ${defect.id}`, () => {
      expect(parsePlan(defect.plan).when.length).toBeGreaterThan(0);
      if (defect.call) expect(parsePlan(defect.call).when[0]).toHaveProperty('call');
    });

    it(`came with its culprit, among other changes, and is in the head: ${defect.id}`, async () => {
      const culprit = commits.find(({ subject }) => subject === defect.culprit);
      const show = async (revision: string) => git('show', `${revision}:${defect.file}`);
      const [before, after, head] = await Promise.all([`${culprit?.id}~1`, `${culprit?.id}`, shop.head].map(show));
      const [removed, added] = [defect.removed.join('\n'), defect.added.join('\n')];
      expect(before).toContain(removed);
      expect(before).not.toContain(added);
      for (const source of [after, head]) expect(source).toContain(added);
      expect(head).not.toContain(removed);
      const hunks = (await git('show', '--format=', '-U0', `${culprit?.id}`)).match(/^@@ /gm) ?? [];
      expect(hunks.length).toBeGreaterThan(2);
    });
  }

  it('is told by the threads, whose stack traces point at lines of the head', async () => {
    const threads = await demoThreads();
    expect(threads).toHaveLength(Object.keys(truth.threads).length);
    const words = threads.flatMap(({ messages }) => messages.map(({ text }) => text)).join('\n');
    const frames = [...words.matchAll(/at (\w+) \(file:\/\/\/app\/(services\/[^:]+):(\d+):(\d+)\)/g)];
    expect(frames.length).toBeGreaterThanOrEqual(2);
    for (const [, , file = '', line, column] of frames) {
      const source = (await readFile(path.join(shop.path, file), 'utf8')).split('\n')[Number(line) - 1] ?? '';
      expect(source.slice(Number(column) - 1), file).toMatch(/^(country|estimateDelivery\(|viewOf\()/);
    }
  });
});

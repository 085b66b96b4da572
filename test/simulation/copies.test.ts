import { describe, expect, it } from 'vitest';
import { canCopy } from '../../src/world/sandbox/originals.ts';
import { written } from '../support/written-tree.ts';
import { rehearsal } from './rehearsal.ts';

const { simulate } = rehearsal({ memoryMb: 128 });
const whole = rehearsal({ memoryMb: 128, mostReady: 0, mostOriginals: 0 });

const system = () =>
  written({
    'package.json': { name: 'worker', scripts: { start: 'node main.js' } },
    'main.js': `
      const { createServer } = require('node:http');
      const { pbkdf2, randomUUID } = require('node:crypto');
      const fs = require('node:fs');
      const zlib = require('node:zlib');
      const begun = randomUUID();
      let asked = 0;
      const deeds = {
        '/work': (end) => {
          let kept = [];
          for (let at = 0; at < 2e6; at += 1) { kept.push({ at }); if (kept.length > 1e5) kept = []; }
          pbkdf2('a', 'b', 2000, 32, 'sha256', (_, key) =>
            zlib.gzip(Buffer.alloc(1e6, 'x'), (_, packed) =>
              Promise.all([fs.promises.readFile('main.js', 'utf8'), fetch('http://worker:4000/count').then((answer) => answer.text())]).then((texts) =>
                setTimeout(() => end([begun, randomUUID(), Math.random(), key.toString('hex'), packed.length, texts].join()), 50))));
        },
        '/count': (end) => end(String(asked)),
        '/leave': () => process.exit(3),
        '/eat': () => { const held = []; for (;;) held.push(Buffer.alloc(1 << 20, 1)); },
        '/fill': () => { const held = []; for (;;) held.push({ one: [held.length] }); },
        '/ways': (end) => end(Array.from({ length: 25 }, (_, at) => {
          try { fs.writeSync(at + 3, 'x'); return 'written'; } catch (error) { return error.code; }
        }).join()),
      };
      createServer((request, response) => { asked += 1; deeds[request.url]((text) => response.end(text)); }).listen(4000);
    `,
  });
const ask = (path: string, check: string) => ({
  when: [{ http: { id: 'a', to: 'worker', path } }],
  then: [{ check }],
});

describe.runIf(canCopy)('a copy of a process that has started', () => {
  it('does what a process does that was started for it, with all of its kinds of work', async () => {
    const tree = system();
    const plan = ask('/work', 'a.status = 200');
    const hashes: string[] = [];
    for (let run = 0; run < 3; run += 1) hashes.push((await simulate(tree, plan)).trace.hash);
    const { trace, verdict } = await whole.simulate(tree, plan);
    expect(verdict.outcome).toBe('holds');
    expect(hashes).toEqual([trace.hash, trace.hash, trace.hash]);
  });

  it('knows nothing of other copies, however many were made', async () => {
    const tree = system();
    for (let run = 0; run < 30; run += 1) {
      const { verdict, results } = await simulate(tree, ask('/count', '$string(a.body) = "1"'));
      expect(verdict.outcome, JSON.stringify(results)).toBe('holds');
    }
  });

  it.each([
    ['leaves', '/leave', 'SERVICE_FAILED'],
    ['takes all memory outside the heap', '/eat', 'SIMULATION_LIMIT'],
    ['fills its heap', '/fill', 'SIMULATION_LIMIT'],
  ])('ends as its process would when it %s, and others go on', async (_, path, code) => {
    const tree = system();
    for (let run = 0; run < 2; run += 1) {
      expect((await simulate(tree, ask(path, 'true'))).verdict).toMatchObject({ outcome: 'unknown', code });
      expect((await simulate(tree, ask('/count', '$string(a.body) = "1"'))).verdict.outcome).toBe('holds');
    }
  });

  it('has no way to the coordinator or to other copies that its code could write to', async () => {
    const tree = system();
    const plan = ask('/ways', '$not($contains(a.body, "written"))');
    for (let run = 0; run < 2; run += 1)
      expect((await simulate(tree, plan)).verdict).toMatchObject({ outcome: 'holds' });
  });

  it.each([
    ['closes', 'await new handle.constructor(raw).close();'],
    ['puts files of its own in the place of', 'await new handle.constructor(raw).close(); fs.openSync(__filename);'],
  ])('is done without where code %s the ways that copies would have', async (_, deed) => {
    const tree = written({
      'package.json': { name: 'worker', scripts: { start: 'node main.js' } },
      'main.js': `
        const fs = require('node:fs');
        (async () => {
          const handle = await fs.promises.open(__filename);
          const Raw = Object.getOwnPropertySymbols(handle)
            .map((symbol) => handle[symbol]?.constructor)
            .find((made) => made?.name === 'FileHandle');
          for (let way = 4; way < 28; way += 1) {
            const raw = new Raw(way);
            ${deed}
          }
          await handle.close();
          require('node:http').createServer((_, response) => response.end('done')).listen(4000);
        })();
      `,
    });
    const plan = ask('/', '$string(a.body) = "done"');
    const hashes = new Set<string>();
    for (let run = 0; run < 3; run += 1) {
      const { trace, verdict } = await simulate(tree, plan);
      expect(verdict.outcome, verdict.reason).toBe('holds');
      hashes.add(trace.hash);
    }
    expect(hashes.size).toBe(1);
  });
});

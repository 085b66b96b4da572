import type { ChildProcess } from 'node:child_process';
import { EventEmitter, once } from 'node:events';
import { Duplex } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { keepOriginals } from '../../../src/world/sandbox/originals.ts';
import type { Started } from '../../../src/world/sandbox/process.ts';

const serve = () => ({ error: 'nothing is here' });

/** A way that keeps open and says nothing. */
const way = () => new Duplex({ read: () => undefined, write: (_bytes, _encoding, done) => done() });

/** A process that waits for an order, as far as those who copy it can see. */
function started(): Started & { ways: Duplex[]; killed: string[]; exit(): void } {
  const ways = Array.from({ length: 4 }, way);
  const killed: string[] = [];
  const gone = Promise.withResolvers<void>();
  const child = Object.assign(new EventEmitter(), {
    stdio: [null, null, null, ...ways],
    pid: process.pid,
    exitCode: null as number | null,
    signalCode: null,
    kill(signal: string) {
      killed.push(signal);
      gone.resolve();
    },
  });
  return {
    sandbox: { gone: gone.promise } as Started['sandbox'],
    child: child as unknown as ChildProcess,
    program: { beginning: { service: 'front', copies: 3 }, memoryMb: 128 } as Started['program'],
    rest: () => undefined,
    ways,
    killed,
    exit: () => {
      child.exitCode = 1;
    },
  };
}

describe('processes that are kept to be copied', () => {
  it('are not copied again where a copy did not come to be; others are', async () => {
    await using originals = keepOriginals(4);
    const [bad, good] = [started(), started()];
    const copy = originals.keep('bad', bad, serve);
    bad.ways[1]?.destroy();
    await copy?.gone;
    expect(originals.failures).toBe(1);
    expect(copy?.complaint).toContain('could not be copied');
    expect(bad.killed).toEqual(['SIGKILL']);
    expect(originals.has('bad')).toBe(false);
    expect(originals.keep('bad', started(), serve)).toBeUndefined();
    expect(originals.keep('good', good, serve)).toBeDefined();
    expect(originals.copy('good', serve)).toBeDefined();
    for (const one of good.ways) one.destroy();
  });

  it('are not copied at all where too many of them could not be', async () => {
    await using originals = keepOriginals(40);
    const before = started();
    originals.keep('before', before, serve);
    for (let at = 0; at < 20; at += 1) {
      const bad = started();
      const copy = originals.keep(`bad ${at}`, bad, serve);
      bad.ways[1]?.destroy();
      await copy?.gone;
    }
    expect(originals.has('before')).toBe(false);
    expect(originals.keep('after', started(), serve)).toBeUndefined();
    before.ways[1]?.destroy();
  });

  it('are not asked for a copy once they have ended', async () => {
    await using originals = keepOriginals(4);
    const dead = started();
    dead.exit();
    expect(originals.keep('dead', dead, serve)).toBeUndefined();
    const alive = started();
    const first = originals.keep('alive', alive, serve);
    alive.exit();
    expect(originals.copy('alive', serve)).toBeUndefined();
    expect(originals.has('alive')).toBe(false);
    alive.ways[1]?.destroy();
    await first?.gone;
  });

  it('tell a copy nothing before it was found', async () => {
    await using originals = keepOriginals(4);
    const one = started();
    const copy = originals.keep('one', one, serve);
    const [, own] = one.ways;
    if (!own || !copy) throw new Error('there is no copy');
    const turn = copy.turn({ t: 'tick', now: 5 });
    expect(own.writableCorked).toBe(1);
    own.destroy();
    await once(own, 'close');
    expect(await turn).toEqual([]);
  });
});

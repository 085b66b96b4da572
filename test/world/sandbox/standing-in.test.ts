import { describe, expect, it } from 'vitest';
import type { Sandbox } from '../../../src/world/sandbox/conversation.ts';
import type { Order, Word } from '../../../src/world/sandbox/protocol.ts';
import { recording, standingIn } from '../../../src/world/sandbox/standing-in.ts';
import { openStartUps, type Turn } from '../../../src/world/sandbox/start-ups.ts';

const idle = (next: number | null = null): Word => ({ t: 'idle', now: 0, next });
const accept: Order = { t: 'accept', c: -1, port: 4000, from: ['10.0.0.9', 1], now: 5 };
const tick: Order = { t: 'tick', now: 5 };

/** A sandbox that says the port it is given, and keeps what it was told. */
function sandbox(port: number): Sandbox & { told: (Order | null)[] } {
  const told: (Order | null)[] = [];
  let over = (): void => undefined;
  return {
    service: 'front',
    told,
    isAlive: true,
    isStarved: false,
    complaint: '',
    turn: async (order) => {
      told.push(order);
      return [{ t: 'listen', port }, idle()];
    },
    kill: () => over(),
    gone: new Promise((resolve) => {
      over = resolve;
    }),
  };
}

async function known(): Promise<Turn[]> {
  let kept: Turn[] = [];
  const real = recording(sandbox(4000), (turns) => {
    kept = turns;
  });
  await real.turn(null);
  real.hasStarted();
  await real.turn(accept);
  return kept;
}

describe('a sandbox that stands in for a known start-up', () => {
  it('starts no process as long as nothing else is asked', async () => {
    let started = 0;
    const start = () => {
      started += 1;
      return sandbox(4000);
    };
    const stand = standingIn({
      service: 'front',
      turns: await known(),
      startUps: openStartUps(),
      start,
      isLikely: false,
    });
    expect(await stand.turn(null)).toEqual([{ t: 'listen', port: 4000 }, idle()]);
    expect(await stand.turn({ t: 'finish', now: 9 })).toEqual([]);
    stand.kill();
    await stand.gone;
    expect([started, stand.isNeeded]).toEqual([0, false]);
  });

  it.each([false, true])(
    'tells a process everything from the beginning before anything new (likely: %s)',
    async (isLikely) => {
      const real = sandbox(4000);
      const stand = standingIn({
        service: 'front',
        turns: await known(),
        startUps: openStartUps(),
        start: () => real,
        isLikely,
      });
      await stand.turn(null);
      await stand.turn(tick);
      expect(real.told).toEqual([null, tick]);
      expect(stand.isNeeded).toBe(true);
    },
  );

  it('believes nothing any more when the process does not do the same again', async () => {
    const startUps = openStartUps();
    const start = () => sandbox(4001);
    const stand = standingIn({ service: 'front', turns: await known(), startUps, start, isLikely: false });
    await stand.turn(null);
    await expect(stand.turn(accept)).rejects.toMatchObject({ code: 'SANDBOX_FAILED' });
    expect(startUps.isTrusted).toBe(false);
  });
});

describe('known start-ups', () => {
  it('are not kept for a service that has said too much', () => {
    const startUps = openStartUps();
    const seen: Word = { t: 'seen', e: Array.from({ length: 10_001 }, () => ['log', 'stdout', 'x', 'h']) };
    startUps.keep('a', [{ order: 'null', words: [seen] }]);
    startUps.keep('b', [{ order: 'null', words: [idle()] }]);
    expect([startUps.known('a'), startUps.known('b')?.length]).toEqual([undefined, 1]);
  });
});

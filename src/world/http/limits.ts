import type { GivenLimit } from '../../simulation/plan.ts';
import { durationMs } from '../duration.ts';
import { fitted } from './operation.ts';

/** How often an API may still be asked. */
export interface Allowance {
  isOver: boolean;
  /** What the reply says of it. */
  headers: Record<string, string>;
}

interface Window {
  limit: GivenLimit;
  ms: number;
  begun: number;
  taken: number;
}

/** Counts requests against limits, each in a window of virtual time that its first request opens. */
export function countLimits(limits: readonly GivenLimit[]): (method: string, target: string, now: number) => Allowance {
  const windows = limits.map((limit): Window => ({ limit, ms: durationMs(limit.per), begun: -Infinity, taken: 0 }));
  return (method, target, now) => {
    const concerned = windows.filter(({ limit }) => limit.on === undefined || fitted(limit.on, method, target));
    for (const one of concerned) if (now >= one.begun + one.ms) Object.assign(one, { begun: now, taken: 0 });
    const full = concerned.find(({ taken, limit }) => taken >= limit.requests);
    // A request that is turned away does not count.
    if (!full) for (const one of concerned) one.taken += 1;
    const [tightest] = [...concerned].sort((a, b) => left(a) - left(b));
    const told = full ?? tightest;
    if (!told) return { isOver: false, headers: {} };
    const { limit, ms, begun } = told;
    const resetMs = begun + ms - now;
    return {
      isOver: full !== undefined,
      headers: limitHeaders({
        requests: limit.requests,
        windowMs: ms,
        remaining: left(told),
        resetMs,
        now,
        isOver: full !== undefined,
      }),
    };
  };
}

function left({ limit, taken }: Window): number {
  return limit.requests - taken;
}

/** What APIs say of their limits, in every way that clients know: the draft of the IETF, its older form, and `X-`. */
function limitHeaders(at: {
  requests: number;
  windowMs: number;
  remaining: number;
  /** Until the window is over. */
  resetMs: number;
  now: number;
  /** Whether this very request is turned away. */
  isOver: boolean;
}): Record<string, string> {
  const reset = Math.max(1, Math.ceil(at.resetMs / 1_000));
  const seconds = Math.max(1, Math.ceil(at.windowMs / 1_000));
  return {
    ...(at.isOver ? { 'retry-after': String(reset) } : {}),
    'ratelimit-policy': `"default";q=${at.requests};w=${seconds}`,
    ratelimit: `"default";r=${at.remaining};t=${reset}`,
    'ratelimit-limit': String(at.requests),
    'ratelimit-remaining': String(at.remaining),
    'ratelimit-reset': String(reset),
    'x-ratelimit-limit': String(at.requests),
    'x-ratelimit-remaining': String(at.remaining),
    'x-ratelimit-reset': String(Math.ceil((at.now + at.resetMs) / 1_000)),
  };
}

/** What a fault says beside a status: at 429, of a limit that nobody set. */
export function mishapHeaders(status: number, now: number): Record<string, string> {
  if (status !== 429) return {};
  return limitHeaders({ requests: 1, windowMs: 1_000, remaining: 0, resetMs: 1_000, now, isOver: true });
}

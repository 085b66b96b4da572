import { say } from './channel.ts';

const told: Record<string, true> = { __proto__: null } as never;
const most = 50;
let count = 0;

/** What a refusal means for the verdict: it decides it, or it only stands in the trace. */
export type Weight = 'decides' | 'noted';

/** Tells the coordinator once, in words, what the target tried and the world does not have. */
export function tellRefused(what: string, by: string, weight: Weight): void {
  const key = `${what} ${by} ${weight}`;
  if (told[key] || count >= most) return;
  told[key] = true;
  count += 1;
  say({ t: 'refused', what: cut(what), by: cut(by), decides: weight === 'decides' });
}

/** A function or class that refuses, tells, and throws. */
export function refusal(what: string, by: string, weight: Weight = 'decides', code = 'ERR_ACCESS_DENIED') {
  return function refused(): never {
    tellRefused(what, by, weight);
    const error = new Error(`The world does not let code ${what} (${by})`) as Error & { code?: string };
    error.code = code;
    throw error;
  };
}

const { apply } = Reflect;
const { slice } = String.prototype;

function cut(text: string): string {
  return text.length > 300 ? (apply(slice, text, [0, 300]) as string) : text;
}

import type { Simulation } from '../../simulation/simulation.ts';
import type { TraceEvent } from '../../simulation/trace.ts';

/** A value as traces show it, with what a check saw of it. */
export interface Wanted {
  value: string;
  isThrown: boolean;
}

/** The call that first gave a value which it had not been given. */
export interface Found {
  wanted: Wanted;
  call: TraceEvent;
  ending: TraceEvent;
}

const mostWanted = 5;

/** What the unmet checks of a simulation saw, and what its steps threw, as far as it can be recognised in a trace. */
export function wrongValues({ verdict, results }: Simulation): Wanted[] {
  const seen = verdict.expectations
    .filter(({ met }) => met === false)
    .flatMap(({ seen = '' }) => {
      const [, text] = / is (.+)$/s.exec(seen) ?? [];
      const value = text === undefined || text.endsWith('…') ? undefined : parsed(text);
      return value === undefined ? [] : [shown(value)];
    });
  const thrown = Object.values(results).flatMap((result) => {
    const message = Object(Object(result).error).message;
    return typeof message === 'string' && message.length > 3 ? [JSON.stringify(message)] : [];
  });
  const wanted = [
    ...thrown.map((value) => ({ value, isThrown: true })),
    ...seen.filter(isTelling).map((value) => ({ value, isThrown: false })),
  ];
  return wanted.slice(0, mostWanted);
}

/** For each wrong value the call that first gave it without having been given it; read once, in order. */
export function origins(wanted: Wanted[], events: Iterable<TraceEvent>): Found[] {
  const found = new Map<Wanted, Found>();
  const patterns = wanted.map((one) => ({ one, occurs: occurrence(one.value) }));
  const open = new Map<number, TraceEvent>();
  for (const event of events) {
    if (found.size === wanted.length) break;
    if (event.kind === 'call') open.set(event.seq, event);
    if (event.kind !== 'return' && event.kind !== 'throw') continue;
    const call = open.get(event.of ?? 0);
    open.delete(event.of ?? 0);
    if (!call) continue;
    for (const { one, occurs } of patterns) {
      if (found.has(one) || (event.kind === 'throw') !== one.isThrown) continue;
      if (occurs(event.value?.text ?? '') && !occurs(call.value?.text ?? ''))
        found.set(one, { wanted: one, call, ending: event });
    }
  }
  return [...found.values()];
}

/** Whether a value stands in a text by itself, not as a part of a longer number or word. */
function occurrence(value: string): (text: string) => boolean {
  const isWord = (sign: string | undefined) => sign !== undefined && /[\w.]/.test(sign);
  return (text) => {
    for (let at = text.indexOf(value); at >= 0; at = text.indexOf(value, at + 1)) {
      const [before, after] = [text[at - 1], text[at + value.length]];
      const isSigned = before === '-' && /^\d/.test(value);
      if (!isSigned && !(isWord(value[0]) && isWord(before)) && !(isWord(value.at(-1)) && isWord(after))) return true;
    }
    return false;
  };
}

/** Values that stand everywhere say nothing about where they came from. */
function isTelling(value: string): boolean {
  return value.length > 2 && !/^(true|false|null|undefined|-?\d{1,2}|200|201|\{\}|\[\])$/.test(value);
}

/** A value the way traces write it: keys without quotes. */
function shown(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(shown).join(', ')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? String(value);
  return `{${Object.entries(value)
    .map(([key, inner]) => `${key}: ${shown(inner)}`)
    .join(', ')}}`;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (notJson) {
    if (notJson instanceof SyntaxError) return undefined;
    throw notJson;
  }
}

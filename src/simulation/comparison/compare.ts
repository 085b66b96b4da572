import { isDeepStrictEqual } from 'node:util';
import type { Simulation } from '../simulation.ts';
import type { Traces } from '../traces.ts';
import type { Verdict } from '../verdict.ts';
import type { Comparison, Counts, Group, PartedCall, Parting, Placed, Row, Side } from './comparison.ts';
import { groups } from './comparison.ts';
import { alignedRows, eventsOf, partedCall } from './rows.ts';

const mostOfAGroup = 100;
const mostCalls = 100;
const mostRemembered = 50_000;

/**
 * Base and head side by side: verdicts, what the checks saw, what was sent, written and thrown, and the first point
 * where the two part. Where a trace is larger than what is in memory, `traces` opens its file; neither is loaded whole.
 */
export function compare(base: Simulation, head: Simulation, traces?: Pick<Traces, 'open'>): Comparison {
  const seen = look(base, head, traces);
  const results = resultsOf(base, head);
  const isQuiet = ['messages', 'writes', 'errors'].every((group) => isSame(seen.counts[group as Group]));
  return {
    outcome: outcomeOf(base.verdict, head.verdict, isQuiet && results.every((one) => one.isSame)),
    base: sideOf(base),
    head: sideOf(head),
    expectations: expectationsOf(base.verdict, head.verdict),
    results,
    ...seen,
  };
}

function look(
  base: Simulation,
  head: Simulation,
  traces?: Pick<Traces, 'open'>,
): Pick<Comparison, 'counts' | 'differences' | 'calls' | 'first'> {
  const counts = Object.fromEntries(
    groups.map((group) => [group, { same: 0, changed: 0, missing: 0, added: 0 }]),
  ) as Record<Group, Counts>;
  const calls: { at: number; call: PartedCall }[] = [];
  const differences: { at: number; row: Row }[] = [];
  const parted = (call: PartedCall, at: number): void => {
    if (calls.length < mostCalls * 10) calls.push({ at, call });
  };
  const equal = createRing();
  const reached = new Map<string, number>();
  const rows = alignedRows(eventsOf(base.trace, traces), eventsOf(head.trace, traces), (call) =>
    parted(call, call.head?.seq ?? 0),
  );
  for (const row of rows) {
    counts[row.group][row.kind] += 1;
    const at = row.head?.seq ?? reached.get(row.service) ?? 0;
    reached.set(row.service, at);
    if (row.kind === 'same') {
      if (row.group === 'calls' && row.base && row.head) equal.put(row.base, row.head);
      continue;
    }
    const around = isEffect(row) ? equal.find(row) : undefined;
    if (around) parted({ ...partedCall(around.base, around.head, {}), did: row }, at);
    if (sum(counts[row.group]) <= mostOfAGroup) differences.push({ at, row });
  }
  calls.sort((a, b) => a.at - b.at);
  return {
    counts,
    differences: differences.sort((a, b) => a.at - b.at).map(({ row }) => row),
    calls: calls.slice(0, mostCalls).map(({ call }) => call),
    first: firstOf(differences, calls),
  };
}

/** Reading another value is an effect of what stands outside the code; a line of log or one more call is none. */
function isEffect({ group, kind }: Row): boolean {
  return group === 'messages' || group === 'writes' || group === 'errors' || (group === 'reads' && kind === 'changed');
}

function firstOf(differences: { at: number; row: Row }[], calls: { at: number; call: PartedCall }[]): Parting | null {
  const effect = differences.filter(({ row }) => isEffect(row)).sort((a, b) => a.at - b.at)[0];
  const call = calls.find(({ call }) => !call.did);
  if (call && (!effect || call.at < effect.at)) return { kind: 'call', call: call.call };
  const found = effect ?? differences.find(({ row }) => row.group === 'calls' && row.kind === 'changed');
  return found ? { kind: 'effect', row: found.row } : null;
}

/** The calls that got equal inputs lately, so that an effect finds the one that it happened in. */
function createRing() {
  const pairs = new Map<number, { base: Placed; head: Placed }>();
  return {
    put(base: Placed, head: Placed): void {
      pairs.set(head.seq, { base, head });
      if (pairs.size > mostRemembered) for (const old of pairs.keys()) if (pairs.delete(old)) break;
    },
    find({ base, head }: Row): { base: Placed; head: Placed } | undefined {
      if (head?.within !== undefined) {
        const pair = pairs.get(head.within);
        return pair && (!base || base.within === pair.base.seq) ? pair : undefined;
      }
      return base?.within === undefined ? undefined : pairs.values().find((pair) => pair.base.seq === base.within);
    },
  };
}

function outcomeOf(base: Verdict, head: Verdict, isQuiet: boolean): Comparison['outcome'] {
  if (base.outcome === 'unknown' || head.outcome === 'unknown') return 'unknown';
  if (base.outcome !== head.outcome) return head.outcome === 'holds' ? 'fixed' : 'broke';
  return isQuiet ? 'same' : 'drifted';
}

function sideOf({ tree, trace, verdict }: Simulation): Side {
  return { tree, trace: trace.hash, counts: trace.counts, outcome: verdict.outcome, reason: verdict.reason };
}

function expectationsOf(base: Verdict, head: Verdict): Comparison['expectations'] {
  const length = Math.max(base.expectations.length, head.expectations.length);
  return Array.from({ length }, (_, index) => {
    const [was, is] = [base.expectations[index], head.expectations[index]];
    return {
      index,
      text: (is ?? was)?.text ?? '',
      ...(was && { base: { met: was.met, ...(was.seen !== undefined && { seen: was.seen }) } }),
      ...(is && { head: { met: is.met, ...(is.seen !== undefined && { seen: is.seen }) } }),
      isSame: was?.met === is?.met && was?.seen === is?.seen,
    };
  });
}

function resultsOf(base: Simulation, head: Simulation): Comparison['results'] {
  const ids = [...new Set([...Object.keys(base.results), ...Object.keys(head.results)])];
  return ids.map((id) => {
    const [was, is] = [base.results[id], head.results[id]];
    return { id, isSame: isDeepStrictEqual(was, is), base: was, head: is };
  });
}

function isSame({ changed, missing, added }: Counts): boolean {
  return changed + missing + added === 0;
}

function sum({ changed, missing, added }: Counts): number {
  return changed + missing + added;
}

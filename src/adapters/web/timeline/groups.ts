import type { TraceEvent } from '../../../simulation/trace.ts';

/** What can be shown and hidden together, in the order of the switches. */
export const groups = ['steps', 'messages', 'queries', 'changes', 'calls', 'settings', 'logs', 'errors'] as const;

/** A group of events. */
export type Group = (typeof groups)[number];

const kinds: Record<Group, TraceEvent['kind'][]> = {
  steps: ['step'],
  messages: ['request', 'response', 'publish', 'message'],
  queries: ['query', 'command'],
  changes: ['write', 'clock'],
  calls: ['call', 'return'],
  settings: ['read'],
  logs: ['log'],
  errors: ['error', 'fault', 'throw'],
};

const bits = new Map(
  groups.flatMap((group, index) => kinds[group].map((kind): [TraceEvent['kind'], number] => [kind, 1 << index])),
);

/** The bit of the group that a kind of event belongs to. */
export function groupOf(kind: TraceEvent['kind']): number {
  return bits.get(kind) ?? 0;
}

/** The bits of some groups by name; what is no group counts for nothing. */
export function bitsOf(names: readonly string[]): number {
  return groups.reduce((all, group, index) => (names.includes(group) ? all | (1 << index) : all), 0);
}

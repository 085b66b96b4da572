import type { TraceCounts, TraceEvent } from './trace.ts';

const transitions = new Set<TraceEvent['kind']>(['write', 'publish', 'clock', 'read']);

/** Counts what passes between services and what changes, event by event. */
export function createCounting(): { counts: TraceCounts; count(event: TraceEvent): void } {
  const counts: TraceCounts = { events: 0, boundaries: 0, transitions: 0 };
  /** Requests of the plan itself: it is no service, and what answers it crosses no boundary between two. */
  const asked = new Set<number>();
  return {
    counts,
    count({ seq, kind, service, of }) {
      counts.events += 1;
      if (transitions.has(kind)) counts.transitions += 1;
      if (kind === 'request' && service === 'plan') asked.add(seq);
      else if (kind === 'request' || kind === 'message') counts.boundaries += 1;
      else if (kind === 'response' && !(of !== undefined && asked.delete(of))) counts.boundaries += 1;
    },
  };
}

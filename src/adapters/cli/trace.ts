import type { TraceEvent } from '../../simulation/trace.ts';
import type { Answer } from './answer.ts';
import type { CliServices } from './services.ts';

/** `rehearse trace`: what happened in a simulation, a page at a time. */
export const trace =
  ({ openTrace }: CliServices) =>
  async (options: { positional: string; from?: number; count?: number; kind?: string }): Promise<Answer> => {
    const { from = 1, count = 100, kind } = options;
    using kept = await openTrace(options.positional);
    const page: TraceEvent[] = [];
    for (const event of kept.events(Math.max(1, from))) {
      if (page.length >= count) break;
      if (kind === undefined || event.kind === kind) page.push(event);
    }
    const { hash, counts } = kept;
    const head = `${counts.events} events, ${counts.boundaries} boundaries, ${counts.transitions} transitions; trace ${hash}`;
    const last = page.at(-1)?.seq ?? counts.events;
    const more = last < counts.events && page.length === count ? [`… --from ${last + 1} goes on`] : [];
    return { text: [head, ...page.map(line), ...more].join('\n'), document: { hash, counts, events: page }, code: 0 };
  };

/** An event as people read it: its number, when, who, what, where, with what. */
function line({ seq, at, service, kind, what, file, line, value }: TraceEvent): string {
  const place = file === undefined ? '' : `  ${file}:${line}`;
  const detail = value?.text ? `  ${value.text}` : '';
  return `${String(seq).padStart(7)}  +${at} ms  ${service}  ${kind}  ${what}${place}${detail}`.slice(0, 400);
}

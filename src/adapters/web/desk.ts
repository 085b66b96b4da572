import type { Sheet } from '../../scenarios/sheet.ts';
import type { KeptTrace } from '../../simulation/trace-file.ts';
import { bitsOf, groups } from './timeline/groups.ts';
import { bandsOf, type Overview, overviewOf } from './timeline/overview.ts';
import { rowsWith, type ShownRow, type Sources, shownRows } from './timeline/page-of-rows.ts';
import { type Filter, itemOf, type Timeline, timelineOf, wanted } from './timeline/timeline.ts';

/** The run of a page from above, and how long the list is. */
export interface Glance {
  lanes: Timeline['lanes'];
  groups: typeof groups;
  /** Rows without any filter, and with it. */
  all: number;
  total: number;
  left: number;
  bands: [place: number, at: number][];
  overview: Overview;
  /** Places in the list that differ. */
  differing: number[];
  /** The place at which the runs part first, and that of the first call that got the same and gave something else. */
  parting: number;
  guilty: number;
  /** Places of the steps of the plan. */
  steps: number[];
  /** The place of the row that was asked for, or of the next one that is shown. */
  near: number;
}

/** Runs laid out to be looked at; only the few that were looked at last stay in memory. */
export interface Desk {
  glance(sheet: Sheet, filter: Filter, near?: number): Glance;
  rows(sheet: Sheet, filter: Filter, page: { from: number; count: number }): ShownRow[];
}

const mostTimelines = 4;
const mostLists = 12;
const mostPlaces = 2_000;
const stepBit = bitsOf(['steps']);

/** A desk on which the traces of a cache are laid out. */
export function createDesk(openTrace: (hash: string) => KeptTrace): Desk {
  const timelines = createRecent<Timeline>(mostTimelines);
  const lists = createRecent<Int32Array>(mostLists);
  const laidOut = <T>(
    { head, base, parting, guiltyCall: guilty }: Sheet,
    look: (timeline: Timeline, sources: Sources, key: string) => T,
  ): T => {
    using stack = new DisposableStack();
    const sources: Sources = {
      head: stack.use(openTrace(head.trace.hash)),
      ...(base?.trace.hash ? { base: stack.use(openTrace(base.trace.hash)) } : {}),
    };
    const key = JSON.stringify([head.trace.hash, base?.trace.hash, parting, guilty]);
    return look(
      timelines.of(key, () => timelineOf(sources.head, sources.base, { parting, guilty })),
      sources,
      key,
    );
  };
  const listed = (timeline: Timeline, sources: Sources, key: string, filter: Filter) =>
    lists.of(JSON.stringify([key, filter.groups, filter.quiet, [...filter.hidden], filter.words]), () =>
      wanted(timeline, filter, filter.words ? rowsWith(timeline, sources, filter.words) : () => true),
    );
  return {
    glance: (sheet, filter, near = -1) =>
      laidOut(sheet, (timeline, sources, key) => {
        const list = listed(timeline, sources, key, filter);
        const { state, parting, guilty } = timeline.rows;
        const places = (isOne: (row: number) => boolean) => {
          const found: number[] = [];
          for (const [place, row] of list.entries()) if (found.length < mostPlaces && isOne(row)) found.push(place);
          return found;
        };
        return {
          lanes: timeline.lanes,
          groups,
          all: state.length,
          total: list.length,
          left: timeline.left,
          bands: bandsOf(timeline, list),
          overview: overviewOf(timeline, list),
          differing: places((row) => state[row] !== 0),
          parting: parting < 0 ? -1 : list.indexOf(parting),
          guilty: guilty < 0 ? -1 : list.indexOf(guilty),
          near: near < 0 ? -1 : list.findIndex((row) => row >= near),
          steps: places((row) => isStep(timeline, row)),
        };
      }),
    rows: (sheet, filter, { from, count }) =>
      laidOut(sheet, (timeline, sources, key) =>
        shownRows(timeline, sources, listed(timeline, sources, key, filter).subarray(from, from + count)),
      ),
  };
}

function isStep(timeline: Timeline, row: number): boolean {
  const { items, at } = itemOf(timeline, row);
  return ((items.groups[at] ?? 0) & stepBit) !== 0;
}

/** Reads a filter from the query of a request; what is not understood counts for nothing. */
export function filterFrom(query: (name: string) => string | undefined): Filter {
  const names = query('groups');
  return {
    groups: bitsOf(names === undefined ? groups : names.split(',')),
    quiet: query('calls') === 'differing',
    hidden: new Set((query('hidden') ?? '').split(',').filter(Boolean).slice(0, 200)),
    words: (query('words') ?? '').slice(0, 200),
  };
}

/** Keeps the few things that were asked for last. */
function createRecent<Thing>(most: number) {
  const things = new Map<string, Thing>();
  return {
    of(key: string, make: () => Thing): Thing {
      const thing = things.get(key) ?? make();
      things.delete(key);
      things.set(key, thing);
      for (const oldest of [...things.keys()].slice(0, Math.max(0, things.size - most))) things.delete(oldest);
      return thing;
    },
  };
}

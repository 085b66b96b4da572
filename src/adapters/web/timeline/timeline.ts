import type { SeenAt } from '../../../scenarios/sheet.ts';
import type { KeptTrace } from '../../../simulation/trace-file.ts';
import { align, alone, type Rows } from './align.ts';
import { bitsOf } from './groups.ts';
import { createNumbering, type Items, itemsOf } from './items.ts';
import { createLanes, type Lane } from './lanes.ts';

/** The run of a page, ready to be paged through: its rows, its lanes, and where it parts from the run before. */
export interface Timeline {
  rows: Rows;
  head: Items;
  base?: Items;
  lanes: Lane[];
  /** Events that are in the trace and on no row, because there are too many. */
  left: number;
}

/** What of a timeline is wanted. */
export interface Filter {
  /** Bits of groups. */
  groups: number;
  /** Calls and settings that came out as before are left out. */
  quiet: boolean;
  /** Names of lanes that are hidden. */
  hidden: ReadonlySet<string>;
  /** Only rows in which this stands. */
  words: string;
}

/** Reads one trace, or two to hold them against each other. */
export function timelineOf(
  head: KeptTrace,
  base?: KeptTrace,
  told: { parting?: SeenAt; guilty?: SeenAt } = {},
): Timeline {
  const lanes = createLanes();
  const number = createNumbering();
  const before = base && itemsOf(base.events(), lanes, number);
  const after = itemsOf(head.events(), lanes, number);
  const { lanes: sorted, places } = lanes.sorted();
  for (const items of [before, after])
    if (items) {
      items.lane = items.lane.map((lane) => places[lane] ?? -1);
      items.to = items.to.map((lane) => places[lane] ?? -1);
    }
  const rows = before ? align(before, after) : alone(after);
  const timeline = {
    rows,
    head: after,
    ...(before ? { base: before } : {}),
    lanes: sorted,
    left: after.left + (before?.left ?? 0),
  };
  for (const mark of ['parting', 'guilty'] as const) {
    const row = told[mark] ? rowOf(timeline, told[mark]) : -1;
    if (row >= 0) rows[mark] = row;
  }
  return timeline;
}

/** The item that stands for a row: of head, where it has one. */
export function itemOf({ rows, head, base }: Timeline, row: number): { items: Items; at: number } {
  const atHead = rows.head[row] ?? -1;
  return atHead >= 0 || !base ? { items: head, at: atHead } : { items: base, at: rows.base[row] ?? -1 };
}

const quietable = bitsOf(['calls', 'settings']);

/** The rows that a filter lets through, in order; where the runs part is hidden by nothing but a search. */
export function wanted(timeline: Timeline, filter: Filter, says: (row: number) => boolean): Int32Array {
  const { rows, lanes } = timeline;
  const found: number[] = [];
  for (let row = 0; row < rows.state.length; row += 1) {
    const { items, at } = itemOf(timeline, row);
    const groups = items.groups[at] ?? 0;
    const isQuiet = filter.quiet && (groups & ~quietable) === 0 && rows.state[row] === 0;
    const isHidden = isLaneHidden(lanes, filter.hidden, items.lane[at] ?? -1, items.to[at] ?? -1);
    const isMarked = row === rows.parting || row === rows.guilty;
    const isShown = isMarked || ((groups & filter.groups) !== 0 && !isQuiet && !isHidden);
    if (isShown && says(row)) found.push(row);
  }
  return Int32Array.from(found);
}

/** What passes between two lanes is hidden when both are. */
function isLaneHidden(lanes: Lane[], hidden: ReadonlySet<string>, lane: number, to: number): boolean {
  if (hidden.size === 0) return false;
  const gone = (at: number) => hidden.has(lanes[at]?.name ?? '');
  return gone(lane) && (to < 0 || gone(to));
}

function rowOf({ rows, head, base }: Timeline, parting: SeenAt): number {
  const find = (items: Items | undefined, column: Int32Array, seq: number | undefined) =>
    items === undefined || seq === undefined
      ? -1
      : column.findIndex((at) => at >= 0 && (items.seq[at] === seq || items.end[at] === seq));
  const atHead = find(head, rows.head, parting.head);
  return atHead >= 0 ? atHead : find(base, rows.base, parting.base);
}

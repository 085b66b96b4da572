import { itemOf, type Timeline } from './timeline.ts';

/** A run from above: so many columns, each with what stands in it. */
export interface Overview {
  columns: number;
  /** Column, lane, bits of groups, worst state (0 same, 1 differs). */
  marks: [column: number, lane: number, groups: number, differs: number][];
  /** Column, from lane, to lane, whether it differs. */
  arrows: [column: number, from: number, to: number, differs: number][];
}

const mostColumns = 600;

/** Gathers the rows of a list into columns, so that a million of them are drawn as fast as a hundred. */
export function overviewOf(timeline: Timeline, rows: Int32Array): Overview {
  const columns = Math.max(1, Math.min(mostColumns, rows.length));
  const marks = new Map<string, Overview['marks'][number]>();
  const arrows = new Map<string, Overview['arrows'][number]>();
  for (const [index, row] of rows.entries()) {
    const column = Math.floor((index * columns) / rows.length);
    const { items, at } = itemOf(timeline, row);
    const lane = items.lane[at] ?? -1;
    const to = items.to[at] ?? -1;
    const differs = timeline.rows.state[row] === 0 ? 0 : 1;
    if (lane < 0) continue;
    const mark = marks.get(`${column} ${lane}`) ?? [column, lane, 0, 0];
    marks.set(`${column} ${lane}`, [column, lane, mark[2] | (items.groups[at] ?? 0), mark[3] | differs]);
    if (to < 0 || to === lane) continue;
    const arrow = arrows.get(`${column} ${lane} ${to}`) ?? [column, lane, to, 0];
    arrows.set(`${column} ${lane} ${to}`, [column, lane, to, arrow[3] | differs]);
  }
  return { columns, marks: [...marks.values()], arrows: [...arrows.values()] };
}

/** Where virtual time moves on within a list: the place in it, and the time from there on. */
export function bandsOf(timeline: Timeline, rows: Int32Array, most = 400): [place: number, at: number][] {
  const bands: [number, number][] = [];
  let before = -1;
  for (const [place, row] of rows.entries()) {
    const { items, at } = itemOf(timeline, row);
    const now = items.at[at] ?? 0;
    if (now === before) continue;
    before = now;
    bands.push([place, now]);
    if (bands.length === most) break;
  }
  return bands;
}

/** Two items side by side, or one that only one side has. */
export interface Aligned<T> {
  base?: T;
  head?: T;
  isSame: boolean;
}

/** An item of a sequence: equal keys are the same, equal shapes are the same thing with another content. */
export interface Keyed {
  key: string;
  shape: string;
}

/** Two sequences that are laid side by side while they come in. */
export interface Aligner<T> {
  base(item: T): void;
  head(item: T): void;
  end(): void;
}

const look = 400;
/** What one side may be ahead of the other before it is taken for something that only this side has. */
const mostAhead = 4_000;

/**
 * Lays two sequences side by side and hands on the rows in order. Where they differ it looks for the nearest point at
 * which they meet again, so that an added item moves nothing else; holds a few thousand items at most.
 */
export function createAligner<T extends Keyed>(put: (row: Aligned<T>) => void): Aligner<T> {
  const base = new Line<T>();
  const head = new Line<T>();
  const settle = (isOver: boolean): void => {
    for (;;) {
      const [one, two] = [base.at(0), head.at(0)];
      if (one && two && one.key === two.key) {
        put({ base: base.take(), head: head.take(), isSame: true });
        continue;
      }
      if (base.length === 0 && head.length === 0) return;
      const isFull = base.length >= look && head.length >= look;
      if (!isOver && !isFull && base.length < mostAhead && head.length < mostAhead) return;
      const [until, to] = meeting(base, head);
      for (const row of paired(base.takeAll(until), head.takeAll(to))) put(row);
    }
  };
  return {
    base(item) {
      base.push(item);
      settle(false);
    },
    head(item) {
      head.push(item);
      settle(false);
    },
    end: () => settle(true),
  };
}

/** A queue whose front is taken often. */
class Line<T> {
  private items: T[] = [];
  private from = 0;

  get length(): number {
    return this.items.length - this.from;
  }
  at(index: number): T | undefined {
    return this.items[this.from + index];
  }
  push(item: T): void {
    this.items.push(item);
  }
  take(): T | undefined {
    return this.takeAll(1)[0];
  }
  takeAll(count: number): T[] {
    const taken = this.items.slice(this.from, this.from + count);
    this.from += taken.length;
    if (this.from > 1_024 && this.from * 2 > this.items.length) {
      this.items = this.items.slice(this.from);
      this.from = 0;
    }
    return taken;
  }
}

/** How far either side goes until both are the same again: nearest first, two in a row rather than one alone. */
function meeting<T extends Keyed>(base: Line<T>, head: Line<T>): [base: number, head: number] {
  const [width, height] = [Math.min(base.length, look), Math.min(head.length, look)];
  const places = new Map<string, number[]>();
  for (let at = 0; at < height; at += 1) {
    const key = head.at(at)?.key ?? '';
    places.set(key, [...(places.get(key) ?? []), at].slice(0, 20));
  }
  let best: { cost: number; meets: [number, number] } = { cost: Number.POSITIVE_INFINITY, meets: [width, height] };
  for (let at = 0; at < width; at += 1) {
    for (const to of places.get(base.at(at)?.key ?? '') ?? []) {
      const goesOn = base.at(at + 1)?.key === head.at(to + 1)?.key;
      const cost = at + to + (goesOn ? 0 : 20);
      if (cost < best.cost) best = { cost, meets: [at, to] };
    }
  }
  return best.meets;
}

/** What stands between two meetings: things of one shape beside each other, the rest alone. */
function paired<T extends Keyed>(base: T[], head: T[]): Aligned<T>[] {
  const rows: Aligned<T>[] = [];
  let at = 0;
  for (const item of head) {
    const found = base.findIndex((one, index) => index >= at && one.shape === item.shape);
    if (found < 0) {
      rows.push({ head: item, isSame: false });
      continue;
    }
    for (const gone of base.slice(at, found)) rows.push({ base: gone, isSame: false });
    const one = base[found];
    rows.push({ base: one, head: item, isSame: one?.key === item.key });
    at = found + 1;
  }
  for (const gone of base.slice(at)) rows.push({ base: gone, isSame: false });
  return rows;
}

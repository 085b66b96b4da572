/** One stand-in for each value that was taken out: the same value gets the same one, wherever it stands. */
export interface Placeholders {
  /** The number of a value within its kind, from 1, in order of first sight. */
  number(kind: string, value: string): number;
  /** How many places were redacted so far. */
  readonly count: number;
  /** Says that one place was redacted. */
  taken(): void;
}

/** An empty table of stand-ins, to be shared by all that is redacted together. */
export function createPlaceholders(): Placeholders {
  const kinds = new Map<string, Map<string, number>>();
  let count = 0;
  return {
    get count() {
      return count;
    },
    taken: () => {
      count += 1;
    },
    number(kind, value) {
      const values = kinds.get(kind) ?? new Map<string, number>();
      kinds.set(kind, values);
      const number = values.get(value) ?? values.size + 1;
      values.set(value, number);
      return number;
    },
  };
}

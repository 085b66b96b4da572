import type { Leaning } from './cues.ts';
import type { Value } from './values.ts';

/** A stretch of code in the thread: a passage, and from where to where in it. */
export interface Place {
  passage: number;
  start: number;
  end: number;
}

/** What a report says came out, or ought to. */
export type Reported =
  /** A value as printed: all that the text may stand for. */
  | { kind: 'value'; readings: Value[] }
  /** Something was thrown; name and message as far as they are told. */
  | { kind: 'error'; name?: string; message?: string }
  /** Nothing is thrown; what comes out is not told. */
  | { kind: 'calm' };

/** One outcome that the thread speaks of. */
export interface Mention {
  reported: Reported;
  /** As it stands in the thread. */
  text: string;
  leaning: Leaning;
  /** The code it speaks of, where the thread ties the two together; any otherwise. */
  of: Place[];
  /** It stands where only an outcome stands: an assertion, a comment at a call, the output of a prompt. */
  firm: boolean;
  /** It is a bare word or number in prose. */
  bare?: boolean;
  /** The part of the result that is spoken of: "`total` should be …". */
  part?: string;
  quote: number;
  /** The sentence that it is from, in prose. */
  sentence?: string;
}

/** Whether code stands within a place. */
export function covers(place: Place, { passage, start, end }: Place): boolean {
  return place.passage === passage && place.start <= start && end <= place.end;
}

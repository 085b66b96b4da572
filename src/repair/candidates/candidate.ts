import type { Edit } from '../../codebase/mirror.ts';
import type { Kind } from '../fix.ts';

/** Something that may mend head; nothing is claimed of it before it has passed the gate. */
export interface Candidate {
  kind: Kind;
  /** What it does, as a sentence that begins in the middle: “undoing one change in price.js”. */
  what: string;
  edit: Edit;
  maker?: string;
}

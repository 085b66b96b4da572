/** One run of changed lines between two revisions of a file, without context. */
export interface Hunk {
  /** Path at the new revision, or at the old one when the file was deleted. */
  file: string;
  /** First line and count in the old revision; count 0 when lines were only added after `oldStart`. */
  oldStart: number;
  oldLines: number;
  newStart: number;
  newLines: number;
  /** Lines without their newline; a carriage return before it stays. */
  removed: string[];
  added: string[];
  /** Mode of the file that came to be with this hunk. */
  created?: string;
  /** Mode of the file that went with this hunk. */
  deleted?: string;
  /** The last removed or added line ends its file without a newline. */
  unended?: { removed: boolean; added: boolean };
  /** A change that lines do not tell and that cannot be divided: a binary file, a link, a mode, an empty file. */
  whole?: { before?: Entry; after?: Entry };
}

/** What git keeps under a path: its mode, and its content by id. */
export interface Entry {
  mode: string;
  id: string;
}

/** One run of changed lines between two revisions of a file, without context. */
export interface Hunk {
  /** Path at the new revision, or at the old one when the file was deleted. */
  file: string;
  /** First line and count in the old revision; count 0 when lines were only added after `oldStart`. */
  oldStart: number;
  oldLines: number;
  newStart: number;
  newLines: number;
  removed: string[];
  added: string[];
}

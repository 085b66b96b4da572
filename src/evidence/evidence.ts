/** Who may see a piece of evidence: as far as its source. */
export interface Visibility {
  kind: 'public' | 'private' | 'direct';
  /** The channel it came from, by its id at the source. */
  channel: string;
  /** What people call that channel. */
  name?: string;
}

/** One message that somebody wrote, redacted and quoted. */
export interface Quote {
  /** The author's id at the source; never a name. */
  author: string;
  at: string;
  /** Plain text after redaction; code fences kept, entities and Slack links decoded. */
  text: string;
  permalink?: string;
}

/** What somebody said happened: a thread, a ticket, an alert. */
export interface Evidence {
  source: 'slack' | 'file';
  quotes: Quote[];
  visibility: Visibility;
  /** How many secrets or personal data were taken out. */
  redactions: number;
  /** One sentence about what was too much to read, where something was. */
  cut?: string;
}

import type { Outcome } from '../journal.ts';

/** Something for the app: an event, an interaction or a slash command. */
export interface Parcel {
  kind: 'events_api' | 'interactive' | 'slash_commands';
  /** The type of the event or interaction. */
  what: string;
  id: string;
  payload: Record<string, unknown>;
}

/** Which attempt this is, and why the one before failed. */
export interface Attempt {
  number: number;
  reason: string;
}

/** How an attempt ended, with what the app answered. */
export interface Handed {
  outcome: Outcome;
  answer?: unknown;
}

/** A way to the app: Socket Mode or signed HTTP. */
export interface Carrier {
  /** Whether somebody is there to take a parcel. */
  ready(): boolean;
  carry(parcel: Parcel, attempt: Attempt): Promise<Handed>;
}

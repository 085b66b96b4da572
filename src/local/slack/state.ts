import { Archive } from './archive.ts';
import { Changes } from './changes.ts';
import { Faults } from './faults.ts';
import { Journal } from './journal.ts';
import type { InstalledApp, Team } from './team.ts';
import { Triggers } from './triggers.ts';
import type { View } from './view.ts';

/** A file that was uploaded. */
export interface StoredFile {
  id: string;
  name: string;
  title: string;
  bytes: Uint8Array;
  complete: boolean;
}

/** One workspace and all that is in it. */
export interface Workspace {
  team: Team;
  archive: Archive;
  /** Open modals and home tabs by id. */
  views: Map<string, View>;
  /** What the app says it is doing, by channel and thread. */
  statuses: Map<string, string>;
  /** Prompts that the app suggests, by channel and thread. */
  prompts: Map<string, { title: string; prompts: { title: string; message: string }[] }>;
  files: Map<string, StoredFile>;
}

/** Everything that the local Slack knows. */
export interface State {
  app: InstalledApp;
  clock: () => number;
  workspaces: Map<string, Workspace>;
  changes: Changes;
  journal: Journal;
  faults: Faults;
  triggers: Triggers;
  /** Where the server listens; set once it does. */
  url: string;
  /** Aborted when the server stops, so that open feeds end. */
  closing: AbortController;
}

/** A state with nothing said yet. */
export function emptyState(teams: Team[], app: InstalledApp, clock: () => number): State {
  const changes = new Changes();
  const workspaces = teams.map((team): [string, Workspace] => [
    team.id,
    { team, archive: new Archive(clock), views: new Map(), statuses: new Map(), prompts: new Map(), files: new Map() },
  ]);
  return {
    app,
    clock,
    workspaces: new Map(workspaces),
    changes,
    journal: new Journal(() => changes.tell({ kind: 'journal', team: '' })),
    faults: new Faults(),
    triggers: new Triggers(clock),
    url: '',
    closing: new AbortController(),
  };
}

/** What each stable code means to the person who reads it, and what they can do. */
const sentences = {
  CONFIG_INVALID: 'The configuration is not usable. Mend the settings listed and start again.',
  INPUT_UNREADABLE: 'The input could not be read. Check the path and that the file is what the command asks for.',
  PLAN_INVALID: 'The plan does not parse. Mend the listed fields.',
  REVISION_UNKNOWN: 'No such revision. Check the branch, tag or commit, and that it was fetched.',
  REPOSITORY_UNREADABLE: 'The repository could not be read. Give a folder, bundle or URL that git can clone.',
  DEPENDENCIES_FAILED:
    'The dependencies could not be installed. Check the lockfile and that the npm registry is reached.',
  SOURCE_UNPARSABLE: 'A source file does not parse.',
  WORLD_UNMODELLED: 'The code asked for something that the world does not model.',
  WORLD_INVALID: 'The world of this repository could not be read. Mend compose.yaml or rehearse.yaml as said.',
  SERVICE_UNKNOWN: 'No such service in this revision.',
  SERVICE_FAILED: 'A service did not start.',
  MIGRATION_FAILED: 'A migration of the repository failed.',
  MODULE_UNKNOWN: 'No such module or export in this revision.',
  SIMULATION_LIMIT: 'The simulation went over a limit and was stopped.',
  BISECT_IMPOSSIBLE: 'There is nothing to search from: the plan gives no verdict at the bad revision.',
  THREAD_INVALID:
    'The thread could not be read. Give { "messages": [{ "user", "ts", "text" }] } as JSON, or plain text.',
  REPOSITORY_UNNAMED:
    'No repository is set for this channel. Set REHEARSE_REPOSITORY, or name one for the channel in REHEARSE_REPOSITORIES.',
  THREAD_EMPTY:
    'There is nothing to read in this thread. Write what happened, or use the shortcut on a message with words in it.',
  SANDBOX_FAILED: 'The sandbox ended before the simulation did.',
  DATABASE_LOCKED:
    'The database in this folder is in use. Stop the other Rehearse, or set REHEARSE_FOLDER to another folder, or use a server through DATABASE_URL.',
  DATABASE_UNREACHABLE: 'The database does not answer. Check DATABASE_URL and that the server runs.',
  DATABASE_NOT_MIGRATED:
    'The database could not be brought up to date. It must be Postgres 15 or newer with the extension vector (pgvector), and the user must be allowed to create tables.',
  WORKSPACE_REFUSED: 'The local workspace cannot do that.',
  PORT_TAKEN: 'The port is taken. Stop what uses it, or choose another port.',
} as const;

/** The stable code of a failure. */
export type FailureCode = keyof typeof sentences;

/** Facts beside a failure, shown to the person after the sentence. */
export type Facts = Record<string, string | number | boolean | string[] | undefined>;

/** An error that somebody can be told: a stable code, its sentence, and the facts. */
export class Failure extends Error {
  readonly code: FailureCode;
  readonly facts: Facts;

  constructor(code: FailureCode, facts: Facts = {}, options: { cause?: unknown } = {}) {
    super(sentence(code, facts), options);
    this.name = 'Failure';
    this.code = code;
    this.facts = facts;
  }
}

/** Whether something thrown is a Failure, by its shape, since it may come from another realm. */
export function isFailure(thrown: unknown): thrown is Failure {
  return typeof thrown === 'object' && thrown !== null && 'code' in thrown && String(thrown.code) in sentences;
}

/** One sentence for a person about anything that was thrown. */
export function tell(thrown: unknown): string {
  if (isFailure(thrown)) return thrown.message;
  return thrown instanceof Error ? thrown.message : String(thrown);
}

function sentence(code: FailureCode, facts: Facts): string {
  const told = Object.entries(facts)
    .filter(([, value]) => value !== undefined && value !== '')
    .map(([name, value]) => `${name}: ${Array.isArray(value) ? value.join('; ') : value}`);
  return told.length === 0 ? sentences[code] : `${sentences[code]} (${told.join(', ')})`;
}

/** What each stable code means to the person who reads it, and what they can do. */
const sentences = {
  CONFIG_INVALID: 'The configuration is not usable. Mend the settings listed and start again.',
  ARGUMENTS_INVALID: 'An option was not given in the form that it takes.',
  INPUT_UNREADABLE: 'The input could not be read. Check the path and that the file is what the command asks for.',
  FOLDER_UNUSABLE: 'The folder of Rehearse cannot be made or written to. Set REHEARSE_FOLDER to one that can.',
  PLAN_INVALID: 'The plan cannot be used as it is. Mend what is listed.',
  REVISION_UNKNOWN: 'No such revision. Check the branch, tag or commit, and that it was fetched.',
  REPOSITORY_UNREADABLE: 'The repository could not be read. Give a folder, bundle or URL that git can clone.',
  REPOSITORY_FOREIGN:
    'There is no JavaScript or TypeScript in this revision, and Rehearse runs nothing else. Name another repository or revision.',
  DEPENDENCIES_FAILED:
    'The dependencies could not be installed. Check the lockfile and that the npm registry is reached.',
  SOURCE_UNPARSABLE: 'A source file does not parse. Mend it, or name a revision in which it does.',
  WORLD_UNMODELLED:
    'Something was asked for that the world does not model, so nothing is claimed. Change the plan to do without it, or answer for it there (given).',
  WORLD_INVALID: 'The world of this repository could not be read. Mend the file that is named.',
  SERVICE_UNKNOWN: 'No such service in this revision. Name one that `rehearse world` lists.',
  SERVICE_FAILED:
    'A service did not start, or ended before the plan did. Give in the plan (world.env, given) what it needs.',
  MIGRATION_FAILED: 'A migration of the repository failed. Mend it, or name a revision in which it works.',
  MODULE_UNLOADED:
    'A module could not be loaded, so nothing can be said of its functions. Check that its packages are installed and that it needs nothing the world does not have.',
  MODULE_UNKNOWN:
    'No such module or export in this revision. Check the path from the root of the repository and the name of the export.',
  SIMULATION_LIMIT:
    'The simulation went over a limit and was stopped. Look for a loop that does not end; if it needs more, raise REHEARSE_SIMULATION_TIMEOUT_MS or REHEARSE_SIMULATION_MEMORY_MB.',
  TRACE_UNKNOWN: 'No such trace is kept. Give the hash that `rehearse simulate` printed, or simulate once more.',
  BISECT_IMPOSSIBLE:
    'There is nothing to search from: the plan gives no verdict at the bad revision. Mend the plan until `rehearse simulate` says that it is violated there.',
  THREAD_INVALID:
    'The thread could not be read. Give { "messages": [{ "user", "ts", "text" }] } as JSON, or plain text.',
  REPOSITORY_UNNAMED:
    'No repository is set for this channel. Set REHEARSE_REPOSITORY, or name one for the channel in REHEARSE_REPOSITORIES.',
  THREAD_EMPTY:
    'There is nothing to read in this thread. Write what happened, or use the shortcut on a message with words in it.',
  SANDBOX_FAILED:
    'The code ended its own process before the simulation was through. Look for process.exit or a crash in what the plan calls.',
  SANDBOX_DISTRUSTED:
    'The code under simulation did something that only an attempt to break out does, and was stopped. Nothing it said is believed. Look at what is named before you run it anywhere else.',
  OUTER_WALL_MISSING:
    'This code comes from somebody who may not write to the repository, and the outer wall of the sandbox is missing here, so it is not run. Install bubblewrap (see `rehearse doctor`).',
  DATABASE_LOCKED:
    'The database in this folder is in use. Stop the other Rehearse, or set REHEARSE_FOLDER to another folder, or use a server through DATABASE_URL.',
  DATABASE_UNREACHABLE: 'The database does not answer. Check DATABASE_URL and that the server runs.',
  DATABASE_NOT_MIGRATED:
    'The database could not be brought up to date. It must be Postgres 15 or newer with the extension vector (pgvector), and the user must be allowed to create tables.',
  SLACK_REFUSED:
    'Slack does not let Rehearse read this thread. Invite it to the channel (/invite) or mend its token and scopes, then ask again.',
  STORE_UNREACHABLE: 'The server that stores are made on cannot be used. Check REHEARSE_POSTGRES, or leave it empty.',
  SLACK_UNREACHABLE:
    'Slack was not reached or refused a token. Check SLACK_BOT_TOKEN, SLACK_APP_TOKEN and the network, then start again.',
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
  return (
    typeof thrown === 'object' && thrown !== null && 'code' in thrown && Object.hasOwn(sentences, String(thrown.code))
  );
}

/** One sentence for a person about anything that was thrown. */
export function tell(thrown: unknown): string {
  if (isFailure(thrown)) return thrown.message;
  return thrown instanceof Error ? thrown.message : String(thrown);
}

/** One sentence about what is no Failure: a fault of Rehearse itself, with the place in it, so that it can be mended. */
export function tellFault(thrown: unknown): string {
  const place = thrown instanceof Error ? /\(?((?:file:|\/)\S+:\d+):\d+\)?/.exec(thrown.stack ?? '')?.[1] : undefined;
  return `Rehearse itself failed, and nothing is claimed. Try again, and report this if it comes back. (says: ${tell(thrown)}${place ? `, at: ${place}` : ''})`;
}

function sentence(code: FailureCode, facts: Facts): string {
  const told = Object.entries(facts)
    .filter(([, value]) => value !== undefined && value !== '')
    .map(([name, value]) => `${name}: ${Array.isArray(value) ? value.join('; ') || 'none' : value}`);
  return told.length === 0 ? sentences[code] : `${sentences[code]} (${told.join(', ')})`;
}

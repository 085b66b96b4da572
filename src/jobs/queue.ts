import { randomBytes } from 'node:crypto';
import { type JobResult, type JobWithMetadata, PgBoss } from 'pg-boss';
import type { Database } from '../db/database.ts';
import type { Sql } from '../db/sql.ts';
import { tell } from '../errors.ts';
import type { Log } from '../log.ts';
import { buryWith, type DeadJob } from './dead-letters.ts';

/** A piece of work as its worker gets it. */
export interface Job<Payload> {
  id: string;
  key: string;
  payload: Payload;
  /** 1 for the first try. */
  attempt: number;
  /** Aborted when the job runs out of time or the queue is stopped for good. */
  signal: AbortSignal;
}

/** Does one job; throwing has it tried again later, unless the error says `permanent: true`. */
export type Worker<Payload> = (job: Job<Payload>) => Promise<void>;

/** How many jobs of a name run at once here, and who is told of one that cannot be done. */
export interface WorkOptions<Payload> {
  concurrency?: number;
  /** Called at least once for a job that failed for good, with one sentence that says why; then its key goes on. */
  onDead?: (job: DeadJob<Payload>) => Promise<void>;
}

/** Work that outlives the process: none lost, one at a time and in order for each key. */
export interface Queue extends AsyncDisposable {
  start(): Promise<void>;
  /** Adds a job, in the caller's transaction when its `sql` is given; gives the job's id. */
  add(name: string, payload: object, options: { key: string; sql?: Sql }): Promise<string>;
  work<Payload extends object>(name: string, worker: Worker<Payload>, options?: WorkOptions<Payload>): Promise<void>;
  /** Takes no more, waits for what is being done, and gives back what does not end in time. */
  stop(): Promise<void>;
}

/** What a queue needs, and how patient it is. */
export interface QueueOptions {
  database: Database;
  log: Log;
  /** Every kind of job there is; they are made at the start, since none can be made inside a transaction of add(). */
  names: string[];
  /** This process is the only one: what it finds in work at the start was left by a crash, and is taken again at once. */
  alone?: boolean;
  retryLimit?: number;
  retryDelaySeconds?: number;
  /** The wait doubles up to this. */
  retryDelayMaxSeconds?: number;
  /** How long one try may take. */
  expireSeconds?: number;
  /** A worker not heard of for so long is taken for dead; at least 10. */
  heartbeatSeconds?: number;
  stopTimeoutMs?: number;
}

const pollSeconds = 0.5;

/** Makes a queue on pg-boss, in the same database as everything else, so that a job can be added in a transaction. */
export function createQueue(options: QueueOptions): Queue {
  const { database, log } = options;
  const boss = bossOn(database, log);
  // pg-boss polls twice a second at most; what is added or ended here is looked at once.
  const wake = (name: string) => {
    for (const worker of boss.getWipData()) if (worker.name === name) boss.notifyWorker(worker.id);
  };
  let started = false;
  let stopped: Promise<void> | undefined;
  const queue: Queue = {
    async start() {
      await boss.start();
      started = true;
      for (const name of options.names) await open(boss, name, options);
    },
    async add(name, payload, { key, sql = database.sql }) {
      const id = nextId();
      const db = { executeSql: (text: string, values?: unknown[]) => sql.ask(text, values) };
      await boss.send(name, payload, { id, singletonKey: key, db });
      sql.afterCommit(() => wake(name));
      return id;
    },
    async work(name, worker, { concurrency = 1, onDead } = {}) {
      const wakeNext = () => wake(name);
      await workOn(boss, { name, worker, concurrency, log, wakeNext });
      await buryWith(boss, { name, log, onDead, freed: wakeNext });
    },
    async stop() {
      if (!started) return;
      stopped ??= boss.stop({ graceful: true, close: false, timeout: options.stopTimeoutMs ?? 30_000 });
      await stopped;
    },
    [Symbol.asyncDispose]: () => queue.stop(),
  };
  return queue;
}

function bossOn({ pool }: Database, log: Log): PgBoss {
  const boss = new PgBoss({
    db: { executeSql: (text, values) => pool.query(text, values) },
    schedule: false,
    reindex: false,
    monitorVacuum: false,
    superviseIntervalSeconds: 5,
    monitorIntervalSeconds: 5,
  });
  boss.on('error', (error) => log.error({ error: tell(error) }, 'queue'));
  boss.on('warning', (warning) => log.warn({ warning: warning.message }, 'queue'));
  return boss;
}

/** A queue whose policy is one at a time and in order for each key, and beside it one for what cannot be done. */
async function open(boss: PgBoss, name: string, options: QueueOptions): Promise<void> {
  const {
    retryLimit = 4,
    retryDelaySeconds = 2,
    retryDelayMaxSeconds = 300,
    expireSeconds = 900,
    heartbeatSeconds = 30,
  } = options;
  const lasting = {
    retryBackoff: true,
    retryDelay: retryDelaySeconds,
    retryDelayMax: retryDelayMaxSeconds,
    expireInSeconds: expireSeconds,
  };
  await boss.createQueue(`${name}-dead`, { ...lasting, retryLimit: 10 });
  const settings = { ...lasting, retryLimit, heartbeatSeconds, deadLetter: `${name}-dead` };
  await boss.createQueue(name, { ...settings, policy: 'key_strict_fifo' });
  await boss.updateQueue(name, settings); // createQueue leaves a queue that exists as it is.
  // Reads the queue into pg-boss's cache: add() inside a transaction must not need another connection for it.
  await boss.getBlockedKeys(name);
  if (options.alone) await giveBack(boss, name, options.database.sql);
}

async function giveBack(boss: PgBoss, name: string, sql: Sql): Promise<void> {
  const left = await sql<{ id: string }>`
    select id
    from pgboss.job
    where name = ${name} and state = 'active'`;
  const ids = left.map((job) => job.id);
  if (ids.length === 0) return;
  await boss.fail(name, ids, { message: 'the process ended during the work' });
  // Counted as a try, so that a job which kills its process is given up in the end, but not made to wait.
  for (const id of ids) await boss.update(name, undefined, { id, startAfter: new Date() });
}

/** What one kind of work needs. */
interface Work<Payload> {
  name: string;
  worker: Worker<Payload>;
  concurrency: number;
  log: Log;
  wakeNext: () => void;
}

async function workOn<Payload extends object>(boss: PgBoss, work: Work<Payload>): Promise<void> {
  const { name, worker, concurrency, log, wakeNext } = work;
  const options = {
    localConcurrency: concurrency,
    pollingIntervalSeconds: pollSeconds,
    includeMetadata: true,
    perJobResults: true,
  } as const;
  await boss.work<Payload, unknown, typeof options>(name, options, async ([job]) => {
    if (!job) return [];
    const result = await attempt(job, worker, log);
    // The next job of the key becomes free a little later, when pg-boss has written down how this one ended.
    setTimeout(wakeNext, 20).unref();
    return [result];
  });
}

async function attempt<Payload>(job: JobWithMetadata<Payload>, worker: Worker<Payload>, log: Log): Promise<JobResult> {
  const { id, name, signal, retryCount } = job;
  const key = job.singletonKey ?? '';
  try {
    await worker({ id, key, payload: job.data, attempt: retryCount + 1, signal });
    return { id, status: 'completed' };
  } catch (error) {
    const permanent = typeof error === 'object' && error !== null && 'permanent' in error && error.permanent === true;
    log.warn({ job: name, key, attempt: retryCount + 1, permanent, error: tell(error) }, 'a job failed');
    return { id, status: permanent ? 'deadletter' : 'failed', output: { message: tell(error) } };
  }
}

let lastTime = 0;
let counter = 0;

/** A UUID (version 7) greater than every one given before: ties between jobs added at one instant are broken by it. */
function nextId(): string {
  const now = Date.now();
  counter = now > lastTime ? 0 : counter + 1;
  lastTime = Math.max(now, lastTime);
  if (counter > 0xfff) {
    lastTime += 1;
    counter = 0;
  }
  const time = lastTime.toString(16).padStart(12, '0');
  const rest = randomBytes(8);
  rest[0] = ((rest[0] ?? 0) & 0x3f) | 0x80;
  const tail = rest.toString('hex');
  return `${time.slice(0, 8)}-${time.slice(8)}-7${counter.toString(16).padStart(3, '0')}-${tail.slice(0, 4)}-${tail.slice(4)}`;
}

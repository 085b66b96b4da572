import type { JobWithMetadata, PgBoss } from 'pg-boss';
import { tell } from '../errors.ts';
import type { Log } from '../log.ts';

/** A job that failed for good. */
export interface DeadJob<Payload> {
  id: string;
  key: string;
  payload: Payload;
  /** One sentence: the last error. */
  reason: string;
}

/** Whom to tell of the dead jobs of a queue, and of a key that may go on. */
interface Burial<Payload> {
  name: string;
  log: Log;
  onDead?: (job: DeadJob<Payload>) => Promise<void>;
  freed: () => void;
}

/** Tells of each job of the queue that failed for good, then lets the next of its key go on. */
export async function buryWith<Payload extends object>(boss: PgBoss, burial: Burial<Payload>): Promise<void> {
  const { name, log, onDead, freed } = burial;
  await boss.work<Payload, void, { includeMetadata: true; pollingIntervalSeconds: number }>(
    `${name}-dead`,
    { includeMetadata: true, pollingIntervalSeconds: 0.5 },
    async ([dead]) => {
      if (!dead) return;
      const key = dead.singletonKey ?? '';
      const reason = reasonOf(dead);
      log.error({ job: name, key, reason }, 'a job failed for good');
      try {
        await onDead?.({ id: dead.sourceId ?? dead.id, key, payload: dead.data, reason });
      } finally {
        // A failed job holds back its key for ever; even when nobody could be told, the others must go on.
        if (dead.sourceId) await boss.deleteJob(name, dead.sourceId);
        freed();
      }
    },
  );
}

function reasonOf({ sourceOutput }: JobWithMetadata<object>): string {
  const found = sourceOutput && 'message' in sourceOutput ? sourceOutput.message : wrapped(sourceOutput);
  return typeof found === 'string' && found ? found : tell('The work could not be finished.');
}

/** pg-boss wraps its own reasons, such as a missed heartbeat. */
function wrapped(output: object | null): unknown {
  const value = output && 'value' in output ? output.value : null;
  return typeof value === 'object' && value !== null && 'message' in value ? value.message : null;
}

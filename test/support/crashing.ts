import type { BaseCheckpointSaver } from '@langchain/langgraph';
import { openCheckpoints } from '../../src/db/checkpoints.ts';
import type { Database } from '../../src/db/database.ts';
import { startProduct } from './product.ts';

/** What the process is told by its one argument. */
export interface CrashOrder {
  databaseUrl: string;
  repository: string;
  slack: { botToken: string; appToken: string; apiUrl: string; port: number };
  /** It kills itself at its first node boundary, before or after that is written down; or lives. */
  die: 'before' | 'after' | 'never';
}

/** Checkpoints that end the process at the first boundary, as a power cut would. */
async function deadly(database: Database, die: CrashOrder['die']): Promise<BaseCheckpointSaver> {
  const saver = await openCheckpoints(database);
  const put = saver.put.bind(saver);
  saver.put = async (...given) => {
    if (die === 'before') process.kill(process.pid, 'SIGKILL');
    const written = await put(...given);
    if (die === 'after') process.kill(process.pid, 'SIGKILL');
    return written;
  };
  return saver;
}

if (import.meta.main) {
  const { die, ...setting } = JSON.parse(process.argv[2] ?? '{}') as CrashOrder;
  const product = await startProduct({
    ...setting,
    patience: { retryLimit: 60, retryDelaySeconds: 1, retryDelayMaxSeconds: 1 },
    checkpoints: (database) => deadly(database, die),
  });
  process.once('SIGTERM', () => void product[Symbol.asyncDispose]().then(() => process.exit(0)));
}

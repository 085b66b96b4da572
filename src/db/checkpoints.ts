import { PostgresSaver } from '@langchain/langgraph-checkpoint-postgres';
import type { Database } from './database.ts';

/** Any number will do, as long as every process takes the same. */
const setupLock = 5_731_003_842;

/** LangGraph's checkpoints in the same database, in a schema of their own; safe when several processes start at once. */
export async function openCheckpoints({ pool }: Database): Promise<PostgresSaver> {
  const saver = new PostgresSaver(pool, undefined, { schema: 'checkpoints' });
  const client = await pool.connect();
  try {
    // A lock of the session, not of a transaction: setup() asks on another connection, which on the embedded
    // database would wait for the transaction for ever.
    await client.query(`select pg_advisory_lock(${setupLock})`);
    await saver.setup();
    await client.query(`select pg_advisory_unlock(${setupLock})`);
    client.release();
  } catch (error) {
    client.release(true); // Closing the connection gives the lock back.
    throw error;
  }
  return saver;
}

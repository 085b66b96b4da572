import { DatabaseSync } from 'node:sqlite';
import { setTimeout as wait } from 'node:timers/promises';

/**
 * Does a piece of work while no other process or caller does work under the same file; others wait.
 * The lock is one of the operating system's, taken through SQLite, so it ends with the process that holds it.
 */
export async function inTurn<T>(file: string, work: () => Promise<T>): Promise<T> {
  const lock = new DatabaseSync(file, { timeout: 0 });
  try {
    while (!taken(lock)) await wait(25);
    return await work();
  } finally {
    lock.close();
  }
}

function taken(lock: DatabaseSync): boolean {
  try {
    lock.exec('pragma journal_mode = memory; pragma locking_mode = exclusive; begin exclusive');
    return true;
  } catch (busy) {
    if (String(busy).includes('locked')) return false;
    throw busy;
  }
}

import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { Failure } from '../errors.ts';

/**
 * Holds a data folder for this process alone; throws DATABASE_LOCKED, with the holder's pid, when another has it.
 * The lock is one of the operating system's (SQLite takes it for us: Node has no other way to), so it ends with the
 * process that holds it: a killed holder leaves nothing stale behind, and two that start at once cannot both win.
 */
export async function holdFolder(folder: string): Promise<Disposable> {
  const pidFile = path.join(folder, 'postgres.pid');
  const lock = new DatabaseSync(path.join(folder, 'postgres.lock'), { timeout: 0 });
  try {
    lock.exec('pragma journal_mode = memory; pragma locking_mode = exclusive; begin exclusive');
  } catch (cause) {
    lock.close();
    if (!String(cause).includes('locked')) throw cause;
    throw new Failure('DATABASE_LOCKED', { folder, heldBy: await holder(pidFile) }, { cause });
  }
  await writeFile(pidFile, `${process.pid}\n`);
  return { [Symbol.dispose]: () => lock.close() };
}

async function holder(pidFile: string): Promise<string> {
  const pid = await readFile(pidFile, 'utf8').catch(() => '');
  return pid.trim() ? `process ${pid.trim()}` : 'another process';
}

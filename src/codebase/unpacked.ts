import { lstat, readdir } from 'node:fs/promises';
import path from 'node:path';

/** How much packages may come to when they are unpacked. */
export interface Room {
  bytes: number;
  files: number;
}

/** What the packages of a root may come to when nothing else is said. */
export const roomForPackages: Room = { bytes: 4 * 2 ** 30, files: 500_000 };

/** Watches a folder that somebody fills; stops when told to, or calls `full` once when it holds more than its room. */
export function watchRoom(folder: string, room: Room, full: (why: string) => void): { stop(): Promise<void> } {
  let isStopped = false;
  let timer: NodeJS.Timeout | undefined;
  let under: Promise<void> = Promise.resolve();
  const look = async (): Promise<void> => {
    const from = performance.now();
    const over = await overflow(folder, room);
    if (isStopped) return;
    if (over !== undefined) full(over);
    else timer = setTimeout(again, Math.min(3_000, 500 + 10 * (performance.now() - from))).unref();
  };
  const again = (): void => {
    under = look();
  };
  again();
  return {
    async stop() {
      isStopped = true;
      clearTimeout(timer);
      await under;
    },
  };
}

/** In words, by what a folder holds more than it has room for; nothing where it fits. */
export async function overflow(folder: string, room: Room): Promise<string | undefined> {
  let bytes = 0;
  let files = 0;
  const folders = [folder];
  for (let next = folders.pop(); next !== undefined; next = folders.pop()) {
    const at = next;
    const entries = await readdir(at, { withFileTypes: true }).catch(() => []);
    files += entries.length;
    folders.push(...entries.filter((one) => one.isDirectory()).map(({ name }) => path.join(at, name)));
    const sizes = entries
      .filter((one) => one.isFile())
      .map(({ name }) =>
        lstat(path.join(at, name)).then(
          ({ size }) => size,
          () => 0,
        ),
      );
    for (const size of await Promise.all(sizes)) bytes += size;
    if (files > room.files) return `they unpack to more than ${room.files} files`;
    if (bytes > room.bytes) return `they unpack to more than ${Math.round(room.bytes / 2 ** 20)} MB`;
  }
  return undefined;
}

import type { Files } from './files.ts';
import { invalid } from './files.ts';

const folders = [
  'migrations',
  'db/migrations',
  'database/migrations',
  'src/migrations',
  'src/db/migrations',
  'db/migrate',
  'drizzle',
  'prisma/migrations',
  'sql',
  'db',
];
const order = new Intl.Collator('en', { numeric: true });
const undone = /\.(down|undo|rollback)\.sql$|(^|\/)(down|rollback)\//i;

/** The SQL migrations of a folder of the tree, in the order they run; empty when it keeps none. */
export function migrationsOf(files: Files, folder: string): string[] {
  for (const name of folders) {
    const found = sqlIn(files, folder === '.' ? name : `${folder}/${name}`);
    if (found.length > 0) return found;
  }
  return [];
}

/** What named files and folders hold of SQL, in order; throws WORLD_INVALID for what is not there. */
export function namedMigrations(files: Files, named: string[], from: string): string[] {
  return named.flatMap((name) => {
    if (files.isFolder(name)) return sqlIn(files, name);
    if (!files.isFile(name)) throw invalid(from, `there is no "${name}"`);
    return name.endsWith('.sql') ? [name] : [];
  });
}

/** The part of a migration's text that is applied: what stands after "Up", before "Down", where a tool marks them. */
export function upwards(text: string): string {
  const down = /^\s*--\s*(?:down migration|migrate:down|\+goose down|@undo|down)\b.*$/im.exec(text);
  const up = /^\s*--\s*(?:up migration|migrate:up|\+goose up|up)\b.*$/im.exec(text);
  if (!down) return text;
  return up && up.index > down.index ? text.slice(up.index) : text.slice(0, down.index);
}

function sqlIn(files: Files, folder: string): string[] {
  const entries = files.list(folder).sort(order.compare);
  const nested = entries.map((entry) => `${folder}/${entry}/migration.sql`).filter((file) => files.isFile(file));
  const plain = entries
    .map((entry) => `${folder}/${entry}`)
    .filter((file) => file.endsWith('.sql') && files.isFile(file));
  return [...plain, ...nested].filter((file) => !undone.test(file));
}

import { createHash } from 'node:crypto';
import path from 'node:path';
import { z } from 'zod';
import { literal } from './literal.ts';

const DrizzleJournal = z.looseObject({ entries: z.array(z.looseObject({ tag: z.string(), when: z.number() })) });

type Read = (file: string) => string | undefined;
type Script = { file: string; text: string };

/**
 * What Drizzle and Prisma write down after they applied SQL files, so that a `migrate()` at start-up finds nothing
 * left to do; nothing for files of other tools.
 */
export function bookkeeping(applied: readonly string[], read: Read): Script[] {
  return [...drizzle(applied, read), ...prisma(applied, read)];
}

function drizzle(applied: readonly string[], read: Read): Script[] {
  const folders = new Set(applied.map((file) => path.posix.dirname(file)));
  return [...folders].flatMap((folder): Script[] => {
    const file = `${folder}/meta/_journal.json`;
    const journal = DrizzleJournal.safeParse(parsed(read(file)));
    if (!journal.success) return [];
    const rows = journal.data.entries.flatMap(({ tag, when }) => {
      const name = `${folder}/${tag}.sql`;
      const text = applied.includes(name) ? read(name) : undefined;
      return text === undefined ? [] : [`(${literal(sha256(text))}, ${Math.trunc(when)})`];
    });
    if (rows.length === 0) return [];
    const table = 'drizzle.__drizzle_migrations';
    const text = `create schema if not exists drizzle;
      create table if not exists ${table} (id serial primary key, hash text not null, created_at bigint);
      insert into ${table} (hash, created_at) values ${rows.join(', ')}`;
    return [{ file, text }];
  });
}

function prisma(applied: readonly string[], read: Read): Script[] {
  const rows = applied.flatMap((file, at) => {
    const [, name] = /(?:^|\/)migrations\/([^/]+)\/migration\.sql$/.exec(file) ?? [];
    const text = read(file);
    if (name === undefined || text === undefined) return [];
    const id = `00000000-0000-4000-8000-${String(at + 1).padStart(12, '0')}`;
    return [`('${id}', ${literal(sha256(text))}, now(), ${literal(name)}, now(), 1)`];
  });
  if (rows.length === 0) return [];
  const text = `create table if not exists _prisma_migrations (
      id varchar(36) primary key not null, checksum varchar(64) not null, finished_at timestamptz,
      migration_name varchar(255) not null, logs text, rolled_back_at timestamptz,
      started_at timestamptz not null default now(), applied_steps_count integer not null default 0);
    insert into _prisma_migrations (id, checksum, finished_at, migration_name, started_at, applied_steps_count)
      values ${rows.join(', ')}`;
  return [{ file: '_prisma_migrations', text }];
}

function parsed(text: string | undefined): unknown {
  try {
    return text === undefined ? undefined : JSON.parse(text);
  } catch {
    return undefined;
  }
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

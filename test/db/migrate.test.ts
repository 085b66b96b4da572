import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { openDatabase } from '../../src/db/database.ts';
import { startEmbedded } from '../../src/db/embedded.ts';
import { migrate } from '../../src/db/migrate.ts';
import { createServerDatabase, openTestDatabase, serverUrl } from '../support/database.ts';

const folder = path.resolve(import.meta.dirname, '../../migrations');
const files = readdirSync(folder).sort();

describe('migrations', () => {
  it('are numbered without gaps and say why in their first line', () => {
    expect(files.map((file) => Number(file.slice(0, 4)))).toEqual(files.map((_, index) => index + 1));
    for (const file of files) {
      expect(file).toMatch(/^\d{4}-[a-z0-9-]+\.sql$/);
      expect(readFileSync(path.join(folder, file), 'utf8')).toMatch(/^-- \S+ .+/);
    }
  });

  it('are applied in order, once', async () => {
    await using database = await openTestDatabase();
    const applied = await database.sql<{ name: string }>`select name from migrations order by id`;
    expect(applied.map((row) => `${row.name}.sql`)).toEqual(files);
    expect(await migrate(database.url)).toEqual([]);
  });

  it('say where and why when they cannot be applied', async () => {
    await using embedded = await startEmbedded({});
    await using database = await openDatabase({ url: embedded.url });
    await database.sql`create table claims (other int)`;
    await expect(migrate(embedded.url)).rejects.toMatchObject({ code: 'DATABASE_NOT_MIGRATED' });
    expect(await database.sql`select to_regclass('scenarios') as table`).toEqual([{ table: null }]);
  });

  describe.runIf(serverUrl)('(server)', () => {
    it('are applied once when many processes start at the same time', async () => {
      await using created = await createServerDatabase(serverUrl ?? '');
      const applied = await Promise.all(Array.from({ length: 5 }, () => migrate(created.url)));
      expect(applied.flat().map((name) => `${name}.sql`)).toEqual(files);
    });
  });
});

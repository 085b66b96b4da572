import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Database } from '../../src/db/database.ts';
import { claim } from '../../src/jobs/claims.ts';
import { openTestDatabase, serverUrl } from '../support/database.ts';

let database: Database;
beforeAll(async () => {
  database = await openTestDatabase();
});
afterAll(async () => await database[Symbol.asyncDispose]());

describe('claim', () => {
  it('is won by the first and lost by a second delivery', async () => {
    expect(await claim(database.sql, ['event:1', 'message:T:C:1.1'])).toBe(true);
    expect(await claim(database.sql, ['event:1', 'message:T:C:1.1'])).toBe(false);
  });

  it('is lost when any of its names is taken, as when a mention comes as two events', async () => {
    expect(await claim(database.sql, ['event:2', 'message:T:C:2.2'])).toBe(true);
    expect(await claim(database.sql, ['event:3', 'message:T:C:2.2'])).toBe(false);
  });

  it('is won when a name stands twice', async () => {
    expect(await claim(database.sql, ['event:4', 'event:4'])).toBe(true);
  });

  it('is free again when the transaction that won it is undone', async () => {
    const work = database.sql.begin(async (sql) => {
      expect(await claim(sql, ['event:5'])).toBe(true);
      throw new Error('crash');
    });
    await expect(work).rejects.toThrow('crash');
    expect(await claim(database.sql, ['event:5'])).toBe(true);
  });

  describe.runIf(serverUrl)('(server)', () => {
    it('is won by exactly one of many at once, whatever the order of the names', async () => {
      const results = await Promise.all(
        Array.from({ length: 40 }, (_, index) => {
          const keys = ['race:a', 'race:b', 'race:c'];
          return database.sql.begin((sql) => claim(sql, index % 2 ? keys : keys.reverse()));
        }),
      );
      expect(results.filter(Boolean)).toHaveLength(1);
    });

    it('is passed on to the one who waits when the first is undone', async () => {
      const held = Promise.withResolvers<void>();
      const claimed = Promise.withResolvers<void>();
      const first = database.sql.begin(async (sql) => {
        await claim(sql, ['race:d']);
        claimed.resolve();
        await held.promise;
        throw new Error('crash');
      });
      await claimed.promise;
      const second = claim(database.sql, ['race:d']);
      held.resolve();
      await expect(first).rejects.toThrow('crash');
      expect(await second).toBe(true);
    });
  });
});

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Database } from '../../src/db/database.ts';
import { find, history, list, recordVerdict, save, setStatus } from '../../src/scenarios/store.ts';
import { together } from '../../src/scenarios/together.ts';
import { openTestDatabase } from '../support/database.ts';
import { scenario } from './scenario.ts';

let database: Database;
beforeAll(async () => {
  database = await openTestDatabase();
});
afterAll(async () => await database[Symbol.asyncDispose]());

describe('the scenario store', () => {
  it('gives a scenario back as it was saved, whatever stands in it', async () => {
    const odd = scenario({ id: 'odd', title: 'a\tb “c” \u{1F600}', tags: ['eu, west', '{curly}', ''] });
    await save(database.sql, odd);
    expect(await find(database.sql, 'odd')).toEqual(odd);
    expect(await find(database.sql, 'none')).toBeNull();
  });

  it('keeps one scenario for one id, in its newest form', async () => {
    await save(database.sql, scenario({ id: 'one', repository: 'once', status: 'kept' }));
    await save(database.sql, scenario({ id: 'one', repository: 'once', status: 'kept', title: 'Better said' }));
    const kept = await list(database.sql, { repository: 'once', status: 'kept' });
    expect(kept.map(({ id, title }) => [id, title])).toEqual([['one', 'Better said']]);
  });

  it('lists those of one repository and status, oldest first', async () => {
    for (const [id, status] of [
      ['b', 'kept'],
      ['a', 'kept'],
      ['c', 'drafted'],
    ] as const) {
      await save(database.sql, scenario({ id, status, repository: 'listed' }));
    }
    await save(database.sql, scenario({ id: 'd', status: 'kept', repository: 'other' }));
    const ids = async (status: 'kept' | 'drafted') =>
      (await list(database.sql, { repository: 'listed', status })).map(({ id }) => id);
    expect(await ids('kept')).toEqual(['b', 'a']);
    expect(await ids('drafted')).toEqual(['c']);
  });

  it('remembers who settled a scenario, once', async () => {
    await save(database.sql, scenario({ id: 'settled' }));
    expect(await setStatus(database.sql, { id: 'settled', status: 'kept', by: 'U1' })).toBe(true);
    expect(await setStatus(database.sql, { id: 'settled', status: 'kept', by: 'U2' })).toBe(true);
    expect(await setStatus(database.sql, { id: 'nowhere', status: 'kept', by: 'U1' })).toBe(false);
    expect((await find(database.sql, 'settled'))?.status).toBe('kept');
    expect(await database.sql`select kind, actor, body, channel from events`).toEqual([
      { kind: 'scenario-settled', actor: 'U1', body: { scenario: 'settled', status: 'kept' }, channel: 'C1' },
    ]);
  });

  it('knows what was violated at the same commits, the most often first, within one repository', async () => {
    for (const id of ['own', 'often', 'once', 'never']) await save(database.sql, scenario({ id, repository: 'frail' }));
    await save(database.sql, scenario({ id: 'elsewhere', repository: 'other' }));
    const judge = (id: string, revision: string, outcome: 'holds' | 'violated') =>
      recordVerdict(database.sql, { scenario: id, revision, outcome, reason: '', tier: 'executed' });
    for (const revision of ['c1', 'c2', 'c2']) {
      await judge('own', revision, 'violated');
      await judge('often', revision, 'violated');
      await judge('elsewhere', revision, 'violated');
    }
    await judge('once', 'c2', 'violated');
    await judge('once', 'c1', 'holds');
    await judge('never', 'c3', 'violated');
    const found = await together(database.sql, 'own');
    expect(found.map(({ scenario: { id }, commits }) => [id, commits])).toEqual([
      ['often', 2],
      ['once', 1],
    ]);
    expect(await together(database.sql, 'unheard of')).toEqual([]);
  });

  it('stands with the newest verdict and remembers all of them', async () => {
    await save(database.sql, scenario({ id: 'judged' }));
    const first = {
      scenario: 'judged',
      revision: 'aaa',
      outcome: 'violated',
      reason: 'off by one',
      tier: 'executed',
    } as const;
    const second = { ...first, revision: 'bbb', outcome: 'holds', reason: 'as it ought to', traceHash: 'ff' } as const;
    await recordVerdict(database.sql, first);
    await recordVerdict(database.sql, second);
    expect((await find(database.sql, 'judged'))?.verdict).toEqual({
      revision: 'bbb',
      outcome: 'holds',
      reason: 'as it ought to',
    });
    expect(await history(database.sql, 'judged')).toEqual([
      { ...first, givenAt: expect.any(Date) },
      { ...second, givenAt: expect.any(Date) },
    ]);
  });
});

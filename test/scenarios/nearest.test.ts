import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import type { Database } from '../../src/db/database.ts';
import type { Visibility } from '../../src/evidence/evidence.ts';
import { nearest } from '../../src/scenarios/nearest.ts';
import type { Scenario } from '../../src/scenarios/scenario.ts';
import { save } from '../../src/scenarios/store.ts';
import { openTestDatabase } from '../support/database.ts';
import { scenario } from './scenario.ts';

const database: Database = await openTestDatabase();
afterAll(async () => await database[Symbol.asyncDispose]());
beforeEach(async () => void (await database.sql`delete from scenarios`));

/** A direction in the space of meanings: mostly along one axis, a little along another. */
const direction = (axis: number, lean = 0, towards = axis + 1): number[] =>
  Array.from({ length: 384 }, (_, index) => (index === axis ? 1 - lean : index === towards ? lean : 0));

const keep = async (said: Partial<Scenario> & { id: string }, embedding: number[] | null, embedder = 'test') =>
  await save(database.sql, scenario({ status: 'kept', ...said }), embedding && { embedding, embedder });

const seenFrom = (channel: string, kind: Visibility['kind'] = 'private'): Visibility => ({ kind, channel });

const from = (visibility: Visibility) => ({ evidence: { ...scenario({ id: '' }).evidence, visibility } });

const look = async (words: string, embedding: number[], viewer = seenFrom('C1'), embedder = 'test') =>
  await nearest(database.sql, { repository: 'shop', meaning: { embedding, embedder }, words, viewer });

describe('nearest', () => {
  it('puts first what is near both by meaning and by words', async () => {
    await keep({ id: 'meaning', title: 'Bicycles', narrative: 'nothing alike' }, direction(0, 0.1));
    await keep({ id: 'words', title: 'Refund is rounded', narrative: 'refund of an invoice' }, direction(9));
    await keep({ id: 'both', title: 'Refund of invoices', narrative: 'the refund is rounded' }, direction(0, 0.05));
    await keep({ id: 'neither', title: 'Login', narrative: 'sign in' }, direction(20));
    const found = await look('An invoice refund is wrongly rounded', direction(0));
    expect(found[0]?.id).toBe('both');
    expect(
      found
        .slice(1, 3)
        .map(({ id }) => id)
        .sort(),
    ).toEqual(['meaning', 'words']);
    expect(found[0]?.similarity).toBeGreaterThan(0.99);
    expect(found[0]?.scenario?.title).toBe('Refund of invoices');
  });

  it('calls what means almost the same a duplicate, and what shares only words not', async () => {
    await keep({ id: 'same', title: 'Refund' }, direction(0, 0.05));
    await keep({ id: 'words', title: 'Refund' }, direction(5));
    const found = await look('Refund', direction(0));
    expect(Object.fromEntries(found.map(({ id, duplicate }) => [id, duplicate]))).toEqual({ same: true, words: false });
  });

  it('finds words in any form, and bears words that are operators or nothing at all', async () => {
    await keep({ id: 'refunding', title: 'Refunding invoices' }, null);
    expect((await look(`refunded & invoice | ! ' ( <-> :*`, direction(0))).map(({ id }) => id)).toEqual(['refunding']);
    expect(await look('', direction(0))).toEqual([]);
    expect(await look('!!! the and of', direction(0))).toEqual([]);
  });

  it('never compares the vectors of two embedders', async () => {
    await keep({ id: 'elsewhere', title: 'Bicycles' }, direction(0), 'other');
    expect(await look('Refund', direction(0))).toEqual([]);
  });

  it('looks only among the kept scenarios of the repository, and not at the one it is asked for', async () => {
    await keep({ id: 'drafted', status: 'drafted' }, direction(0));
    await keep({ id: 'other', repository: 'other' }, direction(0));
    await keep({ id: 'self' }, direction(0));
    const wanted = { repository: 'shop', meaning: { embedding: direction(0), embedder: 'test' }, words: 'plan change' };
    expect(await nearest(database.sql, { ...wanted, viewer: seenFrom('C1'), except: 'self' })).toEqual([]);
  });

  it('shows the words of a private channel only there, those of a direct message not even by their being', async () => {
    await keep({ id: 'public', ...from({ kind: 'public', channel: 'C9' }) }, direction(0));
    await keep({ id: 'private', ...from({ kind: 'private', channel: 'P1' }) }, direction(0));
    await keep({ id: 'direct', ...from({ kind: 'direct', channel: 'D1' }) }, direction(0));
    const seen = async (channel: string) =>
      Object.fromEntries(
        (await look('plan change', direction(0), seenFrom(channel))).map((near) => [
          near.id,
          near.scenario?.title ?? null,
        ]),
      );
    const title = 'A plan change is pro-rated';
    expect(await seen('C1')).toEqual({ public: title, private: null });
    expect(await seen('P1')).toEqual({ public: title, private: title });
    expect(await seen('D1')).toEqual({ public: title, private: null, direct: title });
    expect(JSON.stringify(await look('plan change', direction(0), seenFrom('C1')))).not.toContain('P1');
  });

  it('finds a repository’s few among everybody’s many', async () => {
    for (let n = 0; n < 300; n++)
      await keep({ id: `many-${n}`, repository: 'loud', title: 'x' }, direction(0, n / 1000));
    await keep({ id: 'few', title: 'Bicycles' }, direction(0, 0.45));
    expect((await look('Refund', direction(0))).map(({ id }) => id)).toEqual(['few']);
  });

  it('leaves out words that nearly all of many scenarios have, so that search stays quick as they grow', async () => {
    await database.sql`
      insert into scenarios (
        id, repository, title, narrative, tags, plan, evidence, visibility, channel, maker, status,
        verdict_revision, verdict_outcome, verdict_reason
      )
      select n::text, 'shop', 'Invoice', case when n % 500 = 0 then 'rounding' else 'paid' end, '{}', '{}', '{}',
        'public', 'C1', '{}', 'kept', 'abc', 'holds', 'as it ought to'
      from generate_series(1, 4000) as n`;
    await database.sql`analyze scenarios`;
    expect(await database.sql`select telling_words('an invoice and its rounding')::text as words`).toEqual([
      { words: "'round'" },
    ]);
    expect(await database.sql`select telling_words('invoice')::text as words`).toEqual([{ words: null }]);
    expect((await look('invoice rounding', direction(0)))[0]).toMatchObject({ scenario: { narrative: 'rounding' } });
  });
});

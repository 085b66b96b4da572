import { afterAll, describe, expect, it } from 'vitest';
import type { Database } from '../../src/db/database.ts';
import { createEmbedder } from '../../src/reasoning/embedder.ts';
import { nearest } from '../../src/scenarios/nearest.ts';
import { save } from '../../src/scenarios/store.ts';
import { openTestDatabase } from '../support/database.ts';
import { scenario } from './scenario.ts';

const database: Database = await openTestDatabase();
afterAll(async () => await database[Symbol.asyncDispose]());

/** Each row: an incident as first told, the same told by somebody else, and another in the same area. */
const incidents: [told: string, again: string, other: string][] = [
  [
    'Pro-rated invoices for EU customers are one cent too high\nChanging the plan from basic to pro in the middle of the month should bill 15.48 EUR but bills 15.49 EUR. Rounding of the FX conversion is off.',
    'EU invoice off by one cent after plan change\nWhen an EU customer changes from basic to pro mid month, the pro-rated invoice should be 15.48 EUR and is 15.49 EUR, the FX conversion rounds wrongly.',
    'Invoices are sent twice to EU customers\nAfter the end of the month some customers got the invoice email two times, the second one without an attachment.',
  ],
  [
    'Checkout charges the card twice when the gateway is slow\nPOST /payments times out after 5 s, the retry charges again. Expected one charge, got two.',
    'Customer charged twice on checkout\nThe payment gateway was slow, POST /payments timed out and our retry charged the card a second time; there should be one charge only.',
    'Checkout refuses cards that expire this month\nPOST /payments answers 422 card_expired for a card that is valid until the end of the month.',
  ],
  [
    'parse drops the prerelease of a version\nsemver.parse("1.2.3-beta.1").prerelease should be ["beta", 1] but is [] when the option loose is set.',
    'semver.parse with loose loses the prerelease\nExpected ["beta", 1] for parse("1.2.3-beta.1", { loose: true }).prerelease, got an empty list.',
    'inc prerelease skips a number\nsemver.inc("1.2.3-beta.1", "prerelease") should give 1.2.3-beta.2 but gives 1.2.3-beta.3.',
  ],
  [
    'Members can delete other people’s orders\nDELETE /orders/42 by a member who does not own the order answers 204, should answer 403.',
    'Missing permission check: a member deletes an order of somebody else\nDELETE /orders/42 as a member that does not own it gives 204 and should give 403.',
    'Members cannot see their own orders\nGET /orders as a member answers 403 since the refactor of the permission middleware, should answer 200 with the list.',
  ],
  [
    'The storefront shows a stale price after a price change\nGET /products/7 still answers the old price 19.90 from the cache ten minutes after it was changed to 24.90.',
    'Old price stays in the cache\nTen minutes after the price of product 7 was changed from 19.90 to 24.90, GET /products/7 answers 19.90 still.',
    'The storefront shows no price at all\nGET /products/7 answers price null for products that have no category.',
  ],
  [
    'Login fails for passwords with a percent sign\nPOST /login with the password "50%off" answers 500, URIError: URI malformed in decodeBody. Expected 200.',
    'Cannot sign in with "50%off" as password\nURIError: URI malformed from decodeBody, so POST /login gives 500 where 200 is expected.',
    'Login is slow after the upgrade\nPOST /login takes 9 seconds since the password hash was changed to 600000 rounds. Expected less than one second.',
  ],
  [
    'Refund email names the wrong amount\nAfter a refund of 20.00 the notification says 2000. It should say 20.00 EUR.',
    'Wrong amount in the mail about a refund\nThe notification for a refund of 20.00 EUR reads 2000; should be 20.00 EUR.',
    'Refund email is not sent at all\nAfter a refund nothing reaches the queue of notifications since yesterday.',
  ],
  [
    'Date filter leaves out the last day\nGET /orders?from=2026-03-01&to=2026-03-31 does not return orders of March 31.',
    'Orders of the last day are missing in the filter\nGET /orders?from=2026-03-01&to=2026-03-31 should return orders of March 31 too but does not.',
    'Date filter answers 500 for an empty range\nGET /orders?from=2026-04-02&to=2026-04-01 throws RangeError: invalid range.',
  ],
];

describe('near-duplicates, with the local embedder', () => {
  const embedder = createEmbedder();
  const meaningOf = async (text: string) => ({
    embedding: (await embedder.embed([text]))[0] ?? [],
    embedder: embedder.name,
  });

  it('are the same incident in other words, not another one in the same area', async () => {
    for (const [index, [told]] of incidents.entries()) {
      const [title = '', narrative = ''] = told.split('\n');
      await save(database.sql, scenario({ id: `${index}`, title, narrative, status: 'kept' }), await meaningOf(told));
    }
    const duplicates = async (text: string) => {
      const viewer = { kind: 'public', channel: 'C1' } as const;
      const near = await nearest(database.sql, {
        repository: 'shop',
        meaning: await meaningOf(text),
        words: text,
        viewer,
      });
      return near.filter(({ duplicate }) => duplicate).map(({ id }) => id);
    };
    const found = await Promise.all(
      incidents.map(async ([, again, other]) => [await duplicates(again), await duplicates(other)]),
    );
    expect(found).toEqual(incidents.map((_, index) => [[`${index}`], []]));
  });
});

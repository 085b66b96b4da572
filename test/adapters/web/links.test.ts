import fc from 'fast-check';
import { expect, it } from 'vitest';
import { createLinks } from '../../../src/adapters/web/links.ts';

const clock = { now: 1_700_000_000_000 };
const made = (key = 1) =>
  createLinks({
    base: 'https://rehearse.example/runs/',
    key: Buffer.alloc(32, key),
    lifeMs: 60_000,
    now: () => clock.now,
  });
const links = made();

const queryOf = (address: string) => {
  const { searchParams } = new URL(address);
  return (name: string) => searchParams.get(name) ?? undefined;
};

it('a link opens its page, and says where it was given', () => {
  const address = links.to('/findings/abc', 'C0BILLING');
  expect(new URL(address).pathname).toBe('/runs/findings/abc');
  expect(links.read('/findings/abc', queryOf(address))).toMatchObject({ page: '/findings/abc', from: 'C0BILLING' });
});

it('a link is for one page alone', () => {
  expect(links.read('/findings/abd', queryOf(links.to('/findings/abc', 'C0BILLING')))).toBeNull();
});

it('a link ends, and what is made from it ends with it', () => {
  const query = queryOf(links.to('/findings/abc', 'C0BILLING'));
  const until = links.read('/findings/abc', query)?.until;
  const next = queryOf(links.to('/scenarios/s', 'C0BILLING', until));
  clock.now += 61_000;
  expect(links.read('/findings/abc', query)).toBeNull();
  expect(links.read('/scenarios/s', next)).toBeNull();
  clock.now -= 61_000;
  expect(links.read('/scenarios/s', next)).not.toBeNull();
});

it('a link signed with another key opens nothing', () => {
  expect(links.read('/findings/abc', queryOf(made(2).to('/findings/abc', 'C0BILLING')))).toBeNull();
});

it('whatever is changed in a link, it opens nothing', () => {
  const address = new URL(links.to('/findings/abc', 'C0BILLING'));
  const anyText = fc.string({ unit: 'binary', maxLength: 60 });
  fc.assert(
    fc.property(fc.constantFrom('from', 'until', 'signature'), anyText, (name, text) => {
      const changed = new URLSearchParams(address.search);
      fc.pre(changed.get(name) !== text);
      changed.set(name, text);
      const query = (asked: string) => changed.get(asked) ?? undefined;
      expect(links.read('/findings/abc', query)).toBeNull();
    }),
  );
});

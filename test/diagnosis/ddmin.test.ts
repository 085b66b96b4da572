import fc from 'fast-check';
import { expect, it } from 'vitest';
import { ddmin } from '../../src/diagnosis/ddmin.ts';

it('finds exactly the elements that are needed together, wherever they stand', async () => {
  const sets = fc.uniqueArray(fc.nat(60), { minLength: 1, maxLength: 40 }).chain((all) =>
    fc.record({
      all: fc.constant(all),
      needed: fc.subarray(all, { minLength: 1 }),
      width: fc.integer({ min: 1, max: 3 }),
    }),
  );
  await fc.assert(
    fc.asyncProperty(sets, async ({ all, needed, width }) => {
      const test = async (part: number[]) =>
        (needed.every((one) => part.includes(one)) ? 'shows' : 'not') as 'shows' | 'not';
      expect(await ddmin(all, test, width)).toEqual(all.filter((one) => needed.includes(one)));
    }),
  );
});

it('never leaves out what the failure needs to be seen at all, when some parts cannot be judged', async () => {
  const pairs = fc
    .integer({ min: 2, max: 20 })
    .chain((size) => fc.record({ size: fc.constant(size), at: fc.nat(size - 2) }));
  await fc.assert(
    fc.asyncProperty(pairs, async ({ size, at }) => {
      const all = Array.from({ length: size }, (_, index) => index);
      const test = async (part: number[]) => {
        const [one, two] = [part.includes(at), part.includes(at + 1)];
        if (one !== two) return 'unresolved';
        return one ? 'shows' : 'not';
      };
      const kept = await ddmin(all, test);
      expect(kept).toContain(at);
      expect(kept).toContain(at + 1);
      expect(await test(kept)).toBe('shows');
    }),
  );
});

it('asks at most as often as the square of the size', async () => {
  let asked = 0;
  const all = Array.from({ length: 32 }, (_, index) => index);
  await ddmin(all, async (part) => {
    asked++;
    return part.length === 32 ? 'shows' : 'unresolved';
  });
  expect(asked).toBeLessThanOrEqual(32 * 32 + 3 * 32);
});

import { describe, expect, it } from 'vitest';
import { check } from '../../src/simulation/check.ts';

const seen = {
  p: {
    value: {
      list: [1],
      nested: [['10', '20'], ['30']],
      none: null,
      empty: [],
      object: { b: 1, a: [{}] },
      lines: [{ amount: 1 }, { amount: 2 }],
    },
  },
  q: { value: [[1, 2], [3]] },
  n: { value: null },
  e: { error: { name: 'TypeError', message: 'no', code: null } },
};

describe('a check', () => {
  it.each([
    'p.value.list = [1]',
    "p.value.nested = [['10', '20'], ['30']]",
    'p.value.none = null',
    'p.value.empty = []',
    'p.value.object = {"a": [{}], "b": 1}',
    'q.value = [[1, 2], [3]]',
    'n.value = null',
    '$sum(p.value.lines.amount) = 3',
    '$exists(e.error) = true',
    '$exists(p.error) = false',
    "e.error.name = 'TypeError' and e.error.code = null",
    'p.value.lines[0].amount < p.value.lines[1].amount',
  ])('is met: %s', async (expression) => {
    expect(await check(expression, seen)).toEqual({ met: true, seen: '' });
  });

  it.each([
    ['p.value.list = [2]', 'p.value.list is [1]'],
    ["p.value.nested = ['10', '20', '30']", 'p.value.nested is [["10","20"],["30"]]'],
    ['p.value.none = 0', 'p.value.none is null'],
    ['q.value = [[1, 2]]', 'q.value is [[1,2],[3]]'],
    ['p.value.missing = 1', 'p.value.missing is nothing'],
    ['$exists(e.error) = false', '$exists(e.error) is true'],
    ['p.value.list', '[1]'],
  ])('is not met, and tells what was seen: %s', async (expression, told) => {
    expect(await check(expression, seen)).toEqual({ met: false, seen: told });
  });

  it.each(['p.value =', '$nothing(1)', '$error("x")'])('is undecided when it does not work: %s', async (expression) => {
    expect((await check(expression, seen)).met).toBe(null);
  });

  it('ends, however it recurses', async () => {
    expect((await check('($f := function($n) { $f($n + 1) + 1 }; $f(0))', seen)).met).toBe(null);
  });
});

import { describe, expect, it } from 'vitest';
import { fieldsOf } from '../../../src/world/http/form-fields.ts';

const many = 300_000;

describe('the fields of a form', () => {
  it('are texts, or lists where a name is there several times', () => {
    expect(fieldsOf('a=1&b=x+y&a=2&c&__proto__=z')).toEqual({
      ...{ a: ['1', '2'], b: 'x y', c: '' },
      ['__proto__']: 'z',
    });
    expect(({} as { z?: unknown }).z).toBeUndefined();
  });

  it('are read in a time that grows with them and not with their square', () => {
    expect(fieldsOf('a&'.repeat(many)).a).toHaveLength(many);
    const different = Array.from({ length: many }, (_, at) => at.toString(36)).join('&');
    expect(Object.keys(fieldsOf(different))).toHaveLength(many);
  });
});

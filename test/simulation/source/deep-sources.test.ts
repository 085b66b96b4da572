import { describe, expect, it } from 'vitest';
import { parse } from '../../../src/codebase/syntax.ts';
import { parse as parseSnippet } from '../../../src/reasoning/rules/syntax.ts';
import { written } from '../../support/written-tree.ts';
import { rehearsal } from '../rehearsal.ts';

const depth = 150_000;
const twice = (open: string, close: string) => `${open.repeat(depth)}${close.repeat(depth)}`;

/** Sources on which the native parser would take the whole process down. */
const sources: [what: string, source: string][] = [
  ['brackets', `module.exports = ${twice('[', ']')}`],
  ['parentheses', `module.exports = ${'('.repeat(depth)}1${')'.repeat(depth)}`],
  ['blocks', twice('{', '}')],
  ['negations', `module.exports = ${'!'.repeat(depth)}1`],
  ['sums', `module.exports = 1${'+1'.repeat(depth)}`],
  ['choices', `module.exports = ${'a?b:'.repeat(depth)}c`],
  ['functions', `module.exports = ${'a=>'.repeat(depth)}c`],
  ['conditions', `${'if(a)'.repeat(depth)}c`],
  ['other conditions', `${'if(a){}else '.repeat(depth)}{}`],
  ['assignments', `${'a='.repeat(depth)}1`],
  ['elements', `module.exports = ${twice('<a>', '</a>')}`],
  ['texts with signs between', `module.exports = 1${'-";"'.repeat(depth)}`],
  ['words', `module.exports = ${'typeof '.repeat(depth)}1`],
];

describe('a source that is nested too deeply to be parsed is refused by name', () => {
  const { simulate } = rehearsal();
  it.each(sources)('%s', { timeout: 30_000 }, async (_, source) => {
    const plan = { when: [{ call: { id: 'p', module: 'main.js', args: [] } }], then: [{ check: 'p.value = 1' }] };
    const { verdict } = await simulate(written({ 'main.js': source }), plan);
    expect(verdict.outcome).toBe('unknown');
    expect(verdict.reason).toMatch(/main\.js.*nested too deeply/);
    expect(parse('main.js', source)).toBeUndefined();
    expect(parseSnippet(source)).toBeNull();
  });

  it('and a large one that is not is prepared as ever', { timeout: 30_000 }, async () => {
    const lines = Array.from({ length: 6_000 }, (_, at) => `exports.f${at} = (a) => (a > ${at} ? [a, -a] : { a });`);
    const plan = { when: [{ call: { id: 'p', module: 'main.js', export: 'f5', args: [7] } }] };
    const { results } = await simulate(written({ 'main.js': lines.join('\n') }), plan);
    expect(results.p).toEqual({ value: [7, -7] });
  });
});

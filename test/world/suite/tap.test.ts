import { describe, expect, it } from 'vitest';
import { readTap } from '../../../src/world/suite/tap.ts';

const outcomes = (output: string) =>
  readTap(output).tests.map(({ name, passed }) => `${passed ? 'ok' : 'not ok'} ${name}`);

describe('what a program tells in TAP', () => {
  it('names the subtests of Node at every depth', () => {
    const told = [
      'TAP version 13',
      '# Subtest: a basket',
      '    # Subtest: within',
      '        # Subtest: fails',
      '        not ok 1 - fails',
      '          ---',
      "          type: 'test'",
      "          error: 'no'",
      '          ...',
      '        1..1',
      '    not ok 1 - within',
      '      ---',
      "      type: 'suite'",
      '      ...',
      '    1..1',
      'not ok 1 - a basket',
      '1..1',
    ].join('\n');
    expect(outcomes(told)).toEqual(['not ok a basket > within > fails', 'not ok a basket > within', 'not ok a basket']);
  });

  it('takes assertions within a subtest for what they are', () => {
    const told = [
      'TAP version 14',
      '# Subtest: counts',
      '    ok 1 - should be equivalent',
      '    not ok 2 - should be equal',
      '    1..2',
      'not ok 1 - counts',
      '1..1',
    ].join('\n');
    expect(outcomes(told)).toEqual(['not ok counts']);
  });

  it('counts assertions under the title before them, as tape writes them', () => {
    const told = [
      'TAP version 13',
      '# capital',
      'ok 1 at the front',
      'not ok 2 all of it',
      '# later',
      'ok 3 yes',
      '1..3',
    ];
    expect(outcomes(told.join('\n'))).toEqual(['not ok capital', 'ok later']);
  });

  it('is no success when fewer tests came than were promised', () => {
    expect(readTap('TAP version 13\nok 1 - one\n1..3\n').broken).toBeDefined();
  });
});

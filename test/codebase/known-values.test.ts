import { expect, it } from 'vitest';
import { knownValues } from '../../src/codebase/known-values.ts';

function values(code: string, settings = ''): Record<string, string[]> {
  const known = knownValues([{ file: 'a.ts', text: code }], [{ file: '.env.example', text: settings }]);
  return Object.fromEntries([...known].map(([name, found]) => [name, [...found].sort()]));
}

it.each([
  ['a comparison', "if (process.env.MODE === 'fast') go();", ['fast']],
  ['a default', "const mode = process.env.MODE ?? 'slow';", ['slow']],
  [
    'a comparison of a variable',
    "const mode = process.env.MODE || 'slow'; if (mode !== 'fast') go();",
    ['fast', 'slow'],
  ],
  [
    'a comparison of a property',
    "const config = { mode: process.env.MODE }; if (config.mode == 'fast') go();",
    ['fast'],
  ],
  ['the cases of a switch', "switch (process.env.MODE) { case 'a': break; case 'b': break; }", ['a', 'b']],
  ['a list that it must be in', "if (!['a', 'b'].includes(process.env.MODE)) stop();", ['a', 'b']],
  ['a comparison after a call', "const mode = process.env.MODE.toLowerCase(); if (mode === 'x') go();", ['x']],
])('a setting is known to take the values of %s', (_, code, expected) => {
  expect(values(code).MODE).toEqual(expected);
});

it('a setting is known to take the choices that its reader is told', () => {
  const code = "const env = {}; choice(env, 'LOG_MODE', ['a', 'b']); const schema = { TAX_MODE: z.enum(['c', 'd']) };";
  expect(values(code)).toEqual({ LOG_MODE: ['a', 'b'], TAX_MODE: ['c', 'd'] });
});

it('files of settings name values, in quotes or not, with comments beside them', () => {
  expect(values('', 'MODE=fast # quickly\nexport OTHER="a b"\n# NONE=x\nEMPTY=\n')).toEqual({
    MODE: ['fast'],
    OTHER: ['a b'],
  });
});

it('nothing is known of code that does not parse, or that speaks of no setting', () => {
  expect(values("const = process.env.MODE === 'x'")).toEqual({});
  expect(values("if (mode === 'x') go();")).toEqual({});
});

it('a setting without a value takes none from the line below', () => {
  const known = knownValues(
    [],
    [{ file: '.env', text: 'STRIPE_ACCOUNT=\nMODE=net # or gross\r\nLIMIT =\t"9"\n\nLAST=\n' }],
  );
  expect([...known].map(([name, values]) => [name, ...values])).toEqual([
    ['MODE', 'net'],
    ['LIMIT', '9'],
  ]);
});

import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { afterAll, describe, expect, it } from 'vitest';
import { isFailure } from '../../src/errors.ts';
import { openChecks } from '../../src/simulation/checks.ts';
import { parsePlan } from '../../src/simulation/plan.ts';
import { written } from '../support/written-tree.ts';
import { rehearsal } from './rehearsal.ts';

const checks = openChecks({ timeoutMs: 2_500 });
afterAll(() => checks[Symbol.asyncDispose]());

const recorded = { a: { value: { b: 1, list: [1, 2] } } };
const doubled = '($d := function($s, $n) { $n = 0 ? $s : $d($s & $s, $n - 1) }; $length($d("xxxxxxxxxx", 40)))';

describe('an expression of a plan', () => {
  it.each([
    ['recurses for ever', '($f := function($n) { $f($n + 1) + 1 }; $f(0))'],
    ['recurses for ever in its tail', '($f := function() { $f() }; $f())'],
    ['goes through pairs of pairs', '$count([1..3000].([1..3000].([1..3000])))'],
    ['has a pattern that goes back and forth', `$match("${'a'.repeat(60)}!", /^(a+)+$/)`],
    ['replaces by such a pattern', `$replace("${'a'.repeat(80)}!", /(a|aa)+$/, "x")`],
    ['pads a text to half a gigabyte', '$length($pad("x", 500000000))'],
    ['doubles a text', doubled],
    ['joins millions', '$length($join([1..9999999].("abcdefghijklmnopqrstuvwxyz")))'],
    ['makes a hundred million numbers', `[${Array.from({ length: 12 }, () => '[1..9999999]').join()}]`],
    ['sorts millions', '$count($sort([1..9999999], function($l, $r) { $l < $r }))'],
    ['is nested a hundred thousand times', `${'('.repeat(100_000)}1${')'.repeat(100_000)}`],
    ['asks for the time of the machine', '$millis() > 0'],
    ['asks for the time in words', '$now() != ""'],
    ['asks for chance', '$random() < 1'],
    ['shuffles', '$count($shuffle([1, 2])) = 2'],
  ])('decides nothing when it %s', { timeout: 30_000 }, async (_, expression) => {
    const { met, seen } = await checks.check(expression, recorded);
    expect(met).toBe(null);
    expect(seen).toMatch(/^the check does not work: .{5,400}$/s);
    expect(await checks.check('a.value.b = 1', recorded)).toEqual({ met: true, seen: '' });
  });

  it.each([
    'a.constructor',
    'a.__proto__',
    '$string.constructor',
    'a.value.list.constructor.constructor("return process")()',
    '$lookup(a, "__proto__").polluted',
    '(a ~> |$|{"__proto__": {"polluted": 1}}|).polluted',
    '$merge([{"__proto__": {"polluted": 1}}, a]).polluted',
    '$eval("process.env")',
  ])('reaches nothing that was not recorded: %s', async (expression) => {
    const value = await checks.evaluate(expression, recorded).catch((refused: Error) => refused.message);
    expect(JSON.stringify(value) ?? '').not.toMatch(/PATH|function|native/);
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
    expect(await checks.evaluate('polluted', recorded)).toBeUndefined();
  });

  it('is not looked through where what was recorded is too deep to be read', async () => {
    let deep: unknown = 1;
    for (let level = 0; level < 200_000; level += 1) deep = [deep];
    expect((await checks.check('a = 1', { a: deep })).met).toBe(null);
    expect((await checks.check('1 = 1', {})).met).toBe(true);
  });

  it('leaves no process behind', async () => {
    const own = openChecks();
    await own.check('1 = 1', {});
    await own[Symbol.asyncDispose]();
    const ours = execFileSync('ps', ['-o', 'args=', '--ppid', String(process.pid)], { encoding: 'utf8' });
    expect(ours.split('\n').filter((line) => line.includes('check-process')).length).toBeLessThanOrEqual(1);
  });
});

describe('a plan is refused in words', () => {
  const base = { plan: 1, when: [{ advance: 'PT1S' }], then: [{ check: 'true' }] };
  const deep = `${'['.repeat(300_000)}${']'.repeat(300_000)}`;
  it.each<[string, unknown]>([
    ['that is nested three hundred thousand times', `{"plan":1,"when":[{"publish":{"queue":"q","message":${deep}}}]}`],
    ['that is larger than eight megabytes', JSON.stringify({ ...base, note: 'x'.repeat(9 << 20) })],
    ['whose time never comes', { ...base, when: [{ advance: 'P999999999999999D' }] }],
    ['whose delay never ends', { ...base, world: { faults: [{ on: 'a', do: 'delay:P9999999999D' }] } }],
    [
      'with a key too many',
      '{"plan":1,"__proto__":{"polluted":1},"when":[{"advance":"PT1S"}],"then":[{"check":"1=1"}]}',
    ],
    ['with an id that is no name', { ...base, when: [{ call: { id: '__proto__', module: 'a' } }] }],
    ['that is no plan at all', 'null'],
    ['that is a number', 7],
  ])('%s', (_, input) => {
    let thrown: unknown;
    try {
      parsePlan(input);
    } catch (one) {
      thrown = one;
    }
    if (thrown === undefined) expect(JSON.stringify(input)).toContain('__proto__');
    else expect(isFailure(thrown) && String(thrown).length).toBeLessThan(1_000);
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
  });
});

describe('a plan that means harm ends with a verdict', () => {
  const { simulate } = rehearsal();
  const program = {
    'main.js': [
      'exports.give = (value) => value;',
      'exports.proto = () => JSON.parse(\'{"__proto__": {"polluted": 1}, "constructor": 1}\');',
      'exports.deep = () => { let it = 1; for (let at = 0; at < 5e4; at++) it = [it]; return it; };',
    ].join('\n'),
  };
  const call = (more: object) => ({ call: { id: 'p', module: 'main.js', export: 'give', args: [1], ...more } });
  it.each<[string, object, string]>([
    ['a check that never ends', { when: [call({})], then: [{ check: `$match("${'a'.repeat(60)}!", /^(a+)+$/)` }] }, ''],
    ['a module outside', { when: [call({ module: '../../../../etc/passwd' })] }, 'MODULE_UNKNOWN'],
    ['an absolute module', { when: [call({ module: '/etc/passwd' })] }, 'MODULE_UNKNOWN'],
    ['a built-in module', { when: [call({ module: 'node:fs' })] }, 'MODULE_UNKNOWN'],
    ['a module with a null byte', { when: [call({ module: 'main.js\0.txt' })] }, 'MODULE_UNKNOWN'],
    ['a test outside', { when: [{ test: { id: 't', file: '../../../etc/passwd' } }] }, 'MODULE_UNKNOWN'],
    ['an export of the prototype', { when: [call({ export: '__proto__' })] }, 'MODULE_UNKNOWN'],
    ['an export that every object has', { when: [call({ export: 'constructor' })] }, 'MODULE_UNKNOWN'],
    [
      'a service that every object has',
      { when: [{ http: { id: 'h', to: 'constructor', path: '/' } }] },
      'SERVICE_UNKNOWN',
    ],
    [
      'a reference that is no text where one is needed',
      { when: [call({}), { call: { id: 'q', module: '{{p}}', export: 'give' } }] },
      'PLAN_INVALID',
    ],
    [
      'a reference that goes on for ever',
      { when: [call({}), { ...call({ id: 'q', args: ['{{ ($f := function() { $f() }; $f()) }}'] }) }] },
      'PLAN_INVALID',
    ],
    [
      'a reference to a giant',
      { when: [call({}), { ...call({ id: 'q', args: ['{{ $pad("x", 90000000) }}'] }) }] },
      'PLAN_INVALID',
    ],
    ['a value too deep to send back', { when: [call({ export: 'deep' })] }, 'any'],
  ])('%s', { timeout: 40_000 }, async (_, plan, code) => {
    const { verdict } = await simulate(written(program), plan);
    if (code === 'any') expect(verdict.reason.length).toBeGreaterThan(5);
    else {
      expect(verdict.outcome).toBe('unknown');
      if (code) expect(verdict.code).toBe(code);
      expect(verdict.reason.length).toBeLessThan(1_000);
    }
    expect(existsSync('/tmp/rehearse-escape')).toBe(false);
  });

  it('a key that reaches for prototypes is kept as an own one', async () => {
    const { verdict } = await simulate(written(program), {
      when: [call({ export: 'proto', args: [] }), { ...call({ id: 'q', args: ['{{p.value}}'] }) }],
      then: [{ check: '$exists(q.value)' }],
      world: { env: JSON.parse('{"__proto__": {"polluted": "1"}}') },
    });
    expect(verdict.outcome).toMatch(/holds|unknown/);
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
  });
});

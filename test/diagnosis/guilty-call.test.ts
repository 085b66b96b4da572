import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { openMirror } from '../../src/codebase/git-mirror.ts';
import { cite } from '../../src/diagnosis/cite.ts';
import { diagnose } from '../../src/diagnosis/diagnose.ts';
import type { RootCause } from '../../src/diagnosis/root-cause.ts';
import { standing } from '../../src/diagnosis/standing.ts';
import { parsePlan } from '../../src/simulation/plan.ts';
import { rehearsal } from '../simulation/rehearsal.ts';
import { type Change, makeHistory, temporaryFolder } from '../support/made-history.ts';

const { simulator } = rehearsal();
const cacheFolder = temporaryFolder('cache');

const plan = parsePlan({
  plan: 1,
  when: [{ call: { id: 'p', module: 'price.js', export: 'total', args: [100, 3] } }],
  then: [{ check: 'p.value = 360' }],
});

const sound = [
  'const rate = 20;',
  'const vat = (cents) => Math.round((cents * rate) / 100);',
  'const sum = (cents, pieces) => cents * pieces;',
  'exports.total = (cents, pieces) => {',
  '  const net = sum(cents, pieces);',
  '  return net + vat(net);',
  '};',
  '',
].join('\n');

async function asked(...edits: ((source: string) => string)[]) {
  const changes: Change[] = [{ files: { 'price.js': sound } }];
  for (const edit of edits) changes.push({ files: { 'price.js': edit(sound), 'NOTES.md': `${changes.length}\n` } });
  const { folder, commits } = makeHistory(changes);
  const mirror = await openMirror({ source: folder, cacheFolder });
  return { found: await diagnose({ mirror, simulator, plan, bad: commits.at(-1) ?? '' }), commits };
}

describe('the first guilty call', () => {
  it('is the innermost changed function that got equal inputs, with both results, though others changed as well', async () => {
    const { found, commits } = await asked((source) =>
      `// Prices\n${source}`.replace('cents * pieces;', 'cents * pieces + 1;').replace('const net', 'const  net'),
    );
    expect(found).toMatchObject({
      guilty: {
        name: 'sum',
        at: {
          revision: commits[1],
          file: 'price.js',
          line: 4,
          text: 'const sum = (cents, pieces) => cents * pieces + 1;',
        },
        args: '100, 3',
        base: { kind: 'return', text: '300' },
        head: { kind: 'return', text: '301' },
        isChanged: true,
      },
      evidence: { head: { revision: commits[1] }, first: { kind: 'call', call: { name: 'sum' } } },
    });
  });

  it('stands on what was changed where no function itself was', async () => {
    const { found } = await asked((source) => source.replace('rate = 20', 'rate = 19'));
    expect(found).toMatchObject({
      line: 1,
      guilty: { name: 'vat', args: '300', base: { text: '60' }, head: { text: '57' }, isChanged: false },
    });
  });

  it('shows what is thrown', async () => {
    const { found } = await asked((source) => source.replace('=> Math', '=> missing + Math'));
    expect(found).toMatchObject({
      guilty: { name: 'vat', head: { kind: 'throw', text: expect.stringContaining('missing is not defined') } },
    });
  });

  it('has traces of two simulations as its evidence, that differ by the hunks alone', async () => {
    const { found } = await asked((source) => source.replace('cents * pieces;', '0;'));
    expect('evidence' in found && found.evidence?.base).not.toHaveProperty('revision');
    for (const side of ['base', 'head'] as const)
      expect('evidence' in found && found.evidence?.[side].trace).toMatch(/^[0-9a-f]{64}$/);
  });
});

describe('a line that does not exist', () => {
  const commit = { id: 'c', parents: ['g'], author: 'a', at: '2026-01-01T00:00:00Z', subject: 's', body: '' };
  const files = fc.dictionary(
    fc.constantFrom('a.js', 'b.js'),
    fc.array(fc.constantFrom('x', 'y', ''), { maxLength: 6 }),
  );
  const place = fc.record({
    file: fc.constantFrom('a.js', 'b.js', 'gone.js'),
    line: fc.integer({ min: -3, max: 9 }),
    text: fc.constantFrom('x', 'y', ''),
  });

  it('is never cited', async () => {
    await fc.assert(
      fc.asyncProperty(files, place, async (texts, { file, line }) => {
        const cited = await cite(mirrorOf(texts), { revision: 'c', file, line });
        expect(cited?.text).toBe(texts[file]?.[line - 1]);
      }),
    );
  });

  it('is never named by a root cause, whatever led to it', async () => {
    await fc.assert(
      fc.asyncProperty(
        files,
        place,
        place,
        fc.array(place, { maxLength: 3 }),
        async (texts, claimed, other, around) => {
          const cause: RootCause = {
            ...{ commit, good: 'g', hunks: [], simulations: 1, ...claimed },
            functions: around.map(({ file, line }) => ({ name: 'f', file, line, endLine: line + 1 })),
            guilty: {
              ...{ service: 's', name: 'f', args: '', isChanged: true, calls: { base: 1, head: 1 } },
              ...{
                at: { revision: 'c', ...other },
                base: { kind: 'return', text: '1' },
                head: { kind: 'return', text: '2' },
              },
            },
          };
          const told = await standing(mirrorOf(texts), cause);
          const stands = ({ file, line, text }: { file: string; line: number; text: string }) =>
            text === texts[file]?.[line - 1];
          expect(told.line === 0 ? told.text === '' : stands(told)).toBe(true);
          expect(told.line > 0).toBe(stands(claimed));
          expect(told.guilty !== undefined).toBe(stands(other));
          for (const { file, line, endLine } of told.functions)
            expect(line >= 1 && endLine <= (texts[file]?.length ?? 0)).toBe(true);
        },
      ),
    );
  });
});

function mirrorOf(texts: Record<string, string[]>) {
  return {
    read: async (revision: string, file: string) =>
      revision === 'c' && texts[file] ? texts[file].map((line) => `${line}\n`).join('') : undefined,
  };
}

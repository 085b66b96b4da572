import { describe, expect, it } from 'vitest';
import type { Tree } from '../../../src/codebase/tree.ts';
import { rehearsal } from '../../simulation/rehearsal.ts';
import { written } from '../../support/written-tree.ts';

const { simulate } = rehearsal();

/** A package as its native original lies in node_modules: nothing in it can be loaded here. */
const native = (name: string, main = "module.exports = require('node-gyp-build')(__dirname)") => ({
  [`node_modules/${name}/package.json`]: { name, version: '1.0.0', main: 'main.js' },
  [`node_modules/${name}/main.js`]: main,
});
const loader = native('node-gyp-build', "module.exports = () => { throw new Error('No native build was found'); }");

async function called(body: string, files: Record<string, string | object>) {
  const tree: Tree = written({ 'main.js': `module.exports = async () => {\n${body}\n};`, ...loader, ...files });
  return simulate(tree, { when: [{ call: { id: 'p', module: 'main.js' } }] });
}

async function gives(body: string, files: Record<string, string | object>): Promise<unknown> {
  const { results, verdict } = await called(body, files);
  expect(verdict).toMatchObject({ outcome: 'holds' });
  expect(results.p, JSON.stringify(results.p)).toHaveProperty('value');
  return (results.p as { value: unknown }).value;
}

describe('bcrypt, a native addon', () => {
  it('is its equivalent in JavaScript, in every form, with the results that are known', async () => {
    const known: [word: string, kept: string][] = [
      ['', '$2a$06$DCq7YPn5Rq63x1Lad4cll.TV4S6ytwfsfvkgY8jIucDrjc8deX1s.'],
      ['abc', '$2a$06$If6bvum7DFjUnE9p2uDeDu0YHzrHM6tf.iqN8.yx.jNN1ILEf7h0i'],
      ['päss€', '$2b$05$abcdefghijklmnopqrstuu8zkJoZjVyOvZTnCupPobFd4Jsmm3KTm'],
    ];
    const value = await gives(
      `
      const bcrypt = require('bcrypt');
      const known = ${JSON.stringify(known)};
      const seen = [];
      for (const [word, kept] of known) {
        const salt = kept.slice(0, 29);
        seen.push(bcrypt.hashSync(word, salt) === kept, await bcrypt.hash(Buffer.from(word), salt) === kept);
        seen.push(await new Promise((done, failed) => bcrypt.hash(word, salt, (error, made) => error ? failed(error) : done(made === kept))));
        seen.push(bcrypt.compareSync(word, kept), await bcrypt.compare(word + '.', kept));
        seen.push(await new Promise((done) => bcrypt.compare(word, kept, (error, same) => done(same))));
        seen.push(bcrypt.getRounds(kept));
      }
      return seen;`,
      native('bcrypt'),
    );
    // As the crypt of the C library gives them.
    const each = [true, true, true, true, false, true];
    expect(value).toEqual([...each, 6, ...each, 6, ...each, 5]);
  });

  it('salts by the chance of the world, refuses what bcrypt refuses, and is told from bytes that are no text', async () => {
    const body = `
      const { genSalt, genSaltSync, hash, hashSync, compare, compareSync, getRounds } = await import('bcrypt');
      const said = (work) => { try { return work(); } catch (error) { return error.message; } };
      return [
        await genSalt(5), genSaltSync(4, 'a').slice(0, 7), (await hash('secret', 4)).length,
        await hash('x').catch((error) => error.message), said(() => hashSync('x', 'salt')), said(() => hashSync(1, 4)),
        await compare('x', '$2y$06$If6bvum7DFjUnE9p2uDeDu0YHzrHM6tf.iqN8.yx.jNN1ILEf7h0i'), compareSync('x', 'no hash'),
        said(() => getRounds('x')), said(() => genSaltSync('4')),
      ];`;
    const [first, again] = [await gives(body, native('bcrypt')), await gives(body, native('bcrypt'))];
    expect(again).toEqual(first);
    expect(first).toEqual([
      expect.stringMatching(/^\$2b\$05\$.{22}$/),
      '$2a$04$',
      60,
      'data and salt arguments required',
      'Invalid salt. Salt must be in the form of: $Vers$log2(NumRounds)$saltvalue',
      'data must be a string or Buffer and salt must either be a salt string or a number of rounds',
      false,
      false,
      'invalid hash provided',
      'rounds must be a number',
    ]);
    const { verdict } = await called("return require('bcrypt').hash(Buffer.from([255]), 4)", native('bcrypt'));
    expect(verdict).toMatchObject({ outcome: 'unknown', reason: expect.stringContaining('bcrypt of bytes') });
  });
});

describe('argon2, a native addon', () => {
  it('is Node’s own, with the results that are known', async () => {
    const value = (await gives(
      `
      const argon2 = require('argon2');
      const fill = (size, byte) => Buffer.alloc(size, byte);
      const costs = { timeCost: 3, memoryCost: 32, parallelism: 4, salt: fill(16, 2), secret: fill(8, 3), associatedData: fill(12, 4) };
      const raw = [];
      for (const type of [argon2.argon2d, argon2.argon2i, argon2.argon2id]) raw.push((await argon2.hash(fill(32, 1), { ...costs, type, raw: true })).toString('hex'));
      const kept = await argon2.hash('secret', { memoryCost: 64 });
      return [raw, kept, await argon2.verify(kept, 'secret'), await argon2.verify(kept, 'Secret'), argon2.needsRehash(kept), argon2.needsRehash(kept, { memoryCost: 64 })];`,
      native('argon2'),
    )) as unknown[];
    // The three examples of RFC 9106, section 5.
    expect(value[0]).toEqual([
      '512b391b6f1162975371d30919734294f868e3be3984f3c1a13a4db9fabe4acb',
      'c814d9d1dc7f37aa13f0d77f2494bda1c8de6b016dd388d29952a4c4672b6ce8',
      '0d640df58d78766c08c037a34a8b53c9d01ef0452d75b65eb52520e96b01e659',
    ]);
    expect(value.slice(1)).toEqual([
      expect.stringMatching(/^\$argon2id\$v=19\$m=64,t=3,p=4\$[^$]{22}\$[^$]{43}$/),
      true,
      false,
      true,
      false,
    ]);
  });
});

describe('any other native addon', () => {
  it.each([
    ['that a loader looks for', native('better-lite')],
    ['that lies built beside it', native('better-lite', "module.exports = require('./build/Release/lite.node')")],
    ['in a package for each machine', native('better-lite', "module.exports = require('@lite/lite-linux-x64-gnu')")],
  ])('leaves the verdict unknown by its name, also where its failure is caught: %s', async (_, files) => {
    const { verdict } = await called("try { require('better-lite'); } catch { return 'without'; }", files);
    expect(verdict).toMatchObject({
      outcome: 'unknown',
      code: 'WORLD_UNMODELLED',
      reason: expect.stringContaining('the native addon better-lite'),
    });
  });

  it('is told though the service does not start without it', async () => {
    const tree = written({
      'package.json': { name: 'web', scripts: { start: 'node main.js' } },
      'main.js': "require('better-lite'); require('http').createServer().listen(80);",
      ...loader,
      ...native('better-lite'),
    });
    const { verdict } = await simulate(tree, { when: [{ http: { id: 'a', to: 'web', path: '/' } }] });
    expect(verdict).toMatchObject({
      code: 'WORLD_UNMODELLED',
      reason: expect.stringMatching(/better-lite.*No native build/),
    });
  });

  it('is passed over where the package that wants it can do without', async () => {
    const files = {
      ...native('bufferutil'),
      ...native('faster'),
      ...native(
        'slow',
        "try { require('faster'); } catch {} try { require('bufferutil'); } catch {} module.exports = 'slow'",
      ),
      'node_modules/slow/package.json': { name: 'slow', main: 'main.js', optionalDependencies: { faster: '1' } },
    };
    expect(await gives("return require('slow')", files)).toBe('slow');
  });
});

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { rehearsal } from '../../simulation/rehearsal.ts';
import { written } from '../../support/written-tree.ts';

const { simulate } = rehearsal();

const files = { 'data/a.txt': 'alpha', 'data/b.txt': 'beta', 'data/deep/c.json': '{ "c": 1 }', 'gone/d.txt': 'delta' };
const prelude = `
  const fs = require('node:fs'), fsp = require('node:fs/promises'), path = require('node:path');
  const { pipeline } = require('node:stream/promises');
  const here = (...parts) => path.join(__dirname, ...parts);
  const said = (work) => { try { return work(); } catch (error) { return error.code + ' ' + error.syscall; } };
  const called = (verb, ...args) => new Promise((done) => fs[verb](...args, (failed, ...values) => done(failed ? failed.code : values[0])));`;

async function ran(body: string) {
  const tree = written({ ...files, 'main.js': `module.exports = async () => {${prelude}\n${body}\n};` });
  const simulation = await simulate(tree, { when: [{ call: { id: 'p', module: 'main.js' } }] });
  const result = simulation.results.p as { value?: unknown; error?: object };
  if (!result || result.error) throw new Error(JSON.stringify(result ?? simulation.verdict));
  return { ...simulation, value: result.value, folder: tree.path };
}

describe('the disk of a service', () => {
  it('keeps what is written for it to read, through every form, and leaves the tree as it was', async () => {
    const { value, folder, trace } = await ran(`
      fs.writeFileSync(here('data/new.txt'), 'one');
      await called('appendFile', here('data/new.txt'), ' two');
      await fsp.appendFile(here('data/new.txt'), Buffer.from(' three'));
      fs.appendFileSync('data/a.txt', ' and more');
      await pipeline(fs.createReadStream(here('data/b.txt')), fs.createWriteStream(here('data/copy.txt')));
      const out = fs.createWriteStream(here('data/copy.txt'), { flags: 'a' });
      out.write('!'); await new Promise((done) => out.end('?', done));
      const part = await fs.createReadStream(here('data/new.txt'), { start: 4, end: 6, encoding: 'utf8' }).toArray();
      return [
        fs.readFileSync(here('data/new.txt'), 'utf8'), await called('readFile', here('data/a.txt'), 'utf8'),
        await fsp.readFile(new URL('file://' + here('data/copy.txt')), { encoding: 'utf8' }), part.join(''),
        fs.readdirSync(here('data')), await fsp.readdir(here('data')), fs.existsSync(here('data/new.txt')),
        fs.statSync(here('data/new.txt')).size, (await fsp.readdir(here('data'), { withFileTypes: true })).map((one) => one.name + one.isDirectory()),
        fs.readdirSync(here('data'), { recursive: true }).includes('deep/c.json'),
      ];`);
    const names = ['a.txt', 'b.txt', 'copy.txt', 'deep', 'new.txt'];
    expect(value).toEqual([
      'one two three',
      'alpha and more',
      'beta!?',
      'two',
      names,
      names,
      true,
      13,
      names.map((name) => name + (name === 'deep')),
      true,
    ]);
    expect(readFileSync(path.join(folder, 'data/a.txt'), 'utf8')).toBe('alpha');
    expect(readdirSync(path.join(folder, 'data'))).toEqual(['a.txt', 'b.txt', 'deep']);
    const writes = trace.events.filter(({ kind }) => kind === 'write');
    expect(writes[0]).toMatchObject({ what: 'writeFile data/new.txt', value: { text: 'one' } });
    expect(writes).toHaveLength(6);
  });

  it('makes, moves, copies and takes away files and folders, of its own and of the tree', async () => {
    const { value, folder } = await ran(`
      const log = [];
      log.push(path.relative(__dirname, fs.mkdirSync(here('made/of/folders'), { recursive: true })));
      log.push(said(() => fs.mkdirSync(here('made'))), said(() => fs.mkdirSync(here('no/where'))));
      fs.renameSync(here('data'), here('made/data'));
      log.push(fs.existsSync(here('data/a.txt')), fs.readFileSync(here('made/data/deep/c.json'), 'utf8'), said(() => fs.readdirSync(here('data'))));
      await fsp.copyFile(here('gone/d.txt'), here('made/d.txt'));
      await fsp.rm(here('gone'), { recursive: true });
      log.push(await called('access', here('gone/d.txt')), fs.existsSync(here('gone')), fs.readdirSync(__dirname));
      fs.mkdirSync(here('gone')); log.push(fs.readdirSync(here('gone')), said(() => fs.rmdirSync(here('made'))));
      fs.unlinkSync(here('made/d.txt')); log.push(said(() => fs.unlinkSync(here('made/d.txt'))), said(() => fs.unlinkSync(here('made'))));
      fs.cpSync(here('made/data'), here('gone/data'), { recursive: true });
      log.push(fs.readFileSync(here('gone/data/b.txt'), 'utf8'), fs.rmSync(here('nothing'), { force: true }) ?? null);
      log.push(said(() => fs.writeFileSync(here('no/where.txt'), '')), said(() => fs.openSync(here('gone/data/b.txt'), 'wx')), said(() => fs.readFileSync(here('made'))));
      const names = []; for await (const one of await fsp.opendir(here('made'))) names.push(one.name); log.push(names);
      return log;`);
    expect(value).toEqual([
      'made',
      'EEXIST mkdir',
      'ENOENT mkdir',
      false,
      '{ "c": 1 }',
      'ENOENT scandir',
      'ENOENT',
      false,
      ['main.js', 'made'].sort(),
      [],
      'ENOTEMPTY rmdir',
      'ENOENT unlink',
      'EISDIR unlink',
      'beta',
      null,
      'ENOENT open',
      'EEXIST open',
      'EISDIR read',
      ['data', 'of'],
    ]);
    expect(existsSync(path.join(folder, 'gone/d.txt'))).toBe(true);
  });

  it('reads and writes through open files, wherever they stand', async () => {
    const { value } = await ran(`
      const log = [];
      const fd = fs.openSync(here('data/a.txt'), 'r+');
      fs.writeSync(fd, 'XY', 1); const into = Buffer.alloc(4); log.push(fs.readSync(fd, into, 0, 4, 0), into.toString());
      fs.ftruncateSync(fd, 3); log.push(fs.fstatSync(fd).size, fs.readFileSync(here('data/a.txt'), 'utf8')); fs.closeSync(fd);
      log.push(said(() => fs.readSync(fd, into)));
      await using handle = await fsp.open(path.join(require('os').tmpdir(), 'x.log'), 'a+');
      await handle.write('line 1\\nline 2\\n'); await handle.appendFile('line 3');
      const lines = []; for await (const line of (await fsp.open('/tmp/x.log')).readLines()) lines.push(line);
      log.push(lines, (await handle.stat()).size, (await handle.read(Buffer.alloc(4), 0, 4, 5)).buffer.toString());
      log.push(await fsp.writeFile('/tmp/y', 'y').then(() => fsp.readFile('/tmp/y', 'utf8')), await called('open', '/tmp/none', 'r'));
      return log;`);
    expect(value).toEqual([
      4,
      'aXYh',
      3,
      'aXY',
      'EBADF read',
      ['line 1', 'line 2', 'line 3'],
      20,
      '1\nli',
      'y',
      'ENOENT',
    ]);
  });

  it('tells times and names by the clock and the chance of the world, and is the same in every run', async () => {
    const body = `
      fs.writeFileSync('/tmp/early', 'x');
      await new Promise((done) => setTimeout(done, 60_000));
      fs.writeFileSync('/tmp/late', 'x');
      const folder = fs.mkdtempSync(path.join(require('os').tmpdir(), 'work-'));
      const shown = ({ mtime, birthtimeMs, ino, dev, uid }) => [mtime.toISOString(), birthtimeMs, ino, dev, uid];
      return [
        shown(fs.statSync('/tmp/early')), shown(await fsp.stat('/tmp/late')), shown(fs.statSync(here('main.js'))).slice(0, 2),
        shown(await called('lstat', here('main.js'))).slice(0, 2), (await (await fsp.open(here('main.js'))).stat()).mtimeMs,
        Number(fs.statSync(here('main.js'), { bigint: true }).mtimeNs), Number(fs.statSync('/tmp/late', { bigint: true }).size), folder, fs.statSync(folder).isDirectory(), path.dirname(await fsp.mkdtemp('/tmp/')),
      ];`;
    const [first, again] = [await ran(body), await ran(body)];
    const start = Date.parse('2026-01-01T00:00:00Z');
    expect(first.value).toEqual([
      ['2026-01-01T00:00:00.000Z', start, expect.any(Number), 1, 1000],
      ['2026-01-01T00:01:00.000Z', start + 60_000, expect.any(Number), 1, 1000],
      ['2026-01-01T00:00:00.000Z', start],
      ['2026-01-01T00:00:00.000Z', start],
      start,
      start * 1e6,
      1,
      expect.stringMatching(/^\/tmp\/work-\w{6}$/),
      true,
      '/tmp',
    ]);
    expect(again.value).toEqual(first.value);
    expect(again.trace.hash).toBe(first.trace.hash);
  });

  it('takes many small lines as quickly as one large one', async () => {
    const { value } = await ran(`
      for (let at = 0; at < 40_000; at += 1) fs.appendFileSync('/tmp/log', 'line ' + at + '\\n');
      fs.truncateSync('/tmp/log', 6); fs.appendFileSync('/tmp/log', 'x'); fs.truncateSync('/tmp/log', 9);
      const fd = fs.openSync('/tmp/log'); fs.appendFileSync('/tmp/log', 'y');
      return [fs.readFileSync(fd, 'latin1'), fs.statSync('/tmp/log').size];`);
    expect(value).toEqual(['line 0x\0\0y', 10]);
  });

  it('loads modules that the service wrote', async () => {
    const { value } = await ran(`
      fs.mkdirSync(here('made')); fs.writeFileSync(here('made/sum.js'), 'module.exports = (a, b) => a + b');
      fs.writeFileSync('/tmp/set.json', '{ "a": 2 }'); fs.writeFileSync('/tmp/k.mjs', 'export const k = 3');
      return require('./made/sum')(require('/tmp/set.json').a, (await import('/tmp/k.mjs')).k);`);
    expect(value).toBe(5);
  });

  it('watches quietly', async () => {
    const { value } = await ran(`
      const seen = []; const watcher = fs.watch(here('data'), (what) => seen.push(what)); watcher.close();
      await new Promise((done) => watcher.on('close', done)); fs.unwatchFile(here('data')); return seen;`);
    expect(value).toEqual([]);
  });

  it.each([
    ['writing outside', "fs.writeFileSync('/etc/hosts', 'x')", 'ERR_ACCESS_DENIED'],
    ['reading outside', "fs.readFileSync('/etc/passwd')", 'ERR_ACCESS_DENIED'],
    ['moving what lies outside', "fs.renameSync('/etc/hosts', '/tmp/hosts')", 'ERR_ACCESS_DENIED'],
    ['copying from outside', "fs.copyFileSync('/etc/passwd', '/tmp/hosts')", 'ERR_ACCESS_DENIED'],
    ['making links', "fs.symlinkSync('/etc', '/tmp/etc')", 'ERR_ACCESS_DENIED'],
    ['writing to the channel', "fs.writeSync(3, 'x')", 'EBADF'],
  ])('refuses %s', async (_, code, refusal) => {
    const { value } = await ran(`try { return ${code}; } catch (error) { return error.code; }`);
    expect(value).toBe(refusal);
  });

  it('is full at a size, which leaves the verdict unknown', async () => {
    const { value, verdict } = await ran(`
      const big = Buffer.alloc(10 << 20); let at = 0;
      try { for (; at < 100; at += 1) fs.writeFileSync('/tmp/' + at, big); } catch (error) { return [error.code, at]; }`);
    expect(value).toEqual(['ENOSPC', 6]);
    expect(verdict).toMatchObject({ outcome: 'unknown', reason: expect.stringContaining('64 MB of files') });
  });
});

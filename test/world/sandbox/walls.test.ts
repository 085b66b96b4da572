import { existsSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { rehearsal } from '../../simulation/rehearsal.ts';
import { written } from '../../support/written-tree.ts';

const { call, simulate } = rehearsal();

/** Bodies that try to get out; each must end in an error or in this refusal. */
const refused: [what: string, body: string][] = [
  ['writes a file outside the tree', "require('fs').writeFileSync('/etc/rehearse-escape', 'x')"],
  ['reads a file outside the tree', "return require('fs').readFileSync('/etc/hostname', 'utf8')"],
  ['reads its own process', "return require('fs').readFileSync('/proc/self/environ', 'utf8')"],
  ['reads its parent', "return require('fs').readdirSync('/proc/1')"],
  ['links out of the tree', "require('fs').symlinkSync('/etc', __dirname + '/etc')"],
  ['opens a database file', "return new (require('node:sqlite').DatabaseSync)('/tmp/rehearse-escape.db')"],
  [
    'opens a database file through getBuiltinModule',
    "return new (process.getBuiltinModule('sqlite').DatabaseSync)('/tmp/rehearse-escape.db')",
  ],
  [
    'opens a database file through import',
    "const { DatabaseSync } = await import('node:sqlite'); return new DatabaseSync('/tmp/rehearse-escape.db')",
  ],
  ['starts a worker', "return new (require('worker_threads').Worker)('1', { eval: true, execArgv: [] })"],
  [
    'starts a worker through import',
    "const { Worker } = await import('node:worker_threads'); return new Worker('1', { eval: true })",
  ],
  ['runs a command', "return require('child_process').execSync('id').toString()"],
  ['forks', "return require('child_process').fork(__filename)"],
  ['kills its parent', 'process.kill(process.ppid || 1234, 0); process.kill(2)'],
  ['kills another process', "process.kill(99999999, 'SIGKILL')"],
  ['becomes another user', 'process.setuid(0)'],
  ['loads an addon', "process.dlopen({ exports: {} }, '/lib/x.node')"],
  ['reaches a binding', "return process.binding('fs')"],
  ['turns flags of the engine', "require('v8').setFlagsFromString('--allow-natives-syntax')"],
  ['writes a heap snapshot', "require('v8').writeHeapSnapshot('/tmp/rehearse-escape')"],
  ['opens the inspector', "require('inspector').open(0)"],
  ['writes a report', 'return process.report.writeReport()'],
  ['makes a socket of the machine for datagrams', "require('dgram')._createSocketHandle('127.0.0.1', 0, 'udp4')"],
  ['reads the channel of its coordinator', "return require('fs').readSync(3, Buffer.alloc(1))"],
  ['writes to the channel of its coordinator', "return require('fs').writeFileSync(3, 'forged')"],
  [
    'streams to the channel of its coordinator',
    "await new Promise((done, fail) => require('fs').createWriteStream('', { fd: 3 }).on('error', fail).on('close', done).write('x'))",
  ],
  [
    'reads scripts of the sandbox as modules',
    "return await import('file://' + process.argv[1].replace('idle.js', 'channel.js'))",
  ],
  ['replaces the process', "process.execve('/bin/sh', ['sh'])"],
];

describe('a hostile program', () => {
  it.each(refused)('is refused when it %s', async (_, body) => {
    const { value, error } = await call(body);
    expect({ value, error: error?.message }).toEqual({ value: undefined, error: expect.any(String) });
  });

  it('sees nothing of our environment, arguments or process', async () => {
    process.env.REHEARSE_TEST_SECRET = 'secret';
    onTestFinished(() => {
      delete process.env.REHEARSE_TEST_SECRET;
    });
    const { value } = await call('return [Object.keys(process.env), process.execArgv, process.pid, process.ppid]');
    expect(value).toEqual([[], [], 1, 0]);
  });

  it('does not find a file of ours by following a link in the tree', async () => {
    const outside = path.join(tmpdir(), 'rehearse-outside.txt');
    writeFileSync(outside, 'ours');
    const { error } = await call(`return require('fs').readFileSync('${outside}', 'utf8')`);
    expect(error?.code).toMatch(/^(ERR_ACCESS_DENIED|ENOENT)$/);
  });

  it('writes files that are gone with it', async () => {
    const outside = path.join(tmpdir(), 'rehearse-escape.txt');
    const { value } = await call(
      `const fs = require('fs'); fs.writeFileSync('${outside}', 'x'); return fs.readFileSync('${outside}', 'utf8')`,
    );
    expect(value).toBe('x');
    expect(existsSync(outside)).toBe(false);
  });

  it('cannot reach a server of this machine', async () => {
    const { error } = await call("return await (await fetch('http://127.0.0.1:22')).text()");
    expect(error?.message).toBe('fetch failed');
  });

  it('cannot pollute our objects with what it returns', async () => {
    const { value } = await call(
      `return JSON.parse('{"__proto__": { "polluted": true }, "constructor": { "prototype": { "polluted": true } } }')`,
    );
    expect(Object.keys(value as object)).toEqual(['__proto__ (own)', 'constructor']);
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
  });

  it('ends in unknown when it floods, and not in our death', async () => {
    const tree = written({
      'main.js': "module.exports = () => { for (let i = 0; i < 2e5; i++) console.log('x'.repeat(1000)); return 1 }",
    });
    const { verdict, trace } = await simulate(tree, {
      when: [{ call: { id: 'p', module: 'main.js' } }],
      then: [{ check: 'p.value = 1' }],
    });
    expect(verdict.outcome).toBe('holds');
    expect(trace.events.length).toBeLessThan(10_000);
  });
});

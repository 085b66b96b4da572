import { spawn } from 'node:child_process';
import { generateKeyPairSync, randomBytes } from 'node:crypto';
import dgram from 'node:dgram';
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import net, { type AddressInfo } from 'node:net';
import { hostname, tmpdir } from 'node:os';
import path from 'node:path';
import type { Tree } from '../../../src/codebase/tree.ts';
import { hostileFolder } from './programs.ts';

/** What lies outside of a sandbox for its programs to reach, and whether somebody did. */
export interface Bait extends AsyncDisposable {
  folder: string;
  tree: Tree;
  /** The same tree somewhere else, laid out at another time. */
  again: Tree;
  cacheFolder: string;
  /** What a program is told. */
  told: Record<string, unknown>;
  /** What somebody did since the last time that this was asked, as far as it is seen from outside. */
  touched(): string[];
}

/** Lays out the bait: a secret, a server, a name server, a socket, a process, and a tree with the programs. */
export async function openBait(): Promise<Bait> {
  const folder = realpathSync(mkdtempSync(path.join(tmpdir(), 'rehearse-hostile-')));
  const token = randomBytes(12).toString('hex');
  const outside = path.join(folder, 'outside');
  mkdirSync(outside);
  for (const [name, text] of Object.entries(secrets(token))) writeFileSync(path.join(outside, name), text);
  process.env.REHEARSE_BAIT = token;
  const reached: string[] = [];
  const server = net.createServer((socket) => {
    reached.push('a server of the machine was reached');
    socket.end('HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n');
    socket.on('error', () => socket.destroy());
  });
  const unix = net.createServer((socket) => {
    reached.push('a socket of the machine was reached');
    socket.destroy();
  });
  const udp = dgram.createSocket('udp4', () => reached.push('a datagram came'));
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  await new Promise<void>((done) => unix.listen(path.join(folder, 'socket'), done));
  await new Promise<void>((done) => udp.bind(0, '127.0.0.1', done));
  const victim = spawn('sleep', ['600'], { stdio: 'ignore' });
  const cacheFolder = path.join(folder, 'cache');
  const keys = JSON.stringify(keyPairs());
  const tree = layOut(path.join(folder, 'tree'), outside, keys);
  const again = layOut(path.join(folder, 'another', 'place'), outside, keys);
  let before = snapshot([outside, tree.path]);
  const touched = (): string[] => {
    const found = reached.splice(0);
    const now = snapshot([outside, tree.path]);
    if (now !== before) found.push('files changed');
    before = now;
    const stat = readFileSync(`/proc/${victim.pid}/stat`, 'utf8').split(' ')[2];
    if (victim.exitCode !== null || victim.signalCode !== null || stat === 'T' || stat === 'Z')
      found.push('a process was signalled');
    return found;
  };
  return {
    folder,
    tree,
    again,
    cacheFolder,
    touched,
    told: {
      secret: path.join(outside, 'secret.txt'),
      folder: outside,
      token,
      port: (server.address() as AddressInfo).port,
      free: 18_473,
      udp: udp.address().port,
      socket: path.join(folder, 'socket'),
      pid: victim.pid,
      node: realpathSync(process.execPath),
      hostname: hostname(),
      shared: '/lib/x86_64-linux-gnu/libc.so.6',
      forged: 2,
    },
    async [Symbol.asyncDispose]() {
      delete process.env.REHEARSE_BAIT;
      victim.kill('SIGKILL');
      udp.close();
      await Promise.all([server, unix].map((one) => new Promise((done) => one.close(done))));
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function secrets(token: string): Record<string, string> {
  return {
    'secret.txt': `the secret of ${token}`,
    'secret.json': JSON.stringify({ token }),
    'secret.cjs': `module.exports = ${JSON.stringify(token)};`,
  };
}

function layOut(folder: string, outside: string, keys: string): Tree {
  cpSync(hostileFolder, folder, { recursive: true });
  mkdirSync(path.join(folder, 'out/links'));
  symlinkSync(path.join(outside, 'secret.txt'), path.join(folder, 'out/links/secret'));
  symlinkSync(outside, path.join(folder, 'out/links/outside'));
  writeFileSync(path.join(folder, 'package.json'), '{ "name": "hostile" }');
  writeFileSync(path.join(folder, 'out/package.json'), '{ "name": "out" }');
  const paths = { '@outside/*': [`${outside}/*`, '../outside/*'] };
  writeFileSync(path.join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions: { paths } }));
  writeFileSync(path.join(folder, 'out/native.node'), '\x7fELF');
  writeFileSync(path.join(folder, 'replay/keys.json'), keys);
  writeFileSync(path.join(folder, 'honest.js'), "module.exports = () => 'honest';\n");
  return { id: path.basename(folder), path: folder };
}

function keyPairs(): Record<'ec' | 'rsa', string> {
  const pem = {
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
    publicKeyEncoding: { type: 'spki', format: 'pem' },
  } as const;
  return {
    ec: generateKeyPairSync('ec', { namedCurve: 'P-256', ...pem }).privateKey,
    rsa: generateKeyPairSync('rsa', { modulusLength: 2048, ...pem }).privateKey,
  };
}

/** Every file below some folders, with what would show that it was changed. */
function snapshot(folders: string[]): string {
  return folders
    .flatMap((folder) =>
      readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((name) => path.join(folder, name)),
    )
    .sort()
    .map((file) => {
      const { size, mtimeMs, mode, isFile } = statSync(file, { throwIfNoEntry: false }) ?? {
        size: 0,
        mtimeMs: 0,
        mode: 0,
      };
      return `${file} ${size} ${isFile ? mtimeMs : ''} ${mode}`;
    })
    .join('\n');
}

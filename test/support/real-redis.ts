import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import net from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Model } from '../../src/world/model.ts';

/** Somebody who answers commands of Redis: the words in, the bytes of the reply out. */
export interface Answering {
  ask(words: string[]): Promise<string>;
}

/** Whether a redis-server is installed on this machine. */
export function hasRedisServer(): boolean {
  try {
    execFileSync('redis-server', ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

/** Starts a real server on a socket of its own, which ends with what is returned. */
export async function startRealRedis(): Promise<Answering & AsyncDisposable> {
  const folder = mkdtempSync(path.join(tmpdir(), 'rehearse-redis-'));
  const socketPath = path.join(folder, 'redis.sock');
  const settings = ['--port', '0', '--unixsocket', socketPath, '--save', '', '--appendonly', 'no', '--dir', folder];
  const server = spawn('redis-server', settings, { stdio: ['ignore', 'pipe', 'ignore'] });
  await new Promise<void>((resolve, reject) => {
    server.once('exit', () => reject(new Error('redis-server did not start')));
    server.stdout.on('data', (text: Buffer) => {
      if (/Ready to accept connections|ready to accept connections/.test(String(text))) resolve();
    });
  });
  const socket = net.connect(socketPath);
  await new Promise<void>((resolve) => socket.once('connect', () => resolve()));
  let held = '';
  let waiting: ((reply: string) => void) | undefined;
  socket.on('data', (bytes) => {
    held += bytes.toString('latin1');
    const end = endOf(held, 0);
    if (end === undefined || !waiting) return;
    const reply = held.slice(0, end);
    held = held.slice(end);
    waiting(reply);
  });
  return {
    ask: (words) =>
      new Promise((resolve) => {
        waiting = resolve;
        socket.write(wire(words));
      }),
    async [Symbol.asyncDispose]() {
      socket.destroy();
      const gone = new Promise((resolve) => server.once('exit', resolve));
      server.kill();
      await gone;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** One client of a model. */
export function askModel(model: Model): Answering {
  let reply = '';
  const connection = model.connected({
    service: 'test',
    host: 'redis',
    port: 6379,
    send: (bytes) => {
      reply += Buffer.from(bytes).toString('latin1');
    },
    end: () => undefined,
  });
  return {
    async ask(words) {
      reply = '';
      connection.receive(wire(words));
      await model.settled();
      while (reply === '') await new Promise((resolve) => setImmediate(resolve));
      return reply;
    },
  };
}

function wire(words: string[]): Buffer {
  return Buffer.from(`*${words.length}\r\n${words.map((word) => `$${word.length}\r\n${word}\r\n`).join('')}`, 'latin1');
}

/** Where the reply that begins at `from` ends; undefined while it is not whole. */
function endOf(text: string, from: number): number | undefined {
  const line = text.indexOf('\r\n', from);
  if (line < 0) return undefined;
  const sign = text[from] ?? '';
  const length = Number(text.slice(from + 1, line));
  if ('$=!'.includes(sign)) {
    const end = length < 0 ? line + 2 : line + 2 + length + 2;
    return end > text.length ? undefined : end;
  }
  if (!'*~>%'.includes(sign)) return line + 2;
  let at: number | undefined = line + 2;
  for (let left = sign === '%' ? length * 2 : length; left > 0 && at !== undefined; left -= 1) at = endOf(text, at);
  return at;
}

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

/** A real server. */
export interface RealRedis extends Answering, AsyncDisposable {
  /** Listens to a pattern; gives what was heard until something came on a channel that ends in `end`. */
  listen(pattern: string): Promise<() => Promise<string[]>>;
}

/** The notifications among what a listener was sent: `__keyevent@0__:set a`. */
export function notifications(sent: string): string[] {
  return [
    ...sent.matchAll(/pmessage\r\n\$\d+\r\n__key\*\r\n\$\d+\r\n(__key\w+@\d+__:[^\r]*)\r\n\$\d+\r\n([^\r]*)\r\n/g),
  ].map(([, channel, message]) => `${channel} ${message}`);
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
export async function startRealRedis(): Promise<RealRedis> {
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
    async listen(pattern) {
      const listener = net.connect(socketPath);
      let heard = '';
      let ended: () => void = () => undefined;
      const begun = new Promise<void>((resolve) => {
        listener.on('data', (bytes) => {
          heard += bytes.toString('latin1');
          if (heard.includes('psubscribe')) resolve();
          if (heard.includes('__keyend')) ended();
        });
      });
      const end = new Promise<void>((resolve) => {
        ended = resolve;
      });
      listener.write(wire(['PSUBSCRIBE', pattern]));
      await begun;
      return async () => {
        await end;
        listener.destroy();
        return notifications(heard);
      };
    },
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

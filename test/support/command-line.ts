import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';

const main = path.resolve(import.meta.dirname, '../../src/main.ts');

/** How a run of the command line ended, and what it said where. */
export interface Ended {
  code: number | null;
  out: string;
  complaint: string;
}

/** A command that runs: its process, and how it ends. */
export interface Running {
  child: ChildProcess;
  ended: Promise<Ended>;
}

/** Starts Rehearse as a process of its own, piped, with these settings and no others. */
export function start(args: string[], settings: Record<string, string>): Running {
  const child = spawn(process.execPath, [main, ...args], {
    env: { PATH: process.env.PATH, REHEARSE_LOG: 'silent', ...settings },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const said = { out: '', complaint: '' };
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    said.out += text;
  });
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    said.complaint += text;
  });
  const ended = once(child, 'close').then(([code]) => ({ code, ...said }));
  return { child, ended };
}

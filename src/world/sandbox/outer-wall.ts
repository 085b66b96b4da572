import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';

/** The wall of the operating system around a sandbox. */
export type OuterWall = 'bubblewrap' | 'none';

interface Inner {
  node: string;
  options: string[];
  /** Absolute folders that stay readable. */
  readable: string[];
  folder: string;
}

/** The command that runs Node within the wall. */
export function walled(wall: OuterWall, { node, options, readable, folder }: Inner): [command: string, args: string[]] {
  if (wall === 'none') return [node, options];
  const system = ['/lib', '/lib64', '/usr/lib'].filter((one) => existsSync(one));
  return [
    'bwrap',
    [
      '--unshare-all',
      '--die-with-parent',
      '--new-session',
      '--clearenv',
      ...['--setenv', 'UV_THREADPOOL_SIZE', '1', '--setenv', 'TZ', 'UTC', '--setenv', 'LANG', 'C.UTF-8'],
      ...[...system, node, ...readable].flatMap((one) => ['--ro-bind', one, one]),
      ...['--tmpfs', '/tmp', '--proc', '/proc', '--dev', '/dev'],
      ...readable.filter((one) => one.startsWith('/tmp/')).flatMap((one) => ['--ro-bind', one, one]),
      ...['--chdir', folder],
      node,
      ...options,
    ],
  ];
}

/** Whether bubblewrap is here and can make a sandbox for this user. */
export function detectOuterWall(): Promise<OuterWall> {
  const system = ['/lib', '/lib64', '/usr', '/bin'].filter((one) => existsSync(one));
  const args = ['--unshare-all', ...system.flatMap((one) => ['--ro-bind', one, one]), '/usr/bin/env', 'true'];
  return new Promise((resolve) => {
    execFile('bwrap', args, { timeout: 5_000 }, (failed) => resolve(failed ? 'none' : 'bubblewrap'));
  });
}

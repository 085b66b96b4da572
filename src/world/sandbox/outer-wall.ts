import { execFile } from 'node:child_process';
import { existsSync, realpathSync } from 'node:fs';

/** The wall of the operating system around a sandbox. */
export type OuterWall = 'bubblewrap' | 'none';

/** Where Node lies, as far as the code within a sandbox can see. */
export const shownProgram = '/usr/local/bin/node';

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
      ...[
        '--setenv',
        'UV_THREADPOOL_SIZE',
        '1',
        '--setenv',
        'UV_USE_IO_URING',
        '0',
        '--setenv',
        'TZ',
        'UTC',
        '--setenv',
        'LANG',
        'C.UTF-8',
      ],
      // The empty folders come first: what is bound afterwards may lie within them.
      ...['--tmpfs', '/tmp', '--proc', '/proc', '--dev', '/dev'],
      ...[...system, ...readable].flatMap((one) => ['--ro-bind', one, one]),
      ...['--ro-bind', node, shownProgram],
      ...['--chdir', folder],
      shownProgram,
      ...options,
    ],
  ];
}

/** Whether bubblewrap is here and can run our Node in the very sandbox that simulations get. */
export function detectOuterWall(): Promise<OuterWall> {
  const [command, args] = walled('bubblewrap', {
    node: realpathSync(process.execPath),
    options: ['-e', '0'],
    readable: [],
    folder: '/',
  });
  return new Promise((resolve) => {
    execFile(command, args, { timeout: 15_000 }, (failed) => resolve(failed ? 'none' : 'bubblewrap'));
  });
}

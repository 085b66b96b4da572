import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

/** One commit of a repository made for a test: what changes against its first parent, null for a file that goes. */
export interface Change {
  files: Record<string, string | Buffer | null>;
  subject?: string;
  /** Places of its parents in the list; the commit before it when absent. */
  parents?: number[];
  /** Modes by file where they are not 100644. */
  modes?: Record<string, string>;
}

/** Makes a repository out of changes, the last one at the tip of main, the same ids on every machine. */
export function makeHistory(changes: Change[]): { folder: string; commits: string[] } {
  const folder = temporaryFolder('repository');
  const git = (args: string[], input?: Buffer) =>
    execFileSync('git', args, { cwd: folder, input, env: { PATH: process.env.PATH, GIT_CONFIG_GLOBAL: '/dev/null' } });
  git(['init', '--bare', '--quiet', '--initial-branch=main', '.']);
  const stream = changes.map((change, at) => commitStream(change, at));
  git(['fast-import', '--quiet', '--export-marks=marks'], Buffer.concat([...stream, Buffer.from('done\n')]));
  const marks = readFileSync(path.join(folder, 'marks'), 'utf8').trim().split('\n');
  const ids = new Map(marks.map((line) => line.split(' ') as [string, string]));
  return { folder, commits: changes.map((_, at) => ids.get(`:${at + 1}`) ?? '') };
}

const made: string[] = [];
process.once('exit', () => {
  for (const folder of made) rmSync(folder, { recursive: true, force: true });
});

/** A fresh folder, gone when the test process ends. */
export function temporaryFolder(what: string): string {
  const folder = mkdtempSync(path.join(tmpdir(), `rehearse-${what}-`));
  made.push(folder);
  return folder;
}

function commitStream({ files, subject = '', parents, modes = {} }: Change, at: number): Buffer {
  const [first, ...others] = parents ?? (at > 0 ? [at - 1] : []);
  const message = subject || `change ${at}`;
  const when = `${1_700_000_000 + at * 3600} +0000`;
  const head = [
    'commit refs/heads/main',
    `mark :${at + 1}`,
    `author Ada Example <ada@example.com> ${when}`,
    `committer Ada Example <ada@example.com> ${when}`,
    `data ${Buffer.byteLength(message)}`,
    message,
    ...(first === undefined ? [] : [`from :${first + 1}`]),
    ...others.map((other) => `merge :${other + 1}`),
  ];
  const body = Object.entries(files).map(([name, content]) => {
    const file = name.startsWith('"') ? JSON.stringify(name) : name;
    if (content === null) return Buffer.from(`D ${file}\n`);
    const bytes = Buffer.from(content);
    return Buffer.concat([
      Buffer.from(`M ${modes[name] ?? '100644'} inline ${file}\ndata ${bytes.length}\n`),
      bytes,
      Buffer.from('\n'),
    ]);
  });
  return Buffer.concat([Buffer.from(`${head.join('\n')}\n`), ...body, Buffer.from('\n')]);
}

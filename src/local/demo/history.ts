import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { defaultPath } from '../../codebase/git.ts';
import { Failure, tell } from '../../errors.ts';

const run = promisify(execFile);

/** Where the history of the example is kept, one patch a commit, oldest first. */
export const shopHistory = path.resolve(import.meta.dirname, '../../../examples/shop/history');

/** What a made repository is recognised by: the patches it was made of, and the commit they led to. */
interface Made {
  patches: string;
  head: string;
}

interface Options {
  /** Added to git's environment, such as a PATH on which git is found. */
  git?: Record<string, string>;
  /** The folder of patches; the example's own by default. */
  history?: string;
}

/**
 * Makes the example's git repository at `folder` out of its patches, with the authors and dates that they name, so
 * that every commit has the same id on every machine. What is there already from the same patches is used as it is.
 * Throws REPOSITORY_UNREADABLE when the folder holds something else or git cannot make it.
 */
export async function makeShopRepository(
  folder: string,
  { git = {}, history = shopHistory }: Options = {},
): Promise<{ path: string; head: string }> {
  const target = path.resolve(folder);
  const files = await patchesIn(history);
  const patches = await digest(files);
  const head = await standing(target, patches, git);
  if (head) return { path: target, head };

  await mkdir(path.dirname(target), { recursive: true });
  const draft = await mkdtemp(`${target}.making-`);
  try {
    const made = { patches, head: await applyAll(draft, files, git) };
    await writeFile(markIn(draft), JSON.stringify(made));
    await rm(target, { recursive: true, force: true });
    await rename(draft, target);
    return { path: target, head: made.head };
  } catch (cause) {
    // Somebody else may have made the same meanwhile; theirs is as good as ours.
    const theirs = await standing(target, patches, git);
    if (theirs) return { path: target, head: theirs };
    throw cause;
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
}

/** The folder of the example as a source that git can clone: it is kept as its history. Other sources stay as they are. */
export async function clonable(source: string, folder: string): Promise<string> {
  const isExample = path.resolve(source) === path.dirname(shopHistory);
  return isExample ? (await makeShopRepository(path.resolve(folder, 'demo', 'shop'))).path : source;
}

async function patchesIn(history: string): Promise<string[]> {
  const names = (await readdir(history)).filter((name) => /^\d{4}-.*\.patch$/.test(name)).sort();
  if (names.length === 0) throw new Failure('REPOSITORY_UNREADABLE', { folder: history, says: 'it holds no patches' });
  return names.map((name) => path.join(history, name));
}

async function digest(files: string[]): Promise<string> {
  const hash = createHash('sha256');
  for (const file of files)
    hash
      .update(path.basename(file))
      .update('\0')
      .update(await readFile(file));
  return hash.digest('hex');
}

/** The head of what stands there, if it is ours and of these patches; undefined if it may be made or made anew. */
async function standing(folder: string, patches: string, git: Record<string, string>): Promise<string | undefined> {
  const names = await readdir(folder).catch((missing: NodeJS.ErrnoException) => {
    if (missing.code === 'ENOENT') return [];
    throw new Failure('REPOSITORY_UNREADABLE', { folder, says: tell(missing) }, { cause: missing });
  });
  if (names.length === 0) return undefined;
  const made = await markOf(folder);
  if (!made) {
    throw new Failure('REPOSITORY_UNREADABLE', { folder, says: 'it is not empty and was not made here; give another' });
  }
  const head = await inGit(folder, git, ['rev-parse', 'HEAD']);
  const changed = await inGit(folder, git, ['status', '--porcelain', '--untracked-files=no']);
  if (head !== made.head || changed !== '') {
    throw new Failure('REPOSITORY_UNREADABLE', { folder, says: 'somebody worked in it; give another, or remove it' });
  }
  return made.patches === patches ? head : undefined;
}

const markIn = (folder: string) => path.join(folder, '.git', 'made-of.json');

async function markOf(folder: string): Promise<Made | undefined> {
  try {
    return JSON.parse(await readFile(markIn(folder), 'utf8')) as Made;
  } catch (cause) {
    if (cause instanceof SyntaxError || (cause as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw cause;
  }
}

async function applyAll(folder: string, files: string[], git: Record<string, string>): Promise<string> {
  try {
    await inGit(folder, git, ['init', '--quiet', '--initial-branch=main', '--template=']);
    await inGit(folder, git, ['am', '--quiet', '--keep', '--keep-cr', '--committer-date-is-author-date', ...files]);
    return await inGit(folder, git, ['rev-parse', 'HEAD']);
  } catch (cause) {
    throw new Failure('REPOSITORY_UNREADABLE', { folder, says: tell(cause) }, { cause });
  }
}

/** Runs git deaf to whatever the machine or the user configured: every setting could change a commit id. */
async function inGit(folder: string, git: Record<string, string>, args: string[]): Promise<string> {
  const settings = ['core.autocrlf=false', 'core.hooksPath=/dev/null', 'commit.gpgSign=false', 'gc.auto=0'];
  const { stdout } = await run('git', [...settings.flatMap((setting) => ['-c', setting]), ...args], {
    cwd: folder,
    env: {
      PATH: defaultPath,
      ...git,
      LC_ALL: 'C',
      TZ: 'UTC',
      GIT_DIR: path.join(folder, '.git'),
      GIT_WORK_TREE: folder,
      GIT_CONFIG_NOSYSTEM: '1',
      GIT_CONFIG_GLOBAL: '/dev/null',
      GIT_ATTR_NOSYSTEM: '1',
      GIT_TERMINAL_PROMPT: '0',
      GIT_COMMITTER_NAME: 'Harbour Shop',
      GIT_COMMITTER_EMAIL: 'merge@shop.example',
    },
  });
  return stdout.trim();
}

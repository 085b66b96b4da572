import { Failure } from '../errors.ts';
import type { Git } from './git.ts';
import type { Commit } from './mirror.ts';

/** The commit id of a branch, tag, short or full id; throws REVISION_UNKNOWN. */
export async function resolve(git: Git, revision: string): Promise<string> {
  if (/^[0-9a-f]{40}$/.test(revision) && (await isCommit(git, revision))) return revision;
  const names = revision.startsWith('origin/') ? [revision, revision.slice('origin/'.length)] : [revision];
  for (const name of names) {
    if (name === '' || name.startsWith('-') || /[\p{Cc}]/u.test(name) || name.length > 500) continue;
    const { code, out } = await git.attempt([
      'rev-parse',
      '--verify',
      '--quiet',
      '--end-of-options',
      `${name}^{commit}`,
    ]);
    const id = out.toString('utf8').trim().split('\n').at(-1) ?? '';
    if (code === 0 && /^[0-9a-f]{40,64}$/.test(id)) return id;
  }
  throw new Failure('REVISION_UNKNOWN', { revision: revision.slice(0, 200) });
}

/** Commits as `git log` lists them; those that changed one of the files, where some are given. */
export async function commits(git: Git, range: string[], files: string[] = []): Promise<Commit[]> {
  const fields = ['%H', '%P', '%an', '%aI', '%s', '%b'];
  const out = await git.text([
    'log',
    '-z',
    '--no-color',
    '--no-show-signature',
    `--format=${fields.join('%x00')}`,
    ...range,
    '--',
    ...files,
  ]);
  const parts = out.split('\0');
  const found: Commit[] = [];
  for (let at = 0; at + fields.length <= parts.length; at += fields.length) {
    const [id = '', parents = '', author = '', when = '', subject = '', body = ''] = parts.slice(at);
    found.push({ id, parents: parents.split(' ').filter(Boolean), author, at: when, subject, body: body.trim() });
  }
  return found;
}

async function isCommit(git: Git, id: string): Promise<boolean> {
  const { out } = await git.attempt(['cat-file', '-t', id]);
  return out.toString('utf8').trim() === 'commit';
}

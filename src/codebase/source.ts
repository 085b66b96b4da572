import { stat } from 'node:fs/promises';
import path from 'node:path';
import { Failure } from '../errors.ts';
import { type Git, lastLine } from './git.ts';

/** Fetches branches and tags that changed at the source, and what its default branch is; throws REPOSITORY_UNREADABLE. */
export async function fetchAll(git: Git, source: string): Promise<void> {
  if (source.startsWith('-') || source === '')
    throw new Failure('REPOSITORY_UNREADABLE', { source, says: 'it is neither a path nor a URL' });
  const address = await addressOf(source);
  const theirs = await listed(git, ['ls-remote', '--', address], source);
  const wanted = [...theirs].filter(([name]) => /^refs\/(heads|tags)\//.test(name) && !name.endsWith('^{}'));
  const tip =
    theirs.get('HEAD') ?? wanted.find(([name]) => /^refs\/heads\/(main|master)$/.test(name))?.[1] ?? wanted[0]?.[1];
  if (tip === undefined) throw new Failure('REPOSITORY_UNREADABLE', { source, says: 'it has no commits' });
  const ours = await listed(git, ['show-ref', '--head'], source);
  const upToDate = wanted.every(([name, id]) => ours.get(name) === id) && ours.get('HEAD') === tip;
  const gone = [...ours.keys()].some((name) => /^refs\/(heads|tags)\//.test(name) && !theirs.has(name));
  if (upToDate && !gone) return;
  const specs = [
    '+refs/heads/*:refs/heads/*',
    '+refs/tags/*:refs/tags/*',
    ...(theirs.has('HEAD') ? ['+HEAD:refs/rehearse/tip'] : []),
  ];
  const fetch = [
    'fetch',
    '--quiet',
    '--prune',
    '--no-tags',
    '--no-recurse-submodules',
    '--no-auto-gc',
    '--no-write-fetch-head',
    '--update-shallow',
  ];
  const { code, said } = await git.attempt([...fetch, '--update-head-ok', '--', address, ...specs], {
    timeoutMs: 600_000,
  });
  if (code !== 0) throw new Failure('REPOSITORY_UNREADABLE', { source: shown(source), says: lastLine(said) });
  await git.bytes(['update-ref', '--no-deref', 'HEAD', tip]);
}

/** Refs and their ids, as git lists them. */
async function listed(git: Git, args: string[], source: string): Promise<Map<string, string>> {
  const { code, out, said } = await git.attempt(args, { timeoutMs: 60_000 });
  if (code !== 0 && args[0] === 'ls-remote')
    throw new Failure('REPOSITORY_UNREADABLE', { source: shown(source), says: await whyUnread(source, said) });
  const lines = out.toString('utf8').split('\n').filter(Boolean);
  return new Map(lines.map((line) => line.split(/[\t ]/, 2)).map(([id = '', name = '']) => [name, id]));
}

/** Why git could not read a source, plainer than git says it where it is a path. */
async function whyUnread(source: string, said: string): Promise<string> {
  const remote = /^[a-z][a-z0-9+.-]*:\/\/|^[^/]+@[^/]+:|^[a-z]+::/i.test(source);
  if (remote)
    return /^(ssh|fatal: unable|remote|fatal: transport|.*[Pp]ermission denied).*$/m.exec(said)?.[0] ?? lastLine(said);
  const found = await stat(source).catch(() => null);
  if (!found) return 'there is no such folder or file';
  return found.isDirectory() ? 'there is no git repository in this folder' : 'it is no git bundle';
}

/** A source that is a file is never read as an address, whatever it is called. */
async function addressOf(source: string): Promise<string> {
  return (await stat(source).catch(() => null)) ? path.resolve(source) : source;
}

/** A source by the name that it is remembered and shown by: a password or token that stands in its address is not in it. */
export function nameOf(source: string): string {
  return source.replace(/^(https?:\/\/)[^/@]*@/i, '$1');
}

/** An address without the password that may stand in it. */
function shown(source: string): string {
  return source.replace(/\/\/[^/@]*@/, '//');
}

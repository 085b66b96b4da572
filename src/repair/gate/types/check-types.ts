import { execFile } from 'node:child_process';
import { existsSync, realpathSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { z } from 'zod';
import type { Tree } from '../../../codebase/tree.ts';
import { compilerOf } from '../../../simulation/source/tsconfig.ts';
import type { Types } from '../../fix.ts';
import type { Asked, TypeFault } from './errors-in.ts';

const limits = { timeoutMs: 120_000, memoryMb: 1_536, bytes: 8 << 20 };
const Faults = z.array(z.object({ file: z.string(), message: z.string() }));
const typed = /(?<!\.d)\.([cm]?ts|tsx)$/;
const library = path.dirname(createRequire(import.meta.url).resolve('typescript-library/package.json'));

/** What is compared: the files that a patch changes and those that import them, before and after. */
export interface Compared {
  before: Tree;
  after: Tree;
  changed: string[];
  importers: string[];
}

/**
 * Whether a patch brings errors of types: TypeScript of ours looks at the changed files and their importers in both
 * trees, under the repository's own tsconfig, in a process that can only read them.
 */
export async function checkTypes({ before, after, changed, importers }: Compared): Promise<Types | { reason: string }> {
  const tsconfig = nearest(before.path, changed);
  const isChecked =
    tsconfig !== undefined && (changed.some((file) => typed.test(file)) || checksScripts(tsconfig, before.path));
  if (!isChecked) return { outcome: 'none', says: 'No TypeScript is touched.' };
  const code = changed.filter((file) => typed.test(file) || /\.[cm]?jsx?$/.test(file));
  const files = [...new Set([...code, ...importers.filter((file) => typed.test(file))])];
  const at = path.relative(realpathSync(before.path), tsconfig);
  const told = await Promise.all([before, after].map((tree) => faultsIn(tree, at, files)));
  const untold = told.find((each) => 'failed' in each);
  if (untold && 'failed' in untold)
    return { outcome: 'unchecked', says: `Types could not be checked: ${untold.failed}` };
  const [was, is] = told as { faults: TypeFault[] }[];
  const fresh = added(was?.faults ?? [], is?.faults ?? []);
  const [first] = fresh;
  if (first) return { reason: `types break in ${first.file}: ${first.message}` };
  const known = was?.faults.length ?? 0;
  return {
    outcome: 'clean',
    says: `TypeScript finds no new error in ${files.length === 1 ? 'the file' : `the ${files.length} files`} changed and importing${known > 0 ? ` (${known} were there before)` : ''}.`,
  };
}

/** Errors that were not there before, each as often as it is new. */
function added(before: TypeFault[], after: TypeFault[]): TypeFault[] {
  const left = before.map((fault) => JSON.stringify(fault));
  return after.filter((fault) => {
    const at = left.indexOf(JSON.stringify(fault));
    if (at >= 0) left.splice(at, 1);
    return at < 0;
  });
}

function nearest(tree: string, changed: string[]): string | undefined {
  const root = realpathSync(tree);
  const first = changed.find((file) => typed.test(file)) ?? changed[0] ?? '';
  for (let at = path.posix.dirname(first); ; at = path.posix.dirname(at)) {
    const file = path.join(root, at, 'tsconfig.json');
    if (existsSync(file)) return file;
    if (at === '.' || at === '/') return undefined;
  }
}

function checksScripts(tsconfig: string, tree: string): boolean {
  const { checkJs } = compilerOf(tsconfig, tree) as { checkJs?: unknown };
  return checkJs === true;
}

/** Asks a process of its own for the errors in some files of a tree. */
async function faultsIn(
  tree: Tree,
  tsconfig: string,
  files: string[],
): Promise<{ faults: TypeFault[] } | { failed: string }> {
  const root = realpathSync(tree.path);
  const packages = (tree.dependencies ?? []).filter((one) => existsSync(one)).map((one) => realpathSync(one));
  const asked: Asked = {
    tree: root,
    tsconfig: path.join(root, tsconfig),
    files: files.map((file) => path.join(root, file)).filter((file) => existsSync(file)),
    packages,
  };
  const readable = [import.meta.dirname, realpathSync(library), library, root, tree.path, ...packages];
  const options = [
    '--permission',
    ...readable.map((one) => `--allow-fs-read=${one}`),
    `--max-old-space-size=${limits.memoryMb}`,
    '--no-warnings',
    path.join(import.meta.dirname, 'main.ts'),
  ];
  return new Promise((resolve) => {
    const child = execFile(
      process.execPath,
      options,
      { cwd: root, env: {}, timeout: limits.timeoutMs, killSignal: 'SIGKILL', maxBuffer: limits.bytes },
      (failed, out, said) => {
        if (failed) return resolve({ failed: whyNot(failed.killed === true, said) });
        const told = Faults.safeParse(JSON.parse(out));
        resolve(told.success ? { faults: told.data } : { failed: 'the type checker answered in another form' });
      },
    );
    child.stdin?.on('error', () => child.stdin?.destroy());
    child.stdin?.end(JSON.stringify(asked));
  });
}

function whyNot(wasKilled: boolean, said: string): string {
  if (wasKilled) return `the type checker was stopped after ${limits.timeoutMs / 1000} seconds`;
  const line = said.split('\n').find((one) => /Error|FATAL/.test(one)) ?? 'it ended without a word';
  return line.slice(0, 200);
}

import fs from 'node:fs';
import path from 'node:path';
import { say } from './channel.ts';

const { existsSync, readFileSync, realpathSync, statSync } = fs;
const { parse } = JSON;
const built = /^(?:dist|build|lib|out|\.build)$/;
const endings: Record<string, string[]> = {
  '.js': ['.ts', '.tsx', '.js'],
  '.mjs': ['.mts', '.ts', '.mjs'],
  '.cjs': ['.cts', '.ts', '.cjs'],
  '': ['.ts', '.tsx', '.js', '/index.ts', '/index.js'],
};

interface Refused {
  message?: unknown;
  url?: unknown;
}

/** The file or folder that Node looked for in vain, as its error tells it. */
export function missingFrom(refused: unknown): string | undefined {
  const { message, url } = Object(refused) as Refused;
  if (typeof url === 'string' && url.startsWith('file:')) return decodeURIComponent(new URL(url).pathname);
  return /^Cannot find (?:module|package) '(?:file:\/\/)?(\/[^']*)'/.exec(String(message))?.[1];
}

/** The source of the tree that a file which is not built yet would be built from. */
export function sourceOfBuilt(missing: string, tree: string): string | undefined {
  const real = realOf(missing.replace(/\/$/, ''));
  if (!real.startsWith(`${tree}/`) || real.slice(tree.length).includes('/node_modules/')) return undefined;
  const files = existsSync(path.join(real, 'package.json')) ? mainsOf(real) : [real];
  return files
    .flatMap((file) => sources(file, tree))
    .find((file) => statSync(file, { throwIfNoEntry: false })?.isFile());
}

/** Tells of a file that a script of the repository makes before it starts, where that was looked for in vain. */
export function tellGenerated(specifier: string, folder: string, tree: string): void {
  if (specifier.startsWith('.prisma/'))
    say({ t: 'unmodelled', what: 'the Prisma client, which `prisma generate` makes' });
  if (!specifier.startsWith('.')) return;
  const file = path.relative(tree, path.resolve(folder, specifier));
  if (file.startsWith('..') || !isGenerated(file, tree)) return;
  const script = scriptFor(file, tree);
  say({ t: 'unmodelled', what: `${file}, which ${script ? `\`npm run ${script}\`` : 'a build step'} makes` });
}

function sources(file: string, tree: string): string[] {
  const ending = path.extname(file) in endings ? path.extname(file) : '';
  const parts = file.slice(tree.length + 1, file.length - ending.length).split('/');
  const stems = parts.flatMap((part, at) => {
    if (!built.test(part)) return [];
    const before = parts.slice(0, at);
    const after = parts.slice(at + 1);
    return after.flatMap((_, skipped) => {
      const rest = after.slice(skipped);
      return [
        [...before, 'src', ...rest],
        [...before, ...rest],
      ];
    });
  });
  return stems.flatMap((stem) => (endings[ending] ?? []).map((other) => path.join(tree, ...stem) + other));
}

function mainsOf(folder: string): string[] {
  const { main, module, source } = Object(parse(readFileSync(path.join(folder, 'package.json'), 'utf8')));
  const named = [source, module, main, 'dist/index.js'].filter((one): one is string => typeof one === 'string');
  return named.map((one) => path.join(folder, one));
}

function realOf(file: string): string {
  const above = path.dirname(file);
  try {
    return realpathSync(file);
  } catch {
    return above === file ? file : path.join(realOf(above), path.basename(file));
  }
}

function isGenerated(file: string, tree: string): boolean {
  if (/(?:^|\/)(?:__)?generated(?:__)?\/|\.gen(?:erated)?(?:\.|$)|_(?:grpc_)?pb(?:\.|$)/.test(file)) return true;
  const ignored = path.join(tree, '.gitignore');
  if (!existsSync(ignored)) return false;
  const rules = readFileSync(ignored, 'utf8').split('\n').flatMap(ruleOf);
  const ways = file.split('/').map((_, at, parts) => parts.slice(0, at + 1).join('/'));
  return ways.some((way) => {
    const named = way === file ? [way, `${way}.ts`, `${way}.js`] : [way];
    return rules.findLast(({ patterns }) =>
      named.some((one) => patterns.some((pattern) => path.matchesGlob(one, pattern))),
    )?.isIgnored;
  });
}

/** A line of a .gitignore: later ones overrule earlier ones, `!` takes back, and a slash within ties it to the root. */
function ruleOf(line: string): { isIgnored: boolean; patterns: string[] }[] {
  const text = line.trim();
  if (!text || text.startsWith('#')) return [];
  const isIgnored = !text.startsWith('!');
  const pattern = text.replace(/^!/, '').replace(/\/$/, '');
  const bare = pattern.replace(/^\//, '');
  return [{ isIgnored, patterns: pattern.includes('/') ? [bare] : [bare, `**/${bare}`] }];
}

function scriptFor(file: string, tree: string): string | undefined {
  for (let folder = path.dirname(path.join(tree, file)); folder.startsWith(tree); folder = path.dirname(folder)) {
    const manifest = path.join(folder, 'package.json');
    if (!existsSync(manifest)) continue;
    const scripts = Object.entries(Object(Object(parse(readFileSync(manifest, 'utf8'))).scripts));
    const makes = [/gen|proto|routes|spec/i, /build|compile/i].flatMap((word) =>
      scripts.filter(([name, command]) => word.test(name) || word.test(String(command))),
    );
    if (makes[0]) return makes[0][0];
  }
  return undefined;
}

import path from 'node:path';
import { entryFile } from './entry-file.ts';
import { type Files, invalid } from './files.ts';
import { type Package, readPackage } from './package.ts';
import { words } from './shell.ts';

/** What a start command comes down to: the file that Node is given, from which folder, with what. */
export interface Start {
  folder: string;
  entry: string;
  args: string[];
  environment: Record<string, string>;
}

/** Where a command is run, and how workspaces are found by name. */
export interface Place {
  files: Files;
  folder: string;
  workspaces: Package[];
  from: string;
}

const launchers =
  /^(node|nodejs|tsx|ts-node|ts-node-esm|ts-node-dev|tsnd|bun|nodemon|babel-node|swc-node|esr|esno|vite-node|esbuild-register|node-dev)$/;
const wrappers = /^(npx|exec|dumb-init|tini|docker-entrypoint\.sh|cross-env|dotenv|env|pm2-runtime|--)$/;
const valued =
  /^(--import|--require|-r|--loader|--experimental-loader|--conditions|-C|--project|-P|--tsconfig|--watch-path|--watch|-w|--ext|-e|--ignore|-i|--delay|-d|--env-file|--compiler|-O|--compiler-options|--presets|--extensions|-x|--exec)$/;
const deepest = 8;
const longest = 10_000;

/** Follows a start command through npm scripts, shells and wrappers to the file that runs; nothing when it is not Node. */
export function follow(command: string[] | string, place: Place, depth = 0): Start | undefined {
  if (depth > deepest) return undefined;
  const length = typeof command === 'string' ? command.length : command.join(' ').length;
  if (length > longest) throw invalid(place.from, `a command of ${length} characters is not read`);
  const parts = typeof command === 'string' ? words(command) : [...command];
  const environment: Record<string, string> = {};
  for (;;) {
    const head = program(parts[0]);
    if (head === undefined) return undefined;
    const assigned = /^([A-Za-z_]\w*)=([\s\S]*)$/.exec(head);
    if (assigned?.[1]) environment[assigned[1]] = assigned[2] ?? '';
    else if (!wrappers.test(head)) break;
    parts.shift();
    while (wrappers.test(head) && head !== '--' && parts[0]?.startsWith('-')) parts.shift();
  }
  const start = followProgram(parts, place, depth);
  return start && { ...start, environment: { ...environment, ...start.environment } };
}

function followProgram(parts: string[], place: Place, depth: number): Start | undefined {
  const [head = '', ...rest] = parts;
  const name = program(head) ?? '';
  if (/^(sh|bash|ash|dash)$/.test(name)) {
    const script = rest.findIndex((word) => /^-\w*c$/.test(word));
    return script >= 0 ? follow(rest[script + 1] ?? '', place, depth + 1) : undefined;
  }
  if (/^(npm|yarn|pnpm)$/.test(name)) return followScript(rest, place, depth);
  if (name === 'nest' && rest[0] === 'start') return nestStart(rest.slice(1), place);
  if (name === 'nodemon') return nodemonStart(rest, place, depth) ?? launched(withoutEndings(rest), place);
  if (name === 'next' && /^(start|dev)$/.test(rest[0] ?? 'dev')) return nextStart(rest, place);
  if (launchers.test(name)) return launched(rest, place);
  return entryFile(place.files, place.folder, head, place.from) ? launched(parts, place) : undefined;
}

/** `nest start`: the entry of the project that is named, or of the default one, as nest-cli.json says. */
function nestStart(parts: string[], place: Place): Start | undefined {
  const config = Object(jsonOf(place, 'nest-cli.json'));
  const named = parts.find((word) => !word.startsWith('-'));
  const project = Object(Object(config.projects)[named ?? '']);
  const root = String(project.sourceRoot ?? config.sourceRoot ?? 'src');
  const entry = String(project.entryFile ?? config.entryFile ?? 'main');
  return launched([`${root}/${entry}.ts`], place) ?? launched(['src/main.ts'], place);
}

/** `nodemon` runs another command: the one after `--exec`, of its own file or of package.json. */
function nodemonStart(parts: string[], place: Place, depth: number): Start | undefined {
  const option = parts.findIndex((word) => /^(-x|--exec)(=|$)/.test(word));
  const own = Object(jsonOf(place, 'nodemon.json'));
  const given = option < 0 ? own.exec : (/^--exec=(.*)$/.exec(parts[option] ?? '')?.[1] ?? parts[option + 1]);
  if (typeof given !== 'string') return undefined;
  const rest = option < 0 ? parts : parts.slice(option + 2);
  const script = rest.filter((word) => !word.startsWith('-'));
  return follow(given, place, depth + 1) ?? follow(`${given} ${script.join(' ')}`, place, depth + 1);
}

/** Without `-e js,ts`, which to Node would be a program. */
function withoutEndings(parts: string[]): string[] {
  const at = parts.indexOf('-e');
  return at < 0 ? parts : parts.toSpliced(at, 2);
}

function jsonOf({ files, folder }: Place, name: string): unknown {
  try {
    return JSON.parse(files.read(path.posix.join(folder, name)) ?? '{}');
  } catch {
    return {};
  }
}

/** `next start` and `next dev`: the program of Next.js itself, in whose place the world has a server. */
function nextStart(parts: string[], { folder }: Place): Start {
  const option = parts.findIndex((word) => /^(-p|--port)(=|$)/.test(word));
  const port = option < 0 ? undefined : (parts[option]?.split('=')[1] ?? parts[option + 1]);
  const mode = parts[0] === 'start' ? 'production' : 'development';
  const entry = path.posix.join(folder, 'node_modules/next/dist/bin/next');
  return { folder, entry, args: parts, environment: { NODE_ENV: mode, ...(port && { PORT: port }) } };
}

function launched(parts: string[], place: Place): Start | undefined {
  let at = 0;
  while (parts[at]?.startsWith('-') || parts[at] === 'watch' || parts[at] === 'run') at += takesNext(parts, at) ? 2 : 1;
  if (parts.some((word, index) => index < at && /^(-e|--eval|-p|--print)$/.test(word))) return undefined;
  const named = parts[at];
  const entry = named && entryFile(place.files, place.folder, named, place.from);
  return entry ? { folder: place.folder, entry, args: parts.slice(at + 1), environment: {} } : undefined;
}

/** Whether an option is followed by its value, which is no file to run. */
function takesNext(parts: string[], at: number): boolean {
  const option = parts[at] ?? '';
  const isSwitch = option === '--watch' && /\.[cm]?[jt]sx?$/.test(parts[at + 1] ?? '');
  return valued.test(option) && !isSwitch;
}

function followScript(parts: string[], place: Place, depth: number): Start | undefined {
  const { words: asked, workspace, prefix, extra } = scriptOptions(parts);
  const folder = prefix ? place.files.within(place.folder, prefix, place.from) : place.folder;
  const target = workspace ? namedWorkspace(workspace, place) : readPackage(place.files, folder);
  const script = asked[0] === 'run' || asked[0] === 'run-script' ? asked[1] : asked[0];
  if (!target || !script) return undefined;
  const there = { ...place, folder: target.folder };
  const command = Object.hasOwn(target.scripts, script) ? target.scripts[script] : undefined;
  const start = command === undefined ? undefined : follow(command, there, depth + 1);
  return start && { ...start, args: [...start.args, ...extra] };
}

function scriptOptions(parts: string[]): { words: string[]; workspace?: string; prefix?: string; extra: string[] } {
  const dashes = parts.indexOf('--');
  const own = dashes < 0 ? [...parts] : parts.slice(0, dashes);
  const extra = dashes < 0 ? [] : parts.slice(dashes + 1);
  const asked: string[] = [];
  let workspace: string | undefined;
  let prefix: string | undefined;
  while (own.length > 0) {
    const word = own.shift() ?? '';
    const [option, inline] = word.split('=', 2);
    if (/^(-w|--workspace|--filter|-F|workspace)$/.test(option ?? '')) workspace = inline ?? own.shift();
    else if (/^(--prefix|-C|--cwd|--dir)$/.test(option ?? '')) prefix = inline ?? own.shift();
    else if (!word.startsWith('-')) asked.push(word);
  }
  return { words: asked, workspace, prefix, extra };
}

function namedWorkspace(named: string, place: Place): Package | undefined {
  const path = named.replace(/^\.\//, '').replace(/\/$/, '');
  return place.workspaces.find((found) => found.name === named || found.folder === path);
}

function program(word: string | undefined): string | undefined {
  return word?.startsWith('/') ? word.split('/').at(-1) : word;
}

import { readPackages } from './read-packages.ts';
import { type ModuleReferences, type Reference, referencesIn } from './references.ts';
import { moduleName, readFiles, resolveSpecifier, testName, writtenFiles } from './source-files.ts';
import type { SourceFunction } from './symbols.ts';
import { parse } from './syntax.ts';
import type { Tree } from './tree.ts';

/** What reaches a piece of code, as far as imports and names tell. */
export interface Reach {
  /** Functions from which it is reached, the nearest first, those around it among them. */
  functions: SourceFunction[];
  /** Lines at which something that reaches it is spoken of. */
  lines: { file: string; line: number }[];
  /** Modules that import it, directly or through others. */
  modules: string[];
  /** More was found than is followed. */
  isCut: boolean;
}

const mostFunctions = 400;

/** The import and call graph of a tree, read without running anything; tests are no part of it. */
export interface CallGraph {
  /** What reaches functions, or a file as a whole. */
  reaching(targets: SourceFunction[], file: string): Reach;
}

/** Reads the call graph of a tree: names are followed through imports, methods by their names where their module is imported. */
export async function readCallGraph(tree: Tree): Promise<CallGraph> {
  const files = await writtenFiles(tree);
  const known = new Set(files);
  const own = files.filter((file) => !testName.test(file));
  const sources = await readFiles(tree, own, moduleName);
  const modules = new Map<string, ModuleReferences>();
  for (const { file, text } of sources) {
    const syntax = parse(file, text);
    if (syntax) modules.set(file, referencesIn(syntax));
  }
  const packages = readPackages(await readFiles(tree, files, /(^|\/)package\.json$/), (file) => known.has(file));
  const named = new Map(
    packages.flatMap(({ name, main, subpaths = {} }) => [
      ...(main ? [[name, main] as const] : []),
      ...Object.entries(subpaths).map(([path, file]) => [`${name}${path.slice(1)}`, file] as const),
    ]),
  );
  const resolved = (from: string, specifier: string) =>
    resolveSpecifier(from, specifier, (file) => known.has(file)) ?? named.get(specifier);
  return { reaching: (targets, file) => reaching(modules, resolved, { targets, file }) };
}

type Resolve = (from: string, specifier: string) => string | undefined;

function reaching(
  modules: Map<string, ModuleReferences>,
  resolve: Resolve,
  { targets, file }: { targets: SourceFunction[]; file: string },
): Reach {
  const importers = importersOf(modules, resolve);
  const reached = new Map<string, SourceFunction>();
  const lines = new Map<string, { file: string; line: number }>();
  const queue = [...targets];
  const take = (found: SourceFunction): void => {
    const key = `${found.file}:${found.line}:${found.endLine}`;
    if (reached.has(key) || reached.size >= mostFunctions) return;
    reached.set(key, found);
    queue.push(found);
  };
  const spoken = (module: ModuleReferences, { line }: Reference): void => {
    lines.set(`${module.file}:${line}`, { file: module.file, line });
    const around = innermost(module.functions, line);
    if (around) take(around);
  };
  for (let next = queue.shift(); next; next = queue.shift()) {
    const target = next;
    const home = modules.get(target.file);
    if (!home) continue;
    const outer = home.functions.filter((one) => contains(one, target));
    for (const one of outer) take(one);
    const name = simpleName(target.name);
    if (name === undefined) continue;
    for (const reference of home.references)
      if (reference.name === name && !within(target, reference.line)) spoken(home, reference);
    for (const user of importers.get(target.file) ?? []) {
      const module = modules.get(user.file);
      if (!module) continue;
      const names = namesIn(module, user.locals, { name, isWhole: home.wholes.includes(target.line) });
      for (const reference of module.references) if (names(reference)) spoken(module, reference);
    }
  }
  const isTarget = (one: SourceFunction) =>
    targets.some((target) => target.file === one.file && target.line === one.line);
  return {
    functions: [...reached.values()].filter((one) => !isTarget(one)),
    lines: [...lines.values()],
    modules: modulesAbove(importers, targets.length > 0 ? targets.map((one) => one.file) : [file]),
    isCut: reached.size >= mostFunctions,
  };
}

interface User {
  file: string;
  /** Its names for what it takes, and what they are called there. */
  locals: { local: string; imported: string }[];
}

/** Who imports a module, through those that hand its exports on as well. */
function importersOf(modules: Map<string, ModuleReferences>, resolve: Resolve): Map<string, User[]> {
  const behind = new Map<string, Set<string>>();
  const sourcesOf = (file: string, seen: Set<string>): Set<string> => {
    const known = behind.get(file);
    if (known) return known;
    const found = new Set([file]);
    if (seen.has(file)) return found;
    seen.add(file);
    for (const specifier of modules.get(file)?.handsOn ?? []) {
      const from = resolve(file, specifier);
      if (from) for (const one of sourcesOf(from, seen)) found.add(one);
    }
    behind.set(file, found);
    return found;
  };
  const users = new Map<string, User[]>();
  for (const { file, imports } of modules.values()) {
    const taken = new Map<string, User>();
    for (const { local, from, imported } of imports) {
      const direct = resolve(file, from);
      for (const source of direct ? sourcesOf(direct, new Set()) : []) {
        const user = taken.get(source) ?? { file, locals: [] };
        user.locals.push({ local, imported });
        taken.set(source, user);
      }
    }
    for (const [source, user] of taken) users.set(source, [...(users.get(source) ?? []), user]);
  }
  return users;
}

/** Whether a reference of a module may mean a function that it imports: by name, under another, or after a dot. */
function namesIn(
  { functions }: ModuleReferences,
  locals: User['locals'],
  { name, isWhole }: { name: string; isWhole: boolean },
): (reference: Reference) => boolean {
  const isOwn = functions.some((one) => simpleName(one.name) === name);
  const isMeant = (imported: string) => imported === name || (isWhole && (imported === 'default' || imported === '*'));
  const direct = new Set(locals.filter(({ imported }) => isMeant(imported)).map(({ local }) => local));
  return (reference) => (reference.isMember ? reference.name === name && !isOwn : direct.has(reference.name));
}

function modulesAbove(importers: Map<string, User[]>, files: string[]): string[] {
  const found = new Set(files);
  for (const file of found) for (const user of importers.get(file) ?? []) found.add(user.file);
  return [...found].filter((file) => !files.includes(file));
}

/** The name by which a function is called: `Cart.add` by `add`, a constructor by its class; a callback has none. */
function simpleName(name: string): string | undefined {
  if (name.includes(' ')) return undefined;
  const [own, owner] = name.split('.').reverse();
  return own === 'constructor' ? owner : own;
}

function innermost(functions: SourceFunction[], line: number): SourceFunction | undefined {
  return functions
    .filter((one) => within(one, line))
    .sort((a, b) => a.endLine - a.line - (b.endLine - b.line) || b.line - a.line)[0];
}

function within({ line, endLine }: SourceFunction, at: number): boolean {
  return line <= at && at <= endLine;
}

function contains(outer: SourceFunction, inner: SourceFunction): boolean {
  if (outer.line === inner.line && outer.endLine === inner.endLine) return false;
  return outer.file === inner.file && outer.line <= inner.line && inner.endLine <= outer.endLine;
}

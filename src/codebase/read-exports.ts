import { type Exported, type ModuleExports, moduleExports } from './module-exports.ts';
import { resolveSpecifier } from './source-files.ts';
import type { ExportedFunction } from './survey.ts';
import type { Syntax } from './syntax.ts';

type Found = Exclude<Exported, { from: string }> & { module: string; name: string };

/** Everything that the modules of a tree export, with what they only hand on followed to where it is written. */
export function readExports(modules: Syntax[]): ExportedFunction[] {
  const table = new Map(modules.map((syntax) => [syntax.file, moduleExports(syntax)]));
  return [...table].flatMap(([module, own]) =>
    [...namesOf(module, own, table, new Set())].flatMap((name) => {
      const found = follow(module, name, table, new Set());
      if (!found) return [];
      const said = own.named.get(name);
      const { kind, parameters, methods } = found;
      const elsewhere = found.module !== module || found.name !== name;
      return {
        module,
        export: name === '' ? null : name,
        kind,
        line: said?.line ?? found.line,
        parameters,
        ...(methods && { methods }),
        ...(elsewhere && { defined: { module: found.module, export: found.name === '' ? null : found.name } }),
      };
    }),
  );
}

type Table = Map<string, ModuleExports>;

function namesOf(module: string, own: ModuleExports, table: Table, seen: Set<string>): Set<string> {
  seen.add(module);
  const names = new Set(own.named.keys());
  for (const specifier of own.stars) {
    const file = resolveSpecifier(module, specifier, (candidate) => table.has(candidate));
    const theirs = file && !seen.has(file) ? table.get(file) : undefined;
    if (!file || !theirs) continue;
    for (const name of namesOf(file, theirs, table, seen)) if (name !== 'default' && name !== '') names.add(name);
  }
  return names;
}

function follow(module: string, name: string, table: Table, seen: Set<string>): Found | undefined {
  const key = `${module}#${name}`;
  const own = table.get(module);
  if (seen.has(key) || !own) return undefined;
  seen.add(key);
  const exported = own.named.get(name);
  if (exported && !('from' in exported)) return { ...exported, module, name };
  const exists = (candidate: string) => table.has(candidate);
  if (exported) {
    const file = resolveSpecifier(module, exported.from, exists);
    const value: Found = { kind: 'value', line: exported.line, parameters: [], module, name };
    if (!file) return value;
    return follow(file, exported.export ?? '', table, seen) ?? value;
  }
  for (const specifier of own.stars) {
    const file = resolveSpecifier(module, specifier, exists);
    const found = file && follow(file, name, table, seen);
    if (found) return found;
  }
  return undefined;
}

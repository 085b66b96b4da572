import type { SourceFile } from './source-files.ts';
import type { Survey } from './survey.ts';
import { child, list, memberOf, type Node, nameOf, type Syntax, textOf, walk } from './syntax.ts';

type Setting = Survey['environment'][number];

const asksFlag =
  /^(isEnabled|isOn|hasFlag|flag|flagEnabled|featureEnabled|isFeatureEnabled|useFlag|variation|getFlag)$/;

/** The environment variables and flags that a module asks for by name. */
export function settingsOf({ file, program, lineAt }: Syntax): { environment: Setting[]; flags: Setting[] } {
  const environment = new Map<string, Setting>();
  const flags = new Map<string, Setting>();
  const note = (into: Map<string, Setting>, name: string | undefined, node: Node) => {
    if (name && !into.has(name)) into.set(name, { name, file, line: lineAt(node.start) });
  };
  walk(program, (node) => {
    if (isEnvironment(child(node, 'object'))) note(environment, memberOf(node), node);
    if (node.type === 'VariableDeclarator' && isEnvironment(child(node, 'init')))
      for (const property of list(child(node, 'id'), 'properties'))
        note(environment, nameOf(child(property, 'key')), property);
    if (node.type !== 'CallExpression') return;
    const callee = child(node, 'callee');
    const named = memberOf(callee) ?? nameOf(callee) ?? '';
    if (asksFlag.test(named)) note(flags, textOf(list(node, 'arguments')[0]), node);
    if (/^flags?$|features?$/i.test(nameOf(child(callee, 'object')) ?? '') && named === 'get')
      note(flags, textOf(list(node, 'arguments')[0]), node);
  });
  return { environment: [...environment.values()], flags: [...flags.values()] };
}

/** Flags that a file keeps, by the names that were read from it, with the lines they stand on. */
export function flagsIn({ file, text }: SourceFile, names: string[]): Setting[] {
  const lines = text.split('\n');
  return names.map((name) => {
    const at = lines.findIndex((line) => line.includes(name));
    return { name, file, line: at < 0 ? 1 : at + 1 };
  });
}

/** `process.env`, however it is reached: `process.env`, `globalThis.process.env`. */
function isEnvironment(node: Node | undefined): boolean {
  if (memberOf(node) !== 'env') return false;
  const object = child(node, 'object');
  return nameOf(object) === 'process' || memberOf(object) === 'process';
}

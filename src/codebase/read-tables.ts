import type { SourceFile } from './source-files.ts';
import type { Survey } from './survey.ts';

type Table = Survey['tables'][number];

const create =
  /\bcreate\s+(?:(?:global\s+|local\s+)?(?:temp|temporary|unlogged)\s+)?table\s+(?:if\s+not\s+exists\s+)?([\w."]+)\s*\(/gi;
const alter = /\balter\s+table\s+(?:if\s+exists\s+)?(?:only\s+)?([\w."]+)\s+([^;]*)/gi;
const added = /\badd\s+(?:column\s+)?(?:if\s+not\s+exists\s+)?("?\w+"?)\s+\w/gi;
const constraint = /^(primary|unique|constraint|foreign|check|exclude|like|index|key|add)$/i;

/** The tables that the SQL of a tree makes, with their columns, in the order of its files. */
export function readTables(files: SourceFile[]): Table[] {
  const tables = new Map<string, Table>();
  for (const { file, text } of files) {
    const sql = withoutComments(text);
    for (const found of sql.matchAll(create)) {
      const name = plain(found[1] ?? '');
      const columns = columnsOf(body(sql, found.index + found[0].length));
      if (!tables.has(name)) tables.set(name, { name, columns, file, line: lineAt(sql, found.index) });
    }
    for (const found of sql.matchAll(alter)) {
      const table = tables.get(plain(found[1] ?? ''));
      for (const column of (found[2] ?? '').matchAll(added)) {
        const name = plain(column[1] ?? '');
        if (table && !constraint.test(name) && !table.columns.includes(name)) table.columns.push(name);
      }
    }
  }
  return [...tables.values()];
}

/** Comments become blanks, so that every place keeps its line. */
function withoutComments(text: string): string {
  const blank = (found: string) => found.replace(/[^\n]/g, ' ');
  return text.replace(/--[^\n]*/g, blank).replace(/\/\*[\s\S]*?\*\//g, blank);
}

function columnsOf(text: string): string[] {
  return split(text)
    .map((part) => /^\s*("[^"]+"|\w+)/.exec(part)?.[1] ?? '')
    .filter((name) => name !== '' && !constraint.test(name))
    .map(plain);
}

/** The text up to the bracket that closes the one before `from`. */
function body(text: string, from: number): string {
  let depth = 1;
  for (let at = from; at < text.length; at++) {
    if (text[at] === '(') depth++;
    if (text[at] === ')' && --depth === 0) return text.slice(from, at);
  }
  return text.slice(from);
}

function split(text: string): string[] {
  const parts: string[] = [];
  let depth = 0;
  let start = 0;
  for (let at = 0; at < text.length; at++) {
    if (text[at] === '(') depth++;
    if (text[at] === ')') depth--;
    if (text[at] !== ',' || depth !== 0) continue;
    parts.push(text.slice(start, at));
    start = at + 1;
  }
  return [...parts, text.slice(start)];
}

function plain(name: string): string {
  return (name.split('.').at(-1) ?? name).replaceAll('"', '');
}

function lineAt(text: string, at: number): number {
  return text.slice(0, at).split('\n').length;
}

import type { Surroundings } from '../model.ts';
import { preview } from '../preview.ts';
import type { Execution } from './statements.ts';

const changes =
  /\b(insert\s+into|update(?:\s+only)?|delete\s+from(?:\s+only)?|merge\s+into|truncate(?:\s+table)?|copy)\s+((?:"[^"]+"|[\w$]+)(?:\.(?:"[^"]+"|[\w$]+))*)/gi;

/** SQL as the trace shows it: one line, no comments, no trailing semicolon. */
export function normalised(sql: string): string {
  return sql
    .replace(/\/\*[\s\S]*?\*\//g, ' ')
    .replace(/^\s*--.*$/gm, ' ')
    .replace(/\s+/g, ' ')
    .replace(/[\s;]+$/, '')
    .trim();
}

/** Records that a service asked for some SQL. */
export function sawQuery(surroundings: Surroundings, service: string, { sql, parameters }: Execution): void {
  const value = parameters.length > 0 ? { value: preview(JSON.stringify(parameters)) } : {};
  surroundings.record({ service, kind: 'query', what: normalised(sql), ...value });
}

/** Records what a finished command changed: `insert customers`, with the number of rows; nothing when it changed none. */
export function sawChange(surroundings: Surroundings, service: string, sql: string, tag: string, nth: number): void {
  const [, verb = '', count = ''] = /^(INSERT|UPDATE|DELETE|MERGE|COPY)(?: 0)? (\d+)$/.exec(tag) ?? [];
  if (verb === '' || count === '0') return;
  const table = tablesChanged(sql, verb)[nth] ?? tablesChanged(sql, verb).at(-1) ?? '?';
  surroundings.record({
    service,
    kind: 'write',
    what: `${verb.toLowerCase()} ${table}`,
    value: preview(`${count} row${count === '1' ? '' : 's'}`),
  });
}

/** Records that Postgres was asked for something that is not modelled; the verdict cannot stand on it. */
export function sawUnmodelled(surroundings: Surroundings, service: string, what: string): void {
  surroundings.record({ service, kind: 'error', what: `WORLD_UNMODELLED postgres: ${what}` });
}

function tablesChanged(sql: string, verb: string): string[] {
  return [...normalised(sql).matchAll(changes)]
    .filter(([, found = '']) => found.toUpperCase().startsWith(verb))
    .map(([, , table = '']) => table.replaceAll('"', ''));
}

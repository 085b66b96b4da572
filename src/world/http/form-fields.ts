import { parse } from 'node:querystring';

/**
 * The fields of a form or a query by name; one that is there several times is a list. Each is looked at once, which
 * `URLSearchParams` does not do.
 */
export function fieldsOf(text: string): Record<string, string | string[]> {
  const fields = parse(text, '&', '=', { maxKeys: 0 });
  return Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, value ?? '']));
}

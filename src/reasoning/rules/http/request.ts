import type { Value } from '../values.ts';

/** The verbs that a request may have. */
export const methods = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'] as const;
/** One of the verbs that a request may have. */
export type Method = (typeof methods)[number];

/** An HTTP request that somebody wrote down. */
export interface Request {
  method: Method;
  /** Host and port as written; absent where only a path was. */
  host?: string;
  /** With its query. */
  path: string;
  headers: Record<string, string>;
  body?: Value;
  /** How it was written: the first kinds say more. */
  form: 'curl' | 'message' | 'line' | 'log';
  /** When it was made, where a log says so; ISO 8601. */
  at?: string;
  /** Where it stands in the thread. */
  passage: number;
  start: number;
  quote: number;
}

/** An HTTP answer that somebody wrote down, as much of it as they did. */
export interface Response {
  status?: number;
  /** Parsed where it is JSON, else its text. */
  body?: Value;
}

/** What stands in a URL: host with port, and path with query. */
export function addressOf(url: string): { host?: string; path: string } | undefined {
  const found =
    /^(?:https?:\/\/)?(?:[^\s/@]+@)?([A-Za-z0-9.-]+|\[[\da-f:]+\])?(:\d+)?(\/[^\s#]*|\?[^\s#]*)?(?:#.*)?$/.exec(url);
  if (!found) return undefined;
  const [, host, port, path] = found;
  if (host === undefined && port === undefined && path === undefined) return undefined;
  return {
    ...(host || port ? { host: `${host ?? 'localhost'}${port ?? ''}`.toLowerCase() } : {}),
    path: rooted(path ?? '/'),
  };
}

/** A body as JSON where it is, else as the text that it is. */
export function bodyOf(text: string): Value {
  try {
    return JSON.parse(text);
  } catch (notJson) {
    if (notJson instanceof SyntaxError) return text;
    throw notJson;
  }
}

/** Whether a text is one JSON object or list. */
export function jsonOf(text: string): { value: Value } | undefined {
  const trimmed = text.trim();
  if (!/^(\{[\s\S]*\}|\[[\s\S]*\])$/.test(trimmed)) return undefined;
  const value = bodyOf(trimmed);
  return typeof value === 'string' ? undefined : { value };
}

/** Whether a word is the verb of a request. */
export function isMethod(text: string | undefined): text is Method {
  return methods.some((method) => method === text);
}

function rooted(path: string): string {
  return path.startsWith('/') ? path : `/${path}`;
}

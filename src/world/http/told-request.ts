import { cleaned } from '../cleaned.ts';
import { fieldsOf } from './form-fields.ts';
import { type HttpMessage, headerOf } from './message.ts';

/** A request as a plan speaks of it: `{{request.body.id}}`. */
export interface ToldRequest {
  method: string;
  /** Without its query. */
  path: string;
  query: Record<string, string | string[]>;
  params: Record<string, string>;
  headers: Record<string, string>;
  /** JSON and forms as their values, anything else as text. */
  body: unknown;
}

const largest = 1 << 20;

/** Reads a request so that a plan can speak of it; a body of more than a megabyte is left out. */
export function toldRequest(message: HttpMessage, params: Record<string, string>): ToldRequest {
  const [method = '', target = ''] = message.first.split(' ');
  const [path = '', query = ''] = target.split(/\?(.*)/s);
  const headers = Object.fromEntries(message.headers.map(([name, value]) => [name.toLowerCase(), value]));
  const told = { method, path, query: fieldsOf(query), params, headers, body: bodyOf(message) };
  return cleaned(told) as ToldRequest;
}

function bodyOf(message: HttpMessage): unknown {
  if (message.body.length > largest) return undefined;
  const text = message.body.toString('utf8');
  const kind = headerOf(message, 'content-type') ?? '';
  if (kind.startsWith('application/x-www-form-urlencoded')) return fieldsOf(text);
  if (!/\bjson\b/.test(kind) && !/^\s*[[{]/.test(text)) return text;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

import { addressOf, bodyOf, isMethod, type Request, type Response } from './request.ts';

/** A request in plain lines and the answer that is written beside it. */
export interface Line {
  request: Omit<Request, 'passage' | 'quote'>;
  response?: Response;
  /** Where its line stands in the text. */
  start: number;
  end: number;
}

const verb = '(GET|HEAD|POST|PUT|PATCH|DELETE|OPTIONS)';
const target = '((?:https?:\\/\\/[^\\s"\'`/]+|[\\w.-]+(?::\\d+)?(?=\\/))?\\/[^\\s"\'`,;)\\]]*)';
const line = new RegExp(`(?:^|[\\s"'\`\\[(<>*→])${verb}\\s+${target}(?:\\s+HTTP\\/\\d(?:\\.\\d)?)?`, 'g');
const answer =
  /^["'`\])]*\s*(?:->|=>|→|⇒|:|-|–|\||=|returns?|gives?|answers?|responds? with|got|was|is|status)*\s*(?:HTTP\/\d(?:\.\d)?\s+)?(?:status(?: code)?[ :=]*)?([1-5]\d\d)(?![\w.%]|\.\d)(?:\s+[A-Z][A-Za-z ]+?)?[ \t]*(\{.*\}|\[.*\])?/;
const timestamp = /\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:[.,]\d{1,9})?(?:Z|[+-]\d\d:?\d\d)?/;

/** Requests as lines: raw messages with headers and body, `POST /x -> 500`, access logs, logs with fields. */
export function linesIn(text: string): Line[] {
  return [...fromLogs(text), ...fromLines(text)].sort((a, b) => a.start - b.start);
}

function fromLines(text: string): Line[] {
  return [...text.matchAll(line)].flatMap((found): Line[] => {
    const [whole, method, url] = found;
    const address = addressOf((url ?? '').replace(/[.,:]$/, ''));
    if (!isMethod(method) || !address) return [];
    const from = text.lastIndexOf('\n', found.index + 1) + 1;
    const to = text.indexOf('\n', found.index + whole.length);
    const rest = text.slice(found.index + whole.length, to < 0 ? undefined : to);
    if (/^\s*\{.*\}\s*$/.test(text.slice(from, to < 0 ? undefined : to))) return [];
    const isRaw =
      /HTTP\/\d/.test(whole) &&
      text
        .slice(from, found.index + whole.length)
        .trim()
        .replace(/^[<>*] ?/, '')
        .startsWith(method) &&
      rest.trim() === '';
    const { headers, body, end } = isRaw && to >= 0 ? message(text, to + 1) : { headers: {}, body: undefined, end: to };
    const response = responseAfter(rest) ?? (isRaw ? responsesIn(text.slice(Math.max(end, 0)))[0] : undefined);
    const at = timestamp.exec(text.slice(from, found.index))?.[0];
    const { host, ...others } = headers;
    const request = {
      method,
      ...address,
      ...(address.host === undefined && host ? { host } : {}),
      headers: others,
      ...(body === undefined ? {} : { body }),
      form: isRaw ? ('message' as const) : at ? ('log' as const) : ('line' as const),
      ...(at ? { at: iso(at) } : {}),
      start: found.index,
    };
    return [{ request, ...(response ? { response } : {}), start: found.index, end: to < 0 ? text.length : to }];
  });
}

/** Answers as raw messages: `HTTP/1.1 422 Unprocessable Entity`, headers, body. */
export function responsesIn(text: string): (Response & { start: number })[] {
  return [...text.matchAll(/^[<* ]*HTTP\/\d(?:\.\d)? ([1-5]\d\d)[^\n]*$/gm)].map((found) => {
    const { body } = message(text, found.index + found[0].length + 1);
    return { status: Number(found[1]), ...(body === undefined ? {} : { body }), start: found.index };
  });
}

function message(text: string, from: number): { headers: Record<string, string>; body?: unknown; end: number } {
  const headers: Record<string, string> = {};
  const lines = text.slice(from).split('\n');
  let at = 0;
  let end = from;
  for (; at < lines.length; at += 1) {
    const [, name, value] = /^[<>* ]*([A-Za-z][A-Za-z0-9-]*):\s*(.*)$/.exec(lines[at] ?? '') ?? [];
    if (!name || value === undefined) break;
    if (!/^(content-length|connection|user-agent|accept-encoding)$/i.test(name))
      headers[name.toLowerCase()] = value.trim();
    end += (lines[at] ?? '').length + 1;
  }
  const after = lines.slice(at);
  if ((after[0] ?? '').replace(/^[<>*]\s*/, '').trim() === '') after.shift();
  const stop = after.findIndex(
    (one) =>
      /^[<>* ]*(?:HTTP\/\d|(?:GET|POST|PUT|PATCH|DELETE) \/)/.test(one) ||
      (one.trim() === '' && after.indexOf(one) > 0),
  );
  const body = (stop < 0 ? after : after.slice(0, stop)).join('\n').trim();
  return { headers, ...(body === '' ? {} : { body: bodyOf(body) }), end };
}

function responseAfter(rest: string): Response | undefined {
  const [, status, body] = answer.exec(rest) ?? [];
  return status ? { status: Number(status), ...(body ? { body: bodyOf(body) } : {}) } : undefined;
}

/** Lines of a log with `method`, `path` and perhaps `status` as fields. */
function fromLogs(text: string): Line[] {
  const lines: Line[] = [];
  let start = 0;
  for (const one of text.split('\n')) {
    const fields = /^\s*\{.*\}\s*$/.test(one) ? fieldsOf(bodyOf(one.trim())) : pairsOf(one);
    const method = fields.get('method')?.toUpperCase();
    const address = addressOf(
      fields.get('path') ?? fields.get('url') ?? fields.get('uri') ?? fields.get('route') ?? '',
    );
    const status = Number(fields.get('status') ?? fields.get('statuscode') ?? fields.get('status_code'));
    const at = timestamp.exec(fields.get('time') ?? fields.get('timestamp') ?? fields.get('ts') ?? one)?.[0];
    if (isMethod(method) && address) {
      const request = { method, ...address, headers: {}, form: 'log' as const, ...(at ? { at: iso(at) } : {}), start };
      lines.push({
        request,
        ...(status >= 100 && status < 600 ? { response: { status } } : {}),
        start,
        end: start + one.length,
      });
    }
    start += one.length + 1;
  }
  return lines;
}

function fieldsOf(value: unknown): Map<string, string> {
  if (typeof value !== 'object' || value === null) return new Map();
  return new Map(
    Object.entries(value).flatMap(([key, item]): [string, string][] => {
      if (typeof item === 'string' || typeof item === 'number') return [[key.toLowerCase(), String(item)]];
      return /^(req|request|res|response|http)$/i.test(key) ? [...fieldsOf(item)] : [];
    }),
  );
}

function pairsOf(text: string): Map<string, string> {
  const pairs = text.matchAll(/(?<![\w?&])([A-Za-z_]+)=("([^"]*)"|[^\s"]+)/g);
  return new Map(
    [...pairs].map(([, key = '', raw = '', quoted]): [string, string] => [key.toLowerCase(), quoted ?? raw]),
  );
}

function iso(text: string): string {
  const written = text.replace(' ', 'T').replace(',', '.');
  const date = new Date(/(?:Z|[+-]\d\d:?\d\d)$/.test(written) ? written : `${written}Z`);
  return Number.isNaN(date.getTime()) ? text : date.toISOString();
}

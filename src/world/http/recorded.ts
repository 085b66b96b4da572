import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import { invalid } from '../discovery/files.ts';

const Headers = z.array(z.object({ name: z.string().max(200), value: z.string().max(10_000) })).default([]);
const Har = z.object({
  log: z.object({
    entries: z
      .array(
        z.object({
          request: z.object({
            method: z.string(),
            url: z.string(),
            postData: z.object({ text: z.string().optional() }).optional(),
          }),
          response: z.object({
            status: z.int().min(200).max(599),
            headers: Headers,
            content: z.object({ text: z.string().optional(), encoding: z.string().optional() }).default({}),
          }),
        }),
      )
      .max(10_000),
  }),
});

/** One exchange that was recorded. */
export interface Exchange {
  method: string;
  host: string;
  /** The path with its query. */
  path: string;
  /** What was sent, where it was recorded. */
  sent: string | undefined;
  status: number;
  headers: Record<string, string>;
  body: Buffer;
  /** The file and the place of the exchange in it. */
  from: string;
}

/** Reads the exchanges of a HAR file; throws WORLD_INVALID when it is none. */
export function exchangesIn(file: string, text: string): Exchange[] {
  const parsed = Har.safeParse(parsedJson(file, text));
  if (!parsed.success) throw invalid(file, `it is no HAR file: ${parsed.error.issues[0]?.message ?? ''}`);
  return parsed.data.log.entries.flatMap(({ request, response }, at) => {
    if (!URL.canParse(request.url)) return [];
    const { hostname, pathname, search } = new URL(request.url);
    const { text: content = '', encoding } = response.content;
    return {
      method: request.method,
      host: hostname,
      path: pathname + search,
      sent: request.postData?.text,
      status: response.status,
      headers: headersOf(response.headers),
      body: Buffer.from(content, encoding === 'base64' ? 'base64' : 'utf8'),
      from: `${file}, entry ${at + 1}`,
    };
  });
}

/** The recorded exchange that answers a request; each is taken once, and the last of several stays. */
export function recordedReplies(
  exchanges: Exchange[],
): (method: string, path: string, body: Buffer) => Exchange | undefined {
  const left = [...exchanges];
  return (method, path, body) => {
    const text = body.toString('utf8');
    const fits = (one: Exchange): boolean =>
      one.method === method && isSamePath(one.path, path) && (one.sent === undefined || isSame(one.sent, text));
    const all = left.filter(fits);
    const [first] = all;
    if (first && all.length > 1) left.splice(left.indexOf(first), 1);
    return first;
  };
}

/** The order in which a client writes a query says nothing. */
function isSamePath(recorded: string, asked: string): boolean {
  if (recorded === asked) return true;
  const parts = [recorded, asked].map((one) => one.split(/\?(.*)/s));
  const [first, second] = parts.map(([path, query = '']) => [path, ...query.split('&').sort()].join('\n'));
  return first === second;
}

function isSame(recorded: string, sent: string): boolean {
  if (recorded === sent) return true;
  try {
    return isDeepStrictEqual(JSON.parse(recorded), JSON.parse(sent));
  } catch {
    return false;
  }
}

// The body is kept as it reads, no longer as it was packed.
const unfit = /^(?:content-(?:length|encoding)|transfer-encoding|connection|keep-alive|:.*)$/i;

function headersOf(headers: { name: string; value: string }[]): Record<string, string> {
  const fit = headers.filter(({ name, value }) => !unfit.test(name) && /^[\w-]+$/.test(name) && !/[\r\n]/.test(value));
  return Object.fromEntries(fit.map(({ name, value }) => [name.toLowerCase(), value]));
}

function parsedJson(file: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw invalid(file, 'it is not JSON', cause);
  }
}

import { Failure } from '../../errors.ts';
import { isShallow } from '../cleaned.ts';
import type { Caller } from '../connect.ts';
import type { Host } from '../host.ts';
import type { Line } from '../network.ts';
import type { Service } from '../world.ts';
import { type HttpMessage, headerOf, readMessages } from './message.ts';
import { bodyBytes } from './reply.ts';

/** A request that somebody outside of the services sends: the plan, or an API that calls back. */
export interface Outgoing {
  method: string;
  path: string;
  headers: Record<string, string>;
  body?: unknown;
}

/** What came of a request: a response, or why there is none. */
export interface Answered {
  status?: number;
  headers?: Record<string, string | string[]>;
  body?: unknown;
  error?: { name: string; message: string; code: string | null };
}

interface Asking {
  /** Who asks, in the trace, and from which address. */
  name: string;
  address: string;
  /** What the header `host` says. */
  host: string;
  connect(caller: Caller): void;
  /** Called once. */
  answered(answer: Answered): void;
}

/** Sends one request over a connection of its own; what is returned closes it. */
export function ask(outgoing: Outgoing, { name, address, host, connect, answered }: Asking): () => void {
  let line: Line | undefined;
  let isSettled = false;
  const settle = (answer: Answered): void => {
    if (isSettled) return;
    isSettled = true;
    answered(answer);
  };
  const responses = readMessages({
    kind: 'response',
    method: () => outgoing.method,
    take(message) {
      settle(answerOf(message));
      line?.close();
    },
    broken() {
      settle({ error: networkError('HPE_INVALID_CONSTANT', 'Parse Error: what came is not HTTP/1.1') });
      line?.close();
    },
  });
  connect({
    name,
    address,
    end: {
      received: (bytes) => responses.receive(bytes),
      ended() {
        responses.ended();
        settle({ error: networkError('ECONNRESET', 'socket hang up') });
      },
      broken: () => settle({ error: networkError('ECONNRESET', 'read ECONNRESET') }),
    },
    joined: (joined) => {
      line = joined;
    },
    connected: () => line?.send(requestBytes(outgoing, host)),
    refused: (code, message) => settle({ error: networkError(code, message) }),
  });
  return () => line?.close();
}

/** The port that a service is asked on: the first that it was expected to listen on, or does. */
export function portOf(host: Host, services: readonly Service[]): number {
  const expected = services.find((service) => service.name === host.name)?.ports ?? [];
  const port = expected.find((one) => host.ports.has(one)) ?? [...host.ports][0];
  if (port === undefined) throw new Failure('SERVICE_FAILED', { service: host.name, problem: 'it listens on no port' });
  return port;
}

/** An error as a client of Node would see it. */
export function networkError(code: string, message: string) {
  return { name: 'Error', message, code };
}

function requestBytes({ method, path, headers, body }: Outgoing, host: string): Buffer {
  const content = bodyBytes(body);
  const names = Object.keys(headers).map((name) => name.toLowerCase());
  const isJson = body !== undefined && typeof body !== 'string';
  const own: [string, string][] = [
    ...(names.includes('host') ? [] : ([['host', host]] as [string, string][])),
    ...(names.includes('content-type') || !isJson
      ? []
      : ([['content-type', 'application/json']] as [string, string][])),
    ...(body === undefined || names.includes('content-length')
      ? []
      : ([['content-length', String(content.length)]] as [string, string][])),
    ['connection', 'close'],
  ];
  const lines = [...own, ...Object.entries(headers)].map(
    ([name, value]) => `${name.replace(/[\r\n:]+/g, ' ')}: ${worded(value).replace(/[\r\n]+/g, ' ')}`,
  );
  const target = path.replace(/[^\x21-\x7e]/g, (char) => encodeURIComponent(char));
  return Buffer.concat([Buffer.from(`${method} ${target} HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\n`), content]);
}

/** A reference of a plan may have given any value. */
function worded(value: unknown): string {
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

function answerOf(message: HttpMessage): Answered {
  const headers: Record<string, string | string[]> = {};
  for (const [name, value] of message.headers) {
    const key = name.toLowerCase();
    if (key === '__proto__') continue;
    const known = headers[key];
    headers[key] = known === undefined ? value : [known, value].flat();
  }
  const text = message.body.toString('utf8');
  const isJson = /\bjson\b/.test(headerOf(message, 'content-type') ?? '');
  return { status: Number(message.first.slice(9, 12)), headers, body: isJson ? parsed(text) : text };
}

function parsed(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text);
    return isShallow(value) ? value : text;
  } catch {
    return text;
  }
}

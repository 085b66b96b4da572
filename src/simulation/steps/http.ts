import { Failure } from '../../errors.ts';
import { isShallow } from '../../world/cleaned.ts';
import { type HttpMessage, headerOf, type MessageReader, readMessages } from '../../world/http/message.ts';
import { bodyBytes } from '../../world/http/reply.ts';
import type { Line } from '../../world/network.ts';
import type { Stage } from '../../world/stage.ts';
import type { When } from '../plan.ts';

type Http = Extract<When, { http: unknown }>['http'];

/** What a check sees of an HTTP step. */
interface Answer {
  status?: number;
  headers?: Record<string, string | string[]>;
  body?: unknown;
  error?: { name: string; message: string; code: string | null };
  /** Virtual milliseconds from the request to the end of its response. */
  ms: number;
}

const patienceMs = 10 * 60_000;
const clientAddress = '10.0.1.1';

/** Sends a request into a service as a client of the world and waits for the response. */
export async function takeHttp(asked: Http, stage: Stage): Promise<Answer> {
  const host = stage.service(asked.to);
  if (!host.isAlive) throw stage.ended(host);
  const port = portOf(asked.to, stage);
  const sent = stage.clock.now();
  let answer: Omit<Answer, 'ms'> | undefined;
  const settle = (given: Omit<Answer, 'ms'>): void => {
    answer ??= given;
  };
  let line: Line | undefined;
  const responses = responsesTo(asked.method, (message) => {
    settle(answerOf(message));
    line?.close();
  });
  stage.connect(
    {
      name: 'plan',
      address: clientAddress,
      end: {
        received: (bytes) => responses.receive(bytes),
        ended() {
          responses.ended();
          settle({ error: failure('ECONNRESET', 'socket hang up') });
        },
        broken: () => settle({ error: failure('ECONNRESET', 'read ECONNRESET') }),
      },
      joined: (joined) => {
        line = joined;
      },
      connected: () => line?.send(requestBytes(asked, `${asked.to}:${port}`)),
      refused: (code, message) => settle({ error: failure(code, message) }),
    },
    { host: host.address, port },
  );
  const waited = await stage.coordinator.until(() => answer !== undefined, patienceMs);
  line?.close();
  await stage.coordinator.settle();
  const why = waited === 'stuck' ? 'the service is idle and has not answered' : `${patienceMs / 60_000} minutes passed`;
  return { ...(answer ?? { error: failure('ETIMEDOUT', `No response: ${why}`) }), ms: stage.clock.now() - sent };
}

/** The port that a service is asked on: the first that it was expected to listen on, or does. */
function portOf(to: string, stage: Stage): number {
  const host = stage.service(to);
  const expected = stage.world.services.find((service) => service.name === host.name)?.ports ?? [];
  const port = expected.find((one) => host.ports.has(one)) ?? [...host.ports][0];
  if (port === undefined) throw new Failure('SERVICE_FAILED', { service: to, problem: 'it listens on no port' });
  return port;
}

function responsesTo(method: string, take: (message: HttpMessage) => void): MessageReader {
  return readMessages({ kind: 'response', method: () => method, take });
}

function requestBytes({ method, path, headers, body }: Http, host: string): Buffer {
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
    ([name, value]) => `${name}: ${value.replace(/[\r\n]+/g, ' ')}`,
  );
  const target = path.replace(/[^\x21-\x7e]/g, (char) => encodeURIComponent(char));
  return Buffer.concat([Buffer.from(`${method} ${target} HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\n`), content]);
}

function answerOf(message: HttpMessage): Omit<Answer, 'ms'> {
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

function failure(code: string, message: string) {
  return { name: 'Error', message, code };
}

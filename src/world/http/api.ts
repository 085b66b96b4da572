import type { Checks } from '../../simulation/checks.ts';
import type { GivenApi, GivenLimit, Webhook } from '../../simulation/plan.ts';
import type { Document } from '../discovery/document.ts';
import { durationMs } from '../duration.ts';
import type { Model, Surroundings } from '../model.ts';
import { givenReplies } from './given-replies.ts';
import { countLimits } from './limits.ts';
import type { HttpMessage } from './message.ts';
import { describedBy } from './openapi.ts';
import { type Exchange, recordedReplies } from './recorded.ts';
import { bodyBytes } from './reply.ts';
import { serveRequests } from './serve.ts';
import type { Due } from './webhooks.ts';

interface Around extends Surroundings {
  /** What describes the API where the plan gives nothing. */
  document?: Document;
  /** What was recorded of it, which comes before the document. */
  exchanges: Exchange[];
  limits: readonly GivenLimit[];
  webhooks: Due;
  /** Evaluates the expressions of the plan. */
  checks: Checks;
  note(what: string): void;
}

interface Answer {
  status: number;
  headers: Record<string, string>;
  body: Buffer;
  /** Virtual milliseconds until it leaves. */
  afterMs?: number;
  /** What follows it. */
  webhooks?: Webhook[];
}

/**
 * An HTTP API that answers what a plan gives. What a plan does not give is answered by what was recorded, or by an
 * example of the OpenAPI document, if there is one.
 */
export function createApi(host: string, given: readonly GivenApi[], around: Around): Model {
  const { record, note, clock, webhooks, document } = around;
  const fromPlan = givenReplies(given, around.checks);
  const fromRecording = recordedAnswers(host, around);
  const fromDocument = describedAnswers(host, around);
  const count = countLimits(around.limits);
  const answerOf = async (message: HttpMessage): Promise<Answer> => {
    const [method = '', path = ''] = message.first.split(' ');
    const found = await fromPlan(message);
    if (found) {
      const { status, headers, body, after = 'PT0S' } = found.reply;
      return { status, headers, body: bodyBytes(body), afterMs: durationMs(after), webhooks: found.webhooks };
    }
    try {
      const example = fromRecording(message, method, path) ?? fromDocument(message);
      if (example) return example;
      note(`${method} ${host}${path}`);
    } catch (thrown) {
      note(
        `${method} ${host}${path}: ${thrown instanceof Error ? thrown.message : String(thrown)} (${document?.file})`,
      );
    }
    return { status: 404, headers: {}, body: bodyBytes({ error: 'The world does not model this operation' }) };
  };
  const limited = async (message: HttpMessage): Promise<Answer> => {
    const [method = '', path = ''] = message.first.split(' ');
    const { isOver, headers } = count(method, path, clock.now());
    if (isOver) return { status: 429, headers, body: bodyBytes({ error: 'Too many requests' }) };
    const answer = await answerOf(message);
    return { ...answer, headers: { ...headers, ...answer.headers } };
  };
  let working: Promise<void> = Promise.resolve();
  return {
    speaksHttp2: true,
    connected(peer) {
      const requests = serveRequests(peer, {
        take(message, answer) {
          working = working.then(async () => {
            const { afterMs = 0, webhooks: following = [], ...reply } = await limited(message);
            if (afterMs > 0) clock.at(clock.now() + afterMs, () => answer(reply));
            else answer(reply);
            for (const one of following) webhooks.send(one, clock.now() + afterMs + durationMs(one.after));
          });
        },
        broken() {
          record({ service: host, kind: 'error', what: 'bytes that are not HTTP' });
          peer.end();
        },
      });
      return { receive: (bytes) => requests.receive(bytes), ended: () => peer.end() };
    },
    settled: () => working,
    [Symbol.asyncDispose]: async () => undefined,
  };
}

function recordedAnswers(host: string, { record, exchanges }: Around) {
  const recorded = recordedReplies(exchanges);
  return ({ body }: HttpMessage, method: string, path: string): Answer | undefined => {
    const found = recorded(method, path, body);
    if (found) record({ service: host, kind: 'log', what: `as recorded in ${found.from}` });
    return found && { status: found.status, headers: found.headers, body: found.body };
  };
}

function describedAnswers(host: string, { record, document }: Around) {
  const described = document && describedBy(document.value as Record<string, unknown>);
  const told = new Set<string>();
  return (message: HttpMessage): Answer | undefined => {
    const reply = described?.(message);
    if (!document || !reply) return undefined;
    const [file = '', line = '1'] = document.at(...reply.path).split(/:(?=\d+$)/);
    const source = { service: host, file, line: Number(line) };
    if (reply.problems.length > 0)
      record({ ...source, kind: 'error', what: `${reply.operation}: ${reply.problems.join('; ')}` });
    else record({ ...source, kind: 'log', what: `an example of ${reply.operation}` });
    for (const name of reply.callbacks.filter((one) => !told.has(one))) {
      told.add(name);
      record({
        ...source,
        kind: 'log',
        what: `${name} of ${file} is not sent: only a plan sends callbacks and webhooks`,
      });
    }
    const headers: Record<string, string> = reply.kind === undefined ? {} : { 'content-type': reply.kind };
    return { status: reply.status, headers, body: bodyBytes(reply.body) };
  };
}

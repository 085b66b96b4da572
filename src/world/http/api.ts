import type { Given } from '../../simulation/plan.ts';
import type { Document } from '../discovery/document.ts';
import type { Model, Surroundings } from '../model.ts';
import { type HttpMessage, readMessages } from './message.ts';
import { describedBy } from './openapi.ts';
import { type Exchange, recordedReplies } from './recorded.ts';
import { bodyBytes, replyBytes } from './reply.ts';

type Api = Extract<Given, { api: unknown }>['api'];

interface Around extends Surroundings {
  /** What describes the API where the plan gives nothing. */
  document?: Document;
  /** What was recorded of it, which comes before the document. */
  exchanges: Exchange[];
  note(what: string): void;
}

/**
 * An HTTP API that answers what a plan gives: several replies to one operation come in turn, the last for ever. What a
 * plan does not give is answered by an example of the OpenAPI document, if there is one.
 */
export function createApi(host: string, given: Api[], { record, note, document, exchanges }: Around): Model {
  const described = document && describedBy(document.value as Record<string, unknown>);
  const replies = new Map<string, Api['reply'][]>();
  for (const { on, reply } of given) replies.set(on, [...(replies.get(on) ?? []), reply]);
  const recorded = recordedReplies(exchanges);
  const fromRecording = ({ body }: HttpMessage, method: string, path: string): Buffer | undefined => {
    const found = recorded(method, path, body);
    if (!found) return undefined;
    record({ service: host, kind: 'log', what: `as recorded in ${found.from}` });
    return replyBytes(found.status, found.headers, method === 'HEAD' ? Buffer.alloc(0) : found.body);
  };
  const fromDocument = (message: HttpMessage): Buffer | undefined => {
    const reply = described?.(message);
    if (!document || !reply) return undefined;
    const [file = '', line = '1'] = document.at(...reply.path).split(/:(?=\d+$)/);
    const source = { service: host, file, line: Number(line) };
    if (reply.problems.length > 0)
      record({ ...source, kind: 'error', what: `${reply.operation}: ${reply.problems.join('; ')}` });
    else record({ ...source, kind: 'log', what: `an example of ${reply.operation}` });
    return replyBytes(reply.status, {}, reply.operation.startsWith('HEAD ') ? Buffer.alloc(0) : bodyBytes(reply.body));
  };
  const answer = (message: HttpMessage): Buffer => {
    const [method = '', path = ''] = message.first.split(' ');
    const on = [...replies.keys()].find((operation) => matches(operation, method, path));
    const queue = on === undefined ? undefined : replies.get(on);
    const reply = queue && queue.length > 1 ? queue.shift() : queue?.[0];
    if (!reply) {
      try {
        const example = fromRecording(message, method, path) ?? fromDocument(message);
        if (example) return example;
        note(`${method} ${host}${path}`);
      } catch (thrown) {
        note(
          `${method} ${host}${path}: ${thrown instanceof Error ? thrown.message : String(thrown)} (${document?.file})`,
        );
      }
      return replyBytes(404, {}, bodyBytes({ error: 'The world does not model this operation' }));
    }
    return replyBytes(reply.status, reply.headers, method === 'HEAD' ? Buffer.alloc(0) : bodyBytes(reply.body));
  };
  return {
    connected(peer) {
      const requests = readMessages({
        kind: 'request',
        take: (message) => peer.send(answer(message)),
        broken() {
          record({ service: host, kind: 'error', what: 'bytes that are not HTTP/1.1' });
          peer.end();
        },
      });
      return { receive: (bytes) => requests.receive(bytes), ended: () => peer.end() };
    },
    settled: async () => undefined,
    [Symbol.asyncDispose]: async () => undefined,
  };
}

/** Whether a request is the operation; `{id}`, `:id` and `*` stand for one part, a query counts only where it is given. */
function matches(operation: string, method: string, path: string): boolean {
  const [wanted = '', pattern = ''] = operation.split(' ');
  if (wanted !== method) return false;
  const subject = pattern.includes('?') ? path : (path.split('?')[0] ?? '');
  const source = pattern
    .split(/(\{[^}/]+\}|:[A-Za-z_]\w*|\*)/)
    .map((part, at) => (at % 2 === 1 ? '[^/]+' : part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')))
    .join('');
  return new RegExp(`^${source}$`).test(subject);
}

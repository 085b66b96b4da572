import type { Given } from '../../simulation/plan.ts';
import type { Model, Surroundings } from '../model.ts';
import { readMessages } from './message.ts';
import { bodyBytes, replyBytes } from './reply.ts';

type Api = Extract<Given, { api: unknown }>['api'];

/** An HTTP API that answers what a plan gives; several replies to one operation come in turn, the last for ever. */
export function createApi(
  host: string,
  given: Api[],
  { record }: Surroundings,
  unmodelled: (what: string) => void,
): Model {
  const replies = new Map<string, Api['reply'][]>();
  for (const { on, reply } of given) replies.set(on, [...(replies.get(on) ?? []), reply]);
  const answer = (method: string, path: string): Buffer => {
    const on = [...replies.keys()].find((operation) => matches(operation, method, path));
    const queue = on === undefined ? undefined : replies.get(on);
    const reply = queue && queue.length > 1 ? queue.shift() : queue?.[0];
    if (!reply) {
      unmodelled(`${method} ${host}${path}`);
      return replyBytes(404, {}, bodyBytes({ error: 'The world does not model this operation' }));
    }
    return replyBytes(reply.status, reply.headers, method === 'HEAD' ? Buffer.alloc(0) : bodyBytes(reply.body));
  };
  return {
    connected(peer) {
      const requests = readMessages({
        kind: 'request',
        take({ first }) {
          const [method = '', path = ''] = first.split(' ');
          peer.send(answer(method, path));
        },
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

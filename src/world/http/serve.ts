import { greeting, type StreamReply, serveStreams } from '../http2/serve.ts';
import type { Peer } from '../model.ts';
import { type HttpMessage, readMessages } from './message.ts';
import { openBytes, replyBytes, usualKind } from './reply.ts';

interface Serving {
  /** One request, whole; the answer may come later. */
  take(message: HttpMessage, answer: (reply: StreamReply) => void): void;
  /** What came is not HTTP. */
  broken(): void;
}

/** Takes the requests of one connection, whichever HTTP it speaks: by its first bytes it is version 2, or 1.1. */
export function serveRequests(peer: Peer, { take, broken }: Serving): { receive(bytes: Uint8Array): void } {
  /** In version 1.1 no answer comes before the one to an earlier request. */
  const turns: { bytes?: Buffer }[] = [];
  const old = readMessages({
    kind: 'request',
    take(message) {
      const turn: { bytes?: Buffer } = {};
      turns.push(turn);
      take(message, ({ status, headers, body, isOpen }) => {
        const isHead = message.first.startsWith('HEAD ');
        const content = isHead ? Buffer.alloc(0) : body;
        turn.bytes = isOpen ? openBytes(status, headers, content) : replyBytes(status, headers, content);
        for (let next = turns[0]?.bytes; next; next = turns[0]?.bytes) {
          turns.shift();
          peer.send(next);
        }
      });
    },
    broken,
  });
  let held = Buffer.alloc(0);
  let speaks: { receive(bytes: Uint8Array): void } | undefined;
  let isOver = false;
  const receive = (bytes: Uint8Array): void => {
    if (speaks) {
      speaks.receive(bytes);
      return;
    }
    held = Buffer.concat([held, bytes]);
    const start = held.subarray(0, greeting.length);
    if (held.length < greeting.length && start.equals(greeting.subarray(0, start.length))) return;
    const isNew = start.equals(greeting);
    speaks = isNew
      ? serveStreams(peer, (message, answer) => take(message, (reply) => answer(suited(message, reply))))
      : old;
    speaks.receive(isNew ? held.subarray(greeting.length) : held);
    held = Buffer.alloc(0);
  };
  return {
    receive(bytes) {
      if (isOver) return;
      try {
        receive(bytes);
      } catch {
        // Only what is said in version 2 is thrown about.
        isOver = true;
        broken();
      }
    },
  };
}

const unfit = /^(?:connection|keep-alive|proxy-connection|transfer-encoding|upgrade|content-length)$/i;

/** A reply without what version 2 does not have, and with the kind of its content. */
function suited({ first }: HttpMessage, { headers, body, ...reply }: StreamReply): StreamReply {
  const kept = Object.entries(headers).filter(([name]) => !unfit.test(name));
  const isNamed = body.length === 0 || kept.some(([name]) => name.toLowerCase() === 'content-type');
  const own: Record<string, string> = isNamed ? {} : { 'content-type': usualKind };
  return {
    ...reply,
    headers: { ...own, ...Object.fromEntries(kept) },
    body: first.startsWith('HEAD ') ? Buffer.alloc(0) : body,
  };
}

import { readMessages } from '../http/message.ts';
import type { Connection, Model, Peer } from '../model.ts';
import { openStreams, preface } from './streams.ts';

/**
 * A collector of telemetry: takes whatever is exported to it over HTTP or gRPC, keeps none of it, and says that all
 * is well. What code sends there changes nothing that it does, so nothing is claimed of it either.
 */
export function createSink(): Model {
  return {
    connected: exporting,
    settled: async () => undefined,
    [Symbol.asyncDispose]: async () => undefined,
  };
}

/** One connection: by its first bytes it speaks HTTP/2, as gRPC does, or HTTP/1.1. */
function exporting(peer: Peer): Connection {
  let held = Buffer.alloc(0);
  let speaks: { receive(bytes: Uint8Array): void } | undefined;
  return {
    receive(bytes) {
      if (speaks) return speaks.receive(bytes);
      held = Buffer.concat([held, bytes]);
      const start = held.subarray(0, preface.length);
      if (held.length < preface.length && start.equals(preface.subarray(0, start.length))) return;
      speaks = start.equals(preface) ? openStreams(peer) : requests(peer);
      speaks.receive(held.subarray(start.equals(preface) ? preface.length : 0));
    },
    ended: () => peer.end(),
  };
}

function requests(peer: Peer): { receive(bytes: Uint8Array): void } {
  return readMessages({
    kind: 'request',
    take: () =>
      peer.send(Buffer.from('HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 2\r\n\r\n{}')),
    broken: () => peer.end(),
  });
}

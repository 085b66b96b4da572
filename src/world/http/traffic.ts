import type { Record as Recording } from '../../simulation/record.ts';
import type { WorldClock } from '../clock.ts';
import { type Faults, type Mishap, mishapText } from '../faults.ts';
import type { Line } from '../network.ts';
import { preview } from '../preview.ts';
import { troubled } from '../troubled.ts';
import { limitHeaders } from './limits.ts';
import { type HttpMessage, readMessages } from './message.ts';
import { replyBytes } from './reply.ts';

/** A request that reached somebody. */
export interface SentRequest {
  from: string;
  /** The names of whom it reached. */
  to: readonly string[];
  method: string;
  path: string;
}

interface Between {
  from: string;
  names: readonly string[];
  port: number;
  record: Recording;
  requests: SentRequest[];
  faults: Faults;
  clock: WorldClock;
  /** Requests to these names cannot be told from each other. */
  uncounted(names: readonly string[], what: string): void;
}

/** What the fault `rate-limit` says of a limit that nobody set. */
const onePerSecond = { requests: 1, windowMs: 1_000, remaining: 0, resetMs: 1_000, isOver: true };

/** Writes down the HTTP that passes between two lines, and lets the faults of the plan befall it. */
export function overheard(
  lines: { toServer: Line; toClient: Line },
  between: Between,
): { toServer: Line; toClient: Line } {
  const { from, names, record, faults, clock } = between;
  const asked: { seq: number; method: string }[] = [];
  const isGuarded = faults.concern(names);
  const host = between.port === 80 || between.port === 443 ? names[0] : `${names[0]}:${between.port}`;
  const plain = troubled(lines, between);
  let isPlain = false;
  const befall = (mishap: Mishap, message: HttpMessage): void => {
    record.write({ service: from, kind: 'fault', what: mishapText(mishap) });
    if (mishap.does === 'status') {
      const headers: Record<string, string> =
        mishap.status === 429 ? limitHeaders({ ...onePerSecond, now: clock.now() }) : {};
      toClient.send(replyBytes(mishap.status, headers, Buffer.from('{}')));
    } else if (mishap.does === 'reset') {
      lines.toClient.reset();
      lines.toServer.close();
    } else if (mishap.does === 'delay') clock.at(clock.now() + mishap.ms, () => lines.toServer.send(message.raw));
  };
  const requests = readMessages({
    kind: 'request',
    take(message) {
      const [method = '', path = ''] = message.first.split(' ');
      const seq = record.write({
        service: from,
        kind: 'request',
        what: `${method} http://${host}${path}`,
        value: preview(message.body.toString('utf8')),
      });
      asked.push({ seq, method });
      between.requests.push({ from, to: names, method, path });
      if (!isGuarded) return;
      const mishap = faults.befall(names, path);
      if (mishap) befall(mishap, message);
      else lines.toServer.send(message.raw);
    },
    broken(held) {
      isPlain = true;
      if (isGuarded) plain.toServer.send(held);
      if (held.subarray(0, 14).toString('latin1') !== 'PRI * HTTP/2.0') return;
      record.write({ service: from, kind: 'request', what: `HTTP/2 http://${host}` });
      between.uncounted(names, `HTTP/2 to ${host}, one request at a time`);
    },
  });
  const responses = readMessages({
    kind: 'response',
    method: () => asked[0]?.method,
    take(message) {
      const request = asked.shift();
      record.write({
        service: names[0] ?? '',
        kind: 'response',
        what: message.first.slice(9, 12),
        value: preview(message.body.toString('utf8')),
        ...(request ? { of: request.seq } : {}),
      });
    },
  });
  const toServer: Line = {
    send(bytes) {
      if (isPlain) plain.toServer.send(bytes);
      else if (!isGuarded) lines.toServer.send(bytes);
      if (!isPlain) requests.receive(bytes);
    },
    end: () => lines.toServer.end(),
    close: () => lines.toServer.close(),
    reset: () => lines.toServer.reset(),
    hold: (isHeld) => lines.toServer.hold(isHeld),
  };
  const toClient: Line = {
    send(bytes) {
      lines.toClient.send(bytes);
      responses.receive(bytes);
    },
    end() {
      responses.ended();
      lines.toClient.end();
    },
    close() {
      responses.ended();
      lines.toClient.close();
    },
    reset: () => lines.toClient.reset(),
    hold: (isHeld) => lines.toClient.hold(isHeld),
  };
  return { toServer, toClient };
}

import type { Record as Recording } from '../../simulation/record.ts';
import type { WorldClock } from '../clock.ts';
import { type Faults, type Mishap, mishapText } from '../faults.ts';
import { type Overheard, overheardStreams } from '../http2/overheard.ts';
import type { Line } from '../network.ts';
import { preview } from '../preview.ts';
import { troubled } from '../troubled.ts';
import { mishapHeaders } from './limits.ts';
import { type HttpMessage, readMessages } from './message.ts';
import { replyBytes } from './reply.ts';
import type { SentRequest } from './sent-request.ts';

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
  /** What the other side does not understand, where it is a model that speaks HTTP/1.1 alone. */
  unspoken?(what: string): void;
}

const mostEarly = 1 << 16;

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
  /** Nobody hears of anything any more, not even that the other side went. */
  let isSilent = false;
  let streams: Overheard | undefined;
  /** What the server said before the client's first word: in HTTP/2 it may. */
  let early: Buffer[] | undefined = [];
  const befall = (mishap: Mishap, message: HttpMessage): void => {
    record.write({ service: from, kind: 'fault', what: mishapText(mishap) });
    if (mishap.does === 'status') {
      const headers = mishapHeaders(mishap.status, clock.now());
      toClient.send(replyBytes(mishap.status, headers, Buffer.from('{}')));
    } else if (mishap.does === 'reset') {
      lines.toClient.reset();
      lines.toServer.close();
    } else if (mishap.does === 'timeout') isSilent = true;
    else if (mishap.does === 'delay') clock.at(clock.now() + mishap.ms, () => lines.toServer.send(message.raw));
  };
  const inStreams = (held: Buffer): void => {
    between.unspoken?.(`HTTP/2 spoken to ${host}`);
    const failed = (why: string): void => {
      between.uncounted(names, `HTTP/2 to ${host} that cannot be read: ${why}`);
      if (!isGuarded) return;
      lines.toClient.reset();
      lines.toServer.close();
    };
    const before = early ?? [];
    const isPassed = { isGuarded: false };
    streams = overheardStreams(lines, { ...between, host: String(host), isGuarded: () => isPassed.isGuarded, failed });
    for (const bytes of before) streams.fromServer(bytes);
    isPassed.isGuarded = isGuarded;
    streams.fromClient(held);
  };
  const requests = readMessages({
    kind: 'request',
    take(message) {
      early = undefined;
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
      if (held.subarray(0, 14).toString('latin1') === 'PRI * HTTP/2.0') inStreams(held);
      else {
        isPlain = true;
        if (isGuarded) plain.toServer.send(held);
      }
      early = undefined;
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
      if (!isGuarded && !isPlain) lines.toServer.send(bytes);
      if (streams) streams.fromClient(bytes);
      else if (isPlain) plain.toServer.send(bytes);
      else requests.receive(bytes);
    },
    end: () => lines.toServer.end(),
    close: () => lines.toServer.close(),
    reset: () => lines.toServer.reset(),
    hold: (isHeld) => lines.toServer.hold(isHeld),
  };
  const toClient: Line = {
    send(bytes) {
      if (isSilent) return;
      if (streams && isGuarded) {
        streams.fromServer(bytes);
        return;
      }
      lines.toClient.send(bytes);
      if (streams) streams.fromServer(bytes);
      else {
        if (early && early.reduce((sum, { length }) => sum + length, bytes.length) < mostEarly)
          early.push(Buffer.from(bytes));
        responses.receive(bytes);
      }
    },
    end() {
      responses.ended();
      if (!isSilent) lines.toClient.end();
    },
    close() {
      responses.ended();
      if (!isSilent) lines.toClient.close();
    },
    reset: () => isSilent || lines.toClient.reset(),
    hold: (isHeld) => lines.toClient.hold(isHeld),
  };
  return { toServer, toClient };
}

import type { Record as Recording } from '../../simulation/record.ts';
import type { WorldClock } from '../clock.ts';
import { type Faults, type Mishap, mishapText } from '../faults.ts';
import { mishapHeaders } from '../http/limits.ts';
import type { SentRequest } from '../http/sent-request.ts';
import type { Line } from '../network.ts';
import { preview } from '../preview.ts';
import { readDirection, responseBytes, roomFor, type Said } from './direction.ts';
import type { Field } from './header-table.ts';

interface Between {
  from: string;
  names: readonly string[];
  host: string;
  record: Recording;
  requests: SentRequest[];
  faults: Faults;
  clock: WorldClock;
  /** Whether faults may befall what is said, so that it goes on through here. */
  isGuarded(): boolean;
  /** What is said is not HTTP/2. */
  failed(why: string): void;
}

/** What was said, up to a size. */
interface Kept {
  parts: Buffer[];
  size: number;
}

interface Stream {
  method: string;
  path: string;
  asked: Kept;
  answered: Kept;
  /** The `seq` of the request, once it is written down. */
  seq: number | undefined;
  status: string;
  trailer: string;
  /** What the server says is held until then. */
  due: number;
  hasAsked: boolean;
}

/** Hears both sides of an HTTP/2 connection. */
export interface Overheard {
  fromClient(bytes: Uint8Array): void;
  fromServer(bytes: Uint8Array): void;
}

/** `PRI * HTTP/2.0` and what follows it. */
const greetingSize = 24;
const mostStreams = 10_000;
const mostKept = 1 << 20;

/** Writes down each request and response of an HTTP/2 connection, and lets faults befall them one by one. */
export function overheardStreams(lines: { toServer: Line; toClient: Line }, between: Between): Overheard {
  const { from, names, host, record, faults, clock, isGuarded } = between;
  const streams = new Map<number, Stream>();
  const swallowed = new Set<number>();
  let isOver = false;
  /** What is said in place of the server, until it has said its own first word. */
  let early: Buffer[] | undefined = [];
  const insert = (bytes: Buffer): void => {
    if (early) early.push(bytes);
    else lines.toClient.send(bytes);
  };
  const greeted = (): void => {
    const waiting = early ?? [];
    early = undefined;
    for (const bytes of waiting) lines.toClient.send(bytes);
  };
  const writeRequest = (stream: Stream): void => {
    if (stream.seq !== undefined) return;
    const { method, path } = stream;
    const value = preview(textOf(stream.asked));
    stream.seq = record.write({ service: from, kind: 'request', what: `${method} http://${host}${path}`, value });
    between.requests.push({ from, to: names, method, path });
  };
  const writeResponse = (stream: Stream, what: string): void => {
    writeRequest(stream);
    const value = preview(stream.trailer || textOf(stream.answered));
    record.write({ service: names[0] ?? '', kind: 'response', what, value, ...(stream.seq ? { of: stream.seq } : {}) });
  };
  const swallow = (said: Said): void => {
    if (said.weight > 0) insert(roomFor(said.weight));
  };
  const befall = (mishap: Mishap, id: number, stream: Stream): void => {
    record.write({ service: from, kind: 'fault', what: mishapText(mishap) });
    if (mishap.does === 'delay') stream.due = clock.now() + mishap.ms;
    else if (mishap.does === 'reset') {
      isOver = true;
      lines.toClient.reset();
      lines.toServer.close();
    } else {
      swallowed.add(id);
      if (mishap.does !== 'status') return;
      const headers: Field[] = Object.entries(mishapHeaders(mishap.status, clock.now()));
      const fields: Field[] = [[':status', String(mishap.status)], ['content-type', 'application/json'], ...headers];
      insert(responseBytes(id, fields, Buffer.from('{}')));
      keep(stream.answered, Buffer.from('{}'));
      writeResponse(stream, String(mishap.status));
      streams.delete(id);
    }
  };
  const opened = (said: Said): Stream => {
    if (streams.size >= mostStreams) throw new Error('more streams than anybody needs');
    const [method = '', path = ''] = [headerOf(said.fields, ':method'), headerOf(said.fields, ':path')];
    const stream: Stream = {
      ...{ method, path, asked: kept(), answered: kept(), seq: undefined, status: '', trailer: '', due: 0 },
      hasAsked: false,
    };
    streams.set(said.stream, stream);
    return stream;
  };
  const clientSaid = (said: Said): void => {
    if (swallowed.has(said.stream)) {
      swallow(said);
      return;
    }
    const known = streams.get(said.stream);
    const isNew = !known && headerOf(said.fields, ':method') !== undefined;
    const stream = isNew ? opened(said) : known;
    if (stream) {
      if (said.data) keep(stream.asked, said.data);
      if (said.isLast) {
        stream.hasAsked = true;
        writeRequest(stream);
      }
      const mishap = isNew && isGuarded() ? faults.befall(names, stream.path) : undefined;
      if (mishap) {
        writeRequest(stream);
        befall(mishap, said.stream, stream);
      }
      if (said.reset !== undefined) streams.delete(said.stream);
    }
    if (isOver) return;
    if (swallowed.has(said.stream)) swallow(said);
    else if (isGuarded()) lines.toServer.send(said.bytes);
  };
  const serverSaid = (said: Said): void => {
    const stream = streams.get(said.stream);
    if (stream) {
      if (said.promised === undefined && (said.fields || said.data)) writeRequest(stream);
      if (said.data) keep(stream.answered, said.data);
      if (said.promised === undefined && said.fields) heed(stream, said.fields);
      if (said.isLast) {
        writeResponse(stream, said.reset === undefined ? stream.status : `reset ${said.reset}`);
        streams.delete(said.stream);
      }
    }
    if (!isGuarded()) return;
    const pass = (): void => lines.toClient.send(said.bytes);
    if (stream && stream.due > clock.now()) clock.at(stream.due, pass);
    else pass();
  };
  const client = readDirection({
    said: clientSaid,
    other: (bytes) => isGuarded() && lines.toServer.send(bytes),
    tableSize: (size) => server.table.allow(size),
  });
  const server = readDirection({
    said: serverSaid,
    other(bytes) {
      if (isGuarded()) lines.toClient.send(bytes);
      greeted();
    },
    tableSize: (size) => client.table.allow(size),
  });
  const guarded = (receive: (bytes: Uint8Array) => void) => (bytes: Uint8Array) => {
    if (isOver) return;
    try {
      receive(bytes);
    } catch (thrown) {
      isOver = true;
      between.failed(thrown instanceof Error ? thrown.message : String(thrown));
    }
  };
  let greeting = greetingSize;
  return {
    fromClient: guarded((bytes) => {
      const greets = bytes.subarray(0, greeting);
      greeting -= greets.length;
      if (isGuarded() && greets.length > 0) lines.toServer.send(greets);
      client.receive(bytes.subarray(greets.length));
    }),
    fromServer: guarded(server.receive),
  };
}

/** The status of a response, or how a gRPC call ended, which is said after it. */
function heed(stream: Stream, fields: Field[]): void {
  const status = headerOf(fields, ':status');
  if (status !== undefined && !status.startsWith('1')) stream.status = status;
  const [code, message = ''] = [headerOf(fields, 'grpc-status'), headerOf(fields, 'grpc-message')];
  if (code !== undefined && code !== '0') stream.trailer = `grpc-status ${code} ${decoded(message)}`.trim();
}

/** gRPC packs its messages as addresses do. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function headerOf(fields: Field[] | undefined, name: string): string | undefined {
  return fields?.find(([key]) => key === name)?.[1];
}

function kept(): Kept {
  return { parts: [], size: 0 };
}

function keep(whole: Kept, part: Buffer): void {
  whole.size += part.length;
  if (whole.size <= mostKept) whole.parts.push(part);
}

function textOf({ parts }: Kept): string {
  return Buffer.concat(parts).toString('utf8');
}

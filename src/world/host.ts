import type { Record } from '../simulation/record.ts';
import type { FunctionPlace } from '../simulation/source/instrument.ts';
import type { CallOutcome } from './call-outcome.ts';
import { cleaned } from './cleaned.ts';
import type { Datagram } from './datagram.ts';
import type { End, Line } from './network.ts';
import { withoutFolders } from './preview.ts';
import type { Sandbox } from './sandbox/conversation.ts';
import type { Order, Secret, Word } from './sandbox/protocol.ts';
import { createWitness } from './witness.ts';

/** What a service asks of the world around it. */
export interface Neighbours {
  connect(from: Host, c: number, asked: { host: string; port: number; secret: Secret | null }): void;
  datagram(from: Host, datagram: Datagram): void;
  unmodelled(what: string): void;
}

/** A service of the world: a sandbox, its ports, its connections and what it said. */
export interface Host {
  readonly name: string;
  readonly address: string;
  /** Names under which others reach it. */
  readonly names: string[];
  readonly ports: Set<number>;
  /** Ports that take datagrams. */
  readonly datagramPorts: ReadonlySet<number>;
  /** The protocols of the ports that are encrypted. */
  readonly secrets: ReadonlyMap<number, string[]>;
  /** Whether it ever listened on a port. */
  readonly hasListened: boolean;
  readonly isAlive: boolean;
  /** When its earliest timer is due. */
  readonly next: number | null;
  readonly lastError: string;
  /** Whether Node itself gave up for want of memory. */
  readonly isStarved: boolean;
  /** The number with which it ended by itself. */
  readonly exitCode: number | null;
  /** One turn: an order is carried out until the service is idle again. */
  turn(order: Order): Promise<void>;
  /** Lets the program run until it is idle for the first time; what it did counts when the result is called. */
  prepare(): Promise<() => void>;
  /** The end of a connection that this service opened as `c`, or that it gets to know as a new one. */
  end(c: number): End;
  newConnection(): number;
  /** What the service says on connection `c` goes into this line. */
  joins(c: number, line: Line): void;
  /** A number for a call, other each time. */
  newCall(): number;
  outcome(id: number): CallOutcome | undefined;
  kill(): void;
  gone: Promise<void>;
}

interface Place {
  name: string;
  address: string;
  names: string[];
  now: () => number;
  record: Record;
  functions: (file: string) => FunctionPlace[] | undefined;
  neighbours: Neighbours;
}

/** Puts a sandbox into the world as a service. */
export function createHost(sandbox: Sandbox, place: Place): Host {
  const { name, record, neighbours } = place;
  const lines = new Map<number, Line>();
  const ports = new Set<number>();
  const datagramPorts = new Set<number>();
  const secrets = new Map<number, string[]>();
  const outcomes = new Map<number, CallOutcome>();
  const witness = createWitness(place);
  let next: number | null = null;
  let lastError = '';
  let exitCode: number | null = null;
  let connections = 0;
  let calls = 0;
  let hasListened = false;
  const take = (word: Word): unknown => {
    switch (word.t) {
      case 'seen':
        for (const seen of word.e) witness.see(seen);
        return undefined;
      case 'idle':
        next = word.next;
        return undefined;
      case 'listen':
        ports.add(word.port);
        if (word.alpn) secrets.set(word.port, word.alpn);
        else secrets.delete(word.port);
        hasListened = true;
        return undefined;
      case 'unlisten':
        return ports.delete(word.port);
      case 'bind':
        return datagramPorts[word.on ? 'add' : 'delete'](word.port);
      case 'datagram':
        return neighbours.datagram(host, { ...word, bytes: Buffer.from(word.b, 'base64') });
      case 'connect':
        return neighbours.connect(host, word.c, { host: word.host, port: word.port, secret: word.secret });
      case 'data':
        return lines.get(word.c)?.send(Buffer.from(word.b, 'base64'));
      case 'end':
        return lines.get(word.c)?.end();
      case 'close':
        lines.get(word.c)?.[word.broken ? 'reset' : 'close']();
        lines.delete(word.c);
        return undefined;
      case 'hold':
        return lines.get(word.c)?.hold(word.on);
      case 'result':
        outcomes.set(word.id, word.error ? { error: word.error } : { value: cleaned(word.value) });
        return undefined;
      case 'missing':
        outcomes.set(word.id, { missing: word.what });
        return undefined;
      case 'unloaded':
        outcomes.set(word.id, { unloaded: word.why });
        return undefined;
      case 'error':
        lastError = word.text;
        record.write({
          service: name,
          kind: 'error',
          what: word.kind,
          value: { text: withoutFolders(word.text), hash: '' },
        });
        return undefined;
      case 'unmodelled':
        return neighbours.unmodelled(`${word.what} in ${name}`);
      case 'refused': {
        const tried = `the code of ${name} tried to ${word.what} (${word.by}), which the world does not have`;
        record.write({
          service: name,
          kind: 'error',
          what: 'refused',
          value: { text: withoutFolders(tried), hash: '' },
        });
        return word.decides ? neighbours.unmodelled(tried) : undefined;
      }
      case 'exit':
        exitCode = word.code;
        record.write({ service: name, kind: 'error', what: `exit ${word.code}` });
        return undefined;
      case 'counts':
        for (const [file, fn, calls] of word.counts) witness.count(file, fn, calls);
        return undefined;
      default:
        return undefined;
    }
  };
  const order = (
    given: { t: 'data'; b: string } | { t: 'end' | 'reset' } | { t: 'hold'; on: boolean },
    c: number,
  ): Promise<void> => host.turn({ ...given, c, now: place.now() } as Order);
  const heed = (words: Word[]): void => {
    for (const word of words) take(word);
    if (host.isAlive) return;
    next = null;
    ports.clear();
    datagramPorts.clear();
    for (const line of lines.values()) line.close();
    lines.clear();
  };
  const host: Host = {
    name,
    address: place.address,
    names: place.names,
    ports,
    datagramPorts,
    secrets,
    get hasListened() {
      return hasListened;
    },
    get isAlive() {
      return sandbox.isAlive && exitCode === null;
    },
    get next() {
      return next;
    },
    get lastError() {
      return lastError || sandbox.complaint.trim().split('\n').slice(-6).join(' ') || witness.lastPrinted;
    },
    get isStarved() {
      return sandbox.isStarved || /heap out of memory|allocation failed/i.test(sandbox.complaint);
    },
    get exitCode() {
      return exitCode;
    },
    async turn(given) {
      if (host.isAlive) heed(await sandbox.turn(given));
    },
    async prepare() {
      const words = await sandbox.turn(null);
      return () => heed(words);
    },
    end: (c) => ({
      received: (bytes) => order({ t: 'data', b: Buffer.from(bytes).toString('base64') }, c),
      ended: () => order({ t: 'end' }, c),
      broken: () => order({ t: 'reset' }, c),
      held: (on) => order({ t: 'hold', on }, c),
    }),
    newConnection: () => {
      connections -= 1;
      return connections;
    },
    joins: (c, line) => void lines.set(c, line),
    newCall: () => {
      calls += 1;
      return calls;
    },
    outcome: (id) => outcomes.get(id),
    kill: () => sandbox.kill(),
    gone: sandbox.gone,
  };
  return host;
}

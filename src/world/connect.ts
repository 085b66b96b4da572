import type { Record as Recording } from '../simulation/record.ts';
import type { WorldClock } from './clock.ts';
import type { Faults } from './faults.ts';
import type { Host } from './host.ts';
import type { SentRequest } from './http/sent-request.ts';
import { overheard } from './http/traffic.ts';
import type { Model } from './model.ts';
import { type End, type Enqueue, type Line, lineTo } from './network.ts';
import { type Reachable, type Route, route, type Standing } from './routes.ts';
import type { Alpn, Secret } from './sandbox/protocol.ts';
import { throttled } from './throttled.ts';
import { troubled } from './troubled.ts';

type Place = [address: string, port: number];

/** Whoever opens a connection: a service, or the plan. */
export interface Caller {
  name: string;
  address: string;
  end: End;
  /** What the caller says goes into this line. */
  joined(line: Line): void;
  connected(to: Place, from: Place, alpn?: Alpn): void | Promise<void>;
  refused(code: string, message: string): void | Promise<void>;
}

/** What connecting needs to know of the world. */
export interface Wires {
  enqueue: Enqueue;
  clock: WorldClock;
  record: Recording;
  faults: Faults;
  requests: SentRequest[];
  /** A port for the calling side, other each time. */
  nextPort(): number;
  reachable(): Reachable;
  unmodelled(what: string): void;
  /** Requests to these names cannot be told from each other: what a plan says of them is not decided. */
  uncounted(names: readonly string[], what: string): void;
}

/** Where a caller wants to go; `secret` is left out by the plan, which speaks to either kind of port. */
export interface Asked {
  host: string;
  port: number;
  secret?: Secret | null;
}

/** Connects a caller to whoever listens there, or tells it who does not. */
export function connect(caller: Caller, asked: Asked, wires: Wires): unknown {
  const found = route(asked, caller.name, wires.reachable());
  if (found.to === 'nobody') return refuse(caller, found, wires);
  if (wires.faults.refuses(found.names)) {
    wires.record.write({ service: caller.name, kind: 'fault', what: 'refuse' });
    const message = `connect ECONNREFUSED ${asked.host}:${asked.port}`;
    return refuse(caller, { to: 'nobody', code: 'ECONNREFUSED', message }, wires);
  }
  const from: Place = [caller.address, wires.nextPort()];
  if (found.to === 'host') return joinHost(caller, found, { ...asked, from, wires });
  return joinModel(caller, found.standing, { ...asked, from, wires });
}

interface Joining extends Asked {
  from: Place;
  wires: Wires;
}

function refuse(caller: Caller, { code, message, unmodelled }: Extract<Route, { to: 'nobody' }>, wires: Wires): void {
  if (unmodelled !== undefined) wires.unmodelled(unmodelled);
  wires.enqueue(() => caller.refused(code, message));
}

function joinHost(caller: Caller, { host, names }: { host: Host; names: string[] }, joining: Joining): void {
  const { port, from, wires } = joining;
  const agreed = agree(host, joining);
  if ('code' in agreed) {
    refuse(caller, { to: 'nobody', ...agreed }, wires);
    return;
  }
  const there = host.newConnection();
  const bare = {
    toServer: lineTo(host.end(there), wires.enqueue),
    toClient: lineTo(caller.end, wires.enqueue),
  };
  const between = { ...wires, from: caller.name, names, port };
  const heard = overheard(throttled(bare, between), between);
  caller.joined(heard.toServer);
  host.joins(there, heard.toClient);
  wires.enqueue(() => host.turn({ t: 'accept', c: there, port, from, ...agreed, now: wires.clock.now() }));
  wires.enqueue(() => caller.connected([host.address, port], from, agreed.secret?.alpn));
}

type Agreed = { secret?: Secret & { alpn: Alpn } } | { code: string; message: string };

/** What two sides agree on before the first byte, as a handshake would. */
function agree(host: Host, { host: name, port, secret }: Joining): Agreed {
  const spoken = host.secrets.get(port);
  if (!spoken) {
    const message = 'write EPROTO SSL routines:tls_validate_record_header:wrong version number';
    return secret ? { code: 'EPROTO', message } : {};
  }
  if (secret === null) return { code: 'ECONNRESET', message: 'read ECONNRESET' };
  const { offered, ...wanted } = secret ?? { name, offered: ['http/1.1'], certificate: null };
  const common = spoken.find((one) => offered.includes(one));
  if (common === undefined && secret && spoken.length > 0 && offered.length > 0) {
    const code = 'ERR_SSL_TLSV1_ALERT_NO_APPLICATION_PROTOCOL';
    return { code, message: 'tlsv1 alert no application protocol' };
  }
  return { secret: { ...wanted, offered, alpn: common ?? false } };
}

/** The protocol that a model speaks over an encrypted connection: the older one where both sides know it. */
function agreedWith({ speaksHttp2 }: Model, secret: Secret | null | undefined): Alpn {
  if (secret?.offered.includes('http/1.1')) return 'http/1.1';
  return speaksHttp2 && secret?.offered.includes('h2') ? 'h2' : false;
}

function joinModel(caller: Caller, standing: Standing, { host, port, secret, from, wires }: Joining): void {
  wires.enqueue(async () => {
    const model = await standing.model();
    const lines: { toClient: Line } = { toClient: lineTo(caller.end, wires.enqueue) };
    const connection = model.connected({
      service: caller.name,
      host,
      port,
      send: (bytes) => lines.toClient.send(bytes),
      end: () => lines.toClient.close(),
    });
    const settling = (work: () => void) => async () => {
      work();
      await model.settled();
    };
    const end: End = {
      received: (bytes) => settling(() => connection.receive(bytes))(),
      ended: settling(() => connection.ended()),
      broken: settling(() => connection.ended()),
    };
    const bare = { toServer: lineTo(end, wires.enqueue), toClient: lines.toClient };
    const between = { ...wires, from: caller.name, names: standing.names, port };
    const slow = throttled(bare, between);
    const isHttp = standing.port === null;
    const heard = isHttp
      ? overheard(slow, model.speaksHttp2 ? between : { ...between, unspoken: wires.unmodelled })
      : troubled(slow, between);
    lines.toClient = heard.toClient;
    caller.joined(heard.toServer);
    await caller.connected([host, port], from, agreedWith(model, secret));
    await model.settled();
  });
}

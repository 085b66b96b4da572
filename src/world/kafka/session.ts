import type { Connection, Peer } from '../model.ts';
import type { Store } from '../world.ts';
import { apiVersions, notModelled, saslAuthenticate, saslHandshake } from './admin-apis.ts';
import type { Broker } from './broker.ts';
import { type Deed, deed } from './deed.ts';
import { faults } from './fault-codes.ts';
import { fetchDeed } from './fetch-deed.ts';
import { groupDeeds } from './group-deeds.ts';
import { offsetDeeds } from './offset-deeds.ts';
import { produceDeed } from './produce-deed.ts';
import { topicDeeds } from './topic-deeds.ts';
import { createWriter, type Reader, readerOf } from './wire.ts';

const mostBytes = 16 << 20;

/** Everything that a broker does, by the number of the request. */
export function deedsOf(broker: Broker, store: Store): ReadonlyMap<number, Deed> {
  const own = [
    produceDeed(broker),
    fetchDeed(broker),
    ...topicDeeds(broker),
    ...groupDeeds(broker),
    ...offsetDeeds(broker),
    deed(saslHandshake, ({ mechanism }, { service }, reply) => {
      const isKnown = mechanism === 'PLAIN';
      if (!isKnown) broker.unmodelled(service, `signing in with SASL ${mechanism.slice(0, 40)}`);
      reply({ errorCode: isKnown ? faults.none : faults.unsupportedSaslMechanism, mechanisms: ['PLAIN'] });
    }),
    deed(saslAuthenticate, ({ authBytes }, _asker, reply) => {
      const isWelcome = mayEnter(authBytes, store);
      reply({
        errorCode: isWelcome ? faults.none : faults.saslAuthenticationFailed,
        errorMessage: isWelcome ? null : 'Authentication failed: Invalid username or password',
        authBytes: Buffer.alloc(0),
        sessionLifetimeMs: 0,
      });
    }),
  ];
  const versions = deed(apiVersions, (_asked, _asker, reply) => {
    const all = [...own.map(({ api }) => api), apiVersions, ...notModelled];
    const apiKeys = all
      .map(({ key, versions: [minVersion, maxVersion] }) => ({ apiKey: key, minVersion, maxVersion }))
      .sort((a, b) => a.apiKey - b.apiKey);
    reply({ errorCode: faults.none, apiKeys });
  });
  return new Map([...own, versions].map((one) => [one.api.key, one]));
}

/** Speaks Kafka's protocol with one client: one request after the other, as brokers do. */
export function openSession(
  number: number,
  peer: Peer,
  { broker, deeds }: { broker: Broker; deeds: ReadonlyMap<number, Deed> },
): Connection {
  let held: Buffer = Buffer.alloc(0);
  let chunks: Buffer[] = [];
  let size = 0;
  let missing = 4;
  let isBusy = false;
  let isOver = false;
  /** The version in which a client asked what it may ask, where that is too new; it may ask again in an older one. */
  let tooNew: number | undefined;
  const leave = (): void => {
    if (isOver) return;
    isOver = true;
    if (tooNew !== undefined) broker.unmodelled(peer.service, `a client that begins with version ${tooNew}`);
    held = Buffer.alloc(0);
    chunks = [];
    broker.waiting.leave(number);
    peer.end();
  };
  const answer = (correlation: number, bytes: Buffer | null): void => {
    isBusy = false;
    if (isOver || bytes === null) return;
    const head = createWriter();
    head.int32(bytes.length + 4);
    head.int32(correlation);
    peer.send(Buffer.concat([head.written(), bytes]));
  };
  const take = (request: Reader): void => {
    const [key, version, correlation] = [request.int16(), request.int16(), request.int32()];
    const length = request.int16();
    const clientId = length < 0 ? '' : request.bytes(length).toString('utf8');
    const known = deeds.get(key);
    const [first, last] = known?.api.versions ?? [0, -1];
    const asker = {
      ...{ service: peer.service, connection: number, host: peer.host, port: peer.port, clientId, version },
      clientHost: `/${peer.service}`,
    };
    isBusy = true;
    if (known && version >= first && version <= last) {
      tooNew = undefined;
      known.carryOut(request, asker, (bytes) => {
        answer(correlation, bytes);
        goOn();
      });
    } else if (known?.api === apiVersions) {
      tooNew = version;
      answer(correlation, versionsUnderstood());
    } else {
      const name = known?.api.name ?? notModelled.find((one) => one.key === key)?.name ?? `number ${key}`;
      broker.unmodelled(peer.service, `the request ${name} in version ${version}`);
      leave();
    }
  };
  const next = (): Buffer | undefined => {
    if (isOver || isBusy) return undefined;
    if (size < missing) return undefined;
    held = Buffer.concat([held, ...chunks]);
    chunks = [];
    const length = held.readInt32BE(0);
    if (length < 8 || length > mostBytes) {
      if (length > mostBytes) broker.unmodelled(peer.service, `a request of ${length} bytes`);
      leave();
      return undefined;
    }
    missing = 4 + length;
    if (held.length < missing) return undefined;
    const frame = held.subarray(4, missing);
    held = held.subarray(missing);
    size = held.length;
    missing = 4;
    return frame;
  };
  let isGoing = false;
  const goOn = (): void => {
    if (isGoing) return;
    isGoing = true;
    try {
      for (let frame = next(); frame; frame = next()) take(readerOf(frame));
    } catch {
      leave();
    }
    isGoing = false;
  };
  return {
    receive(bytes) {
      if (isOver) return;
      chunks.push(Buffer.from(bytes));
      size += bytes.length;
      if (isBusy && size > 2 * mostBytes) leave();
      goOn();
    },
    ended: leave,
  };
}

/** Says in the words of the first version which versions of the question are understood. */
function versionsUnderstood(): Buffer {
  const [first, last] = apiVersions.versions;
  const writer = createWriter();
  writer.int16(faults.unsupportedVersion);
  writer.int32(1);
  for (const value of [apiVersions.key, first, last]) writer.int16(value);
  return writer.written();
}

/** Whether a name and a password are those of the broker; without any, all may enter. */
function mayEnter(bytes: Buffer, { user, password }: Store): boolean {
  if (password === undefined) return true;
  const [, name, secret] = bytes.toString('utf8').split('\0');
  return secret === password && (user === undefined || name === user);
}

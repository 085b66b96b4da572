import { type HttpMessage, readMessages } from '../http/message.ts';
import { bodyBytes, replyBytes } from '../http/reply.ts';
import type { Model, Surroundings } from '../model.ts';
import { preview } from '../preview.ts';
import { type Flags, launchDarkly, openFeature, unleash } from './told-flags.ts';

const mostReads = 1_000;

/** LaunchDarkly, Unleash and servers of OpenFeature's protocol as their SDKs see them, with the flags that a plan sets; any other flag is unknown there. */
export function createFlagService(
  name: string,
  flags: Flags,
  { record }: Surroundings,
  unmodelled: (what: string) => void,
  knownReads: (service: string) => ReadonlySet<string>,
): Model {
  /** Clients tell what they were asked for, which most of them were seen to be already. */
  const sawReads = (service: string, message: HttpMessage): void => {
    const known = knownReads(service);
    const told = readFlags(message.body).filter((flag) => !known.has(`flag ${flag}`));
    for (const flag of told.slice(0, mostReads))
      record({ service, kind: 'read', what: `flag ${flag}`, value: preview(JSON.stringify(givenValue(flags, flag))) });
  };
  const evaluated = (service: string, key: string): Buffer => {
    const { status, body } = openFeature(flags, key);
    const value = preview(JSON.stringify(givenValue(flags, key)));
    if (!knownReads(service).has(`flag ${key}`)) record({ service, kind: 'read', what: `flag ${key}`, value });
    return replyBytes(status, {}, bodyBytes(body));
  };
  const answer = (service: string, message: HttpMessage): Buffer => {
    const [method = '', target = ''] = message.first.split(' ');
    const path = target.split('?')[0] ?? '';
    const on = `${method} ${path}`;
    if (on === 'GET /sdk/latest-all') return replyBytes(200, {}, bodyBytes(launchDarkly(flags)));
    if (on === 'GET /all') return stream('put', { path: '/', data: launchDarkly(flags) });
    if (/^POST \/(bulk|diagnostic)$/.test(on)) {
      sawReads(service, message);
      return replyBytes(202, {}, Buffer.alloc(0));
    }
    if (/^GET (\/\w+)*\/client\/features$/.test(on)) return replyBytes(200, {}, bodyBytes(unleash(flags)));
    if (/^POST (\/\w+)*\/client\/(register|metrics)$/.test(on)) {
      sawReads(service, message);
      return replyBytes(202, {}, Buffer.alloc(0));
    }
    if (/^GET (\/\w+)*\/client\/streaming$/.test(on)) {
      const { features } = unleash(flags);
      return stream('unleash-connected', { events: [{ type: 'hydration', eventId: 1, features, segments: [] }] });
    }
    const [, key] = /^POST (?:\/\w+)*\/ofrep\/v1\/evaluate\/flags\/([^/]+)$/.exec(on) ?? [];
    if (key !== undefined) return evaluated(service, decoded(key));
    if (/^POST (\/\w+)*\/ofrep\/v1\/evaluate\/flags$/.test(on)) {
      const all = Object.keys(flags).map((one) => openFeature(flags, one).body);
      return replyBytes(200, {}, bodyBytes({ flags: all }));
    }
    unmodelled(`${method} ${name}${path}`);
    return replyBytes(404, {}, bodyBytes({ error: 'The world does not model this operation' }));
  };
  return {
    connected(peer) {
      const requests = readMessages({
        kind: 'request',
        take: (message) => peer.send(answer(peer.service, message)),
        broken: () => peer.end(),
      });
      return { receive: (bytes) => requests.receive(bytes), ended: () => peer.end() };
    },
    settled: async () => undefined,
    [Symbol.asyncDispose]: async () => undefined,
  };
}

/** A stream of events that stays open; nothing changes after the first. */
function stream(name: string, data: unknown): Buffer {
  const head =
    'HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ncache-control: no-cache\r\ntransfer-encoding: chunked\r\n\r\n';
  const event = Buffer.from(`event: ${name}\ndata: ${JSON.stringify(data)}\n\n`);
  return Buffer.concat([Buffer.from(`${head}${event.length.toString(16)}\r\n`), event, Buffer.from('\r\n')]);
}

/** The flags that an SDK says it was asked for, in the order of their names. */
function readFlags(body: Buffer): string[] {
  let said: unknown;
  try {
    said = JSON.parse(body.toString('utf8'));
  } catch {
    return [];
  }
  const events = Array.isArray(said) ? said : [said];
  const found = events.flatMap((event: unknown) => {
    const { features, bucket } = Object(event) as { features?: unknown; bucket?: unknown };
    const { toggles } = Object(bucket) as { toggles?: unknown };
    return [...Object.keys(Object(features)), ...Object.keys(Object(toggles))];
  });
  return [...new Set(found)].sort();
}

function givenValue(flags: Flags, name: string): unknown {
  return Object.hasOwn(flags, name) ? flags[name] : null;
}

function decoded(key: string): string {
  try {
    return decodeURIComponent(key);
  } catch {
    return key;
  }
}

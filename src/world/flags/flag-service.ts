import type { HttpMessage } from '../http/message.ts';
import { bodyBytes } from '../http/reply.ts';
import { serveRequests } from '../http/serve.ts';
import type { StreamReply } from '../http2/serve.ts';
import type { Model, Surroundings } from '../model.ts';
import { preview } from '../preview.ts';
import { flagdReply } from './flagd.ts';
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
  const sawRead = (service: string, key: string): void => {
    const value = preview(JSON.stringify(givenValue(flags, key)));
    if (!knownReads(service).has(`flag ${key}`)) record({ service, kind: 'read', what: `flag ${key}`, value });
  };
  const answer = (service: string, message: HttpMessage): StreamReply => {
    const [method = '', target = ''] = message.first.split(' ');
    const path = target.split('?')[0] ?? '';
    const on = `${method} ${path}`;
    if (on === 'GET /sdk/latest-all') return json(200, launchDarkly(flags));
    if (on === 'GET /all') return stream('put', { path: '/', data: launchDarkly(flags) });
    if (/^POST \/(bulk|diagnostic)$/.test(on)) {
      sawReads(service, message);
      return taken;
    }
    if (/^GET (\/\w+)*\/client\/features$/.test(on)) return json(200, unleash(flags));
    if (/^POST (\/\w+)*\/client\/(register|metrics)$/.test(on)) {
      sawReads(service, message);
      return taken;
    }
    if (/^GET (\/\w+)*\/client\/streaming$/.test(on)) {
      const { features } = unleash(flags);
      return stream('unleash-connected', { events: [{ type: 'hydration', eventId: 1, features, segments: [] }] });
    }
    const [, key] = /^POST (?:\/\w+)*\/ofrep\/v1\/evaluate\/flags\/([^/]+)$/.exec(on) ?? [];
    if (key !== undefined) {
      sawRead(service, decoded(key));
      const { status, body } = openFeature(flags, decoded(key));
      return json(status, body);
    }
    if (/^POST (\/\w+)*\/ofrep\/v1\/evaluate\/flags$/.test(on)) {
      const all = Object.keys(flags).map((one) => openFeature(flags, one).body);
      return json(200, { flags: all });
    }
    const called = flagdReply(message, flags);
    if (called?.flag !== undefined) sawRead(service, called.flag);
    if (called) return called.reply;
    unmodelled(`${method} ${name}${path}`);
    return json(404, { error: 'The world does not model this operation' });
  };
  return {
    speaksHttp2: true,
    connected(peer) {
      const requests = serveRequests(peer, {
        take: (message, send) => send(answer(peer.service, message)),
        broken: () => peer.end(),
      });
      return { receive: (bytes) => requests.receive(bytes), ended: () => peer.end() };
    },
    settled: async () => undefined,
    [Symbol.asyncDispose]: async () => undefined,
  };
}

const taken: StreamReply = { status: 202, headers: {}, body: Buffer.alloc(0) };

function json(status: number, body: unknown): StreamReply {
  return { status, headers: {}, body: bodyBytes(body) };
}

/** A stream of events that stays open; nothing changes after the first. */
function stream(name: string, data: unknown): StreamReply {
  const headers = { 'content-type': 'text/event-stream', 'cache-control': 'no-cache' };
  const body = Buffer.from(`event: ${name}\ndata: ${JSON.stringify(data)}\n\n`);
  return { status: 200, headers, body, isOpen: true };
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

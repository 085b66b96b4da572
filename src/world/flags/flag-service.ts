import type { Plan } from '../../simulation/plan.ts';
import { type HttpMessage, readMessages } from '../http/message.ts';
import { bodyBytes, replyBytes } from '../http/reply.ts';
import type { Model, Surroundings } from '../model.ts';
import { preview } from '../preview.ts';

type Flags = NonNullable<NonNullable<Plan['world']>['flags']>;

/** The hosts at which LaunchDarkly's SDK for servers asks. */
export const launchDarklyHosts = ['stream.launchdarkly.com', 'sdk.launchdarkly.com', 'events.launchdarkly.com'];

const mostReads = 1_000;

/** LaunchDarkly and Unleash as their SDKs see them, with the flags that a plan sets; any other flag is unknown there. */
export function createFlagService(
  name: string,
  flags: Flags,
  { record }: Surroundings,
  unmodelled: (what: string) => void,
): Model {
  const sawReads = (service: string, message: HttpMessage): void => {
    for (const flag of readFlags(message.body).slice(0, mostReads))
      record({ service, kind: 'read', what: `flag ${flag}`, value: preview(JSON.stringify(givenValue(flags, flag))) });
  };
  const answer = (service: string, message: HttpMessage): Buffer => {
    const [method = '', target = ''] = message.first.split(' ');
    const path = target.split('?')[0] ?? '';
    const on = `${method} ${path}`;
    if (on === 'GET /sdk/latest-all') return replyBytes(200, {}, bodyBytes(launchDarkly(flags)));
    if (on === 'GET /all') return stream(launchDarkly(flags));
    if (/^POST \/(bulk|diagnostic)$/.test(on)) {
      sawReads(service, message);
      return replyBytes(202, {}, Buffer.alloc(0));
    }
    if (/^GET (\/\w+)*\/client\/features$/.test(on)) return replyBytes(200, {}, bodyBytes(unleash(flags)));
    if (/^POST (\/\w+)*\/client\/(register|metrics)$/.test(on)) {
      sawReads(service, message);
      return replyBytes(202, {}, Buffer.alloc(0));
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
function stream(data: unknown): Buffer {
  const head =
    'HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ncache-control: no-cache\r\ntransfer-encoding: chunked\r\n\r\n';
  const event = Buffer.from(`event: put\ndata: ${JSON.stringify({ path: '/', data })}\n\n`);
  return Buffer.concat([Buffer.from(`${head}${event.length.toString(16)}\r\n`), event, Buffer.from('\r\n')]);
}

function launchDarkly(flags: Flags): unknown {
  const told = Object.entries(flags).map(([key, value]) => [
    key,
    {
      key,
      version: 1,
      on: true,
      variations: [value],
      fallthrough: { variation: 0 },
      offVariation: 0,
      targets: [],
      rules: [],
      prerequisites: [],
      salt: key,
    },
  ]);
  return { flags: Object.fromEntries(told), segments: {} };
}

function unleash(flags: Flags): unknown {
  const features = Object.entries(flags).map(([name, value]) => ({
    name,
    type: 'release',
    enabled: value !== false,
    stale: false,
    impressionData: false,
    strategies: [{ name: 'default', parameters: {}, constraints: [] }],
    variants:
      typeof value === 'boolean'
        ? []
        : [
            {
              name: String(value),
              weight: 1000,
              weightType: 'variable',
              stickiness: 'default',
              payload: { type: typeof value === 'number' ? 'number' : 'string', value: String(value) },
            },
          ],
  }));
  return { version: 2, features };
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

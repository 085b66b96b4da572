import { createRequire } from 'node:module';
import { createKafka } from '../../src/world/kafka/kafka.ts';
import type { Store } from '../../src/world/world.ts';
import { stillWorld } from './still-world.ts';

interface Spoken {
  request: { apiKey: number; apiVersion: number; encode(): Promise<{ buffer: Buffer }> };
  response: { decode(bytes: Buffer): Promise<unknown> };
}

type Speaks = (version: { version: number }) => (asked: object) => Spoken;

const { requests } = createRequire(import.meta.url)('kafkajs/src/protocol/requests') as {
  requests: Record<string, { protocol: Speaks }>;
};

/** A request as it stands on the wire, and how its answer is read: both as kafkajs has them. */
export async function spoken(name: string, version: number, asked: object, correlation = 7) {
  const known = requests[name];
  if (!known) throw new Error(`kafkajs knows no request ${name}`);
  const { request, response } = known.protocol({ version })(asked);
  const body = (await request.encode()).buffer;
  return { frame: framed({ key: request.apiKey, version: request.apiVersion, correlation, body }), response };
}

/** Any request as it stands on the wire. */
export function framed(said: { key: number; version: number; correlation?: number; body: Buffer }): Buffer {
  const head = Buffer.alloc(16);
  head.writeInt32BE(said.body.length + 12, 0);
  head.writeInt16BE(said.key, 4);
  head.writeInt16BE(said.version, 6);
  head.writeInt32BE(said.correlation ?? 7, 8);
  head.writeInt16BE(2, 12);
  head.write('me', 14);
  return Buffer.concat([head, said.body]);
}

/** A Kafka that stands alone, in a world where nothing happens by itself, with clients that say what they like. */
export function aloneKafka(terms: Store['kafka'] = {}) {
  const world = stillWorld();
  const store: Store = {
    ...{ name: 'kafka', kind: 'kafka', hosts: ['kafka'], port: 9092, migrations: [], from: '' },
    kafka: terms,
  };
  const kafka = createKafka(store, world);
  return { world, kafka, client: () => clientOf(kafka) };
}

function clientOf(kafka: ReturnType<typeof createKafka>) {
  let said: Buffer = Buffer.alloc(0);
  let isOpen = true;
  const connection = kafka.connected({
    ...{ service: 'test', host: 'kafka', port: 9092 },
    send: (bytes) => {
      said = Buffer.concat([said, bytes]);
    },
    end: () => {
      isOpen = false;
    },
  });
  const answers = (): { correlation: number; bytes: Buffer }[] => {
    const found: { correlation: number; bytes: Buffer }[] = [];
    for (let at = 0; at < said.length; ) {
      const length = said.readInt32BE(at);
      found.push({ correlation: said.readInt32BE(at + 4), bytes: said.subarray(at + 8, at + 4 + length) });
      at += 4 + length;
    }
    return found;
  };
  return {
    connection,
    isOpen: () => isOpen,
    answers,
    /** Asks, and gives what is answered at once; nothing where nothing is. */
    async ask(name: string, version: number, asked: object): Promise<unknown> {
      const before = answers().length;
      const { frame, response } = await spoken(name, version, asked);
      connection.receive(frame);
      const answer = answers()[before];
      return answer && response.decode(answer.bytes);
    },
  };
}

import type { Service, Store, Unmodelled } from '../world.ts';
import { builtService, contextOf } from './built-service.ts';
import { Compose, type ComposeService, composeService, containerPorts } from './compose-schema.ts';
import { environmentOf, type Reading } from './compose-service.ts';
import { readDocument, shaped } from './document.ts';
import { defaultsOf } from './environment.ts';
import { type Files, invalid } from './files.ts';
import { bare, isNode, modelOf, portsOf } from './image.ts';
import { imageStore } from './image-store.ts';
import { interpolateAll } from './interpolate.ts';
import { clustered, saidBy, topicsMade } from './kafka-store.ts';
import type { Package } from './package.ts';
import { isTelemetry } from './telemetry.ts';

const mostServices = 500;
const names = ['compose.yaml', 'compose.yml', 'docker-compose.yaml', 'docker-compose.yml'];

/** What a repository's compose file says of its world, before migrations are looked for. */
export interface Composed {
  services: Service[];
  stores: Store[];
  unmodelled: Unmodelled[];
}

/** Reads the compose file of a tree; nothing when it has none. */
export function readCompose(files: Files, workspaces: Package[]): Composed | undefined {
  const file = names.find((name) => files.isFile(name));
  const text = file && files.read(file);
  if (file === undefined || text === undefined) return undefined;
  const document = readDocument(file, text);
  const variables = defaultsOf(files, '.');
  const reading = { files, document, variables, workspaces };
  const described = shaped(Compose, document.value, document).services;
  const count = Object.keys(described).length;
  if (count > mostServices)
    throw invalid(document.at('services'), `it has ${count} services, and at most ${mostServices} are read`);
  const found: Composed = { services: [], stores: [], unmodelled: [] };
  const made: TopicsMade[] = [];
  for (const name of Object.keys(described)) {
    const service = extended(name, described, reading);
    const topics = topicsMadeBy(service, reading);
    if (topics) made.push({ topics, said: saidBy(service) });
    else place(name, service, reading, found);
  }
  const stores = clustered(found.stores, made);
  const isOfUse = ({ image }: Unmodelled) =>
    !(/zookeeper/.test(bare(image)) && stores.some(({ kind }) => kind === 'kafka'));
  return { ...found, stores, unmodelled: found.unmodelled.filter(isOfUse) };
}

type TopicsMade = Parameters<typeof clustered>[1][number];

/** The topics that a container with the tools of a Kafka makes in another's broker, if that is what it is for. */
function topicsMadeBy(service: ComposeService, reading: Reading): TopicsMade['topics'] | undefined {
  if (service.build !== undefined || modelOf(service.image ?? '')?.kind !== 'kafka') return undefined;
  return topicsMade(service, environmentOf(service, reading));
}

function extended(name: string, described: Record<string, unknown>, reading: Reading): ComposeService {
  return shaped(composeService, merged(name, described, reading, []), reading.document, 'services', name);
}

/** What a service says, over what those say that it extends. */
function merged(
  name: string,
  described: Record<string, unknown>,
  reading: Reading,
  before: string[],
): Record<string, unknown> {
  const own = interpolateAll(described[name], reading.variables);
  const { extends: parent } = shaped(composeService, own, reading.document, 'services', name);
  if (parent === undefined) return own as Record<string, unknown>;
  const base = typeof parent === 'string' ? parent : parent.service;
  const where = reading.document.at('services', name, 'extends');
  if (typeof parent === 'object' && parent.file)
    throw invalid(where, 'extending from another file is not read; say it in rehearse.yaml');
  if (base === name || before.includes(base)) throw invalid(where, `"${name}" extends itself by way of "${base}"`);
  if (!Object.hasOwn(described, base)) throw invalid(where, `there is no service "${base}" to extend`);
  const inherited = merged(base, described, reading, [...before, name]);
  const { extends: _, ...whole } = { ...inherited, ...Object(own) } as Record<string, unknown>;
  return whole;
}

function place(name: string, service: ComposeService, reading: Reading, found: Composed): void {
  const from = reading.document.at('services', name);
  const image = service.image ?? '';
  const model = service.build === undefined ? modelOf(image) : undefined;
  if (model) {
    found.stores.push(imageStore(name, service, model, from, reading));
    return;
  }
  const code = service.build !== undefined || isNode(image) ? builtService(name, service, from, reading) : undefined;
  if (code) found.services.push(code);
  else
    found.unmodelled.push({
      name,
      image: image || `built from ${contextOf(service)}`,
      ports: allPorts(service, image),
      ...(service.build === undefined && isTelemetry(bare(image)) && { isTelemetry: true }),
      from,
    });
}

function allPorts(service: ComposeService, image: string): number[] {
  return [...new Set([...containerPorts(service), ...portsOf(image)])];
}

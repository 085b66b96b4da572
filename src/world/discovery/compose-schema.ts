import { z } from 'zod';

const mostPorts = 1_000;
const Scalar = z.union([z.string(), z.number(), z.boolean(), z.null()]);
const Command = z.union([z.string(), z.array(z.coerce.string()), z.null()]).optional();
const Named = z.union([z.array(z.string()), z.record(z.string(), z.unknown())]).default([]);

const Mount = z.looseObject({
  type: z.string().optional(),
  source: z.string().optional(),
  target: z.string().optional(),
});

const Port = z.looseObject({ target: z.coerce.number(), published: z.coerce.string().optional() });

const ComposeService = z.looseObject({
  image: z.string().optional(),
  build: z
    .union([
      z.string(),
      z.looseObject({
        context: z.string().default('.'),
        dockerfile: z.string().optional(),
        target: z.string().optional(),
      }),
    ])
    .optional(),
  environment: z.union([z.array(z.string()), z.record(z.string(), Scalar)]).nullish(),
  env_file: z.union([z.string(), z.array(z.union([z.string(), z.looseObject({ path: z.string() })]))]).optional(),
  ports: z.array(z.union([z.string(), z.number(), Port])).default([]),
  expose: z.array(z.coerce.string()).default([]),
  depends_on: Named,
  command: Command,
  entrypoint: Command,
  networks: z
    .union([
      z.array(z.string()),
      z.record(z.string(), z.looseObject({ aliases: z.array(z.string()).default([]) }).nullable()),
    ])
    .default([]),
  network_mode: z.string().optional(),
  container_name: z.string().optional(),
  hostname: z.string().optional(),
  working_dir: z.string().optional(),
  volumes: z.array(z.union([z.string(), Mount])).default([]),
  extends: z.union([z.string(), z.looseObject({ service: z.string(), file: z.string().optional() })]).optional(),
});

/** A compose file, as far as it says what the world is made of. */
export const Compose = z.looseObject({ services: z.record(z.string(), z.unknown()).default({}) });

/** One service of a compose file. */
export const composeService = ComposeService;
export type ComposeService = z.infer<typeof ComposeService>;

/** The names listed in a field that may be a list or a map. */
export function namesIn(field: string[] | Record<string, unknown>): string[] {
  return Array.isArray(field) ? field : Object.keys(field);
}

/** The ports inside the container, from `ports` and `expose` together. */
export function containerPorts(service: ComposeService): number[] {
  const published = service.ports.slice(0, mostPorts).flatMap((port) => {
    if (typeof port === 'number') return [port];
    if (typeof port === 'object') return [port.target];
    return portRange(
      port
        .replace(/\/(tcp|udp)$/, '')
        .split(':')
        .at(-1) ?? '',
    );
  });
  const exposed = service.expose.slice(0, mostPorts).flatMap((port) => portRange(port.replace(/\/(tcp|udp)$/, '')));
  return [...new Set([...published, ...exposed])].filter((port) => Number.isInteger(port) && port > 0 && port < 65_536);
}

/** The host side and the container side of each mount. */
export function mountsOf(service: ComposeService): { source: string; target: string }[] {
  return service.volumes.flatMap((volume) => {
    if (typeof volume === 'object')
      return volume.source && volume.target ? [{ source: volume.source, target: volume.target }] : [];
    const [source, target] = volume.split(':');
    return source && target && source.startsWith('.') ? [{ source, target }] : [];
  });
}

/** Every name under which other containers reach a service. */
export function hostsOf(name: string, service: ComposeService): string[] {
  const aliases = Array.isArray(service.networks)
    ? []
    : Object.values(service.networks).flatMap((network) => network?.aliases ?? []);
  const local = service.network_mode === 'host' ? ['localhost', '127.0.0.1'] : [];
  const all = [name, service.container_name, service.hostname, ...aliases, ...local];
  return [...new Set(all.filter((host) => host !== undefined && host !== ''))] as string[];
}

function portRange(text: string): number[] {
  const [first = Number.NaN, last = first] = text.split('-').map(Number);
  return !(last - first <= 100) ? [first] : Array.from({ length: last - first + 1 || 0 }, (_, index) => first + index);
}

import type { Service, Store } from '../world.ts';
import { packageStart, portIn } from './built-service.ts';
import { defaultsOf } from './environment.ts';
import type { Files } from './files.ts';
import { kafkaNamed } from './kafka-store.ts';
import { type Package, readPackage } from './package.ts';
import { follow, type Start } from './start-command.ts';

/** The services of a repository without a compose file: its workspaces with a start script, its Procfile, or itself. */
export function packagedServices(files: Files, workspaces: Package[]): Service[] {
  const fromWorkspaces = workspaces.flatMap((found) => packageService(files, workspaces, found));
  if (fromWorkspaces.length > 0) return fromWorkspaces;
  const fromProcfile = procfileServices(files, workspaces);
  if (fromProcfile.length > 0) return fromProcfile;
  const root = readPackage(files, '.');
  return root ? packageService(files, workspaces, root) : [];
}

/** The stores that the environment of services names by URL (`DATABASE_URL=postgres://…`). */
export function storesIn(services: Service[]): Store[] {
  const found = new Map<string, Store>();
  for (const service of services) {
    for (const [variable, value] of Object.entries(service.environment)) {
      const from = `${variable} of ${service.name}`;
      const kafka = kafkaNamed(variable, value);
      const store = kafka
        ? { ...kafka, name: 'kafka', kind: 'kafka' as const, migrations: [], from }
        : storeAt(value, from);
      if (store && !found.has(`${store.kind} ${store.hosts.join()} ${store.port}`)) {
        found.set(`${store.kind} ${store.hosts.join()} ${store.port}`, store);
      }
    }
  }
  const all = [...found.values()];
  return all.map((store) => ({
    ...store,
    name:
      all.filter((other) => other.kind === store.kind).length === 1
        ? store.kind
        : `${store.kind}-${store.hosts[0]}-${store.port}`,
  }));
}

function packageService(files: Files, workspaces: Package[], found: Package): Service[] {
  if (found.scripts.start === undefined) return [];
  const from = found.at('scripts', 'start');
  const start = packageStart({ files, folder: found.folder, workspaces, from });
  const name = (found.folder === '.' ? found.name : found.folder)?.split('/').at(-1) ?? 'service';
  return start ? [serviceOf(name, start, files, from)] : [];
}

function procfileServices(files: Files, workspaces: Package[]): Service[] {
  const lines = (files.read('Procfile') ?? '').split(/\r?\n/);
  return lines.flatMap((line, index) => {
    const [, name, command] = /^([\w-]+):\s*(.+)$/.exec(line) ?? [];
    if (!name || !command || name === 'release') return [];
    const from = `Procfile:${index + 1}`;
    const start = follow(command, { files, folder: '.', workspaces, from });
    return start ? [serviceOf(name, start, files, from)] : [];
  });
}

function serviceOf(name: string, start: Start, files: Files, from: string): Service {
  const environment = { ...defaultsOf(files, '.'), ...defaultsOf(files, start.folder), ...start.environment };
  const { folder, entry, args } = start;
  return {
    name,
    folder,
    entry,
    args,
    environment,
    hosts: [name, 'localhost', '127.0.0.1'],
    ports: portIn(environment),
    needs: [],
    from,
  };
}

function storeAt(value: string, from: string): Store | undefined {
  if (!/^(postgres|postgresql|rediss?|amqps?):\/\//.test(value) || !URL.canParse(value)) return undefined;
  const url = new URL(value);
  const hosts = url.hostname === 'localhost' ? ['localhost', '127.0.0.1'] : [url.hostname];
  const password = url.password ? { password: decoded(url.password) } : {};
  if (url.protocol.startsWith('redis')) {
    return { name: 'redis', kind: 'redis', hosts, port: Number(url.port || 6379), ...password, migrations: [], from };
  }
  if (url.protocol.startsWith('amqp')) {
    const user = url.username ? { user: decoded(url.username) } : {};
    return {
      name: 'rabbitmq',
      kind: 'amqp',
      hosts,
      port: Number(url.port || 5672),
      ...user,
      ...password,
      migrations: [],
      from,
    };
  }
  const user = decoded(url.username) || 'postgres';
  const database = decoded(url.pathname.slice(1)) || user;
  return {
    name: 'postgres',
    kind: 'postgres',
    hosts,
    port: Number(url.port || 5432),
    user,
    database,
    ...password,
    migrations: [],
    from,
  };
}

/** Text of a URL without its escapes; as it stands where they are none. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

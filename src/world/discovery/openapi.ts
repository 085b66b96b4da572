import { isFailure } from '../../errors.ts';
import type { DescribedApi, World } from '../world.ts';
import { type Document, readDocument } from './document.ts';
import { type Files, invalid, mostOfDocument } from './files.ts';
import { joined } from './joined-document.ts';

const mostHosts = 100;
const folders = ['.', 'openapi', 'docs', 'docs/openapi', 'api', 'apis', 'spec', 'specs', 'contracts', 'swagger'];
const documentName = /^(?:openapi|swagger)[\w.-]*\.(?:ya?ml|json)$|\.(?:openapi|swagger)\.(?:ya?ml|json)$/i;

/**
 * The APIs of others that OpenAPI documents of a repository describe, by the hosts of their servers. A document without
 * a host of its own, or with one of a service or store, describes the repository itself and stands for nothing.
 */
export function describedApis(files: Files, { services, stores }: Pick<World, 'services' | 'stores'>): DescribedApi[] {
  const own = new Set([...services, ...stores].flatMap(({ name, hosts }) => [name, ...hosts]));
  const named = folders.flatMap((folder) =>
    files
      .list(folder)
      .filter((name) => documentName.test(name))
      .map((name) => (folder === '.' ? name : `${folder}/${name}`)),
  );
  return named.flatMap((file) => {
    const document = openApiDocument(files, file);
    const hosts = document ? hostsOf(document.value).filter((host) => !own.has(host)) : [];
    return hosts.length === 0 ? [] : [{ hosts, file, from: file }];
  });
}

/** An API that `rehearse.yaml` names a document for; throws WORLD_INVALID when it is none. */
export function namedApi(files: Files, host: string, named: string, from: string): DescribedApi {
  const file = files.within('.', named, from);
  if (!openApiDocument(files, file)) throw invalid(from, `"${file}" is no OpenAPI document`);
  return { hosts: [host], file, from };
}

/** Reads an OpenAPI document; nothing when it is none. */
export function openApiDocument(files: Files, file: string): Document | undefined {
  try {
    const text = files.read(file, mostOfDocument);
    const read = text === undefined ? undefined : readDocument(file, text);
    const document = read && text !== undefined ? joined(read, text, files) : undefined;
    const { openapi, swagger, paths } = Object(document?.value) as Record<string, unknown>;
    const isKnown = /^3\.[01]\b/.test(String(openapi)) || /^2\.0\b|^2$/.test(String(swagger));
    return isKnown && typeof paths === 'object' && paths !== null ? document : undefined;
  } catch (thrown) {
    if (isFailure(thrown)) return undefined;
    throw thrown;
  }
}

function hostsOf(value: unknown): string[] {
  const { servers, host } = Object(value) as { servers?: unknown; host?: unknown };
  const urls = Array.isArray(servers) ? servers.map((server) => String(Object(server).url)) : [];
  const named = typeof host === 'string' ? [`https://${host}`] : [];
  const hosts = [...urls, ...named]
    .slice(0, mostHosts)
    .flatMap((url) => (URL.canParse(url) ? [new URL(url).hostname] : []));
  return [...new Set(hosts)].filter((name) => name.includes('.') && !/^[\d.]+$|[{}%]/.test(name));
}

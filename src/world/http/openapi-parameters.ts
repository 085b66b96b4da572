import { type HttpMessage, headerOf } from './message.ts';
import type { Schemas } from './openapi-schemas.ts';

type Fields = Record<string, unknown>;

/** A request, taken apart. */
export interface Taken {
  message: HttpMessage;
  url: URL;
  /** What stands in the path, by name, as it came. */
  values: Record<string, string>;
}

const longestPart = 2_000;
const mostNames = 2;

/** What the names of a template such as `/users/{id}.json` stand for in a path; nothing when it is another. */
export function fitted(template: string, pathname: string): Record<string, string> | undefined {
  const wanted = template.split('/');
  const given = pathname.split('/');
  if (wanted.length !== given.length) return undefined;
  const values: [string, string][] = [];
  for (const [at, part] of wanted.entries()) {
    const text = given[at] ?? '';
    const pieces = part.split(/\{([^}]+)\}/);
    const names = pieces.filter((_, place) => place % 2 === 1);
    if (names.length === 0) {
      if (part !== text) return undefined;
      continue;
    }
    if (names.length > mostNames || text.length > longestPart) return undefined;
    const source = pieces.map((piece, place) =>
      place % 2 === 1 ? '(.+?)' : piece.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'),
    );
    const found = new RegExp(`^${source.join('')}$`).exec(text);
    if (!found) return undefined;
    for (const [place, name] of names.entries()) values.push([name, found[place + 1] ?? '']);
  }
  return Object.fromEntries(values);
}

/** What a request says for a parameter, in the style that the document gives it; nothing when it says nothing. */
export function givenFor(parameter: Fields, taken: Taken, schemas: Schemas): unknown {
  const name = String(parameter.name);
  const schema = schemas.resolved(parameter.schema ?? parameter);
  const kinds = [schema.type].flat();
  const style = styleOf(parameter);
  if (parameter.in === 'query') return inQuery(name, schema, { ...style, kinds }, taken.url.searchParams);
  const text = textOf(parameter, name, taken);
  if (text === undefined || !kinds.includes('array')) return text;
  return text.split(style.separator);
}

interface Style {
  style: string;
  isSpread: boolean;
  separator: string | RegExp;
}

/** The styles of version 3, and the formats of collections of version 2. */
function styleOf(parameter: Fields): Style {
  const old: Fields = { ssv: 'spaceDelimited', pipes: 'pipeDelimited', multi: 'form' };
  const usual = parameter.in === 'query' || parameter.in === 'cookie' ? 'form' : 'simple';
  const style = String(parameter.style ?? old[String(parameter.collectionFormat)] ?? usual);
  const isOld = parameter.schema === undefined && parameter.content === undefined && parameter.type !== undefined;
  const isSpread =
    typeof parameter.explode === 'boolean'
      ? parameter.explode
      : isOld
        ? parameter.collectionFormat === 'multi'
        : style === 'form';
  if (style === 'label' && isSpread) return { style, isSpread, separator: '.' };
  if (style === 'matrix' && isSpread) return { style, isSpread, separator: `;${String(parameter.name)}=` };
  const separators: Record<string, string> = { spaceDelimited: ' ', pipeDelimited: '|' };
  return { style, isSpread, separator: separators[style] ?? (parameter.collectionFormat === 'tsv' ? '\t' : ',') };
}

function inQuery(
  name: string,
  schema: Fields,
  { style, isSpread, separator, kinds }: Style & { kinds: unknown[] },
  query: URLSearchParams,
): unknown {
  const all = query.getAll(name);
  if (kinds.includes('array')) return all.length === 0 ? undefined : isSpread ? all : (all[0] ?? '').split(separator);
  if (kinds.includes('object') && all.length === 0) {
    const key = style === 'deepObject' ? (one: string) => `${name}[${one}]` : (one: string) => one;
    const names = style === 'deepObject' || isSpread ? Object.keys(Object(schema.properties)) : [];
    const pairs = names.flatMap((one) => (query.has(key(one)) ? [[one, query.get(key(one))] as const] : []));
    return pairs.length === 0 ? undefined : Object.fromEntries(pairs);
  }
  return all.length > 1 ? all : all[0];
}

function textOf(parameter: Fields, name: string, { message, values }: Taken): string | undefined {
  if (parameter.in === 'header') return headerOf(message, name.toLowerCase());
  if (parameter.in === 'cookie') return cookieOf(message, name);
  const text = values[name];
  if (text === undefined) return undefined;
  const bare =
    parameter.style === 'label'
      ? text.replace(/^\./, '')
      : parameter.style === 'matrix' && text.startsWith(`;${name}=`)
        ? text.slice(name.length + 2)
        : text;
  return decoded(bare);
}

/** A cookie of a request. */
export function cookieOf(message: HttpMessage, name: string): string | undefined {
  const cookies = (headerOf(message, 'cookie') ?? '').split(/;\s*/);
  return cookies.find((one) => one.startsWith(`${name}=`))?.slice(name.length + 1);
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

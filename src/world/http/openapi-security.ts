import { headerOf } from './message.ts';
import { cookieOf, type Taken } from './openapi-parameters.ts';
import type { Schemas } from './openapi-schemas.ts';

type Fields = Record<string, unknown>;

/** What a request lacks of what an operation wants to know of who asks; whether it is true is not checked. */
export function missingSecurity(document: Fields, operation: Fields, taken: Taken, schemas: Schemas): string[] {
  const wanted = operation.security ?? document.security;
  if (!Array.isArray(wanted) || wanted.length === 0) return [];
  const { securitySchemes } = Object(document.components) as Fields;
  const schemes = Object(securitySchemes ?? document.securityDefinitions) as Fields;
  const lacking = wanted.map((one) =>
    Object.keys(Object(one)).flatMap((name) => {
      const scheme = Object.hasOwn(schemes, name) ? schemas.resolved(schemes[name]) : {};
      const what = lackingFor(scheme, taken);
      return what === undefined ? [] : [what];
    }),
  );
  return lacking.some(({ length }) => length === 0)
    ? []
    : [`security: ${lacking.map((all) => all.join(' and ')).join(', or ')} is missing`];
}

function lackingFor({ type, in: place, name, scheme }: Fields, { message, url }: Taken): string | undefined {
  const authorization = headerOf(message, 'authorization') ?? '';
  if (type === 'apiKey') {
    const key = String(name);
    const isThere =
      place === 'query'
        ? url.searchParams.has(key)
        : place === 'cookie'
          ? cookieOf(message, key) !== undefined
          : headerOf(message, key.toLowerCase()) !== undefined;
    return isThere ? undefined : `${String(place)} ${key}`;
  }
  const word = type === 'basic' ? 'basic' : type === 'http' ? String(scheme).toLowerCase() : 'bearer';
  if (!['basic', 'http', 'oauth2', 'openIdConnect'].includes(String(type))) return undefined;
  return authorization.toLowerCase().startsWith(`${word} `) ? undefined : `header authorization (${word})`;
}

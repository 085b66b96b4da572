import { Ajv } from 'ajv';
import formats from 'ajv-formats';
import { sample } from 'openapi-sampler';

/** Values and schemas of one OpenAPI document. */
export interface Schemas {
  /** What is wrong with a value, in words; `isText` for what came as text and may stand for a number. */
  problems(schema: unknown, value: unknown, isText?: boolean): string[];
  /** A valid value, from the examples that the document has. */
  example(schema: unknown): unknown;
  /** Follows one reference within the document. */
  resolved(value: unknown): Record<string, unknown>;
}

const mostParts = 20_000;
const deepest = 6;

/** Reads the schemas of a document. Patterns are not checked: they are expressions of the repository, of any cost. */
export function schemasOf(document: Record<string, unknown>): Schemas {
  const options = { strict: false, validateSchema: false, allErrors: true, logger: false } as const;
  const strict = new Ajv(options);
  const lenient = new Ajv({ ...options, coerceTypes: 'array' });
  for (const ajv of [strict, lenient]) {
    formats.default(ajv);
    ajv.addSchema(checkable(document) as object, 'document');
  }
  const resolved = (value: unknown): Record<string, unknown> => {
    let current: unknown = value;
    for (let turn = 0; turn < 20; turn += 1) {
      const reference = Object(current).$ref;
      if (typeof reference !== 'string') break;
      current = pointed(document, reference);
    }
    return typeof current === 'object' && current !== null ? (current as Record<string, unknown>) : {};
  };
  return {
    resolved,
    problems(schema, value, isText = false) {
      const ajv = isText ? lenient : strict;
      const wrapper = { type: 'object', properties: { it: checkable(schema) } };
      if (ajv.validate(wrapper, { it: value })) return [];
      return (ajv.errors ?? [])
        .slice(0, 5)
        .map(({ instancePath, message }) => `${instancePath.replace(/^\/it\/?/, '')} ${message ?? 'is wrong'}`.trim());
    },
    example(schema) {
      let parts = 0;
      const measure = (value: unknown, depth: number): void => {
        parts += 1;
        if (parts > mostParts) throw new Error('its schemas are too large to make an example of');
        if (depth > deepest * 4 || typeof value !== 'object' || value === null) return;
        const target = '$ref' in value ? resolved(value) : value;
        for (const inner of Object.values(target)) measure(inner, depth + 1);
      };
      measure(schema, 0);
      return sample(schema as object, { maxSampleDepth: deepest, quiet: true }, document);
    },
  };
}

function pointed(document: unknown, reference: string): unknown {
  if (!reference.startsWith('#/')) throw new Error(`it refers to ${reference}, which is another file`);
  let current: unknown = document;
  for (const part of reference.slice(2).split('/')) {
    const name = decodeURIComponent(part).replaceAll('~1', '/').replaceAll('~0', '~');
    current = Object.hasOwn(Object(current), name) ? (current as Record<string, unknown>)[name] : undefined;
  }
  return current;
}

/** The same with references that lead into the whole document, and in the words of JSON Schema. */
function checkable(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(checkable);
  if (typeof value !== 'object' || value === null) return value;
  const { nullable, ...rest } = value as Record<string, unknown>;
  if (nullable === true && ('$ref' in rest || 'allOf' in rest || 'oneOf' in rest || 'anyOf' in rest))
    return { anyOf: [{ type: 'null' }, checkable(rest)] };
  const made: Record<string, unknown> = {};
  for (const [key, inner] of Object.entries(value)) {
    if (key === '__proto__' || key === '$id' || key === 'id' || key === '$schema') {
      if (typeof inner === 'string') continue;
    }
    if (key === '$ref' && typeof inner === 'string' && inner.startsWith('#/')) made[key] = `document${inner}`;
    else if ((key === 'pattern' || key === 'patternProperties') && isRule(value)) continue;
    else if (key === 'nullable' && !('type' in value)) continue;
    else if (key === 'enum' && nullable === true && Array.isArray(inner)) made[key] = [...inner, null];
    else if (key === 'required' && Array.isArray(inner)) made[key] = inner.filter((name) => !isReadOnly(value, name));
    else if (/^exclusiveM(in|ax)imum$/.test(key) && typeof inner === 'boolean') {
      const limit = Reflect.get(value, key === 'exclusiveMinimum' ? 'minimum' : 'maximum');
      if (inner && typeof limit === 'number') made[key] = limit;
    } else made[key] = checkable(inner);
  }
  return made;
}

/** Whether nobody may send a property. */
function isReadOnly(schema: object, name: unknown): boolean {
  const properties: unknown = Reflect.get(schema, 'properties');
  return Object.hasOwn(Object(properties), String(name)) && Object(Object(properties)[String(name)]).readOnly === true;
}

/** Whether an object is a schema itself, not the list of properties one of which has such a name. */
function isRule(value: object): boolean {
  const pattern: unknown = Reflect.get(value, 'pattern');
  return pattern === undefined || typeof pattern === 'string';
}

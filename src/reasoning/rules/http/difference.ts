import { step } from '../check.ts';
import { equal, isRecord, type Value } from '../values.ts';

/** A place in a body where two differ, as a JSONata path from the body, and what stands there. */
export interface Difference {
  path: string;
  expected: Value;
  /** Absent where the other body has nothing there. */
  other?: Value;
}

/** Everything that is expected of a body and is otherwise in another; a field that is not spoken of may be anything. */
export function differences(expected: Value, other: Value, path = ''): Difference[] {
  if (equal(expected, other)) return [];
  if (isRecord(expected) && isRecord(other)) {
    return Object.entries(expected).flatMap(([key, value]) => {
      const at = `${path}.${step(key)}`;
      if (Object.hasOwn(other, key)) return differences(value, other[key], at);
      return [{ path: at, expected: value }];
    });
  }
  if (Array.isArray(expected) && Array.isArray(other) && expected.length === other.length) {
    return expected.flatMap((value, at) => differences(value, other[at], `${path}[${at}]`));
  }
  return [{ path, expected, other }];
}

/** Whether a field's value is new in every run, by its name or its form. */
export function isVolatile({ path, expected }: Difference): boolean {
  const name = path.replace(/^.*\.|`|\[\d+\]$/g, '');
  if (
    /^(id|uuid|guid|.*Id|.*_id|requestId|traceId|etag|nonce|token|createdAt|updatedAt|.*At|.*_at|timestamp|time|date)$/.test(
      name,
    )
  )
    return true;
  return (
    typeof expected === 'string' && (/^\d{4}-\d\d-\d\dT/.test(expected) || /^[\da-f]{8}-[\da-f]{4}-/.test(expected))
  );
}

/** The value at the only place of a body where a field of this name stands; undefined when there are more or none. */
export function onlyField(body: Value, name: string, path = ''): { path: string; value: Value } | undefined {
  const found = fields(body, name, path);
  return found.length === 1 ? found[0] : undefined;
}

function fields(body: Value, name: string, path: string): { path: string; value: Value }[] {
  if (Array.isArray(body)) return body.flatMap((value, at) => fields(value, name, `${path}[${at}]`));
  if (!isRecord(body)) return [];
  return Object.entries(body).flatMap(([key, value]) => [
    ...(key === name ? [{ path: `${path}.${step(key)}`, value }] : []),
    ...fields(value, name, `${path}.${step(key)}`),
  ]);
}

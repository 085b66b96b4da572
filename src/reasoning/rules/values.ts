/** A value as a plan writes it: JSON, with tags for what JSON lacks. */
export type Value = unknown;

/** What a plan writes for undefined. */
export const nothing = { $undefined: true } as const;

/** A plain object that is no tagged value. */
export function isRecord(value: Value): value is Record<string, Value> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Whether two values are the same, whatever the order of their keys. */
export function equal(a: Value, b: Value): boolean {
  if (Array.isArray(a) || Array.isArray(b)) {
    return Array.isArray(a) && Array.isArray(b) && a.length === b.length && a.every((item, at) => equal(item, b[at]));
  }
  if (!isRecord(a) || !isRecord(b)) return Object.is(a, b) || (a === 0 && b === 0);
  const keys = Object.keys(a);
  return keys.length === Object.keys(b).length && keys.every((key) => Object.hasOwn(b, key) && equal(a[key], b[key]));
}

/** A value as results record it: a property that is undefined is not there. */
export function asRecorded(value: Value): Value {
  if (Array.isArray(value)) return value.map(asRecorded);
  if (!isRecord(value)) return value;
  const kept = Object.entries(value).filter(([, item]) => !(isRecord(item) && '$undefined' in item));
  return Object.fromEntries(kept.map(([key, item]) => [key, asRecorded(item)]));
}

/** All texts and numbers that a value is made of, keys left out. */
export function leaves(value: Value): Value[] {
  if (Array.isArray(value)) return value.flatMap(leaves);
  return isRecord(value) ? Object.values(value).flatMap(leaves) : [value];
}

/** The sort of a value, as far as two reports of one thing must agree in it. */
export function sort(value: Value): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  if (!isRecord(value)) return typeof value;
  const tag = Object.keys(value).find((key) => key.startsWith('$'));
  return tag ?? 'object';
}

/** A value on one line, as a person would write it. */
export function show(value: Value, limit = 120): string {
  const text = shown(value);
  return text.length > limit ? `${text.slice(0, limit - 1)}…` : text;
}

function shown(value: Value): string {
  if (Array.isArray(value)) return `[${value.map(shown).join(', ')}]`;
  if (!isRecord(value)) return typeof value === 'string' ? `'${value}'` : String(JSON.stringify(value));
  if ('$undefined' in value) return 'undefined';
  for (const tag of ['$js', '$bigint', '$date', '$bytes', '$number', '$regexp'])
    if (tag in value) return String(value[tag]);
  if (Array.isArray(value.$set)) return `Set { ${value.$set.map(shown).join(', ')} }`;
  if (Array.isArray(value.$map)) return `Map { ${value.$map.map(shown).join(', ')} }`;
  const pairs = Object.entries(value).map(
    ([key, item]) => `${/^[\w$]+$/.test(key) ? key : `'${key}'`}: ${shown(item)}`,
  );
  return pairs.length === 0 ? '{}' : `{ ${pairs.join(', ')} }`;
}

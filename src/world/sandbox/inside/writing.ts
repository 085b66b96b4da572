const { stringify } = JSON;
const { isArray } = Array;
const keysOf = Object.keys;
const deepest = 200;

/**
 * JSON of plain values, written without touching anything that the target can put its hands on: no `toJSON`, no
 * iterator, no method of a prototype.
 */
export function written(value: unknown, depth = 0): string {
  switch (typeof value) {
    case 'string':
      return stringify(value);
    case 'number':
      return value - value === 0 ? `${value}` : 'null';
    case 'boolean':
      return value ? 'true' : 'false';
    case 'object':
      if (value === null || depth > deepest) return 'null';
      return isArray(value) ? writtenItems(value, depth) : writtenParts(value, depth);
    default:
      return 'null';
  }
}

function writtenItems(items: unknown[], depth: number): string {
  let text = '[';
  for (let at = 0; at < items.length; at += 1) text += (at === 0 ? '' : ',') + written(items[at], depth + 1);
  return `${text}]`;
}

function writtenParts(value: object, depth: number): string {
  const keys = keysOf(value);
  let text = '';
  for (let at = 0; at < keys.length; at += 1) {
    const key = keys[at] as string;
    const part = (value as Record<string, unknown>)[key];
    if (part !== undefined) text += `${text === '' ? '' : ','}${stringify(key)}:${written(part, depth + 1)}`;
  }
  return `{${text}}`;
}

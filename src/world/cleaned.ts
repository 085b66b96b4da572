/** A value from a sandbox without the one key that could reach a prototype. */
export function cleaned(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(cleaned);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [key === '__proto__' ? '__proto__ (own)' : key, cleaned(inner)]),
  );
}

/** Whether a value is no deeper than what those who read it can follow. */
export function isShallow(value: unknown, deepest = 100): boolean {
  let level: unknown[] = [value];
  for (let depth = 0; depth < deepest && level.length > 0; depth += 1) {
    level = level.flatMap((one) => (typeof one === 'object' && one !== null ? Object.values(one) : []));
  }
  return level.length === 0;
}

/** A value from a sandbox without the one key that could reach a prototype. */
export function cleaned(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(cleaned);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [key === '__proto__' ? '__proto__ (own)' : key, cleaned(inner)]),
  );
}

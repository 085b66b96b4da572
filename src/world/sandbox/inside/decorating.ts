type Decorator = (target: object, key?: string | symbol, descriptor?: unknown) => unknown;
type Reflecting = typeof Reflect & { metadata?: (key: string, value: unknown) => Decorator };

/** What transformed decorators of TypeScript call; they do what its compiler's own do. */
export const decorating = {
  decorate(
    decorators: Decorator[],
    target: object,
    ...place: [key?: string | symbol, given?: PropertyDescriptor | null]
  ) {
    const [key, given] = place;
    const isClass = place.length === 0;
    let result: unknown = isClass ? target : given;
    if (key !== undefined && given === null) result = Object.getOwnPropertyDescriptor(target, key);
    for (const decorator of decorators.toReversed()) {
      if (!decorator) continue;
      result = (isClass ? decorator(result as object) : decorator(target, ...described(place, result))) || result;
    }
    if (place.length > 1 && key !== undefined && result) Object.defineProperty(target, key, result);
    return result;
  },
  decorateParam(at: number, decorator: (target: object, key: unknown, at: number) => void) {
    return (target: object, key: unknown) => decorator(target, key, at);
  },
  decorateMetadata(key: string, value: unknown): Decorator | undefined {
    return (Reflect as Reflecting).metadata?.(key, Array.isArray(value) ? value.map(typed) : typed(value));
  },
};

/** An enum that stands for a type is known by what its values are, as TypeScript's own compiler has it. */
function typed(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  const names = Object.entries(value).filter(([name]) => !/^-?\d+(?:\.\d+)?$/.test(name));
  const kinds = new Set(names.map(([, one]) => typeof one));
  if (kinds.size !== 1) return Object;
  return kinds.has('number') ? Number : kinds.has('string') ? String : Object;
}

function described(
  [key, ...given]: [key?: string | symbol, given?: unknown],
  result: unknown,
): [(string | symbol)?, unknown?] {
  return given.length > 0 ? [key, result] : [key];
}

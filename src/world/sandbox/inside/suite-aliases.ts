interface Alias {
  find?: unknown;
  replacement?: string;
}

/** What Vite's aliases make of the name of a module; undefined when none is for it. */
export function aliasing(given: unknown): (specifier: string) => string | undefined {
  const rules = [given ?? []].flat().map((one) => ruleOf(Object(one) as Alias));
  return (specifier) => {
    for (const rule of rules) {
      const other = rule(specifier);
      if (other !== undefined) return other;
    }
    return undefined;
  };
}

function ruleOf({ find, replacement = '' }: Alias): (specifier: string) => string | undefined {
  if (typeof find === 'string') {
    const folder = find.endsWith('/') ? find : `${find}/`;
    return (name) => (name === find || name.startsWith(folder) ? replacement + name.slice(find.length) : undefined);
  }
  const { $pattern, flags } = Object(find) as { $pattern?: string; flags?: string };
  if ($pattern === undefined) return () => undefined;
  const pattern = new RegExp($pattern, flags?.replace(/[gy]/g, ''));
  return (name) => (pattern.test(name) ? name.replace(pattern, replacement) : undefined);
}

/** Puts the constants there that Vite's `define` would write into the code. */
export function define(given: unknown): void {
  for (const [name, code] of Object.entries(Object(given))) {
    const value = typeof code === 'string' ? parsed(code) : code;
    const [, key] = /^(?:process|import\.meta)\.env\.(\w+)$/.exec(name) ?? [];
    if (key !== undefined) process.env[key] = String(value);
    else if (/^[A-Za-z_$][\w$]*$/.test(name)) Object.assign(globalThis, { [name]: value });
  }
}

function parsed(code: string): unknown {
  try {
    return JSON.parse(code);
  } catch {
    return code;
  }
}

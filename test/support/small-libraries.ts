/** Small libraries of well-known shapes, each with the defects that the threads about it report. */
export const libraries = {
  argvee: {
    parse: (argv: string[], options: { boolean?: string[] } = {}) =>
      argv.reduce<Record<string, unknown>>(
        (found, word) => {
          const [, key = '', value] = /^--([^=]+)(?:=(.*))?$/.exec(word) ?? [];
          if (key) found[key] = options.boolean?.includes(key) ? true : (value ?? true);
          return found;
        },
        { _: [] },
      ),
  },
  sizely: {
    parse: (text: string) => Number.parseInt(text, 10) * (text.endsWith('kb') ? 1024 : 1),
    format: (bytes: number) => `${Math.round(bytes / 1024)}KB`,
  },
  blend: {
    merge: (a: Record<string, unknown>, b: Record<string, unknown>) =>
      Object.fromEntries(
        [...new Set([...Object.keys(a), ...Object.keys(b)])].map((key) => [
          key,
          Array.isArray(a[key]) && Array.isArray(b[key]) ? Object.assign([...a[key]], b[key]) : (b[key] ?? a[key]),
        ]),
      ),
  },
  commata: {
    parseLine: (line: string) => line.split(','),
    stringify: (cells: unknown[]) => cells.map((cell) => String(cell)).join(','),
  },
  joinery: { join: (...parts: string[]) => parts.join('/') },
  mustachio: {
    render: (template: string, view: Record<string, unknown>) =>
      template.replace(/\{\{(\w+)\}\}/g, (_, name: string) => String(view[name] || '')),
  },
  inikit: {
    decode: (text: string) => {
      if (text.startsWith('\uFEFF')) throw new SyntaxError('Unexpected character at line 1');
      return Object.fromEntries(text.split('\n').map((line) => line.split('=')));
    },
  },
  globule: { isMatch: (path: string, _pattern: string, _options?: object) => path.length > 0 },
  almanac: {
    quarter: (iso: string) => Math.round(Number(iso.slice(5, 7)) / 3),
  },
  crumbly: {
    parse: (header: string) =>
      Object.fromEntries(
        header.split('; ').map((pair) => {
          const at = pair.indexOf('=');
          return [pair.slice(0, at), decodeURIComponent(pair.slice(at + 1))];
        }),
      ),
  },
  snip: { truncate: (text: string, width: number) => (text.length <= width ? text : `${text.slice(0, width)}…`) },
  tinct: {
    hexToRgb: (hex: string) =>
      hex.length === 7 ? [1, 3, 5].map((at) => Number.parseInt(hex.slice(at, at + 2), 16)) : null,
  },
  safely: { escape: (text: string) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;') },
  digin: {
    get: (of: Record<string, unknown>, path: string, otherwise?: unknown) =>
      path.split('.').reduce<unknown>((at, key) => Reflect.get(Object(at), key), of) ?? otherwise,
  },
  rounder: {
    round: (value: number, digits: number) => Math.round(value * 10 ** digits) / 10 ** digits,
    clamp: (value: number, low: number, high: number) => Math.max(Math.min(value, high), low) + (value > high ? 1 : 0),
  },
  keepsake: {
    Cache: class Cache {
      readonly kept = new Map<string, unknown>();
      readonly max: number;
      constructor({ max }: { max: number }) {
        this.max = max;
      }
      set(key: string, value: unknown) {
        if (this.kept.size >= this.max) this.kept.delete([...this.kept.keys()].at(-1) ?? '');
        this.kept.set(key, value);
        return this;
      }
      get(key: string) {
        return this.kept.get(key);
      }
    },
  },
};

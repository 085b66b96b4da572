import { registerHooks } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { say } from './channel.ts';
import { previewText } from './preview.ts';

/** Lets some files of the tree say what the plan wants them to say, however they are read. */
export function installOverlay(files: Record<string, string>, tree: string): void {
  const known = new Map(Object.entries(files));
  if (known.size === 0) return;
  const asked = new Set<string>();
  const textOf = (file: unknown): string | undefined => {
    const name = file instanceof URL ? fileURLToPath(file) : typeof file === 'string' ? path.resolve(file) : '';
    const text = known.get(name);
    if (text === undefined || asked.has(name)) return text;
    asked.add(name);
    say({ t: 'seen', e: [['read', path.relative(tree, name), ...previewText(text)]] });
    return text;
  };
  const fs = process.getBuiltinModule('node:fs');
  const { readFileSync, readFile } = fs;
  const read = fs.promises.readFile;
  const shaped = (text: string, options: unknown) =>
    typeof options === 'string' ||
    (typeof options === 'object' && options !== null && 'encoding' in options && options.encoding)
      ? text
      : Buffer.from(text);
  const sync = (file: unknown, options?: unknown) => {
    const text = textOf(file);
    return text === undefined ? Reflect.apply(readFileSync, fs, [file, options]) : shaped(text, options);
  };
  const async = (file: unknown, ...rest: unknown[]) => {
    const text = textOf(file);
    const done = rest.at(-1);
    if (text === undefined || typeof done !== 'function') return Reflect.apply(readFile, fs, [file, ...rest]);
    setImmediate(() => done(null, shaped(text, rest[0])));
  };
  const promised = async (file: unknown, options?: unknown) => {
    const text = textOf(file);
    return text === undefined ? Reflect.apply(read, fs.promises, [file, options]) : shaped(text, options);
  };
  Object.assign(fs, { readFileSync: sync, readFile: async });
  Object.assign(fs.promises, { readFile: promised });
  registerHooks({
    load(url, context, next) {
      const text = url.startsWith('file:') ? textOf(fileURLToPath(url)) : undefined;
      return text === undefined ? next(url, context) : { source: text, format: 'json', shortCircuit: true };
    },
  });
}

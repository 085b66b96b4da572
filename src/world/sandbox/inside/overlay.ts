import { registerHooks } from 'node:module';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { say } from './channel.ts';
import { sourceOf } from './disk-handle.ts';
import { isOurs, onFirstRead, put } from './disk-store.ts';
import { previewText } from './preview.ts';

/** Lets some files of the tree say what the plan wants them to say, and modules be loaded that the service wrote. */
export function installOverlay(files: Record<string, string>, tree: string): void {
  for (const [file, text] of Object.entries(files)) {
    put(file, 'file', 0o644, Buffer.from(text));
    onFirstRead.set(file, () => {
      say({ t: 'seen', e: [['read', path.relative(tree, file), ...previewText(text)]] });
    });
  }
  registerHooks({
    resolve(specifier, context, next) {
      const file = written(specifier, context.parentURL);
      return file === undefined ? next(specifier, context) : { url: pathToFileURL(file).href, shortCircuit: true };
    },
    load(url, context, next) {
      const file = url.startsWith('file:') ? fileURLToPath(url) : undefined;
      const source = file !== undefined && isOurs(file) ? sourceOf(file) : undefined;
      if (file === undefined || source === undefined) return next(url, context);
      return { source, format: formatOf(file, source), shortCircuit: true };
    },
  });
}

/** The file that a service wrote and now asks for as a module. */
function written(specifier: string, from: string | undefined): string | undefined {
  if (!/^(?:\.{0,2}\/|file:)/.test(specifier)) return undefined;
  const folder = from?.startsWith('file:') ? path.dirname(fileURLToPath(from)) : '/';
  const file = specifier.startsWith('file:') ? fileURLToPath(specifier) : path.resolve(folder, specifier);
  return ['', '.js', '.json', '.cjs', '.mjs', '/index.js']
    .map((ending) => file + ending)
    .find((one) => isOurs(one) && sourceOf(one) !== undefined);
}

function formatOf(file: string, source: string): 'json' | 'module' | 'commonjs' {
  if (file.endsWith('.json')) return 'json';
  if (/\.[cm]js$/.test(file)) return file.endsWith('.mjs') ? 'module' : 'commonjs';
  return /^\s*(?:import|export)\b/m.test(source) ? 'module' : 'commonjs';
}

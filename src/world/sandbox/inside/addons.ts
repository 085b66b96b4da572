import fs from 'node:fs';
import { createRequire, isBuiltin, registerHooks } from 'node:module';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { say } from './channel.ts';

const { readFileSync } = fs;
const load = createRequire(import.meta.url);
const { parse } = JSON;

/** Native addons that have an equivalent without native code, by the script that stands in for them. */
const equivalents = new Map([
  ['bcrypt', 'bcrypt.js'],
  ['argon2', 'argon2.js'],
]);
/** Addons that only make faster what their users can do without. */
const spare = new Set([
  ...['bufferutil', 'utf-8-validate', 'cpu-features', 'ssh2', 'msgpackr-extract', 'hiredis', 'fsevents', 'pg-native'],
  ...['node-gyp-build', 'node-gyp-build-optional-packages', 'bindings', 'detect-libc'],
  ...['bson-ext', 'kerberos', 'snappy', 'mongodb-client-encryption', 'dtrace-provider', 'unix-dgram', 'nan'],
]);
const loaders = /^(?:bindings|node-gyp-build(?:-optional-packages)?|(?:@mapbox\/)?node-pre-gyp)$/;
const platform = /[-_/.](?:linux|darwin|win32|freebsd|android)[-_.](?:x64|arm64|ia32|arm|riscv64|s390x|ppc64)/;

/** Puts an equivalent in the place of a native addon where there is one, and tells the name of any other. */
export function installAddons(runtime: string): void {
  const told = new Set<string>();
  const tell = (name: string): void => {
    if (told.has(name) || spare.has(name)) return;
    told.add(name);
    say({ t: 'unmodelled', what: `the native addon ${name}` });
  };
  let isOurs = false;
  const standIn = (script: string): string => {
    const file = path.join(runtime, script);
    // Loaded here and now, so that only our own scripts reach what our scripts import.
    isOurs = true;
    try {
      load(file);
    } finally {
      isOurs = false;
    }
    return pathToFileURL(file).href;
  };
  registerHooks({
    resolve(specifier, context, next) {
      if (isOurs) return { ...own(specifier, runtime), shortCircuit: true };
      const stand = equivalents.get(specifier);
      if (stand !== undefined) {
        next(specifier, context);
        return { url: standIn(stand), format: 'module', shortCircuit: true };
      }
      const isNative = specifier.endsWith('.node') || loaders.test(specifier) || platform.test(specifier);
      const owner = isNative ? packageAround(context.parentURL) : undefined;
      if (owner && !isOptional(owner, asker.get(owner.name))) tell(owner.name);
      if (!isNative && context.parentURL && /^@?[a-z]/i.test(specifier)) keep(specifier, context.parentURL);
      return next(specifier, context);
    },
  });
}

function own(specifier: string, runtime: string): { url: string; format: string } {
  if (isBuiltin(specifier)) return { url: `node:${specifier.replace(/^node:/, '')}`, format: 'builtin' };
  const file = path.isAbsolute(specifier) ? specifier : path.join(runtime, `${specifier.replace(/\.js$/, '')}.js`);
  return { url: pathToFileURL(file).href, format: 'module' };
}

interface Package {
  name: string;
  folder: string;
}

/** Who asked for a package first: whether they can do without it is theirs to say. */
const asker = new Map<string, string>();

function keep(specifier: string, from: string): void {
  const name = specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/');
  if (!asker.has(name)) asker.set(name, from);
}

function packageAround(url: string | undefined): Package | undefined {
  if (!url?.startsWith('file:')) return undefined;
  const file = fileURLToPath(url);
  const at = file.lastIndexOf('/node_modules/');
  if (at < 0) return { name: path.basename(file), folder: path.dirname(file) };
  const rest = file.slice(at + '/node_modules/'.length).split('/');
  const name = rest.slice(0, rest[0]?.startsWith('@') ? 2 : 1).join('/');
  return { name, folder: `${file.slice(0, at)}/node_modules/${name}` };
}

/** Whether the package that asked for an addon says of itself that it can do without. */
function isOptional({ name }: Package, from: string | undefined): boolean {
  const around = packageAround(from);
  if (!around || !from?.includes('/node_modules/')) return false;
  const manifest = Object(parse(readFileSync(path.join(around.folder, 'package.json'), 'utf8')));
  return (
    name in Object(manifest.optionalDependencies) || Object(manifest.peerDependenciesMeta)[name]?.optional === true
  );
}

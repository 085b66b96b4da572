import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'yaml';
import type { SuiteSettings } from '../sandbox/protocol.ts';
import { exportedBy } from './literal.ts';
import { readJson, type SuitePlace } from './place.ts';

const names = ['js', 'cjs', 'mjs', 'yaml', 'yml', 'json', 'jsonc'].map((ending) => `.mocharc.${ending}`);

/** Modules that teach Node another language, which the world knows already. */
const languages =
  /^(?:ts-node|tsx|esbuild-register|@babel\/register|@swc-node\/register|@swc\/register|source-map-support|coffee-script|sucrase)(?:\/|$)/;

/** What the configuration of Mocha says of a file of tests: its files, its package.json, its command line. */
export function mochaSettings({ tree, at }: SuitePlace): SuiteSettings {
  const manifest = readJson(path.join(at, 'package.json'));
  const config = { ...fileAt(tree), ...fileAt(at), ...Object(manifest.mocha), ...commandLine(manifest) } as Record<
    string,
    unknown
  >;
  const named = (...given: unknown[]) => given.flat().filter((one): one is string => typeof one === 'string');
  const placed = (one: string) => (/^[./]/.test(one) || existsSync(path.join(at, one)) ? path.resolve(at, one) : one);
  const setup = named(config.require, config.r)
    .filter((one) => !languages.test(one))
    .map(placed);
  const files = named(config.file).map((one) => path.resolve(at, one));
  const options = { files, ui: config.ui ?? config.u, timeout: config.timeout ?? config.t, retries: config.retries };
  return {
    setup,
    globals: true,
    environment: 'node',
    options: Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)),
  };
}

function fileAt(folder: string): Record<string, unknown> {
  const file = names.map((name) => path.join(folder, name)).find((one) => existsSync(one));
  if (!file) return {};
  const text = readFileSync(file, 'utf8');
  const value = /\.(?:ya?ml|jsonc?)$/.test(file) ? parse(text, { maxAliasCount: 50 }) : exportedBy(file, text);
  return Object(value) as Record<string, unknown>;
}

/** Options that the test script gives: `mocha --require test/setup.js --ui tdd`. */
function commandLine(manifest: Record<string, unknown>): Record<string, unknown> {
  const script = Object.values(Object(manifest.scripts)).find(
    (one) => typeof one === 'string' && /\bmocha\b/.test(one),
  );
  if (typeof script !== 'string') return {};
  const found: Record<string, unknown> = {};
  const required = [...script.matchAll(/(?:--require|-r)[ =](\S+)/g)].map(([, file]) => file);
  if (required.length > 0) found.require = required;
  const first = [...script.matchAll(/--file[ =](\S+)/g)].map(([, file]) => file);
  if (first.length > 0) found.file = first;
  const [, ui] = /(?:--ui|-u)[ =](\S+)/.exec(script) ?? [];
  const [, timeout] = /(?:--timeout|-t)[ =](\d+)/.exec(script) ?? [];
  return { ...found, ...(ui ? { ui } : {}), ...(timeout ? { timeout: Number(timeout) } : {}) };
}

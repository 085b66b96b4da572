import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { SuiteSettings, TestRunner } from '../sandbox/protocol.ts';
import { jestSettings } from './jest-settings.ts';
import { mochaSettings } from './mocha-settings.ts';
import { readJson, type SuitePlace } from './place.ts';
import { runnerFor, type SuitePackage, scriptEnvironment } from './runner.ts';
import { vitestSettings } from './vitest-settings.ts';

/** How a file of the repository's own tests is run. */
export interface Suite {
  /** The folder that it runs in, relative to the tree. */
  folder: string;
  runner: TestRunner;
  environment: Record<string, string>;
  settings: SuiteSettings;
}

const plain: SuiteSettings = { setup: [], globals: false, environment: 'node', options: {} };

/** Reads how a file of tests is run from what the repository has; throws WORLD_UNMODELLED for runners that are not known. */
export function suiteOf(tree: string, file: string): Suite {
  const source = readFileSync(path.join(tree, file), 'utf8');
  const folder = packageFolder(tree, path.dirname(file));
  const at = path.join(tree, folder);
  const manifest = packageIn(at);
  const root = folder === '.' ? manifest : packageIn(tree);
  const runner = runnerFor(source, folder === '.' ? manifest : both(manifest, root));
  const settings = settingsFor(runner, { tree, at, file: path.join(tree, file), source });
  return { folder, runner, environment: scriptEnvironment(manifest.scripts), settings };
}

function settingsFor(runner: TestRunner, place: SuitePlace): SuiteSettings {
  if (runner === 'vitest') return vitestSettings(place);
  if (runner === 'jest') return jestSettings(place);
  if (runner === 'mocha') return mochaSettings(place);
  return plain;
}

/** The nearest folder whose package.json says something of tests; else the nearest that has one. */
function packageFolder(tree: string, from: string): string {
  const folders: string[] = [];
  for (let at = from; ; at = path.dirname(at)) {
    if (existsSync(path.join(tree, at, 'package.json'))) folders.push(at);
    if (at === '.' || at === '/') break;
  }
  const speaking = folders.find((folder) => {
    const { scripts, configs, sections } = packageIn(path.join(tree, folder));
    return configs.length + sections.length > 0 || Object.keys(scripts).some((name) => /^test/.test(name));
  });
  return speaking ?? folders[0] ?? '.';
}

function packageIn(folder: string): SuitePackage {
  const manifest = readJson(path.join(folder, 'package.json'));
  const scripts = Object.entries(Object(manifest.scripts)).filter(
    (one): one is [string, string] => typeof one[1] === 'string',
  );
  const fields = ['dependencies', 'devDependencies', 'peerDependencies', 'optionalDependencies'];
  return {
    scripts: Object.fromEntries(scripts),
    packages: new Set(fields.flatMap((field) => Object.keys(Object(manifest[field])))),
    configs: existsSync(folder)
      ? readdirSync(folder).filter((name) => /^(?:vitest|jest|\.mocharc|ava|\.taprc)\b/.test(name))
      : [],
    sections: ['jest', 'mocha', 'ava', 'tap'].filter((name) => typeof manifest[name] === 'object'),
  };
}

function both(first: SuitePackage, root: SuitePackage): SuitePackage {
  return {
    scripts: { ...root.scripts, ...first.scripts },
    packages: new Set([...first.packages, ...root.packages]),
    configs: [...first.configs, ...root.configs],
    sections: [...first.sections, ...root.sections],
  };
}

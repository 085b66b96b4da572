import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { Failure } from '../errors.ts';
import type { Plan } from '../simulation/plan.ts';
import { readDocument } from './discovery/document.ts';
import type { World } from './world.ts';

/** What the file of the feature flags says under a plan, by absolute path; throws when flags are set that no file keeps. */
export function flagFile({ world: wanted }: Plan, { flags, services }: World, tree: string): Record<string, string> {
  const set = Object.entries(wanted?.flags ?? {});
  if (!flags) {
    if (set[0] === undefined || asksFlagService(tree, services)) return {};
    throw new Failure('WORLD_UNMODELLED', { asked: `the flag ${set[0][0]}; no file of the repository keeps flags` });
  }
  const file = path.join(tree, flags.file);
  const text = readFileSync(file, 'utf8');
  if (set.length === 0) return { [file]: text };
  const kept = readDocument(flags.file, text).value as Record<string, unknown>;
  const changed = set.map(([name, value]) => [name, changedTo(kept[name], value)]);
  return { [file]: `${JSON.stringify({ ...kept, ...Object.fromEntries(changed) }, null, 2)}\n` };
}

/** Whether a service has a client of flags that is modelled, which then gives those of the plan. */
function asksFlagService(tree: string, services: World['services']): boolean {
  const manifests = ['.', ...services.map(({ folder }) => folder)].map((folder) =>
    path.join(tree, folder, 'package.json'),
  );
  const sdk =
    /"(@launchdarkly\/node-server-sdk|launchdarkly-node-server-sdk|unleash-client|@openfeature\/server-sdk)"\s*:/;
  return manifests.some((file) => existsSync(file) && sdk.test(readFileSync(file, 'utf8')));
}

/** A flag with another value, in the form that the file keeps flags in. */
function changedTo(kept: unknown, value: unknown): unknown {
  if (typeof kept !== 'object' || kept === null) return value;
  const name = ['default', 'defaultValue', 'enabled', 'value'].find((one) => one in kept);
  return name === undefined ? value : { ...kept, [name]: value };
}

import type { ComposeService } from './compose-schema.ts';
import type { Document } from './document.ts';
import { readEnvironment } from './environment.ts';
import type { Files } from './files.ts';
import type { Variables } from './interpolate.ts';
import type { Package } from './package.ts';

/** A compose file being read, with what it is read against. */
export interface Reading {
  files: Files;
  document: Document;
  variables: Variables;
  workspaces: Package[];
}

/** The environment a compose service is given: its files first, what it says itself above them. */
export function environmentOf(service: ComposeService, reading: Reading): Record<string, string> {
  const asked = typeof service.env_file === 'string' ? [service.env_file] : (service.env_file ?? []);
  const files = asked.map((file) =>
    reading.files.within('.', typeof file === 'string' ? file : file.path, reading.document.file),
  );
  const own = pairsOf(service).flatMap(([key, value]): [string, string][] => {
    const given = value === null ? reading.variables[key] : String(value);
    return given === undefined ? [] : [[key, given]];
  });
  return Object.assign({}, ...files.map((file) => readEnvironment(reading.files, file)), Object.fromEntries(own));
}

/** A command as a list of words; compose runs a string through a shell. */
export function listed(command: ComposeService['command']): string[] | undefined {
  if (command === null || command === undefined) return undefined;
  return typeof command === 'string' ? ['sh', '-c', command] : command;
}

function pairsOf({ environment }: ComposeService): [string, unknown][] {
  if (!Array.isArray(environment)) return Object.entries(environment ?? {});
  return environment.map((line) => {
    const equals = line.indexOf('=');
    return equals < 0 ? [line, null] : [line.slice(0, equals), line.slice(equals + 1)];
  });
}

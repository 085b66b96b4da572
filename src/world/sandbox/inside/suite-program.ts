import Module from 'node:module';
import { pathToFileURL } from 'node:url';
import { formatOf } from './sources.ts';

interface Loader {
  _load(request: string, parent: unknown, isMain: boolean): unknown;
}

/** Runs a file as if Node had been given it. */
export async function mainProgram(file: string): Promise<void> {
  process.argv[1] = file;
  // Node would load what it was started with once more before a main program that is a module.
  if (formatOf(file) === 'module') await import(pathToFileURL(file).href);
  else (Module as unknown as Loader)._load(file, null, true);
}

import Module from 'node:module';
import { pathToFileURL } from 'node:url';

interface Loader {
  _load(request: string, parent: unknown, isMain: boolean): unknown;
}

/** Runs a file as if Node had been given it. */
export async function mainProgram(file: string): Promise<void> {
  process.argv[1] = file;
  try {
    (Module as unknown as Loader)._load(file, null, true);
  } catch (thrown) {
    if (!isAsync(thrown)) throw thrown;
    await import(pathToFileURL(file).href);
  }
}

/** A module that awaits at its top level cannot be required. */
function isAsync(thrown: unknown): boolean {
  return (
    typeof thrown === 'object' && thrown !== null && 'code' in thrown && thrown.code === 'ERR_REQUIRE_ASYNC_MODULE'
  );
}

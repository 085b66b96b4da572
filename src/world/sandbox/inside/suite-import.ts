import { registerHooks } from 'node:module';
import { pathToFileURL } from 'node:url';

const scheme = 'suite:';

/** Imports packages as a file of the target would: with its conditions, from where it lies. */
export function importerAt(file: string): (name: string) => Promise<Record<string, unknown>> {
  const parentURL = pathToFileURL(file).href;
  const prefix = `${scheme}${parentURL}!`;
  registerHooks({
    resolve: (specifier, context, next) =>
      specifier.startsWith(prefix)
        ? next(specifier.slice(prefix.length), { ...context, parentURL })
        : next(specifier, context),
  });
  return (name) => import(`${prefix}${name}`);
}

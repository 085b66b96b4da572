import { type Engines, openEngines } from '../../src/world/postgres/engines.ts';
import { openServerEngines } from '../../src/world/postgres/remote/engines.ts';
import { serverUrl } from './database.ts';

/** What databases of the world are made on: the real server when one is given, else the Postgres inside of us. */
export function postgresEngines(): Engines {
  return serverUrl === undefined ? openEngines() : openServerEngines(serverUrl);
}

import type { Surroundings } from '../../model.ts';
import type { Store } from '../../world.ts';
import type { Scripts } from '../command.ts';
import { type Lua, openLua } from './engine.ts';

/** The scripts of one server, with an engine that comes up when the first script does. */
export interface ServerScripts extends Scripts {
  /** Calls back when the engine is up, at once where it already is. */
  ready(then: () => void): void;
  /** Resolves when nobody waits for the engine. */
  settled(): Promise<void>;
}

/** No script known, and no engine yet. */
export function openScripts(surroundings: Surroundings, store: Store): ServerScripts {
  let lua: Lua | undefined;
  let opening: Promise<void> | undefined;
  const open = async (): Promise<void> => {
    lua = await openLua();
  };
  return {
    known: new Map(),
    libraries: new Map(),
    run(script, call) {
      if (!lua) return { error: 'ERR scripts cannot run yet' };
      const reply = lua.run({ ...script, call });
      if (typeof reply !== 'object' || reply === null || !('over' in reply)) return reply;
      surroundings.record({ service: store.name, kind: 'error', what: `WORLD_UNMODELLED ${reply.over}` });
      return { error: `ERR Error running script: ${reply.over}` };
    },
    ready(then) {
      if (lua) return then();
      opening = (opening ?? open()).then(then);
    },
    settled: async () => {
      for (let waited: Promise<void> | undefined; waited !== opening; ) {
        waited = opening;
        await waited;
      }
    },
  };
}

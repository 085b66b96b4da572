import { literal } from './literal.ts';
import { rowsOf } from './rows.ts';
import type { Session } from './session.ts';
import { timeoutNames } from './timeouts.ts';

/** Whose user and settings the one backend has at the moment. */
export interface InForce {
  readonly session: Session | undefined;
  /** Whether settings were changed since it came to its turn. */
  readonly isChanged: boolean;
  change(): void;
  /** Puts a session's own in force; nobody's are the server's own. */
  giveTo(session: Session | undefined): Promise<void>;
}

/** Limits may stand under names of ours, which no view shows: they are asked for by name. */
const own = `select name, setting from pg_settings where source = 'session' and name not like 'rehearse.%'
  union all
  select name, current_setting(name, true) from unnest(array[${timeoutNames.map(literal).join(', ')}]) name
  where current_setting(name, true) not in ('', '0')
  union all
  select 'role', current_setting('role') where current_setting('role') <> 'none'`;

/** Starts with the owner's. */
export function keepInForce(
  sql: (words: string) => Promise<Buffer>,
  { owner, become }: { owner: string; become(user: string): string },
): InForce {
  let inForce: { session: Session | undefined; isChanged: boolean } = { session: undefined, isChanged: false };
  return {
    get session() {
      return inForce.session;
    },
    get isChanged() {
      return inForce.isChanged;
    },
    change: () => {
      inForce.isChanged = true;
    },
    giveTo: async (session) => {
      const before = inForce.session;
      if (before === session) return;
      if (before && !before.gone && inForce.isChanged) {
        const kept = rowsOf(await sql(own));
        before.settings = new Map(kept.map((row) => [String(row.name), String(row.setting)]));
      }
      const words: string[] = [];
      if (inForce.isChanged || (before && before.settings.size > 0)) words.push('reset all');
      const hadRole = before?.settings.has('role') === true;
      if (hadRole) words.push('reset role');
      if (hadRole || (before?.user ?? owner) !== (session?.user ?? owner)) words.push(become(session?.user ?? owner));
      for (const [name, value] of session?.settings ?? []) {
        words.push(`select set_config(${literal(name)}, ${literal(value)}, false)`);
      }
      if (words.length > 0) await sql(words.join('; '));
      inForce = { session, isChanged: false };
    },
  };
}

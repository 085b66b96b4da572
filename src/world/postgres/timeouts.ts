import { rowsOf } from './rows.ts';

/** How long a session lets things take, in virtual milliseconds; 0 is for ever. */
export interface Timeouts {
  statement: number;
  lock: number;
  idleInTransaction: number;
  idle: number;
  transaction: number;
}

const names = {
  statement: 'statement_timeout',
  lock: 'lock_timeout',
  idleInTransaction: 'idle_in_transaction_session_timeout',
  idle: 'idle_session_timeout',
  transaction: 'transaction_timeout',
} as const;
const units: Record<string, number> = { us: 0.001, ms: 1, s: 1_000, min: 60_000, h: 3_600_000, d: 86_400_000 };

/** What Postgres calls them. */
export const timeoutNames = Object.values(names);

/** SQL that asks for those in force. */
export const askTimeouts = `select ${Object.entries(names)
  .map(([key, name]) => `current_setting('${name}', true) as "${key}"`)
  .join(', ')}`;

/** Those in the reply to that. */
export function timeoutsIn(reply: Buffer): Timeouts {
  const [row = {}] = rowsOf(reply);
  return timeoutsBy((key) => row[key]);
}

/** Those among settings by name. */
export function timeoutsOf(settings: ReadonlyMap<string, string>): Timeouts {
  return timeoutsBy((key) => settings.get(names[key]));
}

function timeoutsBy(told: (key: keyof Timeouts) => unknown): Timeouts {
  const of = (key: keyof Timeouts) => milliseconds(told(key));
  return {
    statement: of('statement'),
    lock: of('lock'),
    idleInTransaction: of('idleInTransaction'),
    idle: of('idle'),
    transaction: of('transaction'),
  };
}

function milliseconds(told: unknown): number {
  const [, number = '0', unit = 'ms'] = /^\s*'?([\d.]+)\s*([a-z]*)'?\s*$/i.exec(String(told ?? '')) ?? [];
  return Math.ceil(Number(number) * (units[unit || 'ms'] ?? 1)) || 0;
}

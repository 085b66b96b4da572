import { fitted } from '../world/http/operation.ts';
import type { Stage } from '../world/stage.ts';
import type { Checked } from './check.ts';
import type { Checks } from './checks.ts';
import type { Then } from './plan.ts';
import type { Results } from './simulation.ts';
import type { TraceEvent } from './trace.ts';

/** What a plan works on. */
export interface Scene {
  stage: Stage;
  results: Results;
  checks: Checks;
}

/** Whether one expectation of a plan is met by what happened. */
export async function meets(then: Then, { stage, results, checks }: Scene): Promise<Checked> {
  if ('check' in then) return checks.check(then.check, results);
  if ('sql' in then) return checks.check(then.sql.check, await stage.query(then.sql.store, then.sql.text));
  if ('sent' in then) return wasSent(then.sent, stage);
  const found = stage.record.find(forbidden(then.never));
  return found
    ? { met: false, seen: `${found.service} ${found.what} ${found.value?.text ?? ''}`.trim() }
    : { met: true, seen: '' };
}

function wasSent({ to, on, times }: Extract<Then, { sent: unknown }>['sent'], stage: Stage): Checked {
  if (on === 'MAIL') return wasMailed(to, times, stage);
  const requests = stage.requests.filter((one) => one.to.includes(to));
  const matching = requests.filter((one) => fitted(on, one.method, one.path));
  if (matching.length === times) return { met: true, seen: '' };
  const others = requests.map((one) => `${one.method} ${one.path}`).slice(0, 5);
  return {
    met: false,
    seen: `sent ${matching.length} times${others.length > 0 ? `; ${to} got ${others.join(', ')}` : ''}`,
  };
}

/** Mails that reached a store, by its name, or an address. */
function wasMailed(to: string, times: number, { record, world }: Stage): Checked {
  const isStore = world.stores.some(({ kind, name, hosts }) => kind === 'smtp' && (name === to || hosts.includes(to)));
  const mails = [...record.all().filter(({ kind, what }) => kind === 'publish' && what.startsWith('MAIL '))];
  const matching = isStore ? mails : mails.filter(({ what }) => what.slice(5).split(', ').includes(to));
  if (matching.length === times) return { met: true, seen: '' };
  const others = mails.map(({ what }) => what.slice(5)).slice(0, 5);
  return {
    met: false,
    seen: `mailed ${matching.length} times${others.length > 0 ? `; mail went to ${others.join('; ')}` : ''}`,
  };
}

/** What a `never` looks for among the events. */
function forbidden(never: string): (event: TraceEvent) => boolean {
  const [kind, detail = ''] = never.split(':');
  if (kind === 'unhandled-error') {
    return (event) => event.kind === 'error' && (event.what === 'exception' || event.what === 'rejection');
  }
  if (kind === 'status') {
    const pattern = new RegExp(`^${detail.replaceAll('x', '\\d')}$`);
    return (event) => event.kind === 'response' && pattern.test(event.what);
  }
  return (event) => event.kind === 'log' && levelOf(event) === detail;
}

const levels: { [level: number]: string } = {
  10: 'trace',
  20: 'debug',
  30: 'info',
  40: 'warn',
  50: 'error',
  60: 'fatal',
};

/** The level of a log line: as its JSON says, as loggers print it in front, or by the stream that it went to. */
function levelOf({ what, value }: TraceEvent): string {
  const line = what.trim();
  if (line.startsWith('{')) {
    const [, level] = /"(?:level|severity|lvl)"\s*:\s*"?(\w+)"?/.exec(line) ?? [];
    if (level !== undefined) return levels[Number(level)] ?? level.toLowerCase();
  }
  const [, word] = /^\W*(?:\S+\s+){0,3}?\[?(trace|debug|info|warn|error|fatal)\]?\b/i.exec(line) ?? [];
  if (word !== undefined) return word.toLowerCase();
  return value?.text === 'stderr' ? 'error' : 'info';
}

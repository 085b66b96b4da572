import type { Surroundings } from '../model.ts';
import { preview } from '../preview.ts';
import type { Keyspace } from './keyspace.ts';
import { type Bytes, textOf } from './resp.ts';

/** What clients say to set themselves up tells nothing of what the code does. */
const housekeeping = /^(hello|client|info|command|select|ping|config|auth|quit)$/;

/** Records that a service gave a command: `LPUSH invoices`, with all its arguments. */
export function sawCommand(surroundings: Surroundings, service: string, name: string, parameters: Bytes[]): void {
  if (housekeeping.test(name)) return;
  const [first] = parameters;
  const what = first === undefined ? name.toUpperCase() : `${name.toUpperCase()} ${textOf(first)}`;
  surroundings.record({
    service,
    kind: name === 'publish' ? 'message' : 'command',
    what,
    value: preview(JSON.stringify(parameters.map(textOf))),
  });
}

/** Records which keys a command changed, and gives them: `lpush invoices`. */
export function sawWrites(surroundings: Surroundings, service: string, name: string, keys: Keyspace): Bytes[] {
  const changed = keys.takeChanged();
  for (const key of changed) surroundings.record({ service, kind: 'write', what: `${name} ${textOf(key)}` });
  return changed;
}

/** Records that Redis was asked for a command that is not modelled; the verdict cannot stand on it. */
export function sawUnmodelled(surroundings: Surroundings, service: string, name: string): void {
  surroundings.record({ service, kind: 'error', what: `WORLD_UNMODELLED redis ${name.toUpperCase()}` });
}

import { Failure } from '../errors.ts';
import type { Store } from './world.ts';

/**
 * The store that a plan means by its name, host or kind, and the database of it where one is named: `postgres/orders`.
 * Throws WORLD_UNMODELLED with the stores there are.
 */
export function placeIn(stores: Store[], name: string): { store: Store; database?: string } {
  const isMeant = (by: string) => (one: Store) => one.name === by || one.hosts.includes(by) || one.kind === by;
  const whole = stores.find(isMeant(name));
  if (whole) return { store: whole };
  const [, first = '', database = ''] = /^([^/]+)\/(.+)$/s.exec(name) ?? [];
  const store = stores.find(isMeant(first));
  if (!store) throw new Failure('WORLD_UNMODELLED', { asked: `a store named ${name}`, stores: stores.map(known) });
  if (store.kind !== 'postgres') {
    const asked = `the database ${database} of the store ${store.name}; only a Postgres has databases by name`;
    throw new Failure('WORLD_UNMODELLED', { asked });
  }
  return { store, database };
}

function known({ name }: Store): string {
  return name;
}

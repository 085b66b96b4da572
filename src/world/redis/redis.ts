import { Failure, isFailure } from '../../errors.ts';
import type { Surroundings } from '../model.ts';
import type { StoreModel } from '../store-model.ts';
import type { Store } from '../world.ts';
import { type Client, openClient, type Request, type Server } from './client.ts';
import type { Wait } from './command.ts';
import { type Keyspace, openKeyspace } from './keyspace.ts';
import { openScripts } from './lua/scripts.ts';
import { openNotifications } from './notifications.ts';
import { bytesOf, type Reply, textOf } from './resp.ts';
import { sawUnmodelled, sawWrites } from './witness.ts';

interface Waiting {
  client: Client;
  /** The command that waits. */
  request: Request;
  wait: Wait;
  finish(reply: Reply): void;
  stop(): void;
}

/** A Redis inside the world: empty, its expiries and timeouts on the virtual clock, its chance seeded. */
export async function createRedis(store: Store, surroundings: Surroundings): Promise<StoreModel> {
  const { clock } = surroundings;
  const databases = new Map<number, Keyspace>();
  const clients = new Set<Client>();
  const waiting = new Set<Waiting>();
  const scripts = openScripts(surroundings, store);
  let connections = 0;
  const database = (index: number): Keyspace => {
    const known = databases.get(index);
    if (known) return known;
    const made = openKeyspace(clock, {
      ended: (key, event) => notifications.tell(event, index, key),
      isAwaited: () => notifications.wantsExpiry,
    });
    databases.set(index, made);
    return made;
  };
  const callers = () => [...clients].map(({ caller }) => caller);
  const notifications = openNotifications(callers, () => {
    for (const one of databases.values()) one.awaitExpiry();
  });
  notifications.set((store.notify ?? '').replace(/[^KEAg$lshztxed]/g, ''));
  if (/[nm]/.test(store.notify ?? '')) sawUnmodelled(surroundings, store.name, 'notifications of new and missed keys');
  const changed = (client: Client, [name, words]: Request): void => {
    const { service, caller } = client;
    const keys = database(caller.database);
    const touched = sawWrites(surroundings, service, name, keys).map((key) => ({ key, isGone: !keys.has(key) }));
    for (const what of notifications.changed({ name, words }, caller.database, touched))
      sawUnmodelled(surroundings, service, what);
  };
  const serveOne = (): boolean => {
    for (const one of waiting) {
      const reply = one.wait.attempt();
      if (reply === undefined) continue;
      waiting.delete(one);
      one.stop();
      changed(one.client, one.request);
      one.finish(reply);
      return true;
    }
    return false;
  };
  const server: Server = {
    database,
    surroundings,
    scripts,
    withLua: scripts.ready,
    password: store.password === undefined ? undefined : bytesOf(store.password),
    callers,
    serve: () => {
      while (serveOne());
    },
    notifications,
    changed,
    wait: (client, request, wait, finish) => {
      const one: Waiting = { client, request, wait, finish, stop: () => undefined };
      waiting.add(one);
      if (wait.timeout === 0) return;
      one.stop = clock.at(clock.now() + wait.timeout, () => {
        if (waiting.delete(one)) finish(wait.otherwise);
      });
    },
    left: (client) => {
      clients.delete(client);
      for (const one of [...waiting].filter((other) => other.client === client)) {
        waiting.delete(one);
        one.stop();
      }
    },
  };
  return {
    connected: (peer) => {
      connections += 1;
      const client = openClient(connections, peer, server);
      clients.add(client);
      return client;
    },
    settled: scripts.settled,
    apply: async (given) => {
      if (!('keys' in given))
        throw new Failure('PLAN_INVALID', { store: store.name, problem: 'a Redis is given keys' });
      for (const [key, value] of Object.entries(given.keys.set))
        database(0).put(bytesOf(key), 'string', bytesOf(value));
      database(0).takeChanged();
      server.serve();
    },
    query: async (text) => asked(text, server, store),
    [Symbol.asyncDispose]: async () => {
      for (const one of waiting) one.stop();
      waiting.clear();
      clients.clear();
    },
  };
}

/** Runs one command given as text (`LRANGE invoices 0 -1`); an array is its rows, anything else one row. */
async function asked(text: string, server: Server, store: Store): Promise<unknown[]> {
  const replies: string[] = [];
  const quiet = { ...server, surroundings: { ...server.surroundings, record: () => undefined }, password: undefined };
  const send = (bytes: Uint8Array) => void replies.push(Buffer.from(bytes).toString('latin1'));
  const client = openClient(
    0,
    { service: 'plan', host: store.name, port: store.port, send, end: () => undefined },
    quiet,
  );
  client.receive(Buffer.from(`${text.replace(/[\r\n]+/g, ' ')}\r\n`));
  client.ended();
  const reply = plain(replies.join(''));
  if (isFailure(reply)) throw reply;
  return Array.isArray(reply) ? reply : [reply];
}

function plain(wire: string): unknown {
  let at = 0;
  const next = (): unknown => {
    const end = wire.indexOf('\r\n', at);
    const [sign, rest] = [wire[at], wire.slice(at + 1, end)];
    at = end + 2;
    if (sign === '+') return rest;
    if (sign === ':') return Number(rest);
    if (sign === '-' || sign === undefined) return new Failure('PLAN_INVALID', { problem: rest });
    const length = Number(rest);
    if (length < 0) return null;
    if (sign === '*') return Array.from({ length }, next);
    at += length + 2;
    return textOf(wire.slice(at - length - 2, at - 2));
  };
  return next();
}

import { tell } from '../../errors.ts';
import type { Connection, Peer, Surroundings } from '../model.ts';
import type { Caller, Command, Context, Scripts, Wait } from './command.ts';
import type { Keyspace } from './keyspace.ts';
import type { Notifications } from './notifications.ts';
import { Refusal } from './refusal.ts';
import { type Bytes, encode, ok, type Reply, requestsIn, textOf } from './resp.ts';
import { commands } from './table.ts';
import { sawCommand, sawUnmodelled } from './witness.ts';

/** What a client shares with all others. */
export interface Server {
  database(index: number): Keyspace;
  callers(): Iterable<Caller>;
  surroundings: Surroundings;
  password: string | undefined;
  scripts: Scripts;
  /** Calls back when scripts can run, at once where they already can. */
  withLua(ready: () => void): void;
  /** Lets those who wait try again, the longest waiting first. */
  serve(): void;
  wait(client: Client, request: Request, wait: Wait, finish: (reply: Reply) => void): void;
  left(client: Client): void;
  notifications: Notifications;
  /** A command of a client is done: tells the trace and whoever listens which keys it changed. */
  changed(client: Client, request: Request): void;
}

/** One connection to the Redis of the world. */
export interface Client extends Connection {
  caller: Caller;
  service: string;
}

const needsLua = /^(eval|evalsha|eval_ro|evalsha_ro|script|function|fcall|fcall_ro)$/;

/** A command and its arguments. */
export type Request = [name: string, parameters: Bytes[]];

/** Speaks the Redis protocol with one client. */
export function openClient(id: number, peer: Peer, server: Server): Client {
  const { surroundings } = server;
  const caller: Caller = {
    id,
    name: '',
    version: 2,
    database: 0,
    channels: new Set(),
    patterns: new Set(),
    shards: new Set(),
    send: (reply) => peer.send(encode(reply, caller.version)),
  };
  let buffered: Buffer = Buffer.alloc(0);
  let queued: Request[] | undefined;
  let spoiled = false;
  let watched: { keys: Keyspace; key: Bytes; version: number }[] = [];
  let admitted = server.password === undefined;
  let blocked = false;
  const later: Request[] = [];

  const context = (inTransaction: boolean): Context => ({
    keys: server.database(caller.database),
    database: server.database,
    clock: surroundings.clock,
    chance: surroundings.chance,
    caller,
    callers: server.callers,
    inTransaction,
    scripts: server.scripts,
    notifications: server.notifications,
    nested: (name, parameters) => run([name, parameters], true) as Reply,
  });
  const run = (request: Request, inTransaction: boolean): Reply | { wait: Wait } => {
    const [name, parameters] = request;
    sawCommand(surroundings, peer.service, name, parameters);
    const reply = guarded(() => found(name, parameters).run(context(inTransaction), parameters));
    if (typeof reply === 'object' && reply !== null && 'error' in reply && /is not modelled$/.test(reply.error))
      sawUnmodelled(surroundings, peer.service, `${name} ${parameters[0] ?? ''}`.trim());
    server.changed(client, [name, parameters]);
    return reply;
  };
  const found = (name: string, parameters: Bytes[]): Command => {
    const command = commands.get(name);
    if (!command) {
      sawUnmodelled(surroundings, peer.service, name);
      const given = parameters.map((one) => `'${one.slice(0, 128)}' `).join('');
      throw new Refusal(`ERR unknown command '${name}', with args beginning with: ${given}`);
    }
    if (parameters.length >= command.least && parameters.length <= command.most) return command;
    throw new Refusal(`ERR wrong number of arguments for '${name}' command`);
  };
  const transaction: Record<string, (parameters: Bytes[]) => Reply> = {
    multi: () => {
      if (queued) throw new Refusal('ERR MULTI calls can not be nested');
      queued = [];
      spoiled = false;
      return ok;
    },
    exec: () => {
      if (!queued) throw new Refusal('ERR EXEC without MULTI');
      const [all, broken] = [queued, watched.some(({ keys, key, version }) => keys.version(key) !== version)];
      queued = undefined;
      watched = [];
      if (spoiled) throw new Refusal('EXECABORT Transaction discarded because of previous errors.');
      return broken ? { nilArray: true } : all.map((request) => run(request, true) as Reply);
    },
    discard: () => {
      if (!queued) throw new Refusal('ERR DISCARD without MULTI');
      queued = undefined;
      watched = [];
      return ok;
    },
    watch: (names) => {
      if (queued) throw new Refusal('ERR WATCH inside MULTI is not allowed');
      const keys = server.database(caller.database);
      watched.push(...names.map((key) => ({ keys, key, version: keys.version(key) })));
      return ok;
    },
    unwatch: () => {
      watched = [];
      return ok;
    },
  };
  const admit = (name: string, parameters: Bytes[]): Reply | undefined => {
    const given = name === 'auth' ? parameters.at(-1) : helloPassword(name, parameters);
    if (given !== undefined) {
      if (server.password === undefined && name === 'auth') {
        throw new Refusal(
          'ERR AUTH <password> called without any password configured for the default user. Are you sure your configuration is correct?',
        );
      }
      if (server.password !== undefined && given !== server.password) {
        throw new Refusal('WRONGPASS invalid username-password pair or user is disabled.');
      }
      admitted = true;
    }
    if (!admitted && name !== 'quit') throw new Refusal('NOAUTH Authentication required.');
    return name === 'auth' ? ok : undefined;
  };
  const answer = (request: Request): Reply | { wait: Wait } => {
    const [name, parameters] = request;
    const admission = admit(name, parameters);
    if (admission !== undefined) return admission;
    const own = transaction[name];
    if (own && Object.hasOwn(transaction, name)) return own(parameters);
    if (!queued) return run(request, false);
    try {
      found(name, parameters);
    } catch (refusal) {
      spoiled = true;
      throw refusal;
    }
    queued.push(request);
    return { status: 'QUEUED' };
  };
  const take = (request: Request) => {
    if (blocked) return void later.push(request);
    if (!needsLua.test(request[0])) return serve(request);
    blocked = true;
    server.withLua(() => {
      blocked = false;
      serve(request);
      goOn();
    });
  };
  const serve = (request: Request) => {
    const reply = guarded(() => answer(request));
    if (typeof reply === 'object' && reply !== null && 'wait' in reply) {
      blocked = true;
      server.wait(client, request, reply.wait, finish);
    } else {
      caller.send(reply);
    }
    if (request[0] === 'quit') peer.end();
    server.serve();
  };
  const finish = (reply: Reply) => {
    blocked = false;
    caller.send(reply);
    goOn();
  };
  const goOn = () => {
    while (!blocked && later.length > 0) take(later.shift() ?? ['ping', []]);
  };
  const client: Client = {
    caller,
    service: peer.service,
    receive: (bytes) => {
      try {
        const { requests, rest } = requestsIn(Buffer.concat([buffered, bytes]));
        buffered = rest;
        for (const [name = '', ...parameters] of requests) take([textOf(name).toLowerCase(), parameters]);
      } catch (thrown) {
        caller.send({ error: `ERR Protocol error: ${tell(thrown)}` });
        peer.end();
      }
    },
    ended: () => server.left(client),
  };
  return client;
}

/** Runs a command; what Redis would refuse becomes its reply. */
function guarded(run: () => Reply | { wait: Wait }): Reply | { wait: Wait } {
  try {
    return run();
  } catch (thrown) {
    if (thrown instanceof Error && thrown.name === 'Refusal') return { error: thrown.message };
    throw thrown;
  }
}

function helloPassword(name: string, parameters: Bytes[]): Bytes | undefined {
  const at = name === 'hello' ? parameters.findIndex((word) => word.toLowerCase() === 'auth') : -1;
  return at < 0 ? undefined : parameters[at + 2];
}

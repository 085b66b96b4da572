import { getCallSites, promisify } from 'node:util';
import { say } from './channel.ts';

type Done = (error: Error | null, ...answer: unknown[]) => void;
type Ask = (name: string, ...rest: unknown[]) => void;

const known = new Map<string, string>();

/** Every name has an address in the world; whether somebody is there shows when a connection is made. */
export function installNames(): void {
  const dns = process.getBuiltinModule('node:dns');
  const promises = process.getBuiltinModule('node:dns/promises');
  const questions = questionsAsked();
  const promised = Object.fromEntries(Object.entries(questions).map(([name, ask]) => [name, inTime(ask)]));
  const servers = serverList();
  const lookupOnce = async (name: string, options?: unknown) => {
    const answer = found(name, options);
    if (answer instanceof Error) throw answer;
    return answer;
  };
  const serviceOnce = async (address: string, port: number) => ({ hostname: nameOf(address), service: String(port) });
  Object.assign(dns, questions, servers, {
    lookup: promisable(lookup, lookupOnce),
    lookupService: promisable(
      (address: string, port: number, done: Done) => soon(done, null, nameOf(address), String(port)),
      serviceOnce,
    ),
    Resolver: resolverOf(questions),
  });
  Object.assign(promises, promised, servers, {
    lookup: lookupOnce,
    lookupService: serviceOnce,
    Resolver: resolverOf(promised),
  });
}

/** The name that an address was given for; the address itself where it was not. */
export function nameOf(address: string): string {
  for (const [name, given] of known) if (given === address) return name;
  return address;
}

function lookup(name: string, ...rest: unknown[]): void {
  const done = rest.at(-1) as Done;
  const answer = found(name, rest[0]);
  if (answer instanceof Error) soon(done, answer);
  else if (Array.isArray(answer)) soon(done, null, answer);
  else soon(done, null, answer.address, answer.family);
}

/** The address of a name, as `lookup` is asked for it: no name has one of IPv6 here but this machine's. */
function found(name: string, options: unknown) {
  const { all, family: asked } =
    typeof options === 'object' ? (Object(options) as { all?: boolean; family?: unknown }) : { family: options };
  const family = asked === 6 || asked === 'IPv6' ? 6 : 4;
  if (!name) return all ? [] : { address: null, family };
  const isAddress = /^[\d.]+$|:/.test(name);
  if (family === 6 && !isAddress && name !== 'localhost') return missing('ENOTFOUND', 'getaddrinfo', name);
  const one =
    family === 6 && name === 'localhost'
      ? { address: '::1', family }
      : { address: addressOf(name), family: name.includes(':') ? 6 : 4 };
  return all ? [one] : one;
}

/** A question with a callback, and what `util.promisify` makes of it. */
function promisable(ask: (...args: never[]) => void, once: unknown): unknown {
  return Object.defineProperty(ask, promisify.custom, { value: once });
}

/** The name servers that somebody may set and read again; nobody asks them. */
function serverList() {
  let servers = ['127.0.0.1'];
  return {
    getServers: () => [...servers],
    setServers(given: string[]) {
      servers = [...given];
    },
  };
}

/** What can be asked for: addresses, and names of addresses; every other kind of record is not modelled. */
function questionsAsked(): Record<string, Ask> {
  const resolve4: Ask = (name, ...rest) => {
    const withTtl = typeof rest[0] === 'object' && rest[0] !== null && 'ttl' in rest[0] && rest[0].ttl;
    const address = addressOf(name);
    soon(rest.at(-1) as Done, null, [withTtl ? { address, ttl: 60 } : address]);
  };
  const resolve6: Ask = (name, ...rest) => soon(rest.at(-1) as Done, missing('ENODATA', 'queryAaaa', name));
  const other =
    (kind: string): Ask =>
    (name, ...rest) => {
      // Names without a dot are those of services, which have an address and nothing else.
      if (name.includes('.') && !(kind === 'Txt' && isForSettings()))
        say({ t: 'unmodelled', what: `the ${kind.toUpperCase()} records of ${name}` });
      soon(rest.at(-1) as Done, missing('ENODATA', `query${kind}`, name));
    };
  const kinds = ['Any', 'Caa', 'Cname', 'Mx', 'Naptr', 'Ns', 'Ptr', 'Soa', 'Srv', 'Tlsa', 'Txt'];
  const others = Object.fromEntries(kinds.map((kind) => [`resolve${kind}`, other(kind)]));
  return {
    ...others,
    resolve4,
    resolve6,
    resolve(name, ...rest) {
      const kind = typeof rest[0] === 'string' ? rest[0].toUpperCase() : 'A';
      const ask = kind === 'A' ? resolve4 : kind === 'AAAA' ? resolve6 : other(kind[0] + kind.slice(1).toLowerCase());
      ask(name, rest.at(-1));
    },
    reverse(address, ...rest) {
      const name = nameOf(address);
      if (name === address) soon(rest.at(-1) as Done, missing('ENOTFOUND', 'getHostByAddr', address));
      else soon(rest.at(-1) as Done, null, [name]);
    },
  };
}

/** gRPC looks there for settings of its own, which hardly anybody keeps, and goes on without. */
function isForSettings(): boolean {
  return getCallSites(20, { sourceMap: false }).some(({ scriptName }) =>
    scriptName.includes('/node_modules/@grpc/grpc-js/'),
  );
}

/** A question that answers with a promise. */
function inTime(ask: Ask): (name: string, ...rest: unknown[]) => Promise<unknown> {
  return (name, ...rest) =>
    new Promise((answer, failed) => {
      ask(name, ...rest, (error: Error | null, value: unknown) => (error ? failed(error) : answer(value)));
    });
}

function resolverOf(questions: object) {
  return class Resolver {
    constructor() {
      Object.assign(this, questions, serverList());
    }
    setLocalAddress() {
      return undefined;
    }
    cancel() {
      return undefined;
    }
  };
}

function soon(done: Done, error: Error | null, ...answer: unknown[]): void {
  setImmediate(() => done(error, ...answer));
}

function missing(code: string, syscall: string, hostname: string): Error {
  return Object.assign(new Error(`${syscall} ${code} ${hostname}`), { code, errno: undefined, syscall, hostname });
}

function addressOf(name: string): string {
  if (/^[\d.]+$|:/.test(name)) return name;
  if (name === 'localhost') return '127.0.0.1';
  const given = known.get(name) ?? `10.1.${(known.size + 1) >> 8}.${(known.size + 1) & 255}`;
  known.set(name, given);
  return given;
}

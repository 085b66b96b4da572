/** Every name has an address in the world; whether somebody is there shows when a connection is made. */
export function installNames(): void {
  const dns = process.getBuiltinModule('node:dns');
  const promises = process.getBuiltinModule('node:dns/promises');
  const one = (name: string) => ({ address: addressOf(name), family: 4 });
  const found = (name: string, options: unknown) =>
    typeof options === 'object' && options !== null && 'all' in options && options.all ? [one(name)] : one(name);
  const lookup = (name: string, ...rest: unknown[]) => {
    const done = rest.at(-1) as (error: null, ...answer: unknown[]) => void;
    const answer = found(name, rest[0]);
    setImmediate(() => (Array.isArray(answer) ? done(null, answer) : done(null, answer.address, answer.family)));
  };
  const resolve = (name: string, ...rest: unknown[]) => {
    const done = rest.at(-1) as (error: null, addresses: string[]) => void;
    setImmediate(() => done(null, [addressOf(name)]));
  };
  Object.assign(dns, { lookup, resolve, resolve4: resolve });
  const asked = async (name: string) => [addressOf(name)];
  Object.assign(promises, {
    lookup: async (name: string, options: unknown) => found(name, options),
    resolve: asked,
    resolve4: asked,
  });
}

const known = new Map<string, string>();

/** The name that an address was given for; the address itself where it was not. */
export function nameOf(address: string): string {
  for (const [name, given] of known) if (given === address) return name;
  return address;
}

function addressOf(name: string): string {
  if (/^[\d.]+$|:/.test(name)) return name;
  if (name === 'localhost') return '127.0.0.1';
  const given = known.get(name) ?? `10.1.${(known.size + 1) >> 8}.${(known.size + 1) & 255}`;
  known.set(name, given);
  return given;
}

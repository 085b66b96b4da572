import { isOurs } from './channel.ts';
import { refusal } from './refusals.ts';

const { apply, construct } = Reflect;
const { isPrototypeOf: isAbove } = Object.prototype;
const onDescriptors = [
  ...['read', 'readSync', 'readv', 'readvSync', 'write', 'writeSync', 'writev', 'writevSync', 'close', 'closeSync'],
  ...['fstat', 'fstatSync', 'fsync', 'fsyncSync', 'fdatasync', 'fdatasyncSync', 'ftruncate', 'ftruncateSync'],
  ...['futimes', 'futimesSync', 'fchmod', 'fchmodSync', 'fchown', 'fchownSync'],
  ...['readFile', 'readFileSync', 'writeFile', 'writeFileSync', 'appendFile', 'appendFileSync'],
];
const takeOver = 'take over a descriptor of its process';

/** Keeps the target from the descriptors that its process was born with. */
export function closeDescriptors(): void {
  const fs = process.getBuiltinModule('node:fs') as unknown as Record<string, (...args: unknown[]) => unknown>;
  for (const name of onDescriptors) {
    const original = fs[name];
    if (!original) continue;
    const guarded = function (this: unknown, ...args: unknown[]) {
      if (!isOurs(args[0])) return apply(original, this, args);
      const done = args[args.length - 1];
      if (typeof done !== 'function') throw badDescriptor(name);
      return process.nextTick(done as () => void, badDescriptor(name));
    };
    Object.defineProperty(guarded, 'name', { value: name });
    fs[name] = guarded;
  }
  closeHandles();
}

function badDescriptor(verb: string): Error {
  return Object.assign(new Error(`EBADF: bad file descriptor, ${verb}`), { code: 'EBADF', errno: -9, syscall: verb });
}

/** Sockets and terminals that are made from a number. */
function closeHandles(): void {
  const net = process.getBuiltinModule('node:net') as unknown as Record<string, unknown>;
  for (const name of ['_createServerHandle', 'BoundSocket', '_TransferredBoundSocket']) {
    if (name in net) net[name] = refusal(takeOver, `net.${name}`);
  }
  const tty = process.getBuiltinModule('node:tty') as unknown as Record<string, unknown>;
  for (const name of ['ReadStream', 'WriteStream']) tty[name] = refusal(takeOver, `tty.${name}`);
}

/** A class of sockets without the ways to take over a descriptor, through its prototype and what it inherits to as well. */
export function withoutHandles<C extends abstract new (...args: never[]) => object>(Original: C, heir: object): C {
  const Guarded: C = new Proxy(Original, {
    construct: (target, [options, ...rest], newTarget) =>
      construct(target as never, [withoutHandle(options), ...rest], newTarget),
    // Classes from before there were classes call the one that they inherit from on themselves.
    apply: (target, self, [options]) =>
      isInstance(self, target)
        ? apply(target as never, self, [withoutHandle(options)])
        : construct(target as never, [withoutHandle(options)]),
  });
  Object.defineProperty(Original.prototype, 'constructor', { value: Guarded, configurable: true, writable: true });
  Object.setPrototypeOf(heir, Guarded);
  return Guarded;
}

function isInstance(self: unknown, of: { prototype: object }): boolean {
  return apply(isAbove, of.prototype, [self]);
}

/**
 * Options for a socket without the ways to take over a descriptor of this process: read once, as Node reads them, and
 * with nothing in those places, whatever may stand there in every object.
 */
function withoutHandle(options: unknown): object {
  return { ...Object(typeof options === 'object' ? options : undefined), fd: undefined, handle: undefined };
}

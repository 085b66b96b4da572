import { pathToFileURL } from 'node:url';
import type { Follow, Order } from '../protocol.ts';
import { say } from './channel.ts';
import { className } from './preview.ts';
import { decode, encode } from './values.ts';

type Call = Extract<Order, { t: 'call' }>;
const everybody = Object.prototype as unknown as Record<string, unknown>;
type Callable = (...args: unknown[]) => unknown;

/** Calls an export of a module, goes on with what it gave, and says what came out. */
export async function call(order: Call): Promise<void> {
  const { id } = order;
  let found: { of: unknown; member: unknown };
  try {
    found = pick(await import(pathToFileURL(order.file).href), order.export);
  } catch (thrown) {
    const { name, message } = describe(thrown);
    say({ t: 'unloaded', id, why: `${name}: ${message}`.slice(0, 1_000) });
    return;
  }
  if (typeof found.member !== 'function') {
    const what = order.export ?? 'default';
    say({ t: 'missing', id, what: found.member === undefined ? what : `${what} is not a function` });
    return;
  }
  try {
    say({ t: 'result', id, value: encode(await outcomeOf(order, found.of, found.member as Callable)) });
  } catch (thrown) {
    say({ t: 'result', id, error: describe(thrown) });
  }
}

async function outcomeOf(order: Call, of: unknown, member: Callable): Promise<unknown> {
  const given = order.args.map(decode);
  let value = order.new ? Reflect.construct(member, given) : await Reflect.apply(member, of, given);
  for (const follow of order.then) value = await next(value, follow);
  return value;
}

async function next(value: unknown, follow: Follow): Promise<unknown> {
  const of = Object(value);
  if ('get' in follow) return of[follow.get];
  const member = of[follow.call];
  if (typeof member !== 'function') throw new TypeError(`${follow.call} is not a function`);
  return Reflect.apply(member, value, follow.args.map(decode));
}

/** Finds an export by its name, dotted where it lies deeper; no name is what the module as a whole exports. */
function pick(namespace: Record<string, unknown>, name: string | null): { of: unknown; member: unknown } {
  const whole = 'module.exports' in namespace ? namespace['module.exports'] : undefined;
  if (name === null || name === '' || name === 'module.exports') {
    const isCompiled = typeof whole !== 'function' && Object(whole).__esModule === true;
    return { of: undefined, member: isCompiled ? Object(whole).default : (whole ?? namespace.default) };
  }
  const parts = name.split('.');
  const roots = [whole, namespace, namespace.default].filter((root) => root !== undefined && root !== null);
  for (const root of roots) {
    const reached = walk(root, parts);
    if (reached.member !== undefined) return reached;
  }
  return { of: undefined, member: name === 'default' ? whole : undefined };
}

function walk(root: unknown, parts: string[]): { of: unknown; member: unknown } {
  let of: unknown;
  let member = root;
  for (const part of parts) {
    of = member;
    const holder = Object(of);
    // What every object has is an export of nobody.
    const isEverybodys = part in Object.prototype && !Object.hasOwn(holder, part) && holder[part] === everybody[part];
    member = of === undefined || of === null || isEverybodys ? undefined : holder[part];
  }
  return { of, member };
}

/** What was thrown, as a plan's checks see it. */
export function describe(thrown: unknown): { name: string; message: string; code: string | null } {
  if (typeof thrown !== 'object' || thrown === null)
    return { name: typeof thrown, message: String(thrown), code: null };
  const { name, message, code } = thrown as { name?: unknown; message?: unknown; code?: unknown };
  return {
    name: String(name ?? className(thrown)),
    message: String(message ?? ''),
    code: code === undefined || code === null ? null : String(code),
  };
}

import * as pure from 'bcryptjs';
import { say } from './channel.ts';

type Done<T> = (failed: Error | null, value?: T) => void;

const { nextTick } = process;
const defaultRounds = 10;
const salted = /^\$2[ab]\$(?:0[4-9]|[12]\d|3[01])\$[./A-Za-z0-9]{22}/;
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** The password as text, since that is what the equivalent takes; bytes that are none cannot be hashed here. */
function textOf(data: unknown, other: string): string {
  if (typeof data === 'string') return data;
  if (!(data instanceof Uint8Array)) throw new Error(`data must be a string or Buffer and ${other}`);
  try {
    return utf8.decode(data);
  } catch (cause) {
    say({ t: 'unmodelled', what: 'bcrypt of bytes that are no text' });
    throw new Error('bcrypt of bytes that are no text is not part of the world', { cause });
  }
}

function genSaltSync(rounds: unknown = defaultRounds, minor: unknown = 'b'): string {
  if (typeof rounds !== 'number') throw new Error('rounds must be a number');
  if (minor !== 'a' && minor !== 'b') throw new Error('minor must be either "a" or "b"');
  return pure.genSaltSync(rounds || defaultRounds).replace('$2b', `$2${minor}`);
}

function hashing(data: unknown, salt: unknown): [text: string, salt: string] {
  if (data === undefined || data === null || salt === undefined || salt === null)
    throw new Error('data and salt arguments required');
  const text = textOf(data, 'salt must either be a salt string or a number of rounds');
  if (typeof salt === 'number') return [text, genSaltSync(salt)];
  if (typeof salt !== 'string')
    throw new Error('data must be a string or Buffer and salt must either be a salt string or a number of rounds');
  if (!salted.test(salt)) throw new Error('Invalid salt. Salt must be in the form of: $Vers$log2(NumRounds)$saltvalue');
  return [text, salt.slice(0, 29)];
}

function comparing(data: unknown, hash: unknown): [text: string, hash: string] {
  if (data === undefined || data === null || hash === undefined || hash === null)
    throw new Error('data and hash arguments required');
  const text = textOf(data, 'hash must be a string');
  if (typeof hash !== 'string') throw new Error('data must be a string or Buffer and hash must be a string');
  return [text, hash];
}

function compareSync(data: unknown, hash: unknown): boolean {
  const [text, wanted] = comparing(data, hash);
  return salted.test(wanted) && pure.compareSync(text, wanted);
}

/** The callback and the promise form of a verb whose work is done asynchronously. */
function both<T>(work: (...args: unknown[]) => Promise<T>) {
  return (...args: unknown[]): Promise<T> | undefined => {
    const done = args.at(-1);
    if (typeof done !== 'function') return work(...args);
    work(...args.slice(0, -1)).then(
      (value) => nextTick(done as Done<T>, null, value),
      (failed: Error) => nextTick(done as Done<T>, failed),
    );
    return undefined;
  };
}

const bcrypt = {
  genSaltSync,
  genSalt: both(async (rounds, minor) => genSaltSync(rounds, minor)),
  hashSync(data: unknown, salt: unknown): string {
    return pure.hashSync(...hashing(data, salt));
  },
  hash: both(async (data, salt) => pure.hash(...hashing(data, salt))),
  compareSync,
  compare: both(async (data, hash) => {
    const [text, wanted] = comparing(data, hash);
    return salted.test(wanted) && pure.compare(text, wanted);
  }),
  getRounds(hash: unknown): number {
    if (hash === undefined || hash === null) throw new Error('hash argument required');
    if (typeof hash !== 'string') throw new Error('hash must be a string');
    if (!salted.test(hash)) throw new Error('invalid hash provided');
    return pure.getRounds(hash);
  },
};

/** What `bcrypt`, a native addon, exports, done by its equivalent in JavaScript. */
export const { genSalt, hash, hashSync, compare, getRounds } = bcrypt;
export { bcrypt as default, bcrypt as 'module.exports', compareSync, genSaltSync };

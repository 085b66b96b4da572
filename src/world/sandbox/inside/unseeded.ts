import crypto from 'node:crypto';
import { say } from './channel.ts';
import { isKnownCurve, keyOf } from './salts.ts';

/**
 * What still comes from chance inside OpenSSL, which no seed reaches: nothing is claimed of what uses it. Only tests
 * may: what they say is whether they passed.
 */
export function installUnseeded(): void {
  const all = crypto as unknown as Record<string, (...args: unknown[]) => unknown>;
  for (const name of ['generatePrime', 'generatePrimeSync'])
    tellOf(all, name, `chance of crypto.${name}`, (args) => Object(args[1]).safe || Object(args[1]).add !== undefined);
  for (const name of ['publicEncrypt', 'encapsulate']) tellOf(all, name, `chance of crypto.${name}`);
  for (const name of ['createDiffieHellman', 'createECDH', 'getDiffieHellman', 'diffieHellmanGroup']) {
    const make = all[name];
    if (!make) continue;
    all[name] = (...args) => {
      const made = Reflect.apply(make, crypto, args) as Record<string, (...args: unknown[]) => unknown>;
      if (name !== 'createECDH' || !isKnownCurve(args[0]))
        tellOf(made, 'generateKeys', `chance of crypto.${name}().generateKeys`);
      return made;
    };
  }
  tellOf(URL as never, 'createObjectURL', 'the name that URL.createObjectURL makes up');
  tellOf(Atomics as never, 'waitAsync', 'the real time of Atomics.waitAsync');
  installSignatures(all);
  installWebKeys();
}

/** Some signatures are salted by chance that is not of the world; the key says which. */
function installSignatures(all: Record<string, (...args: unknown[]) => unknown>): void {
  const isSalted = (given: unknown): boolean => {
    const key = keyOf(given);
    const type = key?.asymmetricKeyType;
    const isElsewhere = type === 'ec' && !isKnownCurve(key?.asymmetricKeyDetails?.namedCurve);
    return isElsewhere || type === 'dsa' || type === 'rsa-pss';
  };
  const guard = (of: Record<string, (...args: unknown[]) => unknown>, at: number): void => {
    const { sign } = of;
    if (!sign) return;
    of.sign = function (this: unknown, ...args: unknown[]) {
      if (isSalted(args[at])) say({ t: 'unmodelled', what: 'chance of a salted signature' });
      return Reflect.apply(sign, this, args);
    };
  };
  guard(all, 2);
  guard(crypto.Sign.prototype as never, 0);
}

const salted = /^RSA-OAEP$/i;

function installWebKeys(): void {
  const subtle = Object.getPrototypeOf(crypto.webcrypto.subtle) as Record<string, (...args: unknown[]) => unknown>;
  for (const verb of ['encrypt']) {
    const original = subtle[verb];
    if (!original) continue;
    subtle[verb] = function (this: unknown, ...args: unknown[]) {
      const name = String(Object(args[0]).name ?? args[0]);
      if (salted.test(name)) say({ t: 'unmodelled', what: `chance of crypto.subtle.${verb} with ${name}` });
      return Reflect.apply(original, this, args);
    };
  }
}

function tellOf(
  of: Record<string, (...args: unknown[]) => unknown>,
  name: string,
  what: string,
  whether: (args: unknown[]) => unknown = () => true,
): void {
  const original = of[name];
  if (!original) return;
  of[name] = function (this: unknown, ...args: unknown[]) {
    if (whether(args)) say({ t: 'unmodelled', what });
    return Reflect.apply(original, this, args);
  };
}

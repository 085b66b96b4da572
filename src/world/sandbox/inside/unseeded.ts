import crypto from 'node:crypto';
import { say } from './channel.ts';

/**
 * Primes and salts come from chance inside OpenSSL, which no seed reaches: nothing is claimed of what uses them. Only
 * tests may: what they say is whether they passed.
 */
export function installUnseeded(): void {
  const all = crypto as unknown as Record<string, (...args: unknown[]) => unknown>;
  const drawn = ['generatePrime', 'generatePrimeSync'];
  for (const name of [...drawn, 'publicEncrypt', 'encapsulate']) tellOf(all, name, `chance of crypto.${name}`);
  for (const name of ['createDiffieHellman', 'createECDH', 'getDiffieHellman', 'diffieHellmanGroup']) {
    const make = all[name];
    if (!make) continue;
    all[name] = (...args) => {
      const made = Reflect.apply(make, crypto, args) as Record<string, (...args: unknown[]) => unknown>;
      tellOf(made, 'generateKeys', `chance of crypto.${name}().generateKeys`);
      return made;
    };
  }
  tellOf(URL as never, 'createObjectURL', 'the name that URL.createObjectURL makes up');
  tellOf(Atomics as never, 'waitAsync', 'the real time of Atomics.waitAsync');
  installSignatures(all);
  installWebKeys();
}

/** Some signatures are salted by chance; the key says which. */
function installSignatures(all: Record<string, (...args: unknown[]) => unknown>): void {
  const isSalted = (given: unknown): boolean => {
    if (Object(given).padding === crypto.constants.RSA_PKCS1_PSS_PADDING) return true;
    const key = Object(given).key ?? given;
    const type = key instanceof crypto.KeyObject ? key.asymmetricKeyType : kindOf(given);
    return type === 'ec' || type === 'dsa' || type === 'rsa-pss';
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

function kindOf(given: unknown): string | undefined {
  try {
    return crypto.createPrivateKey(given as never).asymmetricKeyType;
  } catch {
    return undefined;
  }
}

const salted = /^(?:ECDSA|RSA-PSS|RSA-OAEP)$/i;

function installWebKeys(): void {
  const subtle = Object.getPrototypeOf(crypto.webcrypto.subtle) as Record<string, (...args: unknown[]) => unknown>;
  for (const verb of ['sign', 'encrypt']) {
    const original = subtle[verb];
    if (!original) continue;
    subtle[verb] = function (this: unknown, ...args: unknown[]) {
      const name = String(Object(args[0]).name ?? args[0]);
      if (salted.test(name)) say({ t: 'unmodelled', what: `chance of crypto.subtle.${verb} with ${name}` });
      return Reflect.apply(original, this, args);
    };
  }
}

function tellOf(of: Record<string, (...args: unknown[]) => unknown>, name: string, what: string): void {
  const original = of[name];
  if (!original) return;
  of[name] = function (this: unknown, ...args: unknown[]) {
    say({ t: 'unmodelled', what });
    return Reflect.apply(original, this, args);
  };
}

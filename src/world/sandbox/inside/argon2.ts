import crypto from 'node:crypto';

interface Options {
  type?: number;
  hashLength?: number;
  timeCost?: number;
  memoryCost?: number;
  parallelism?: number;
  salt?: Uint8Array;
  secret?: Uint8Array;
  associatedData?: Uint8Array;
  version?: number;
  raw?: boolean;
}

interface Written {
  kind: number;
  costs: { memoryCost: number; timeCost: number; parallelism: number };
  data?: Buffer;
  salt: Buffer;
  tag: Buffer;
}

const kinds = ['argon2d', 'argon2i', 'argon2id'] as const;
const version = 0x13;
const defaults = { type: 2, hashLength: 32, timeCost: 3, memoryCost: 65_536, parallelism: 4 };
const form =
  /^\$(argon2d|argon2i|argon2id)(?:\$v=(\d+))?\$m=(\d+),t=(\d+),p=(\d+)(?:,data=([A-Za-z0-9+/]+))?\$([A-Za-z0-9+/]+)\$([A-Za-z0-9+/]+)$/;
const { argon2, randomBytes, timingSafeEqual } = crypto;

function derive(password: string | Uint8Array, salt: Uint8Array, given: Options): Promise<Buffer> {
  const { type = 2, hashLength = 32, timeCost = 3, memoryCost = 65_536, parallelism = 4 } = given;
  const parameters = {
    message: password,
    nonce: salt,
    parallelism,
    tagLength: hashLength,
    memory: memoryCost,
    passes: timeCost,
    ...(given.secret && { secret: given.secret }),
    ...(given.associatedData && { associatedData: given.associatedData }),
  };
  return new Promise((resolve, reject) => {
    argon2(kinds[type] ?? 'argon2id', parameters, (failed, tag) =>
      failed ? reject(failed) : resolve(Buffer.from(tag)),
    );
  });
}

/** Hashes a password to the text that is kept, or to the bare bytes. */
export async function hash(password: string | Uint8Array, options: Options = {}): Promise<string | Buffer> {
  const given = { ...defaults, ...options };
  const salt = options.salt ?? randomBytes(16);
  if ((options.version ?? version) !== version) throw new Error('argon2 of version 16 is not part of the world');
  const tag = await derive(password, salt, given);
  if (options.raw) return tag;
  const data = options.associatedData ? `,data=${encoded(options.associatedData)}` : '';
  const costs = `m=${given.memoryCost},t=${given.timeCost},p=${given.parallelism}${data}`;
  return `$${kinds[given.type]}$v=${version}$${costs}$${encoded(salt)}$${encoded(tag)}`;
}

/** Whether a password is the one that a kept text was made from. */
export async function verify(kept: string, password: string | Uint8Array, options: Options = {}): Promise<boolean> {
  const { kind, costs, salt, tag, data } = read(kept);
  const secret = options.secret && { secret: options.secret };
  const own = { ...costs, type: kind, hashLength: tag.length, ...(data && { associatedData: data }), ...secret };
  return timingSafeEqual(await derive(password, salt, own), tag);
}

/** Whether a kept text was made with other costs than these. */
export function needsRehash(kept: string, options: Options = {}): boolean {
  const { costs } = read(kept);
  const wanted = { ...defaults, ...options };
  return (
    costs.memoryCost !== wanted.memoryCost ||
    costs.timeCost !== wanted.timeCost ||
    costs.parallelism !== wanted.parallelism
  );
}

function read(kept: string): Written {
  const [, kind = '', , memory, time, lanes, data, salt = '', tag = ''] = form.exec(kept) ?? [];
  if (!kind) throw new TypeError('pchstr must contain a $ as first char');
  return {
    kind: kinds.indexOf(kind as (typeof kinds)[number]),
    costs: { memoryCost: Number(memory), timeCost: Number(time), parallelism: Number(lanes) },
    ...(data && { data: Buffer.from(data, 'base64') }),
    salt: Buffer.from(salt, 'base64'),
    tag: Buffer.from(tag, 'base64'),
  };
}

function encoded(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64').replace(/=+$/, '');
}

const [argon2d, argon2i, argon2id] = [0, 1, 2];
const whole = { hash, verify, needsRehash, argon2d, argon2i, argon2id, defaults };

export { argon2d, argon2i, argon2id, whole as default, whole as 'module.exports' };

import { z } from 'zod';
import { isShallow } from '../cleaned.ts';
import type { Seen, Word } from './protocol.ts';

const Count = z.int().nonnegative();
const Port = z.int().min(0).max(65_535);
const Text = z.string().max(20_000);
const Protocols = z.array(z.string().max(255)).max(32);
const Secret = z.object({
  name: z.string().max(1_000),
  offered: Protocols,
  certificate: z.string().max(100_000).nullable(),
});
const Thrown = z.object({ name: Text, message: z.string(), code: Text.nullable() });

const Said = z.discriminatedUnion('t', [
  z.object({ t: z.literal('seen'), e: z.array(z.custom<Seen>(isSeen)) }),
  z.object({ t: z.literal('idle'), now: z.number(), next: z.number().nullable() }),
  z.object({ t: z.literal('source'), file: z.string().max(4_000) }),
  z.object({ t: z.literal('born'), pid: z.int().positive() }),
  z.object({ t: z.literal('listen'), port: Port, alpn: Protocols.optional() }),
  z.object({ t: z.literal('unlisten'), port: Port }),
  z.object({ t: z.literal('bind'), port: Port, on: z.boolean() }),
  z.object({
    t: z.literal('datagram'),
    from: Port,
    host: z.string().max(1_000),
    port: Port,
    b: z.string().max(90_000),
  }),
  z.object({
    t: z.literal('connect'),
    c: Count,
    host: z.string().max(1_000),
    port: Port,
    secret: Secret.nullable(),
  }),
  z.object({ t: z.literal('data'), c: z.int(), b: z.string() }),
  z.object({ t: z.literal('end'), c: z.int() }),
  z.object({ t: z.literal('close'), c: z.int(), broken: z.boolean().optional() }),
  z.object({ t: z.literal('hold'), c: z.int(), on: z.boolean() }),
  z.object({ t: z.literal('result'), id: Count, value: z.unknown().optional(), error: Thrown.optional() }),
  z.object({ t: z.literal('missing'), id: Count, what: Text }),
  z.object({ t: z.literal('unloaded'), id: Count, why: Text }),
  z.object({ t: z.literal('error'), kind: z.enum(['exception', 'rejection']), text: Text, stack: Text }),
  z.object({ t: z.literal('unmodelled'), what: Text }),
  z.object({ t: z.literal('refused'), what: Text, by: Text, decides: z.boolean() }),
  z.object({ t: z.literal('exit'), code: z.int() }),
  z.object({ t: z.literal('counts'), counts: z.array(z.tuple([z.string().max(1_000), Count, Count])) }),
]);

/** What a sandbox said, believed only as far as its shape; in words what is wrong with it otherwise. */
export function understood(message: unknown, mark: string): Word[] | { wrong: string } {
  if (!Array.isArray(message)) return { wrong: 'its code wrote something of its own to us' };
  const [first, ...rest] = message as unknown[];
  if (first !== mark) return { wrong: 'its code forged a message to us' };
  const words: Word[] = [];
  for (const one of rest) {
    const parsed = Said.safeParse(one);
    if (!parsed.success || !isShallow(one)) return { wrong: 'it sent a message that is not of our language' };
    words.push(parsed.data);
  }
  return words;
}

/** Checked by hand: there are thousands of them. */
function isSeen(one: unknown): boolean {
  if (!Array.isArray(one)) return false;
  switch (one[0]) {
    case 'c':
      return one.length === 6 && isCount(one[1]) && isText(one[2], 1_000) && isCount(one[3]) && isShown(one[4], one[5]);
    case 'r':
    case 't':
      return one.length === 4 && isCount(one[1]) && isShown(one[2], one[3]);
    case 'read':
    case 'log':
    case 'write':
      return one.length === 4 && isText(one[1], 1_000) && isText(one[2], 20_000) && isText(one[3], 40);
    default:
      return false;
  }
}

function isShown(text: unknown, hash: unknown): boolean {
  return isText(text, 400) && isText(hash, 40);
}

function isText(value: unknown, longest: number): boolean {
  return typeof value === 'string' && value.length <= longest;
}

function isCount(value: unknown): boolean {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

import { createHash, createHmac } from 'node:crypto';
import type { Webhook } from '../../simulation/plan.ts';
import type { Clock } from '../model.ts';
import type { Outgoing } from './client.ts';
import { bodyBytes } from './reply.ts';

/** A request as it goes out, with the signature that receivers check. */
export function signed({ method, path, headers, body, sign }: Webhook, now: number): Outgoing {
  const outgoing = { method, path, headers, ...(body === undefined ? {} : { body }) };
  if (!sign) return outgoing;
  const own = signatures[sign.as](bodyBytes(body), String(sign.secret), Math.floor(now / 1_000));
  return { ...outgoing, headers: { ...own, ...headers } };
}

/** The ways in which APIs sign what they send: Stripe's, GitHub's, and Standard Webhooks. */
const signatures: Record<
  'stripe' | 'github' | 'standard',
  (body: Buffer, secret: string, seconds: number) => Record<string, string>
> = {
  stripe: (body, secret, seconds) => ({
    'stripe-signature': `t=${seconds},v1=${hmac(secret, [`${seconds}.`, body]).toString('hex')}`,
  }),
  github: (body, secret) => ({ 'x-hub-signature-256': `sha256=${hmac(secret, [body]).toString('hex')}` }),
  standard(body, secret, seconds) {
    const id = `msg_${createHash('sha256').update(`${seconds}.`).update(body).digest('hex').slice(0, 24)}`;
    const key = secret.startsWith('whsec_') ? Buffer.from(secret.slice(6), 'base64') : Buffer.from(secret);
    return {
      'webhook-id': id,
      'webhook-timestamp': String(seconds),
      'webhook-signature': `v1,${hmac(key, [`${id}.${seconds}.`, body]).toString('base64')}`,
    };
  },
};

function hmac(key: string | Buffer, parts: (string | Buffer)[]): Buffer {
  const made = createHmac('sha256', key);
  for (const part of parts) made.update(part);
  return made.digest();
}

/** Webhooks that wait for their time. */
export interface Due {
  /** Sends a webhook at a virtual time. */
  send(webhook: Webhook, time: number): void;
  /** Those that were never sent, in words. */
  waiting(): string[];
}

/** Keeps what is to be sent later; `deliver` sends it. */
export function dueWebhooks(clock: Clock, deliver: (to: string, outgoing: Outgoing) => void): Due {
  const waiting = new Set<string>();
  let count = 0;
  return {
    send(webhook, time) {
      if (time <= clock.now()) {
        deliver(webhook.to, signed(webhook, clock.now()));
        return;
      }
      count += 1;
      const text = `${webhook.method} ${webhook.path} to ${webhook.to}, due at ${new Date(time).toISOString()}`;
      const entry = `${count}\n${text}`;
      waiting.add(entry);
      clock.at(time, () => {
        waiting.delete(entry);
        deliver(webhook.to, signed(webhook, clock.now()));
      });
    },
    waiting: () => [...waiting].map((entry) => entry.split('\n')[1] ?? ''),
  };
}

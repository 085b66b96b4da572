import { createHmac } from 'node:crypto';
import type { Attempt, Carrier, Handed, Parcel } from './carrier.ts';

/** Where and how parcels are sent over HTTP. */
export interface SignedHttpOptions {
  requestUrl: string;
  signingSecret: string;
  ackTimeoutMs: number;
  clock: () => number;
}

/** Signed HTTP: every parcel is a POST to the app's request URL; a 2xx in time acknowledges it. */
export function signedHttp({ requestUrl, signingSecret, ackTimeoutMs, clock }: SignedHttpOptions): Carrier {
  return {
    ready: () => true,
    async carry(parcel, attempt) {
      const { body, contentType } = bodyOf(parcel);
      const timestamp = String(Math.floor(clock() / 1_000));
      const headers = {
        'content-type': contentType,
        'x-slack-request-timestamp': timestamp,
        'x-slack-signature': sign(signingSecret, timestamp, body),
        ...retryHeaders(attempt),
      };
      const signal = AbortSignal.timeout(ackTimeoutMs);
      try {
        const answered = await fetch(requestUrl, { method: 'POST', headers, body, signal, redirect: 'manual' });
        const text = await answered.text();
        return answered.ok ? { outcome: 'acknowledged', answer: answerOf(text) } : { outcome: 'http_error' };
      } catch {
        return { outcome: signal.aborted ? 'timeout' : 'connection_failed' } satisfies Handed;
      }
    },
  };
}

/** Slack's signature, version 0. */
export function sign(secret: string, timestamp: string, body: string): string {
  return `v0=${createHmac('sha256', secret).update(`v0:${timestamp}:${body}`).digest('hex')}`;
}

function bodyOf({ kind, payload }: Parcel): { body: string; contentType: string } {
  if (kind === 'events_api') return { body: JSON.stringify(payload), contentType: 'application/json' };
  const fields = kind === 'interactive' ? { payload: JSON.stringify(payload) } : (payload as Record<string, string>);
  return { body: new URLSearchParams(fields).toString(), contentType: 'application/x-www-form-urlencoded' };
}

function retryHeaders({ number, reason }: Attempt): Record<string, string> {
  if (number === 0) return {};
  return {
    'x-slack-retry-num': String(number),
    'x-slack-retry-reason': reason === 'timeout' ? 'http_timeout' : reason,
  };
}

function answerOf(text: string): unknown {
  if (text === '') return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return { text };
  }
}

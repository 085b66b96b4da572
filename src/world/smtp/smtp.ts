import PostalMime from 'postal-mime';
import { Failure } from '../../errors.ts';
import type { Surroundings } from '../model.ts';
import { preview } from '../preview.ts';
import type { StoreModel } from '../store-model.ts';
import type { Store } from '../world.ts';
import { type Envelope, openSession } from './session.ts';

/** A mail as a plan sees it. */
interface Mail {
  from: string;
  to: string[];
  subject: string;
  text: string;
  html: string;
  attachments: string[];
}

const mostKept = 10_000;

/** A mail server that takes every mail and sends none on; each is a message in the trace. */
export function createSmtp(store: Store, { record }: Surroundings): StoreModel {
  const mails: Mail[] = [];
  let reading: Promise<void> = Promise.resolve();
  const take = (service: string, envelope: Envelope): void => {
    reading = reading.then(async () => {
      const mail = await read(envelope);
      if (mails.length < mostKept) mails.push(mail);
      record({ service, kind: 'publish', what: `MAIL ${mail.to.join(', ')}`, value: preview(JSON.stringify(mail)) });
    });
  };
  return {
    connected: (peer) => openSession(peer, store.name, (envelope) => take(peer.service, envelope)),
    settled: () => reading,
    apply: async () => {
      throw new Failure('PLAN_INVALID', { store: store.name, problem: 'a mail server is given nothing' });
    },
    async query(text) {
      const [, address] = /^\s*mails?(?:\s+to\s+(\S+))?\s*$/i.exec(text) ?? [];
      if (!/^\s*mails?\b/i.test(text) || (address === undefined && !/^\s*mails?\s*$/i.test(text)))
        throw new Failure('PLAN_INVALID', { store: store.name, problem: 'ask for "mails" or "mails to <address>"' });
      return address === undefined ? mails : mails.filter(({ to }) => to.includes(address));
    },
    [Symbol.asyncDispose]: () => reading,
  };
}

async function read({ from, to, bytes }: Envelope): Promise<Mail> {
  try {
    const { subject = '', text = '', html = '', attachments } = await PostalMime.parse(bytes);
    const names = attachments.map(({ filename, mimeType }) => filename ?? mimeType);
    return { from, to, subject, text: text.trimEnd(), html: html.trimEnd(), attachments: names };
  } catch {
    return { from, to, subject: '', text: bytes.toString('utf8'), html: '', attachments: [] };
  }
}

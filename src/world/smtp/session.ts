import type { Connection, Peer } from '../model.ts';

/** A mail as it came over the wire. */
export interface Envelope {
  from: string;
  to: string[];
  bytes: Buffer;
}

const largestMail = 32 << 20;
const longestLine = 8 << 10;
const mostRecipients = 1_000;

/** One client's side of SMTP: signing in with any name is accepted, STARTTLS is not offered. */
export function openSession(peer: Peer, name: string, take: (envelope: Envelope) => void): Connection {
  let held: Buffer = Buffer.alloc(0);
  let from: string | undefined;
  let to: string[] = [];
  let isData = false;
  let isOver = false;
  let awaited: string[] = [];
  const say = (line: string) => peer.send(Buffer.from(`${line}\r\n`));
  const leave = (line: string) => {
    say(line);
    isOver = true;
    held = Buffer.alloc(0);
    peer.end();
  };
  const reset = () => {
    from = undefined;
    to = [];
  };
  const verbs: Record<string, (rest: string) => void> = {
    ehlo: () =>
      say(
        [name, 'PIPELINING', '8BITMIME', 'SMTPUTF8', `SIZE ${largestMail}`]
          .map((one) => `250-${one}`)
          .join('\r\n')
          .concat('\r\n250 AUTH PLAIN LOGIN'),
      ),
    helo: () => say(`250 ${name}`),
    auth(rest) {
      const [how = '', first] = rest.split(' ');
      if (!/^(plain|login)$/i.test(how)) return say('504 5.5.4 Unrecognized authentication type');
      const asks = how.toLowerCase() === 'plain' ? ['334 '] : ['334 VXNlcm5hbWU6', '334 UGFzc3dvcmQ6'];
      awaited = [...asks.slice(first ? 1 : 0), '235 2.7.0 Authentication successful'];
      return say(awaited.shift() ?? '');
    },
    mail(rest) {
      const [, address] = /^from:\s*<([^>]*)>/i.exec(rest) ?? [];
      if (address === undefined) return say('501 5.5.4 Syntax: MAIL FROM:<address>');
      if (from !== undefined) return say('503 5.5.1 Nested MAIL command');
      from = address;
      return say('250 2.1.0 Accepted');
    },
    rcpt(rest) {
      const [, address] = /^to:\s*<([^>]+)>/i.exec(rest) ?? [];
      if (from === undefined) return say('503 5.5.1 Need MAIL command');
      if (address === undefined) return say('501 5.5.4 Syntax: RCPT TO:<address>');
      if (to.length >= mostRecipients) return say('452 4.5.3 Too many recipients');
      to.push(address);
      return say('250 2.1.5 Accepted');
    },
    data() {
      if (to.length === 0) return say('503 5.5.1 Need RCPT command');
      isData = true;
      return say('354 End data with <CR><LF>.<CR><LF>');
    },
    rset() {
      reset();
      say('250 2.0.0 Flushed');
    },
    noop: () => say('250 2.0.0 OK'),
    vrfy: () => say('252 2.1.5 Try to send something'),
    quit: () => leave('221 2.0.0 Bye'),
    starttls: () => say('502 5.5.1 STARTTLS is not offered'),
  };
  const command = (line: string) => {
    const answer = awaited.shift();
    if (answer !== undefined) {
      if (line !== '*') return say(answer);
      awaited = [];
      return say('501 5.7.0 Authentication aborted');
    }
    const [, verb = '', rest = ''] = /^(\w+)\s*(.*)$/.exec(line) ?? [];
    const known = Object.hasOwn(verbs, verb.toLowerCase()) ? verbs[verb.toLowerCase()] : undefined;
    return known ? known(rest) : say('502 5.5.2 Command not recognized');
  };
  const body = (): boolean => {
    const isEmpty = held.subarray(0, 3).toString('latin1') === '.\r\n';
    const end = isEmpty ? 0 : held.indexOf('\r\n.\r\n');
    if (end < 0) {
      if (held.length > largestMail) leave('552 5.3.4 Message too big');
      return false;
    }
    const text = held.toString('latin1', 0, isEmpty ? 0 : end + 2).replace(/^\.(?=[^\r\n])|(?<=\r\n)\.(?=.)/g, '');
    held = held.subarray(isEmpty ? 3 : end + 5);
    isData = false;
    take({ from: from ?? '', to, bytes: Buffer.from(text, 'latin1') });
    reset();
    say('250 2.0.0 Message accepted');
    return true;
  };
  const step = (): boolean => {
    if (isData) return body();
    const end = held.indexOf('\n');
    if (end < 0) {
      if (held.length > longestLine) leave('500 5.5.2 Line too long');
      return false;
    }
    const line = held.toString('utf8', 0, end).replace(/\r$/, '');
    held = held.subarray(end + 1);
    command(line);
    return true;
  };
  say(`220 ${name} ESMTP`);
  return {
    receive(bytes) {
      if (isOver) return;
      held = Buffer.concat([held, bytes]);
      while (!isOver && step());
    },
    ended: () => {
      if (!isOver) peer.end();
      isOver = true;
    },
  };
}

import type { Session } from './session.ts';
import { type Message, message, text } from './wire.ts';

/** Who listens to which channel; the one backend listens for them all. */
export interface Listeners {
  /** A client listens from when its transaction is committed. */
  listen(session: Session, channel: string): void;
  /** A client stops to listen to one channel, or to all, from then on. */
  unlisten(session: Session, channel?: string): void;
  /** A transaction is over: what was asked for in it counts, or not; gives the channels that others still listen to. */
  settle(session: Session, isCommitted: boolean): string[];
  /** Forgets a client; gives back the channels that nobody listens to any more. */
  forget(session: Session): string[];
  /** Sends a notification to everybody who listens, whoever's reply it came in. */
  notify(notification: Message): void;
}

/** Starts with nobody listening. */
export function keepListeners(): Listeners {
  const channels = new Map<string, Set<Session>>();
  const asked = new Map<Session, (() => string[])[]>();
  const of = (session: Session) => [...channels].filter(([, who]) => who.has(session)).map(([channel]) => channel);
  const ask = (session: Session, deed: () => string[]) => asked.set(session, [...(asked.get(session) ?? []), deed]);
  return {
    listen: (session, channel) => {
      ask(session, () => {
        channels.set(channel, (channels.get(channel) ?? new Set()).add(session));
        return [];
      });
    },
    unlisten: (session, channel) => {
      ask(session, () => {
        const left = channel === undefined ? of(session) : [channel];
        for (const one of left) channels.get(one)?.delete(session);
        return channel === undefined
          ? [...channels].filter(([, who]) => who.size > 0).map(([one]) => one)
          : left.filter((one) => (channels.get(one)?.size ?? 0) > 0);
      });
    },
    settle: (session, isCommitted) => {
      const deeds = asked.get(session) ?? [];
      asked.delete(session);
      return isCommitted ? deeds.flatMap((deed) => deed()) : [];
    },
    forget: (session) => {
      asked.delete(session);
      const left = of(session);
      for (const one of left) channels.get(one)?.delete(session);
      return left.filter((one) => channels.get(one)?.size === 0);
    },
    notify: ({ body }) => {
      const [channel] = text(body, 4);
      for (const session of channels.get(channel) ?? []) {
        if (!session.gone) session.peer.send(message('A', session.id, body.subarray(4)));
      }
    },
  };
}

/** The channel that a `LISTEN` or `UNLISTEN` names; nothing for `*`. */
export function channelIn(sql: string): string | undefined {
  const [, quoted, plain] = /\b(?:un)?listen\s+(?:"((?:[^"]|"")+)"|([\w$]+))/i.exec(sql) ?? [];
  return quoted?.replaceAll('""', '"') ?? plain?.toLowerCase();
}

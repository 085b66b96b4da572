import type { Session } from './session.ts';
import { type Message, message, text } from './wire.ts';

/** Who listens to which channel; the one backend listens for them all. */
export interface Listeners {
  listen(session: Session, channel: string): void;
  /** Forgets one channel of a client, or all; gives back the channels that others still listen to. */
  unlisten(session: Session, channel?: string): string[];
  /** Forgets a client; gives back the channels that nobody listens to any more. */
  forget(session: Session): string[];
  /** Sends a notification to everybody who listens, whoever's reply it came in. */
  notify(notification: Message): void;
}

/** Starts with nobody listening. */
export function keepListeners(): Listeners {
  const channels = new Map<string, Set<Session>>();
  const of = (session: Session) => [...channels].filter(([, who]) => who.has(session)).map(([channel]) => channel);
  return {
    listen: (session, channel) => {
      channels.set(channel, (channels.get(channel) ?? new Set()).add(session));
    },
    unlisten: (session, channel) => {
      const left = channel === undefined ? of(session) : [channel];
      for (const one of left) channels.get(one)?.delete(session);
      return channel === undefined
        ? [...channels].filter(([, who]) => who.size > 0).map(([one]) => one)
        : left.filter((one) => (channels.get(one)?.size ?? 0) > 0);
    },
    forget: (session) => {
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

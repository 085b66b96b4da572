import { announce } from './announce.ts';
import type { Caller } from './command.ts';
import { eventsOf, inOrderOfTelling, type KeyEvent } from './events.ts';
import { Refusal } from './refusal.ts';
import type { Bytes } from './resp.ts';

/** Tells whoever listens what happens to keys, as far as `notify-keyspace-events` asks for it. */
export interface Notifications {
  /** The setting, in the words of Redis. */
  readonly setting: string;
  /** Changes the setting; throws what Redis says where it is none. */
  set(text: Bytes): void;
  /** Whether keys that expire have to be told of when they do, not when somebody next looks. */
  readonly wantsExpiry: boolean;
  /** A command changed keys; says by name what it cannot tell. */
  changed(
    command: { name: string; words: Bytes[] },
    database: number,
    keys: { key: Bytes; isGone: boolean }[],
  ): string[];
  tell(event: KeyEvent, database: number, key: Bytes): void;
}

const classes = 'g$lshztxed';

/** Nothing is told until the setting asks for it. */
export function openNotifications(callers: () => Iterable<Caller>, wanted: () => void): Notifications {
  let flags = new Set<string>();
  const wants = (letter: string) => flags.has(letter) && (flags.has('K') || flags.has('E'));
  const tell = (told: KeyEvent, database: number, key: Bytes): void => {
    if (!wants(told.class)) return;
    if (flags.has('K')) announce(callers(), `__keyspace@${database}__:${key}`, told.event);
    if (flags.has('E')) announce(callers(), `__keyevent@${database}__:${told.event}`, key);
  };
  return {
    get setting() {
      const all = [...classes].every((letter) => flags.has(letter));
      const words = all ? 'A' : [...classes].filter((letter) => flags.has(letter)).join('');
      return `${words}${['K', 'E'].filter((letter) => flags.has(letter)).join('')}`;
    },
    set(text) {
      if (/[nm]/.test(text)) throw new Refusal('ERR notifications of new and missed keys is not modelled');
      if (!/^[KEAg$lshztxed]*$/.test(text))
        throw new Refusal(
          "ERR CONFIG SET failed (possibly related to argument 'notify-keyspace-events') - Invalid event class character. Use 'Ag$lshzxeKEtmdn'.",
        );
      flags = new Set([...text].flatMap((letter) => (letter === 'A' ? [...classes] : [letter])));
      if (wants('x')) wanted();
    },
    get wantsExpiry() {
      return wants('x');
    },
    changed({ name, words }, database, keys) {
      if (!flags.has('K') && !flags.has('E')) return [];
      const unknown = new Set<string>();
      for (const { key, isGone } of inOrderOfTelling(name, words, keys)) {
        const events = eventsOf(name, words, key, isGone);
        if (!events) unknown.add(`a notification of ${name.toUpperCase()}`);
        for (const event of events ?? []) tell(event, database, key);
      }
      return [...unknown];
    },
    tell,
  };
}

import type { Database } from '../engines.ts';
import { parametersIn } from '../statements.ts';
import { fieldsOf, type Message, message, split, text } from '../wire.ts';
import type { Link } from './link.ts';
import { type Aliases, rewrite } from './rewrite.ts';
import { rolePrefix } from './surrogates.ts';

/** What a database of a simulation can ask of the server's owner. */
export interface Owner {
  /** Makes an extension that a client may not make itself. */
  extend(name: string): Promise<void>;
}

type Answer = Awaited<ReturnType<Database['run']>>;

/**
 * Speaks with a real Postgres in a world's name: before each turn it is told the world's time, and what would show
 * the server's own time and names is put otherwise.
 */
export function converse(
  link: Link,
  aliases: Aliases,
  owner: Owner,
): (messages: Uint8Array[], now: number) => Promise<Answer> {
  let status = 'I';
  let isAborted = false;
  const known = (words: string) => words.replaceAll(rolePrefix, '').replaceAll(aliases.actual, aliases.database);
  return async (messages, now) => {
    // After an error nothing is heard until a Sync.
    if (isAborted && messages.every((one) => one[0] !== 0x53 && one[0] !== 0x51))
      return { bytes: Buffer.alloc(0), passed: 0 };
    const unmodelled: string[] = [];
    const tags: string[] = [];
    const sent: Uint8Array[] = [];
    for (const one of split(Buffer.concat(messages)).messages) {
      if (one.type === 'B' && parametersIn(one.body).some((value) => /^\s*now\s*$/i.test(value)))
        unmodelled.push(`'now' given as a parameter: as a time it would be the server's own`);
      const place = sqlIn(one);
      if (!place) {
        sent.push(message(one.type, one.body));
        continue;
      }
      const { sql, tag, roles, extensions, unmodelled: named } = rewrite(place.sql, aliases);
      for (const extension of extensions) await owner.extend(extension);
      unmodelled.push(...named, ...roles.map((role) => `the role "${role}", which the whole server would have`));
      if (tag !== undefined) tags.push(tag);
      sent.push(
        sql === place.sql ? message(one.type, one.body) : message(one.type, place.before, `${sql}\0`, place.after),
      );
    }
    const clock = status === 'I' || status === 'T' ? telling(now, status) : [];
    const replies = await link.ask([...clock, ...sent]);
    const from = clock.length > 0 ? replies.findIndex(({ type }) => type === 'Z') + 1 : 0;
    return answer(replies.slice(from));

    function answer(found: Message[]): Answer {
      let passed = 0;
      const kept: Buffer[] = [];
      for (const { type, body } of found) {
        const fields = type === 'N' || type === 'E' ? fieldsOf(body) : {};
        if (fields.C === 'RH004') {
          passed += Number(fields.M);
          continue;
        }
        if (fields.C === 'RH003') unmodelled.push('time asked for after the settings of the session were reset');
        if (type === 'Z') status = body.toString('latin1');
        const patched = type === 'C' && /^(DO|SELECT 1)$/.test(text(body)[0]) ? tags.shift() : undefined;
        if (type === 'N' || type === 'E')
          kept.push(message(type, Buffer.from(known(body.toString('latin1')), 'latin1')));
        else kept.push(patched === undefined ? message(type, body) : message(type, `${patched}\0`));
      }
      if (found.at(-1)?.type !== 'Z') status = '';
      isAborted = status === '' && (isAborted || found.some(({ type }) => type === 'E'));
      return { bytes: Buffer.concat(kept), passed, unmodelled };
    }
  };
}

/** Setting takes no snapshot, so that a transaction may still choose its level; nor does it touch unnamed statements. */
function telling(now: number, status: string): Uint8Array[] {
  const set = (setting: string) => [
    message('P', 'rehearse_time\0', `set ${setting} = '${now}'\0`, Buffer.alloc(2)),
    message('B', 'rehearse_time\0rehearse_time\0', Buffer.alloc(6)),
    message('E', 'rehearse_time\0', 0),
    message('C', 'Prehearse_time\0'),
    message('C', 'Srehearse_time\0'),
  ];
  return [...set('rehearse.clock'), ...(status === 'I' ? set('rehearse.began') : []), message('S')];
}

function sqlIn({ type, body }: Message): { before: Buffer; sql: string; after: Buffer } | undefined {
  if (type !== 'Q' && type !== 'P') return undefined;
  const start = type === 'Q' ? 0 : text(body)[1];
  const [sql, next] = text(body, start);
  return { before: body.subarray(0, start), sql, after: body.subarray(next) };
}

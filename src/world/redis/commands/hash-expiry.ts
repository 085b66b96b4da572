import { any, type Context, command, type Family, integer } from '../command.ts';
import { Refusal } from '../refusal.ts';
import type { Bytes, Reply } from '../resp.ts';

const noField = -2;
const noExpiry = -1;
const conditions = /^(nx|xx|gt|lt)$/i;

/** Fields of hashes that are there for a time only. */
export const hashExpiry: Family = {
  hexpire: setting(1000, true),
  hpexpire: setting(1, true),
  hexpireat: setting(1000, false),
  hpexpireat: setting(1, false),
  httl: asking((at, now) => Math.ceil((at - now) / 1000)),
  hpttl: asking((at, now) => at - now),
  hexpiretime: asking((at) => Math.ceil(at / 1000)),
  hpexpiretime: asking((at) => at),
  hpersist: command(4, any, ({ keys }, [key = '', ...rest]) => {
    const fields = fieldsIn(rest);
    const hash = keys.get(key, 'hash');
    const answers = fields.map((field) => {
      if (!hash?.has(field)) return noField;
      return keys.expireField(key, field, undefined) ? 1 : noExpiry;
    });
    if (answers.includes(1)) keys.changed(key);
    return answers;
  }),
};

function setting(unit: number, isFromNow: boolean) {
  return command(5, any, (context, [key = '', amount, ...rest]) => {
    const given = integer(amount);
    if (given < 0) throw new Refusal('ERR invalid expire time, must be >= 0');
    const condition = conditions.test(rest[0] ?? '') ? rest.shift()?.toLowerCase() : undefined;
    const at = given * unit + (isFromNow ? context.clock.now() : 0);
    return expire(context, { key, at, condition, fields: fieldsIn(rest) });
  });
}

function expire(
  { keys, clock }: Context,
  { key, at, condition, fields }: { key: Bytes; at: number; condition: string | undefined; fields: Bytes[] },
): Reply {
  const hash = keys.get(key, 'hash');
  const answers = fields.map((field) => {
    if (!hash?.has(field)) return noField;
    const before = keys.fieldExpiry(key, field);
    if (condition === 'nx' && before !== undefined) return 0;
    if (condition === 'xx' && before === undefined) return 0;
    if (condition === 'gt' && (before === undefined || at <= before)) return 0;
    if (condition === 'lt' && before !== undefined && at >= before) return 0;
    if (at > clock.now()) {
      keys.expireField(key, field, at);
      return 1;
    }
    hash.delete(field);
    return 2;
  });
  if (answers.some((answer) => answer > 0)) keys.changed(key);
  return answers;
}

function asking(answer: (at: number, now: number) => number) {
  return command(4, any, ({ keys, clock }, [key = '', ...rest]) => {
    const fields = fieldsIn(rest);
    const hash = keys.get(key, 'hash');
    return fields.map((field) => {
      if (!hash?.has(field)) return noField;
      const at = keys.fieldExpiry(key, field);
      return at === undefined ? noExpiry : answer(at, clock.now());
    });
  });
}

/** `FIELDS 2 a b`, where it has to stand. */
function fieldsIn([word = '', count, ...fields]: Bytes[]): Bytes[] {
  if (word.toLowerCase() !== 'fields')
    throw new Refusal('ERR Mandatory argument FIELDS is missing or not at the right position');
  const wanted = integer(count, 'ERR Parameter `numFields` should be greater than 0');
  if (wanted < 1) throw new Refusal('ERR Parameter `numFields` should be greater than 0');
  if (wanted !== fields.length) throw new Refusal('ERR The `numfields` parameter must match the number of arguments');
  return fields;
}

import { cardLike, ibanLike, isCard, isIban, phoneLike } from './numbers.ts';
import type { Placeholders } from './placeholders.ts';

type Reader = (text: string, placeholders: Placeholders) => string;

/** Takes out what identifies a person; each stand-in keeps the shape, so that a plan made from it still runs. */
export const withoutPersonalData: Reader = (text, placeholders) =>
  [emails, ibans, cards, phones, addresses].reduce((rest, reader) => reader(rest, placeholders), text);

const at = '@|%40|%2540|\\\\u0040|&#64;';
const email = new RegExp(
  `(?<![A-Za-z0-9._%+-])((?:[A-Za-z0-9_-]|\\.(?!\\.)|\\+|%2[BbDdEe]|%5[Ff]){1,64})(${at})((?:[A-Za-z0-9-]{1,63}\\.)+[A-Za-z]{2,24})(?![A-Za-z0-9-]|\\.[A-Za-z])`,
  'g',
);

/** Encoded or not, the same address is the same person; how it was encoded stays, for the code's answer depends on it. */
const emails: Reader = (text, placeholders) =>
  text.replace(email, (whole, local: string, sign: string, domain: string) => {
    if (isReserved(domain) || /^\d+\.\d/.test(domain) || /^git$/i.test(local)) return whole;
    const plus = /\+|%2B/i.exec(local)?.[0] ?? '';
    const canonical = `${local.replace(/%2B/gi, '+').replace(/%2E/gi, '.')}@${domain}`.toLowerCase();
    placeholders.taken();
    const person = `person${placeholders.number('person', canonical)}${plus && `${plus}tag`}`;
    const stand = `${person}${sign}redacted.example`;
    return whole.replace(/%[0-9A-Fa-f]{2}/g, '') === whole.replace(/%[0-9A-Fa-f]{2}/g, '').toUpperCase()
      ? stand.toUpperCase()
      : stand;
  });

/** Domains that can be nobody's (RFC 2606). */
function isReserved(domain: string): boolean {
  return /(^|\.)(example(\.(com|net|org))?|test|invalid|localhost)$/i.test(domain);
}

const ibans: Reader = (text, placeholders) =>
  text.replace(ibanLike, (whole) => {
    if (!isIban(whole)) return whole;
    placeholders.taken();
    const number = placeholders.number('iban', whole.replace(/\s/g, ''));
    return `XX00REDACTED${String(number).padStart(4, '0')}`;
  });

const cards: Reader = (text, placeholders) =>
  text.replace(cardLike, (whole) => {
    if (!isCard(whole)) return whole;
    placeholders.taken();
    const digits = whole.replace(/\D/g, '');
    const tail = String(placeholders.number('card', digits)).padStart(4, '0');
    return refill(whole, `${'0'.repeat(digits.length - tail.length)}${tail}`);
  });

const phones: Reader = (text, placeholders) =>
  text.replace(phoneLike, (whole) => {
    const digits = whole.replace(/\D/g, '');
    if (digits.length < 9 || digits.length > 15) return whole;
    placeholders.taken();
    const tail = String(placeholders.number('phone', digits)).padStart(3, '0');
    return refill(whole, `${digits.slice(0, 1)}${'5'.repeat(digits.length - 1 - tail.length)}${tail}`);
  });

/** Only where something says that it is an address: a version of four parts looks the same. */
const addresses: Reader = (text, placeholders) =>
  text.replace(
    /((?:\b(?:ip|client|clientip|remote|remote_addr|addr|address|from|for|peer|x-forwarded-for|x-real-ip)["']?\s*[:= ]\s*["']?|:\/\/|^))((?:\d{1,3}\.){3}\d{1,3})(?![\w.])(?=(.{0,3}))/gim,
    (whole, before: string, address: string, after: string) => {
      if (!isPublic(address) || (before === '' && !/^ -/.test(after))) return whole;
      placeholders.taken();
      return `${before}203.0.113.${placeholders.number('ip', address) % 255}`;
    },
  );

function isPublic(address: string): boolean {
  const [a = 0, b = 0, c = 0, d = 0] = address.split('.').map(Number);
  if ([a, b, c, d].some((part) => part > 255)) return false;
  const local = a === 0 || a === 10 || a === 127 || a >= 224 || (a === 192 && b === 168) || (a === 169 && b === 254);
  const documentation = (a === 192 && b === 0) || (a === 198 && b === 51) || (a === 203 && b === 0);
  return !local && !documentation && !(a === 172 && b >= 16 && b < 32);
}

/** Other digits in the same places. */
function refill(shape: string, digits: string): string {
  let next = 0;
  return shape.replace(/\d/g, () => digits[next++] ?? '0');
}

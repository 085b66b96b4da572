/** Thirteen to nineteen digits in a row or in groups, joined to nothing. */
export const cardLike = /(?<![\w.+/-]|\d[ -])(?:\d[ -]?){12,18}\d(?![\w/-]|\.\d)/g;

/** Two letters, two digits, then the account, perhaps in groups of four. */
export const ibanLike = /(?<![A-Za-z0-9])[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,3})?(?![A-Za-z0-9])/g;

/** A number with its country's prefix, or in the North American form with its separators. */
export const phoneLike =
  /(?<![\w.+/-])(?:\+[1-9]\d{0,2}(?:[ ()/-]{0,2}\d){7,12}|\(\d{3}\) ?\d{3}[ -]\d{4}|\d{3}-\d{3}-\d{4})(?![\w/-]|\.\d)/g;

/** Whether digits are a payment card's: a known issuer's range and length, and the check digit of Luhn (ISO/IEC 7812). */
export function isCard(text: string): boolean {
  const digits = text.replace(/\D/g, '');
  const issuer =
    /^4(\d{12}|\d{15}|\d{18})$|^5[1-5]\d{14}$|^2[2-7]\d{14}$|^3[47]\d{13}$|^6(011|5\d\d)\d{12}$|^3(?:0[0-5]|[68]\d)\d{11}$|^35\d{14}$/;
  if (!issuer.test(digits)) return false;
  const sum = [...digits].reverse().reduce((total, digit, place) => {
    const doubled = Number(digit) * (place % 2 === 1 ? 2 : 1);
    return total + (doubled > 9 ? doubled - 9 : doubled);
  }, 0);
  return sum % 10 === 0;
}

/** Whether a text is an IBAN: its remainder by 97 is one (ISO 13616). */
export function isIban(text: string): boolean {
  const account = text.replace(/\s/g, '');
  if (account.length < 15 || account.length > 34) return false;
  const moved = account.slice(4) + account.slice(0, 4);
  const digits = moved.replace(/[A-Z]/g, (letter) => String(letter.charCodeAt(0) - 55));
  return [...digits].reduce((rest, digit) => (rest * 10 + Number(digit)) % 97, 0) === 1;
}

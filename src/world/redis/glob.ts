/** Whether a text fits a pattern of Redis (`*`, `?`, `[a-z]`, `\x`), in time that no pattern can blow up. */
export function fits(text: string, pattern: string): boolean {
  const parts = tokens(pattern);
  let at = 0;
  let part = 0;
  let star = -1;
  let retry = 0;
  while (at < text.length) {
    const token = parts[part];
    if (token === 'star') {
      star = part;
      retry = at;
      part += 1;
    } else if (token?.(text[at] ?? '')) {
      at += 1;
      part += 1;
    } else if (star >= 0) {
      retry += 1;
      at = retry;
      part = star + 1;
    } else {
      return false;
    }
  }
  return parts.slice(part).every((token) => token === 'star');
}

type Token = 'star' | ((character: string) => boolean);

function tokens(pattern: string): Token[] {
  const found: Token[] = [];
  for (let at = 0; at < pattern.length; at += 1) {
    const character = pattern[at] ?? '';
    const end = character === '[' ? pattern.indexOf(']', at + 1) : -1;
    if (character === '*') {
      if (found.at(-1) !== 'star') found.push('star');
    } else if (character === '?') {
      found.push(() => true);
    } else if (end > 0) {
      found.push(oneOf(pattern.slice(at + 1, end)));
      at = end;
    } else {
      if (character === '\\' && at + 1 < pattern.length) at += 1;
      const literal = pattern[at];
      found.push((other) => other === literal);
    }
  }
  return found;
}

function oneOf(inner: string): (character: string) => boolean {
  const not = inner.startsWith('^');
  const ranges = [...(not ? inner.slice(1) : inner).matchAll(/\\?([\s\S])(?:-([\s\S]))?/g)];
  return (character) => ranges.some(([, from = '', to = from]) => character >= from && character <= to) !== not;
}

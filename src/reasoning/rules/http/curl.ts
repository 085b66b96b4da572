import { addressOf, bodyOf, isMethod, type Request } from './request.ts';

/** A curl command in a text: what it asks, and where it ends. */
export interface Curl {
  request: Omit<Request, 'passage' | 'quote' | 'form'>;
  start: number;
  end: number;
}

const command = /(?:^|[\s`$|;&(])(curl)(?=\s)/g;
/** Flags that take a value and say nothing about the request. */
const aside = new Set(
  '-o --output -w --write-out -m --max-time --connect-timeout --retry --retry-delay -x --proxy --cacert --cert --key -c --cookie-jar --resolve --limit-rate -T -E --interface --stderr -K --config -D --dump-header --ciphers'.split(
    ' ',
  ),
);
const takesValue = 'XHdubAeoFmwxcTEKD';

/** Every curl command in a text, over continued lines, with all the usual flags. */
export function curlsIn(text: string): Curl[] {
  return [...text.matchAll(command)].flatMap((found) => {
    const start = found.index + found[0].length - 'curl'.length;
    const { words, end } = wordsFrom(text, start);
    const request = requestOf(words.slice(1));
    return request ? [{ request: { ...request, start }, start, end }] : [];
  });
}

/** The words of a shell command up to its end; quotes, escapes and continued lines as in sh. */
function wordsFrom(text: string, start: number): { words: string[]; end: number } {
  const words: string[] = [];
  let word: string | undefined;
  let at = start;
  const push = () => {
    if (word !== undefined) words.push(word);
    word = undefined;
  };
  for (; at < text.length; at += 1) {
    const letter = text[at] ?? '';
    if (letter === '\\' || letter === '^') {
      const next = text.slice(at).match(/^[\\^][ \t]*\n[ \t]*/);
      if (next) {
        push();
        at += next[0].length - 1;
      } else if (letter === '\\') {
        at += 1;
        word = (word ?? '') + (text[at] ?? '');
      } else word = (word ?? '') + letter;
    } else if (letter === "'" || letter === '"') {
      const dollar = word === '$';
      const { inner, end } = quoted(text, at, letter, dollar);
      word = (dollar ? '' : (word ?? '')) + inner;
      at = end;
    } else if (letter === '\n' || /[;|`]/.test(letter) || (letter === '&' && /^&(&|\s|$)/.test(text.slice(at)))) break;
    else if (letter === '>' && word === undefined) break;
    else if (/\s/.test(letter)) push();
    else word = (word ?? '') + letter;
  }
  push();
  return { words, end: at };
}

function quoted(text: string, open: number, quote: string, isAnsi: boolean): { inner: string; end: number } {
  let inner = '';
  for (let at = open + 1; at < text.length; at += 1) {
    const letter = text[at] ?? '';
    if (letter === quote) return { inner, end: at };
    if (letter === '\\' && (quote === '"' || isAnsi)) {
      const next = text[++at] ?? '';
      if (isAnsi && next === 'n') inner += '\n';
      else if (quote === '"' && !/["\\$`\n]/.test(next)) inner += `\\${next}`;
      else if (next !== '\n') inner += next;
    } else inner += letter;
  }
  return { inner, end: text.length };
}

function requestOf(words: string[]): Omit<Curl['request'], 'start'> | undefined {
  const state = {
    method: '',
    url: '',
    headers: {} as Record<string, string>,
    parts: [] as string[],
    asQuery: false,
    json: false,
  };
  const queue = words.flatMap(apart);
  while (queue.length > 0) {
    const word = queue.shift() ?? '';
    if (word.startsWith('-') && word !== '-') option(word, () => queue.shift() ?? '', state);
    else if (state.url === '') state.url = word;
  }
  const address = /[.:/]|^localhost$/.test(state.url) ? addressOf(state.url) : undefined;
  if (!address) return undefined;
  const sent = state.parts.join(state.json ? '' : '&');
  const hasBody = state.parts.length > 0 && !state.asQuery;
  const method = state.method || (hasBody ? 'POST' : 'GET');
  if (!isMethod(method)) return undefined;
  const path = state.asQuery && sent ? `${address.path}${address.path.includes('?') ? '&' : '?'}${sent}` : address.path;
  if (hasBody && state.headers['content-type'] === undefined) {
    state.headers['content-type'] =
      state.json || (/^\s*[{[]/.test(sent) && typeof bodyOf(sent) !== 'string')
        ? 'application/json'
        : 'application/x-www-form-urlencoded';
  }
  const isJson = /json/.test(state.headers['content-type'] ?? '');
  return {
    ...address,
    method,
    path,
    headers: state.headers,
    ...(hasBody ? { body: isJson ? bodyOf(sent) : sent } : {}),
  };
}

interface State {
  method: string;
  url: string;
  headers: Record<string, string>;
  parts: string[];
  asQuery: boolean;
  json: boolean;
}

function option(word: string, value: () => string, state: State): void {
  if (word === '-X' || word === '--request') state.method = value().toUpperCase();
  else if (word === '-H' || word === '--header') header(value(), state.headers);
  else if (/^(-d|--data|--data-raw|--data-ascii|--data-binary)$/.test(word)) state.parts.push(value());
  else if (word === '--data-urlencode')
    state.parts.push(value().replace(/=(.*)$/s, (_, text: string) => `=${encodeURIComponent(text)}`));
  else if (word === '--json') {
    state.json = true;
    state.parts.push(value());
    state.headers['content-type'] ??= 'application/json';
    state.headers.accept ??= 'application/json';
  } else if (word === '-G' || word === '--get') state.asQuery = true;
  else if (word === '-I' || word === '--head') state.method = 'HEAD';
  else if (word === '-u' || word === '--user')
    state.headers.authorization = `Basic ${Buffer.from(value()).toString('base64')}`;
  else if (word === '-b' || word === '--cookie') state.headers.cookie = value();
  else if (word === '-A' || word === '--user-agent') state.headers['user-agent'] = value();
  else if (word === '-e' || word === '--referer') state.headers.referer = value();
  else if (word === '--oauth2-bearer') state.headers.authorization = `Bearer ${value()}`;
  else if (word === '--url') state.url = value();
  else if (aside.has(word)) value();
}

function header(line: string, headers: Record<string, string>): void {
  const [, name, value] = /^([^:]+):\s*(.*)$/.exec(line) ?? [];
  if (name && value !== undefined && !/^(host|content-length|connection)$/i.test(name))
    headers[name.toLowerCase()] = value;
}

/** `-sSXPOST` and `--request=POST` as separate words. */
function apart(word: string): string[] {
  if (/^--[\w-]+=/.test(word)) return [word.slice(0, word.indexOf('=')), word.slice(word.indexOf('=') + 1)];
  if (!/^-[A-Za-z#]{2,}|^-[A-Za-z]\S+/.test(word) || word.startsWith('--')) return [word];
  const words: string[] = [];
  for (let at = 1; at < word.length; at += 1) {
    const flag = word[at] ?? '';
    words.push(`-${flag}`);
    if (!takesValue.includes(flag)) continue;
    if (at + 1 < word.length) words.push(word.slice(at + 1));
    break;
  }
  return words;
}

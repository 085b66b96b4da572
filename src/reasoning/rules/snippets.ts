import type { Passage } from './passages.ts';
import { type Code, parse } from './syntax.ts';
import { readTranscript, type Transcript } from './transcript.ts';

/** Code that somebody pasted; every place in it is a place in its passage. */
export interface Snippet {
  passage: number;
  quote: number;
  code: Code;
  transcript: Transcript | null;
}

/** The code of a thread: fences, prompts, lines quoted within prose. */
export function snippetsOf(passages: Passage[]): Snippet[] {
  return passages.flatMap(({ id, kind, text, quote }) => {
    if (kind === 'prose' || text.length > 30_000) return [];
    const transcript = kind === 'fence' ? readTranscript(text) : null;
    const code = parse(transcript?.code ?? text) ?? mended(transcript?.code ?? text) ?? callsOnly(text);
    return code ? [{ passage: id, quote, code, transcript }] : [];
  });
}

/** A line cut from its surroundings: `return f(x);`, `if (f(x) > 0) {`, `} else if (f(x))`, `name: f(x),`. */
function mended(text: string): Code | null {
  if (text.includes('\n')) return null;
  const bare = text
    .replace(/^\s*(?:\d+[:|]\s+)?(?:\}\s*)?(?:else\s+)?(?:return|throw|case|yield)?\b/, (found) =>
      ' '.repeat(found.length),
    )
    .replace(/^\s*[:}\])]+/, (found) => ' '.repeat(found.length));
  const endings = ['', ' {}', '}', ')', ') {}', '})', ' => {}'];
  for (const start of [text, bare]) {
    for (const ending of endings) {
      const code = parse(`${start.replace(/[,:]\s*$/, '')}${ending}`);
      if (code && !/^\s*$/.test(start)) return code;
    }
  }
  return null;
}

/** Where nothing parses as a whole, the calls in it still may. */
function callsOnly(text: string): Code | null {
  const parts: Code[] = [];
  for (const found of text.matchAll(/(?<![\w.$])(?:new )?[A-Za-z_$][\w$]*(?:\.[A-Za-z_$][\w$]*)*\(/g)) {
    for (const end of closings(text, found.index + found[0].length - 1)) {
      const code = parse(' '.repeat(found.index) + text.slice(found.index, end));
      if (code) parts.push(code);
    }
  }
  if (parts.length === 0) return null;
  return { text, statements: parts.flatMap(({ statements }) => statements), comments: [] };
}

function closings(text: string, open: number): number[] {
  let depth = 0;
  for (let at = open; at < Math.min(text.length, open + 2_000); at += 1) {
    if ('([{'.includes(text[at] ?? ' ')) depth += 1;
    if (')]}'.includes(text[at] ?? ' ') && --depth === 0) return [at + 1];
  }
  return [];
}

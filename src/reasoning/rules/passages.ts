import type { Evidence } from '../../evidence/evidence.ts';

/** A stretch of a thread that is read in one way: a code fence, code within a line, or prose. */
export interface Passage {
  /** Its place in the thread; prose refers to the inline code in it by this number. */
  id: number;
  kind: 'fence' | 'inline' | 'prose';
  /** In prose, inline code stands as `⟦id⟧`. */
  text: string;
  /** The message that it is from. */
  quote: number;
}

/** The place of inline code in prose. */
export const slot = (id: number): string => `⟦${id}⟧`;

/** Every slot of a prose text. */
export const slots = /⟦(\d+)⟧/g;

const languages =
  /^(js|jsx|ts|tsx|mjs|cjs|javascript|typescript|node|json|http|bash|sh|shell|console|text|txt|log|diff|yaml|yml|sql)[ \t]*\n/i;
const spans = /```([\s\S]*?)(?:```|$)|`([^`\n]+)`/g;
const bareCall = /(?<![\w.$'"`/⟦])(?:await )?(?:new )?[A-Za-z_$][\w$]*(?:\.[A-Za-z_$][\w$]*)*\(/g;

/** Cuts a thread into its passages, in order. Fences may begin and end within a line, as Slack lets them. */
export function passagesOf(evidence: Evidence): Passage[] {
  const passages: Passage[] = [];
  const add = (kind: Passage['kind'], text: string, quote: number) => {
    passages.push({ id: passages.length, kind, text, quote });
    return passages.length - 1;
  };
  evidence.quotes.forEach(({ text }, quote) => {
    let prose = '';
    const flush = () => {
      if (prose.trim() !== '') add('prose', prose, quote);
      prose = '';
    };
    let from = 0;
    for (const found of asWritten(text).matchAll(spans)) {
      const [whole, fence, inline] = found;
      prose += withCalls(asWritten(text).slice(from, found.index), (code) => slot(add('inline', code, quote)));
      from = found.index + whole.length;
      if (inline !== undefined) prose += slot(add('inline', inline, quote));
      if (fence === undefined) continue;
      flush();
      add('fence', fence.replace(languages, '').replace(/^\n+|\s+$/g, ''), quote);
    }
    prose += withCalls(asWritten(text).slice(from), (code) => slot(add('inline', code, quote)));
    flush();
  });
  return passages;
}

/** Typewriter quotes and spaces, whatever the keyboard made of them. */
function asWritten(text: string): string {
  return text
    .replace(/[‘’]/g, "'")
    .replace(/[“”]/g, '"')
    .replace(/[\u00a0\u202f]/g, ' ')
    .replace(/\r\n?/g, '\n')
    .replace(/[\u200b\ufeff]/g, '');
}

/** Calls that were written without backticks are code all the same. */
function withCalls(prose: string, inline: (code: string) => string): string {
  let done = '';
  let from = 0;
  for (const found of prose.matchAll(bareCall)) {
    if (found.index < from) continue;
    const end = closing(prose, found.index + found[0].length - 1);
    if (end === undefined) continue;
    done += prose.slice(from, found.index) + inline(prose.slice(found.index, end));
    from = end;
  }
  return done + prose.slice(from);
}

/** The place after the bracket that closes the one at `open`, on the same line. */
function closing(text: string, open: number): number | undefined {
  let depth = 0;
  let quoted = '';
  for (let at = open; at < text.length && text[at] !== '\n'; at += 1) {
    const letter = text[at] ?? '';
    if (quoted) {
      if (letter === '\\') at += 1;
      else if (letter === quoted) quoted = '';
    } else if (`'"\``.includes(letter)) quoted = letter;
    else if ('([{'.includes(letter)) depth += 1;
    else if (')]}'.includes(letter) && --depth === 0) return at + 1;
  }
  return undefined;
}

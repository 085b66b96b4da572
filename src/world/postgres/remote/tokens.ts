/** A piece of SQL: a word in lower case, a quoted name, a text, a body between dollars, a sign, or what lies between. */
export interface Token {
  kind: 'word' | 'name' | 'text' | 'body' | 'sign' | 'space';
  text: string;
  /** What a word or a quoted name says. */
  says: string;
}

const word = /[a-z_\u0080-\uffff][\w$\u0080-\uffff]*/iy;
const space = /\s+|--[^\n]*/y;
const number = /\d[\w.]*/y;
const dollar = /\$(?:[a-z_\u0080-\uffff][\w\u0080-\uffff]*)?\$/iy;

/** Takes SQL apart without understanding it; put together again, the texts are the SQL. What never ends is one text. */
export function tokens(sql: string): Token[] {
  const found: Token[] = [];
  const add = (kind: Token['kind'], end: number, says = '') => {
    found.push({ kind, text: sql.slice(at, end), says });
    at = end;
  };
  const matched = (pattern: RegExp): string | undefined => {
    pattern.lastIndex = at;
    return pattern.exec(sql)?.[0];
  };
  let at = 0;
  while (at < sql.length) {
    const sign = sql[at];
    const before = found.at(-1);
    if (sign === "'") add('text', endOfText(sql, at, before?.kind === 'word' && before.says === 'e'));
    else if (sign === '"') {
      const end = endOfText(sql, at, false);
      add('name', end, sql.slice(at + 1, end - 1).replaceAll('""', '"'));
    } else if (sql.startsWith('/*', at)) add('space', endOfComment(sql, at));
    else {
      const blank = matched(space);
      const tag = blank === undefined && sign === '$' ? matched(dollar) : undefined;
      const plain = blank ?? tag ?? matched(number) ?? matched(word);
      if (blank !== undefined) add('space', at + blank.length);
      else if (tag !== undefined) {
        const end = sql.indexOf(tag, at + tag.length);
        add('body', end < 0 ? sql.length : end + tag.length, tag);
      } else if (plain === undefined) add('sign', at + 1);
      else add(/^\d/.test(plain) ? 'sign' : 'word', at + plain.length, plain.toLowerCase());
    }
  }
  return found;
}

function endOfText(sql: string, start: number, isEscaped: boolean): number {
  const quote = sql[start];
  for (let at = start + 1; at < sql.length; at += 1) {
    if (isEscaped && sql[at] === '\\') at += 1;
    else if (sql[at] === quote) {
      if (sql[at + 1] !== quote) return at + 1;
      at += 1;
    }
  }
  return sql.length;
}

/** Comments of Postgres may stand within each other. */
function endOfComment(sql: string, start: number): number {
  let depth = 0;
  for (let at = start; at < sql.length; at += 1) {
    if (sql.startsWith('/*', at)) {
      depth += 1;
      at += 1;
    } else if (sql.startsWith('*/', at)) {
      depth -= 1;
      at += 1;
      if (depth === 0) return at + 1;
    }
  }
  return sql.length;
}

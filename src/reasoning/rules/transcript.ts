/** One thing typed at a prompt and what came out. */
export interface Entry {
  /** Where the code stands in the text, prompts and outputs outside of it. */
  start: number;
  end: number;
  output: string;
}

/** A text in which only the code is left: everything else is blank, so that every place stays what it was. */
export interface Transcript {
  code: string;
  entries: Entry[];
  /** What is no code: the answers of prompts, the output of commands. */
  rest: string;
}

const prompt = /^(?:>>? |node> |repl> |\d+> )/;
const more = /^(?:\.\.\. ?|\| )/;
const shell = /^(?:\w+@[\w.-]+[:~\w/ ]*)?[$%#] ?(?=\w)/;

/** Reads a REPL's or shell's transcript; null when the text is none. */
export function readTranscript(text: string): Transcript | null {
  const lines = text.split('\n');
  if (!lines.some((line) => prompt.test(line) || shell.test(line))) return null;
  const code: string[] = [];
  const entries: (Entry & { lines: string[] })[] = [];
  const rest: string[] = [];
  let at = 0;
  for (const line of lines) {
    const open = entries.at(-1);
    const opened = (prompt.exec(line) ?? (open && open.lines.length === 0 ? more.exec(line) : null))?.[0];
    const command = shell.test(line) ? inCommand(line) : undefined;
    if (opened !== undefined) {
      code.push(' '.repeat(opened.length) + line.slice(opened.length));
      if (more.test(line) && open) open.end = at + line.length;
      else entries.push({ start: at, end: at + line.length, output: '', lines: [] });
    } else if (shell.test(line)) {
      code.push(command ?? ' '.repeat(line.length));
      entries.push({ start: at, end: at + line.length, output: '', lines: [] });
    } else {
      code.push(' '.repeat(line.length));
      if (open) open.lines.push(line);
      rest.push(line);
    }
    at += line.length + 1;
  }
  return {
    code: code.join('\n'),
    entries: entries.map(({ start, end, lines: output }) => ({ start, end, output: output.join('\n').trim() })),
    rest: rest.join('\n').trim(),
  };
}

/** The code in `node -p "…"`; what comes out of `-e` is what it prints. */
function inCommand(line: string): string | undefined {
  const found = /\bnode\b[^'"]*\s(?:-p|-pe|-e|--print|--eval)[ =]?(['"])(.*)\1/.exec(line);
  if (!found) return undefined;
  const start = line.indexOf(found[1] ?? '', found.index) + 1;
  return ' '.repeat(start) + (found[2] ?? '') + ' '.repeat(line.length - start - (found[2] ?? '').length);
}

import { html } from 'hono/html';
import { codeLink } from '../../../scenarios/report.ts';
import type { Sheet, SourceWindow } from '../../../scenarios/sheet.ts';
import type { Html } from '../layout.ts';
import { short } from './verdict.ts';

/** Why it broke: the commit, its author's own reason, and the lines in their file. */
export function cause(sheet: Sheet): Html | '' {
  const { cause: found, guilty = [] } = sheet;
  if (!found) return '';
  if (!('commit' in found))
    return html`<section class="card" aria-labelledby="cause"><h2 id="cause">Root cause not found</h2><p>${found.reason}</p></section>`;
  const { commit, file, line, functions, simulations, hunks } = found;
  const where = functions[0] ? html` in <code>${functions[0].name}</code>` : '';
  const body = commit.body.trim();
  return html`<section class="card cause" aria-labelledby="cause"><h2 id="cause">Root cause</h2>
<p>${place(sheet, { commit: commit.id, file, line })}${where}, which came with <code>${short(commit.id)}</code> <strong>${commit.subject}</strong> by ${commit.author}, ${commit.at.slice(0, 10)}.</p>
${body ? html`<blockquote class="reason">${body}</blockquote>` : ''}
<p id="first-call" class="first-call" hidden></p>
${guilty.map((window) => source(sheet, window))}
<p class="muted">${hunks.length === 1 ? 'This one change flips' : `These ${hunks.length} changes together flip`} the verdict, and nothing smaller does; found in ${simulations} simulations. A line with + came with the commit, a line with − went with it.</p></section>`;
}

/** A line of code, as a link where the repository has a page. */
export function place({ codeUrl }: Sheet, at: { commit: string; file: string; line: number }): Html {
  const words = html`<code>${at.file}:${at.line}</code>`;
  const link = codeLink(codeUrl, at);
  return link && /^https?:/.test(link)
    ? html`<a href="${link}" rel="noopener noreferrer" target="_blank">${words}</a>`
    : words;
}

function source(sheet: Sheet, window: SourceWindow): Html {
  const { file, revision, from, lines, marked, gone, first } = window;
  const shown: Html[] = [];
  const removedBefore = (line: number) =>
    gone
      .filter(({ before }) => before === line)
      .flatMap((taken) => taken.lines.map((text) => row({ sign: '−', text, kind: 'gone' })));
  for (const [index, text] of lines.entries()) {
    const line = from + index;
    const isMarked = marked.includes(line);
    shown.push(...removedBefore(line));
    shown.push(
      row({
        line,
        sign: isMarked ? '+' : '',
        text,
        kind: `${isMarked ? 'came' : ''} ${line === first ? 'first' : ''}`,
      }),
    );
  }
  shown.push(...removedBefore(from + lines.length));
  return html`<figure class="source"><figcaption>${place(sheet, { commit: revision, file, line: first ?? marked[0] ?? from })} at <code>${short(revision)}</code></figcaption>
<div class="scroll" tabindex="0" role="region" aria-label="Lines of ${file}"><table class="code"><tbody>${shown}</tbody></table></div></figure>`;
}

function row({ line, sign, text, kind }: { line?: number; sign: string; text: string; kind: string }): Html {
  return html`<tr class="${kind}"><td class="number">${line ?? ''}</td><td class="sign">${sign}</td><td class="text">${text}</td></tr>`;
}

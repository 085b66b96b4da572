import { html } from 'hono/html';
import { apart } from '../../../diagnosis/apart.ts';
import { cutSentence, type GuiltyCall, placeText, type Suspicion, verbs } from '../../../diagnosis/root-cause.ts';
import { codeLink } from '../../../scenarios/report.ts';
import type { Sheet, SourceWindow } from '../../../scenarios/sheet.ts';
import type { Html } from '../layout.ts';
import { short } from './verdict.ts';

/** Why it broke: the commit, its author's own reason, and the lines in their file. */
export function cause(sheet: Sheet): Html | '' {
  const { cause: found, guilty = [] } = sheet;
  if (!found) return '';
  if (!('commit' in found))
    return html`<section class="card" aria-labelledby="cause"><h2 id="cause">Root cause not found</h2><p>${found.reason}</p>${found.suspicion ? suspicion(sheet, found.suspicion) : ''}</section>`;
  const { commit, file, line, functions, simulations, hunks, isCut, revision = commit.id } = found;
  const where = functions[0] ? html` in <code>${functions[0].name}</code>` : '';
  const body = commit.body.trim();
  return html`<section class="card cause" aria-labelledby="cause"><h2 id="cause">Root cause</h2>
<p>${place(sheet, { commit: revision, file, line })}${where}, which came with <code>${short(commit.id)}</code> <strong>${commit.subject}</strong> by ${commit.author}, ${commit.at.slice(0, 10)}.</p>
${body ? html`<blockquote class="reason">${body}</blockquote>` : ''}
${found.guilty ? guiltyCall(sheet, found.guilty) : html`<p id="first-call" class="first-call" hidden></p>`}
${guilty.map((window) => source(sheet, window))}
<p class="muted">${hunks.length === 1 ? 'This one change flips the verdict' : `These ${hunks.length} changes together flip the verdict`}${isCut ? `; ${cutSentence}` : ''}; found in ${simulations} simulations. A line with + came with the commit, a line with − went with it.</p></section>`;
}

/** The first call that got the same and gave something else, with both results. */
function guiltyCall(sheet: Sheet, { name, at, args, base, head, isChanged }: GuiltyCall): Html {
  const [was, is] = apart(base.text, head.text);
  const told = (side: 'base' | 'head', { kind }: GuiltyCall['base'], text: string) =>
    html`${verbs[kind]}${text ? html` <code class="${side}">${text}</code>` : ''}`;
  const where = place(sheet, { commit: at.revision, file: at.file, line: at.line });
  return html`<p class="first-call">The first call that got the same and did something else is <code>${name}</code> at ${where}${isChanged ? '' : ', which stands on what was changed'}: given <code>${args || 'nothing'}</code> it ${told('base', base, was)} before and ${told('head', head, is)} after.</p>`;
}

/** What stands out in a plan that was never seen to hold: likely places, and no proven cause. */
function suspicion(sheet: Sheet, { against, suspects, origins }: Suspicion): Html {
  const at = ({ revision, file, line }: Suspicion['suspects'][number]['at']) =>
    place(sheet, { commit: revision, file, line });
  const first = origins.map(
    ({ at: cited, name, value, gave }) =>
      html`<li><code>${name}</code> at ${at(cited)} gave <code class="head">${gave}</code>, in which <code>${value}</code> is first seen</li>`,
  );
  const ranked = suspects.map(
    ({ at: cited, name, score, ran }) =>
      html`<tr><th scope="row"><code>${name}</code> ${at(cited)}</th><td>${score.toFixed(2)}</td><td>${ran.violated} of those that fail, ${ran.holds} of those that hold</td></tr>`,
  );
  return html`${first.length > 0 ? html`<h3>Where the wrong value was first seen</h3><ul>${first}</ul>` : ''}
${ranked.length > 0 ? html`<h3>Likely places</h3><p class="muted">Weighed against ${against} scenarios that hold (Ochiai); likely, not proved.</p><div class="scroll"><table class="history"><thead><tr><th scope="col">function</th><th scope="col">score</th><th scope="col">ran in</th></tr></thead><tbody>${ranked}</tbody></table></div>` : ''}`;
}

/** A line of code, as a link where the repository has a page. */
export function place({ codeUrl }: Sheet, at: { commit: string; file: string; line: number }): Html {
  const words = html`<code>${placeText(at)}</code>`;
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

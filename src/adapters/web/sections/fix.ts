import { html } from 'hono/html';
import type { Fix, Kind, Proof, Refused } from '../../../repair/fix.ts';
import { gateSentences, refusedLines, spentSentence } from '../../../repair/told.ts';
import type { Sheet } from '../../../scenarios/sheet.ts';
import type { Html } from '../layout.ts';
import { copyable } from './replay.ts';

/** The fix as a diff with its proof, or why there is none. */
export function fix({ fix: found }: Sheet): Html | '' {
  if (!found) return '';
  if (!('patch' in found))
    return html`<section class="card" aria-labelledby="fix"><h2 id="fix">No fix is offered</h2><p>${whyNone(found)}</p>${search(found)}</section>`;
  return html`<section class="card fix" aria-labelledby="fix"><h2 id="fix">Fix, proved by simulation</h2>
<p>${found.summary}</p>
<p class="muted">${origins[found.kind]}${found.maker ? ` (${found.maker})` : ''}.</p>
${patch(found.patch)}
<table class="proofs"><thead><tr><th scope="col">scenario</th><th scope="col">without the patch</th><th scope="col">with it</th></tr></thead>
<tbody>${found.proofs.map(proof)}</tbody></table>
<ul>${gateSentences(found).map((sentence) => html`<li>${sentence}</li>`)}</ul>
${search(found)}
<details><summary>The patch as git applies it</summary>${copyable(found.patch, 'Copy the patch')}</details></section>`;
}

/** One reason as it is; of several that each stands below. */
function whyNone({ reason, refused = [] }: Refused): string {
  return refused.length < 2 ? reason : 'Every candidate was refused; why stands with each.';
}

const origins: Record<Kind, string> = {
  revert: 'Made by taking changes back',
  template: 'Made by a small repair rule',
  history: 'Made from an earlier version of these lines',
  model: 'Written by a model and let through by the same gate',
};

/** What else was tried and refused, and what the search cost. */
function search({ refused, spent }: Fix | Refused): Html | '' {
  const lines = refusedLines(refused);
  if (lines.length === 0) return spent ? html`<p class="muted">${spentSentence(spent)}.</p>` : '';
  return html`<details><summary>What else was tried, and why it was refused</summary><ul>${lines.map((line) => html`<li>${line}</li>`)}</ul>${spent ? html`<p class="muted">${spentSentence(spent)}.</p>` : ''}</details>`;
}

function proof({ scenario, before, after }: Proof): Html {
  return html`<tr><th scope="row">${scenario}</th><td data-label="without the patch"><span class="badge small ${before}">${before}</span></td><td data-label="with it"><span class="badge small ${after}">${after}</span></td></tr>`;
}

const kinds: [RegExp, string][] = [
  [/^(diff --git |index [0-9a-f]+\.\.)/, 'hidden'],
  [/^(---|\+\+\+) /, 'file'],
  [/^@@ /, 'hunk'],
  [/^\+/, 'came'],
  [/^-/, 'gone'],
];

/** A patch as people read it; lines that only git reads are left out. */
function patch(text: string): Html {
  const lines = text
    .trimEnd()
    .split('\n')
    .map((line) => ({ line, kind: kinds.find(([sign]) => sign.test(line))?.[1] ?? '' }));
  const rows = lines
    .filter(({ kind }) => kind !== 'hidden')
    .slice(0, 400)
    .map(({ line, kind }) => {
      const isContent = kind === 'came' || kind === 'gone' || kind === '';
      const sign = { came: '+', gone: '−' }[kind] ?? '';
      return html`<tr class="${kind}"><td class="sign">${sign}</td><td class="text">${isContent ? line.slice(1) : line}</td></tr>`;
    });
  return html`<figure class="source"><div class="scroll" tabindex="0" role="region" aria-label="The patch"><table class="code"><tbody>${rows}</tbody></table></div></figure>`;
}

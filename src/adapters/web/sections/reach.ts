import { html } from 'hono/html';
import { type BlastGroup, blastGroups, uncoveredSentence } from '../../../diagnosis/blast/told.ts';
import type { Sheet } from '../../../scenarios/sheet.ts';
import type { Html } from '../layout.ts';
import { short } from './verdict.ts';

/** Who and what is hit: what was seen in simulations, and apart from it what only reading the code tells. */
export function blast({ blast: found }: Sheet): Html | '' {
  if (!found) return '';
  return html`<section class="card" aria-labelledby="blast"><h2 id="blast">Blast radius</h2>
<p class="muted">As seen in simulations of ${found.looked.at} ${found.looked.at === 1 ? 'scenario' : 'scenarios'}, not guessed.</p>
<div class="groups">${blastGroups(found).map(group)}</div>
<p>${uncoveredSentence(found)}</p></section>`;
}

function group({ title, items }: BlastGroup): Html {
  const list = html`<ul>${items.map((item) => html`<li><code>${item}</code></li>`)}</ul>`;
  return items.length <= 8
    ? html`<div><h3>${title}</h3>${list}</div>`
    : html`<details><summary><h3>${title} <span class="count">${items.length}</span></h3></summary>${list}</details>`;
}

/** How each verdict was come by: run, or carried over and why. */
export function carried({ base, head, asked }: Sheet): Html {
  const runs = [...(base ? [base] : []), head, ...(asked ? [asked] : [])];
  const said = {
    executed: 'was executed anew; nothing was carried over',
    carried: 'was carried over',
    reasoned: 'was reasoned by a model and not executed',
  };
  return html`<section class="card" aria-labelledby="carried"><h2 id="carried">What was carried and why</h2>
<ul>${runs.map(({ revision, verdict: { tier, reason } }) => html`<li>The verdict at <code>${short(revision)}</code> ${said[tier]}${tier === 'executed' ? '' : `: ${reason}`}.</li>`)}</ul></section>`;
}

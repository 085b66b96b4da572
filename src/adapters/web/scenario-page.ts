import { html } from 'hono/html';
import type { Scenario } from '../../scenarios/scenario.ts';
import { steps } from '../../scenarios/steps.ts';
import type { GivenVerdict } from '../../scenarios/store.ts';
import { type Crumb, type Html, layout } from './layout.ts';
import { short } from './sections/verdict.ts';

/** A verdict of a scenario's history, with the page that shows it where there is one. */
export type PastVerdict = GivenVerdict & { givenAt: Date; page?: string };

const statuses = {
  drafted: 'drafted, not decided yet',
  kept: 'kept',
  discarded: 'discarded',
  'not-a-bug': 'not a bug',
};

/** A scenario: what ought to hold, who said so, and every verdict that was ever given on it. */
export function scenarioPage(scenario: Scenario, history: PastVerdict[], trail: Crumb[]): Html {
  const { title, narrative, status, tags, plan, evidence, verdict } = scenario;
  return layout({
    title,
    trail: [...trail, { text: 'Scenario' }],
    body: html`<section class="verdict ${verdict.outcome}" aria-labelledby="title">
<p class="badge ${verdict.outcome}">${verdict.outcome} <code>${short(verdict.revision)}</code></p>
<h1 id="title">${title}</h1><p class="why">${verdict.reason}</p>
<p class="muted">${statuses[status]}${tags.length > 0 ? html`; ${tags.join(', ')}` : ''}</p>
<p class="narrative">${narrative}</p></section>
<section class="card" aria-labelledby="history"><h2 id="history">Verdicts over commits</h2>${past(history)}</section>
<section class="card" aria-labelledby="plan"><h2 id="plan">The plan</h2><ol class="steps">${steps(plan).map((step) => html`<li>${step}</li>`)}</ol></section>
<section class="card" aria-labelledby="evidence"><h2 id="evidence">Evidence</h2>
<p class="muted">${evidence.quotes.length} messages; ${evidence.redactions} secrets or personal data were taken out.</p>
${evidence.quotes.slice(0, 50).map(({ text, permalink }) => html`<blockquote class="reason">${text}${permalink && /^https?:/.test(permalink) ? html` <a href="${permalink}" rel="noopener noreferrer">where it was said</a>` : ''}</blockquote>`)}</section>`,
  });
}

function past(history: PastVerdict[]): Html {
  if (history.length === 0) return html`<p>No verdict was given yet.</p>`;
  const newest = history.toReversed();
  const strip = newest
    .slice(0, 60)
    .toReversed()
    .map(
      ({ outcome, revision }) =>
        html`<li class="dot ${outcome}" title="${outcome} at ${short(revision)}"><span class="unseen">${outcome} at ${short(revision)}</span></li>`,
    );
  const rows = newest.map(({ outcome, revision, reason, tier, givenAt, page }, index) => {
    const before = newest[index + 1]?.outcome;
    const flip = before !== undefined && before !== outcome ? html`<strong>flipped from ${before}</strong>` : '';
    const when = givenAt.toISOString();
    return html`<tr><td><span class="badge small ${outcome}">${outcome}</span></td><td><code>${short(revision)}</code></td><td>${flip} ${reason}</td><td data-label="how">${tier}</td>
<td><time datetime="${when}">${when.slice(0, 16).replace('T', ' ')} UTC</time></td><td>${page ? html`<a href="${page}">Show the run</a>` : ''}</td></tr>`;
  });
  return html`<ol class="strip" aria-label="Verdicts, oldest first">${strip}</ol>
<div class="scroll"><table class="history"><thead><tr><th scope="col">verdict</th><th scope="col">commit</th><th scope="col">why</th><th scope="col">how</th><th scope="col">when</th><th scope="col">run</th></tr></thead><tbody>${rows}</tbody></table></div>`;
}

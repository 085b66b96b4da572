import { html } from 'hono/html';
import { differenceOf } from '../../../scenarios/difference.ts';
import type { Sheet, SheetRun } from '../../../scenarios/sheet.ts';
import { steps } from '../../../scenarios/steps.ts';
import type { Expectation } from '../../../simulation/verdict.ts';
import type { Html } from '../layout.ts';

const words = { holds: 'Holds', violated: 'Violated', unknown: 'Unknown' };
const states = { holds: 'holds', violated: 'is violated', unknown: 'cannot be told' };
const signs = { holds: '✓', violated: '✗', unknown: '?' };
const tiers = {
  executed: 'the real code, executed in a modelled world',
  carried: 'carried over: nothing that it touched has changed',
  reasoned: 'reasoned by a model, not executed',
};

/** The title of what a sheet shows. */
export function titleOf({ scenario, plan }: Sheet): string {
  if (scenario) return scenario.title;
  const [first] = steps({ ...plan, given: [], world: undefined }).filter((line) => line.startsWith('When '));
  return first?.slice(5) ?? 'A simulation';
}

/** The verdict and why: what was expected and what came, before and after where there are two runs. */
export function verdict(sheet: Sheet): Html {
  const { head, base, asked, scenario } = sheet;
  const said = asked ?? head;
  const { outcome, reason, tier } = said.verdict;
  return html`<section class="verdict ${outcome}" aria-labelledby="title">
<p class="badge ${outcome}"><span aria-hidden="true">${signs[outcome]}</span> ${words[outcome]} <code>${short(said.revision)}</code></p>
<h1 id="title">${titleOf(sheet)}</h1>
<p class="why">${whyOf(said.verdict.expectations, reason)}</p>
<p class="muted">${tiers[tier]}${base ? html`; ${toldOutcome(sheet)}it ${became(base, head)}` : ''}</p>
${scenario ? html`<details><summary>What was said</summary><p class="narrative">${scenario.narrative}</p></details>` : ''}
</section>
${expectations(sheet)}`;
}

function whyOf(all: Expectation[], reason: string): Html | string {
  const [first, ...others] = all.filter(({ met }) => met === false);
  if (!first) return reason;
  const { subject, expected, seen } = differenceOf(first);
  const more = others.length > 0 ? html`, and ${others.length} more` : '';
  return expected !== undefined && seen !== undefined
    ? html`<code>${subject}</code> is <code class="head">${seen}</code>, expected <code class="base">${expected}</code>${more}`
    : html`expected <code>${subject}</code>${seen ? html`, seen <code class="head">${seen}</code>` : ''}${more}`;
}

const outcomes = {
  broke: 'head breaks it: ',
  fixed: 'head mends it: ',
  same: 'nothing differs that can be seen from outside: ',
  drifted: 'the verdict is the same, and what can be seen from outside is not: ',
  unknown: 'one of the two gave no verdict: ',
};

function toldOutcome({ outcome }: Sheet): string {
  return outcome ? outcomes[outcome] : '';
}

function became(base: SheetRun, head: SheetRun): Html {
  const at = (run: SheetRun) => html`${states[run.verdict.outcome]} at <code>${short(run.revision)}</code>`;
  return html`${at(base)} and ${at(head)}`;
}

function expectations({ head, base, plan }: Sheet): Html {
  const rows = head.verdict.expectations.map((expectation, index) => {
    const before = base?.verdict.expectations[index];
    return html`<tr class="${mark(expectation)}"><th scope="row"><code>${expectation.text}</code></th>
${base ? html`<td data-label="before">${cell(before)}</td>` : ''}<td data-label="${base ? 'after' : 'seen'}">${cell(expectation)}</td></tr>`;
  });
  const heads = base
    ? html`<th scope="col">before <code>${short(base.revision)}</code></th><th scope="col">after <code>${short(head.revision)}</code></th>`
    : html`<th scope="col">seen at <code>${short(head.revision)}</code></th>`;
  return html`<section class="card" aria-labelledby="ought"><h2 id="ought">What ought to hold</h2>
${rows.length > 0 ? html`<table class="expectations"><thead><tr><th scope="col">expected</th>${heads}</tr></thead><tbody>${rows}</tbody></table>` : html`<p>Nothing was judged: ${head.verdict.reason}</p>`}
<details><summary>The plan, step by step</summary><ol class="steps">${steps(plan).map((step) => html`<li>${step}</li>`)}</ol></details></section>`;
}

function mark({ met }: Expectation): string {
  return met === true ? 'met' : met === false ? 'unmet' : 'untold';
}

function cell(expectation: Expectation | undefined): Html {
  if (!expectation) return html`<span class="muted">not judged</span>`;
  const { seen } = differenceOf(expectation);
  const told = { met: '✓ as expected', unmet: '✗', untold: '? cannot be told' }[mark(expectation)] ?? '';
  return html`<span class="${mark(expectation)}">${told}</span> ${seen && expectation.met !== true ? html`<code>${seen}</code>` : ''}`;
}

/** A commit as people write it. */
export function short(revision: string): string {
  return /^[0-9a-f]{40}$/.test(revision) ? revision.slice(0, 7) : revision;
}

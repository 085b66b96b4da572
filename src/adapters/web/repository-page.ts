import { html } from 'hono/html';
import type { Scenario } from '../../scenarios/scenario.ts';
import { type Html, layout } from './layout.ts';
import { short } from './sections/verdict.ts';

/** A scenario as a reader of one place may know it: without its words where its source is closed to them. */
export interface Listed {
  outcome: Scenario['verdict']['outcome'];
  status: Scenario['status'];
  revision: string;
  /** Null where it came from a private channel. */
  title: string | null;
  page?: string;
}

const headings: [Listed['outcome'], string][] = [
  ['violated', 'Violated'],
  ['unknown', 'Unknown'],
  ['holds', 'Holds'],
];

/** A repository: its scenarios by state, what is broken first. */
export function repositoryPage(repository: string, scenarios: Listed[]): Html {
  const counts = headings.map(([outcome, word]) => {
    const count = scenarios.filter((one) => one.outcome === outcome).length;
    return html`<li class="tile ${outcome}"><strong>${count}</strong> ${word.toLowerCase()}</li>`;
  });
  return layout({
    title: repository,
    trail: [{ text: repository }],
    body: html`<section class="verdict" aria-labelledby="title"><h1 id="title">${repository}</h1><ul class="tiles">${counts}</ul></section>
${headings.map(([outcome, word]) =>
  state(
    word,
    scenarios.filter((one) => one.outcome === outcome),
  ),
)}`,
  });
}

function state(word: string, scenarios: Listed[]): Html | '' {
  if (scenarios.length === 0) return '';
  const rows = scenarios.map(({ title, page, outcome, status, revision }) => {
    const name = title ?? 'a scenario from a private channel';
    return html`<tr><td><span class="badge small ${outcome}">${outcome}</span></td><th scope="row">${page ? html`<a href="${page}">${name}</a>` : name}</th><td>${status}</td><td><code>${short(revision)}</code></td></tr>`;
  });
  return html`<section class="card"><h2>${word} <span class="count">${scenarios.length}</span></h2><div class="scroll"><table class="history"><thead><tr><th scope="col">verdict</th><th scope="col">scenario</th><th scope="col">status</th><th scope="col">commit</th></tr></thead><tbody>${rows}</tbody></table></div></section>`;
}

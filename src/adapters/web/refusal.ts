import { html } from 'hono/html';
import { type Html, layout } from './layout.ts';

/** What whoever comes without a valid link is told; the same whether there is something behind the address or not. */
export function refusalPage(): Html {
  return layout({
    title: 'Nothing to see',
    trail: [],
    body: html`<section class="refusal"><h1>This link does not open anything</h1>
<p>Links to a run are made for one place and end after a while. Ask Rehearse for a new one where you found it: “remember this” in the thread, or <code>rehearse report</code> at a terminal.</p></section>`,
  });
}

/** What a reader is told where something of an old run is no longer there. */
export function gonePage(sentence: string): Html {
  return layout({
    title: 'No longer there',
    trail: [],
    body: html`<section class="refusal"><h1>This is no longer there</h1><p>${sentence}</p></section>`,
  });
}

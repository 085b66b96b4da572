import { html } from 'hono/html';
import type { Sheet, SheetRun } from '../../../scenarios/sheet.ts';
import type { Html } from '../layout.ts';
import { short } from './verdict.ts';

/** The frame in which the page's script shows the run: from above, in rows, and one event in detail. */
export function run(sheet: Sheet): Html {
  const { head, base, codeUrl = '' } = sheet;
  if (!head.trace.hash)
    return html`<section class="card" aria-labelledby="run"><h2 id="run">The run</h2><p>Nothing ran: ${head.verdict.reason}</p></section>`;
  const isLink = /^https?:/.test(codeUrl);
  return html`<section class="run" id="run-section" aria-labelledby="run" data-head="${head.revision}" data-base="${base?.revision ?? ''}" data-code="${isLink ? codeUrl : ''}">
<div class="run-head"><h2 id="run">The run</h2><p class="muted">${counted(head)}${base ? html`, against ${base.trace.counts.events} events before` : ''}. Order is the axis: most events take no virtual time, and a band says where the virtual clock moves on.</p></div>
<div class="toolbar">
<input id="search" type="search" placeholder="Search events  /" aria-label="Search events" autocomplete="off" spellcheck="false" maxlength="200">
<span class="jumps" role="group" aria-label="Jump to">
${base ? html`<button type="button" class="button" id="first">First difference</button><button type="button" class="button" id="guilty">First guilty call</button><button type="button" class="button" id="before" aria-label="The difference before" title="The difference before (p)">↑</button><button type="button" class="button" id="next" aria-label="The next difference" title="The next difference (n)">↓</button>` : ''}
<button type="button" class="button" id="step" title="The next step of the plan (s)">Next step</button></span>
<fieldset class="chips" id="groups"><legend>Show</legend></fieldset>
</div>
<div class="overview"><canvas id="overview" role="img" aria-label="The run from above: one line for each service and store"></canvas><div id="lens" class="lens"></div></div>
<div class="stage">
<div class="rows-frame">
<div class="heads" id="heads"></div>
<div id="rows" class="rows" role="listbox" tabindex="0" aria-label="Events, in order"><div id="space" class="space"></div></div>
<p id="count" class="muted count-line" role="status"></p>
</div>
<aside id="details" class="details" aria-label="Details of the event" hidden></aside>
</div>
<noscript><p>The events need JavaScript; everything else on this page does not. <code>rehearse trace ${short(head.trace.hash).slice(0, 16)}</code> prints them.</p></noscript>
</section>`;
}

function counted({ trace: { counts } }: SheetRun): string {
  return `${counts.events} events, ${counts.boundaries} boundaries between services, ${counts.transitions} changes of state`;
}

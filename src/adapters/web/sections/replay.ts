import { html } from 'hono/html';
import type { Sheet, SheetRun } from '../../../scenarios/sheet.ts';
import type { Plan } from '../../../simulation/plan.ts';
import type { Html } from '../layout.ts';
import { short } from './verdict.ts';

/** The exact commands that give the same again: the run that is spoken of first, the others folded. */
export function replay({ repository, plan, head, base, asked, cause }: Sheet): Html {
  const about = { repository, plan };
  const [first, ...others] = [...(asked ? [asked] : []), head, ...(base ? [base] : [])];
  const bad = asked?.revision ?? head.revision;
  const search =
    cause && 'commit' in cause
      ? html`<h3>Search for the cause again</h3>${copyable(command('bisect', about, `--good ${quoted(cause.good)} --bad ${quoted(bad)}`), 'Copy the command')}`
      : '';
  const rest = others.map((run) => one(run, about));
  return html`<section class="card" aria-labelledby="replay"><h2 id="replay">Replay</h2>
<p>The same plan on the same commit gives the same trace, byte for byte.</p>
${first ? one(first, about) : ''}${rest.length > 0 || search ? html`<details><summary>The other runs and the search</summary>${rest}${search}</details>` : ''}</section>`;
}

function one(run: Pick<SheetRun, 'revision' | 'verdict'>, about: { repository: string; plan: Plan }): Html {
  return html`<h3>${run.verdict.outcome} at <code>${short(run.revision)}</code></h3>
${copyable(command('simulate', about, `--rev ${quoted(run.revision)}`), 'Copy the command')}`;
}

/** A command for a POSIX shell; the plan is one line, so that nothing in it can end the document that it stands in. */
export function command(
  verb: string,
  { repository, plan }: { repository: string; plan: Plan },
  options: string,
): string {
  return `npx rehearse ${verb} --repo ${quoted(repository)} ${options} --plan - <<'PLAN'\n${JSON.stringify(plan)}\nPLAN\n`;
}

/** A text that can be copied with one button. */
export function copyable(text: string, label: string): Html {
  return html`<div class="copyable"><pre tabindex="0" aria-label="${label.replace('Copy ', '')}"><code>${text}</code></pre><button type="button" class="button" data-copy>${label}</button></div>`;
}

function quoted(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) && !text.startsWith('-') ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}

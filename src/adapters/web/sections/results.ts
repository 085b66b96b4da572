import { diffLines } from 'diff';
import { html } from 'hono/html';
import type { Sheet } from '../../../scenarios/sheet.ts';
import type { Html } from '../layout.ts';

const mostLines = 400;
const mostEdits = 2_000;
const context = 3;

interface Line {
  kind: 'came' | 'gone' | '';
  text: string;
}

/** What each step gave, before and after held against each other line by line. */
export function results({ head, base }: Sheet): Html | '' {
  const ids = [...new Set([...Object.keys(head.results), ...Object.keys(base?.results ?? {})])];
  if (ids.length === 0) return '';
  return html`<section class="card results" aria-labelledby="results"><h2 id="results">What the steps gave</h2>
${ids.map((id) => one(id, head.results[id], base && { value: base.results[id] }))}</section>`;
}

function one(id: string, after: unknown, base: { value: unknown } | undefined): Html {
  const lines = base ? difference(text(base.value), text(after)) : whole(text(after));
  const isSame = base !== undefined && lines.every(({ kind }) => kind === '');
  const shown = base && !isSame ? folded(lines) : lines;
  const rows = shown
    .slice(0, mostLines)
    .map(
      ({ kind, text: said }) =>
        html`<tr class="${kind}"><td class="sign">${{ came: '+', gone: '−', '': '' }[kind]}</td><td class="text">${said}</td></tr>`,
    );
  const cut =
    shown.length > mostLines ? html`<p class="muted">${shown.length - mostLines} more lines are left out.</p>` : '';
  const table = html`<figure class="source"><div class="scroll" tabindex="0" role="region" aria-label="What ${id} gave"><table class="code"><tbody>${rows}</tbody></table></div></figure>${cut}`;
  return isSame || !base
    ? html`<details><summary><code>${id}</code>${isSame ? ' gave the same' : ''}</summary>${table}</details>`
    : html`<h3><code>${id}</code> gave something else</h3>${table}`;
}

function text(value: unknown): string {
  return value === undefined ? '(nothing)' : (JSON.stringify(value, null, 2) ?? '(nothing)');
}

function whole(said: string): Line[] {
  return said.split('\n').map((line) => ({ kind: '', text: line }));
}

function difference(before: string, after: string): Line[] {
  const parts = diffLines(before, after, { maxEditLength: mostEdits });
  if (!parts) return [...whole(before).map(gone), ...whole(after).map(came)];
  return parts.flatMap(({ added, removed, value }) =>
    whole(value.replace(/\n$/, '')).map(added ? came : removed ? gone : (line) => line),
  );
}

function gone({ text: said }: Line): Line {
  return { kind: 'gone', text: said };
}

function came({ text: said }: Line): Line {
  return { kind: 'came', text: said };
}

/** Long runs of equal lines become one. */
function folded(lines: Line[]): Line[] {
  const isNear = (at: number) =>
    lines.slice(Math.max(0, at - context), at + context + 1).some(({ kind }) => kind !== '');
  const shown: Line[] = [];
  for (const [at, line] of lines.entries()) {
    if (isNear(at)) shown.push(line);
    else if (shown.at(-1)?.text !== '⋯') shown.push({ kind: '', text: '⋯' });
  }
  return shown;
}

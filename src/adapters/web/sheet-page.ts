import type { Sheet } from '../../scenarios/sheet.ts';
import { type Crumb, type Html, layout } from './layout.ts';
import { cause } from './sections/cause.ts';
import { fix } from './sections/fix.ts';
import { blast, carried } from './sections/reach.ts';
import { replay } from './sections/replay.ts';
import { results } from './sections/results.ts';
import { run } from './sections/run.ts';
import { short, titleOf, verdict } from './sections/verdict.ts';

const words = { simulation: 'Simulation', comparison: 'Comparison', finding: 'Finding' };

/** The page of a simulation, a comparison or a finding: the verdict first, then why, then everything that shows it. */
export function sheetPage(sheet: Sheet, trail: Crumb[]): Html {
  const { kind, head, asked } = sheet;
  const sections = [verdict, cause, run, results, fix, blast, carried, replay];
  return layout({
    title: `${(asked ?? head).verdict.outcome}: ${titleOf(sheet)}`,
    trail: [...trail, { text: `${words[kind]} at ${short((asked ?? head).revision)}` }],
    body: sections.map((section) => section(sheet)),
  });
}

import { partingLine } from '../comparison/told.ts';
import { knobName, turnedText } from './knob.ts';
import type { Cell, Matrix, Row } from './what-if.ts';

/** The matrix as lines: one world after the other, with what is first seen to differ in it. */
export function matrixLines(matrix: Matrix): string[] {
  const { knobs, without, rows, leftOut } = matrix;
  const shown = rows.filter((row) => !isExpected(row, matrix));
  const quiet = rows.length - shown.length;
  const names = shown.map(({ turned }) => (turned.length === 0 ? 'as it is' : turned.map(turnedText).join(' and ')));
  const width = Math.min(widest, Math.max(...names.map((name) => name.length)));
  const head = rows[0]?.cells.map(({ revision }) => revision.slice(0, 7).padEnd(10)).join('') ?? '';
  return [
    `${' '.repeat(width)}  ${head}`.trimEnd(),
    ...shown.flatMap(({ turned, cells }, at) => [
      `${(names[at] ?? '').padEnd(width)}  ${cells.map(({ outcome }) => outcome.padEnd(10)).join('')}`.trimEnd(),
      ...cells.flatMap((cell, index) =>
        turned.length === 0 && index === 0 ? whyNot(cell) : differenceLines(cell, rows[0]?.cells[index]),
      ),
    ]),
    '',
    ...(quiet > 0 ? [`${quiet} combinations give what their parts give.`] : []),
    knobs.length === 0
      ? 'It reads no setting and no flag of which another value is known; `rehearse whatif` takes others with --set, --flag, --clock and --fault.'
      : `Turned: ${knobs.map(knobName).join('; ')}.`,
    ...(without.length > 0 ? [`Read, with no other value that the repository names: ${without.join(', ')}.`] : []),
    ...(leftOut > 0
      ? [`${leftOut} combinations more are beyond the budget; \`rehearse whatif --budget\` takes more.`]
      : []),
  ];
}

const widest = 60;

/** Whether knobs turned together give what one of them alone gives, so that nothing is learned from it. */
function isExpected({ turned, cells }: Row, { rows }: Matrix): boolean {
  if (turned.length < 2) return false;
  const alone = turned.map(({ knob, value }) =>
    rows.find((row) => row.turned.length === 1 && row.turned[0]?.knob === knob && row.turned[0].value === value),
  );
  return cells.every(({ outcome }, at) => {
    const asIs = rows[0]?.cells[at]?.outcome;
    const outcomes = alone.map((row) => row?.cells[at]?.outcome);
    const others = outcomes.filter((one) => one !== asIs);
    return others.length === 0 ? outcome === asIs : others.includes(outcome);
  });
}

function whyNot({ outcome, reason }: Cell): string[] {
  return outcome === 'holds' ? [] : [`    ${reason}`];
}

function differenceLines(cell: Cell, asIs: Cell | undefined): string[] {
  const { revision, differs, first, trace, reason } = cell;
  if (differs === 'same' && cell.outcome === asIs?.outcome) return [];
  const parts = first ? [`    first other at ${revision.slice(0, 7)}: ${partingLine(first)}`] : [];
  return [...(reason === asIs?.reason ? [] : whyNot(cell)), ...parts, `    trace ${trace.slice(0, 16)}`];
}

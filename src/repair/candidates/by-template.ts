import { isFunction, type Node, parse, type Syntax, walk } from '../../codebase/syntax.ts';
import type { Change, Spot } from '../templates/template.ts';
import { templates } from '../templates/templates.ts';
import type { Candidate } from './candidate.ts';
import type { Place } from './places.ts';

interface Ranked extends Change {
  rank: number;
}

/**
 * One small change each, made in the syntax tree: those that give back a line that stood there before come first, then
 * those on guilty lines, then the rest of the guilty functions.
 */
export function byTemplate(places: Place[]): Candidate[] {
  return places.flatMap((place) => {
    const syntax = parse(place.file, place.source);
    if (!syntax) return [];
    const earlier = place.earlier === undefined ? undefined : parse(place.file, place.earlier);
    return changesIn(place, syntax, earlier).map((change): Candidate => {
      const text = place.source.slice(0, change.start) + change.text + place.source.slice(change.end);
      return {
        kind: 'template',
        what: `${change.what} at ${place.file}:${syntax.lineAt(change.start)}`,
        edit: { files: { [place.file]: text } },
      };
    });
  });
}

function changesIn(place: Place, syntax: Syntax, earlier: Syntax | undefined): Change[] {
  const found = new Map<string, Ranked>();
  const removed = new Set(place.removed.map((line) => line.trim()).filter(Boolean));
  walk(syntax.program, (node, around) => {
    const distance = distanceOf(node, place, syntax);
    if (distance === undefined || isLoopStep(node, around)) return;
    const spot: Spot = { node, around: [...around], syntax, ...(earlier && { earlier }) };
    templates.forEach((template, order) => {
      for (const change of template.changes(spot)) {
        const rank = (isKnown(change, syntax, removed) ? 0 : 1_000) + distance * 20 + order;
        const key = `${change.start}:${change.end}:${change.text}`;
        const other = found.get(key);
        if (!other || rank < other.rank) found.set(key, { ...change, what: `${template.name}: ${change.what}`, rank });
      }
    });
  });
  return [...found.values()].sort((a, b) => a.rank - b.rank || a.start - b.start);
}

/**
 * 0 on a guilty line, 1 in the innermost guilty function, 2 … in the others; nothing elsewhere. A function itself counts
 * as where it begins, since what is put there is put first.
 */
function distanceOf(node: Node, { lines, functions }: Place, { lineAt }: Syntax): number | undefined {
  const [first, last] = [lineAt(node.start), lineAt(node.end)];
  const isGuilty = lines.some((line) => first <= line && line <= last);
  if (isGuilty && last - first < 3) return 0;
  const at = functions.findIndex(({ line, endLine }) => line <= first && last <= endLine);
  if (at >= 0) return 1 + at;
  return isGuilty && (isFunction(node) || functions.length === 0) ? 1 : undefined;
}

/** Whether a line reads, with the change, as one did before. */
function isKnown({ start, end, text }: Change, { source }: Syntax, removed: Set<string>): boolean {
  const from = source.lastIndexOf('\n', start - 1) + 1;
  const to = source.indexOf('\n', end);
  const line = source.slice(from, start) + text + source.slice(end, to < 0 ? undefined : to);
  return removed.has(line.trim()) || (text.length > 2 && removed.has(text.split('\n')[0]?.trim() ?? ''));
}

/** What makes a loop go on: changed, it may never end. */
function isLoopStep(node: Node, around: Node[]): boolean {
  return around.some((one, at) => one.type === 'ForStatement' && one.update === (around[at + 1] ?? node));
}

import { visitorKeys } from 'oxc-parser';
import { functionsOf } from '../../codebase/symbols.ts';
import { isFunction, isNode, type Node, parse, type Syntax, walk } from '../../codebase/syntax.ts';
import { type Change, short } from '../templates/template.ts';
import type { Candidate } from './candidate.ts';
import type { Place } from './places.ts';

const mostChanges = 24;

/** Parts of the guilty functions put back as they were before the change, one at a time, the smallest first. */
export function earlierExpressions(places: Place[]): Candidate[] {
  return places.flatMap(({ file, source, earlier, functions }) => {
    const [now, was] = [parse(file, source), earlier === undefined ? undefined : parse(file, earlier)];
    if (!now || !was || earlier === undefined) return [];
    const names = new Set(functions.map(({ name }) => name));
    const changes = [...names].flatMap((name) => {
      const [mine, theirs] = [bodyOf(now, name), bodyOf(was, name)];
      return mine && theirs ? differences(mine, theirs, { now: source, was: earlier }) : [];
    });
    const smallest = changes.sort((a, b) => size(a) - size(b)).slice(0, mostChanges);
    return smallest.map(
      (change): Candidate => ({
        kind: 'history',
        what: `${change.what} at ${file}:${now.lineAt(change.start)}`,
        edit: { files: { [file]: source.slice(0, change.start) + change.text + source.slice(change.end) } },
      }),
    );
  });
}

/** The function that goes by a name at this place of the file. */
function bodyOf(syntax: Syntax, name: string): Node | undefined {
  const place = functionsOf(syntax.source, syntax.file).find((one) => one.name === name);
  let found: Node | undefined;
  walk(syntax.program, (node) => {
    if (!found && place && isFunction(node) && syntax.lineAt(node.end) === place.endLine) found = node;
  });
  return found;
}

interface Texts {
  now: string;
  was: string;
}

/** The parts of a node that read otherwise than in another one, each with what it read before. */
function differences(now: Node, was: Node, texts: Texts): Change[] {
  const before = texts.was.slice(was.start, was.end);
  if (texts.now.slice(now.start, now.end) === before) return [];
  const own = isFunction(now) ? [] : [put(now, before, texts)];
  if (now.type !== was.type || !sameOwn(now, was)) return own;
  const inner = (visitorKeys[now.type] ?? []).flatMap((key) => inPart(now[key], was[key], texts));
  return [...inner, ...own];
}

function inPart(now: unknown, was: unknown, texts: Texts): Change[] {
  if (isNode(now) && isNode(was)) return differences(now, was, texts);
  if (!Array.isArray(now) || !Array.isArray(was)) return [];
  const [mine, theirs] = [now.filter(isNode), was.filter(isNode)];
  if (mine.length === theirs.length) return mine.flatMap((one, at) => differences(one, theirs[at] ?? one, texts));
  return [...lost(mine, theirs, texts), ...gained(mine, theirs, texts)];
}

/** Statements that went, each put back before the one that followed it. */
function lost(mine: Node[], theirs: Node[], texts: Texts): Change[] {
  const nowTexts = mine.map(({ start, end }) => texts.now.slice(start, end));
  return theirs.flatMap((one, at) => {
    const text = texts.was.slice(one.start, one.end);
    if (nowTexts.includes(text) || !one.type.endsWith('Statement')) return [];
    const following = theirs.slice(at + 1).map(({ start, end }) => texts.was.slice(start, end));
    const next = mine[following.map((each) => nowTexts.indexOf(each)).find((index) => index >= 0) ?? -1];
    if (!next) return [];
    const indent = /[^\n]*$/.exec(texts.now.slice(0, next.start))?.[0] ?? '';
    const gap = /^\s*$/.test(indent) ? `\n${indent}` : ' ';
    return [{ start: next.start, end: next.start, text: `${text}${gap}`, what: `putting back ${short(text)}` }];
  });
}

/** Statements that came, each taken out. */
function gained(mine: Node[], theirs: Node[], texts: Texts): Change[] {
  const before = theirs.map(({ start, end }) => texts.was.slice(start, end));
  return mine
    .filter(({ type, start, end }) => type.endsWith('Statement') && !before.includes(texts.now.slice(start, end)))
    .map(({ start, end }) => ({ start, end, text: '', what: `taking ${short(texts.now.slice(start, end))} out` }));
}

function put(now: Node, text: string, texts: Texts): Change {
  const is = texts.now.slice(now.start, now.end);
  return { start: now.start, end: now.end, text, what: `putting back ${short(text)} for ${short(is)}` };
}

/** Whether two nodes of a type agree in what is no node: an operator, a name, a value. */
function sameOwn(now: Node, was: Node): boolean {
  return ['operator', 'name', 'value', 'kind', 'async', 'computed', 'optional', 'raw'].every(
    (key) => isNode(now[key]) || Array.isArray(now[key]) || now[key] === was[key],
  );
}

function size({ start, end, text }: Change): number {
  return end - start + text.length;
}

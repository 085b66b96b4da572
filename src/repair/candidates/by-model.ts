import type { Breakage } from '../breakage.ts';
import type { PatchMaterial, Proposal, Replacing } from '../patcher.ts';
import type { Trial } from '../trials.ts';
import type { Candidate } from './candidate.ts';
import type { Place } from './places.ts';

const limits = { file: 24_000, all: 48_000, trace: 12_000, events: 120, change: 12_000, edits: 12, text: 20_000 };

/** What a model is shown of a breakage: the plan, the violated run, the change, and the guilty files. */
export async function materialOf(
  { mirror, plan, cause }: Breakage,
  places: Place[],
  violated: Trial,
): Promise<Omit<PatchMaterial, 'refused'>> {
  const unmet = violated.expectations.filter(({ met }) => met === false);
  const change = cause && (await mirror.hunks(cause.good, cause.commit.id));
  let left = limits.all;
  const code = places.flatMap((place) => {
    const text = shown(place).slice(0, left);
    left -= text.length;
    return text ? [{ file: place.file, text }] : [];
  });
  return {
    plan: JSON.stringify(plan).slice(0, limits.text),
    violated: [violated.reason, ...unmet.map(({ text, seen }) => `${text}: ${seen ?? ''}`)].join('\n').slice(0, 4_000),
    trace: traceOf(violated),
    ...(cause && {
      change: [
        cause.commit.subject,
        cause.commit.body,
        ...(change ?? []).flatMap(({ file, oldStart, removed, added }) => [
          `@@ ${file}:${oldStart}`,
          ...removed.map((line) => `-${line}`),
          ...added.map((line) => `+${line}`),
        ]),
      ]
        .join('\n')
        .slice(0, limits.change),
    }),
    code,
  };
}

/** A file whole, or its guilty functions with some lines around them where it is long. */
function shown({ source, lines, functions }: Place): string {
  if (source.length <= limits.file) return source;
  const all = source.split('\n');
  const wanted = new Set<number>();
  const spans = [...functions.map(({ line, endLine }) => [line, endLine]), ...lines.map((line) => [line, line])];
  for (const [first = 1, last = 1] of spans) for (let at = first - 8; at <= last + 8; at++) wanted.add(at);
  return all
    .map((line, at) => (wanted.has(at + 1) ? line : undefined))
    .filter((line, at, every) => line !== undefined || every[at - 1] !== undefined)
    .map((line) => line ?? '[…]')
    .join('\n')
    .slice(0, limits.file);
}

function traceOf({ events }: Trial): string {
  const told = events
    .slice(-limits.events)
    .map(({ service, kind, what, file, line, value }) =>
      [service, kind, what, file && `${file}:${line ?? ''}`, value?.text].filter(Boolean).join(' ').slice(0, 400),
    );
  return told.join('\n').slice(-limits.trace);
}

/**
 * A proposal as a candidate, or why it is none. What a model says is hostile: every file must be one that stands at
 * head and names no packages, every replaced text must stand in it exactly once, and the gate judges the rest.
 */
export async function candidateOf(
  { mirror, head }: Breakage,
  { summary, edits }: Proposal,
  maker: string,
): Promise<Candidate | { reason: string }> {
  if (edits.length === 0) return { reason: 'it changes nothing' };
  if (edits.length > limits.edits) return { reason: `it changes more than ${limits.edits} places` };
  const files: Record<string, string> = Object.create(null);
  for (const edit of edits) {
    const outside = outsideReason(edit);
    if (outside) return { reason: outside };
    if (manifest.test(edit.file))
      return { reason: `it changes ${named(edit.file)}, and what a repository installs is not a model’s to choose` };
    const source = files[edit.file] ?? (await mirror.read(head, edit.file));
    if (source === undefined) return { reason: `there is no file ${named(edit.file)} in this revision` };
    const at = source.indexOf(edit.before);
    if (edit.before === '' || at < 0)
      return { reason: `the text to be replaced does not stand in ${named(edit.file)}` };
    if (source.indexOf(edit.before, at + 1) >= 0)
      return { reason: `the text to be replaced stands more than once in ${named(edit.file)}` };
    files[edit.file] = source.slice(0, at) + edit.after + source.slice(at + edit.before.length);
  }
  const said = summary.replace(/\s+/g, ' ').trim().slice(0, 200);
  const where = Object.keys(files).map(named).join(' and ');
  return { kind: 'model', what: `changing ${where} (“${said}”)`, edit: { files: { ...files } }, maker };
}

/** Files that say which packages are installed, and by whom. */
const manifest =
  /(^|\/)(package(-lock)?\.json|npm-shrinkwrap\.json|pnpm-(lock|workspace)\.yaml|yarn\.lock|\.npmrc|\.yarnrc(\.yml)?)$/i;

function outsideReason({ file, before, after }: Replacing): string | undefined {
  const isOutside = file.startsWith('/') || file.includes('\\') || /(^|\/)(\.\.?|\.git|node_modules)(\/|$)/i.test(file);
  if (isOutside || file === '' || file.includes('\0')) return `the path ${named(file)} leads outside of the repository`;
  if (before.length > limits.text || after.length > limits.text) return 'it replaces more text than a small fix would';
  return undefined;
}

/** A path as it may be shown: without signs that are none to read. */
function named(file: string): string {
  return file.replace(/[^\x20-\x7e\u00a1-\uffff]/g, '?').slice(0, 120);
}

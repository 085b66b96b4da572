import { freshId } from '../identity.ts';
import type { BlockOnWire } from '../message.ts';
import { Refusal } from './refusal.ts';

const limits = { blocks: 50, viewBlocks: 100, section: 3_000, field: 2_000, fields: 10, header: 150, markdown: 12_000 };
const elements = { actions: 25, context: 10, context_actions: 5 } as const;
/** Undocumented; Slack answers msg_blocks_too_long above it. */
const allCharacters = 13_200;
const textLimit = 40_000;

const known = new Set(
  'actions alert card carousel container context context_actions data_table divider file header image input markdown rich_text section table task_card plan video'.split(
    ' ',
  ),
);

/** The text of a message, if it is not too long. */
export function checkedText(text: string): string {
  if (text.length > textLimit) throw new Refusal('msg_too_long');
  return text;
}

/** The blocks of a message or view with ids filled in, if Slack would take them. */
export function checkedBlocks(blocks: BlockOnWire[], where: 'message' | 'view'): BlockOnWire[] {
  const most = where === 'view' ? limits.viewBlocks : limits.blocks;
  const problems = blocks.length > most ? [`no more than ${most} items allowed [json-pointer:/blocks]`] : [];
  problems.push(...blocks.flatMap((block, index) => problemsOf(block, `/blocks/${index}`)));
  if (problems.length > 0)
    throw new Refusal(
      where === 'view' ? 'invalid_arguments' : 'invalid_blocks',
      problems.map((problem) => `[ERROR] ${problem}`),
    );
  if (where === 'message' && characters(blocks) > allCharacters) throw new Refusal('msg_blocks_too_long');
  return blocks.map(withIds);
}

function problemsOf(block: BlockOnWire, at: string): string[] {
  if (typeof block !== 'object' || block === null || !known.has(block.type))
    return [`unsupported type: ${String(block?.type)} [json-pointer:${at}/type]`];
  const { type } = block;
  const texts = block.text as { text?: string } | string | undefined;
  const text = typeof texts === 'string' ? texts : texts?.text;
  const fields = block.fields as { text?: string }[] | undefined;
  const inside = block.elements as unknown[] | undefined;
  const problems: string[] = [];
  const must = (holds: boolean, problem: string, where: string) => {
    if (!holds) problems.push(`${problem} [json-pointer:${at}${where}]`);
  };
  if (type === 'section') {
    must(text !== undefined || fields !== undefined, 'missing required field: text', '');
    must(text === undefined || text.length > 0, 'must be more than 0 characters', '/text/text');
    must((text ?? '').length <= limits.section, `must be less than ${limits.section + 1} characters`, '/text/text');
    must((fields ?? []).length <= limits.fields, `no more than ${limits.fields} items allowed`, '/fields');
    const long = (fields ?? []).some((field) => (field.text ?? '').length > limits.field);
    must(!long, `must be less than ${limits.field + 1} characters`, '/fields');
  }
  if (type === 'header')
    must(within(text, limits.header), `must be less than ${limits.header + 1} characters`, '/text');
  if (type === 'markdown') must(within(text, limits.markdown), 'must be less than 12001 characters', '/text');
  if (type === 'input') must(Boolean(block.element && block.label), 'missing required field: element, label', '');
  if (type === 'actions' || type === 'context' || type === 'context_actions') {
    must(Array.isArray(inside) && inside.length > 0, 'must provide an element', '/elements');
    must((inside ?? []).length <= elements[type], `no more than ${elements[type]} items allowed`, '/elements');
    const urls = (inside as { text?: { text?: string }; type?: string }[] | undefined) ?? [];
    const long = urls.some((one) => one.type === 'button' && (one.text?.text ?? '').length > 75);
    must(!long, 'must be less than 76 characters', '/elements/text');
  }
  if (type === 'container') {
    const children = block.child_blocks as BlockOnWire[] | undefined;
    must(Array.isArray(children) && children.length <= 10, 'no more than 10 items allowed', '/child_blocks');
    problems.push(...(children ?? []).flatMap((child, index) => problemsOf(child, `${at}/child_blocks/${index}`)));
  }
  return problems;
}

function within(text: string | undefined, most: number): boolean {
  return text !== undefined && text.length > 0 && text.length <= most;
}

/** All characters that a person could read in the blocks. */
function characters(value: unknown): number {
  if (Array.isArray(value)) return value.reduce<number>((sum, one) => sum + characters(one), 0);
  if (typeof value !== 'object' || value === null) return 0;
  return Object.entries(value).reduce((sum, [name, inner]) => {
    const text = typeof inner === 'string' && (name === 'text' || name === 'title') ? inner.length : 0;
    return sum + text + characters(inner);
  }, 0);
}

/** Slack gives every block and every interactive element an id if the app did not. */
function withIds(block: BlockOnWire): BlockOnWire {
  const named = (element: unknown) =>
    typeof element === 'object' && element !== null && 'type' in element && !('elements' in element)
      ? { action_id: freshId('').slice(0, 5), ...element }
      : element;
  const interactive = block.type === 'actions' || block.type === 'context_actions';
  return {
    ...block,
    block_id: block.block_id ?? freshId('').slice(0, 5),
    ...(interactive && { elements: (block.elements as unknown[]).map(named) }),
    ...(block.type === 'section' && block.accessory ? { accessory: named(block.accessory) } : {}),
    ...(block.type === 'input' && { element: named(block.element) }),
    ...(block.type === 'container' && { child_blocks: (block.child_blocks as BlockOnWire[]).map(withIds) }),
  };
}

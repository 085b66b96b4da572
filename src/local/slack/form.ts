import type { BlockOnWire } from './message.ts';
import type { ViewState } from './view.ts';

interface Choice {
  value: string;
  text: unknown;
}

interface Element {
  type: string;
  action_id?: string;
  options?: Choice[];
  option_groups?: { options: Choice[] }[];
  initial_value?: string;
  initial_option?: Choice;
  initial_options?: Choice[];
}

/** What a person filled in, by block id (or action id): a text, or the values of what was chosen. */
export type Filled = Record<string, string | string[] | undefined>;

/** The state of a form as Slack sends it: what was filled in, and what stood there already. */
export function formState(blocks: BlockOnWire[], filled: Filled): ViewState {
  const state: ViewState = {};
  for (const { block, element } of inputs(blocks)) {
    const [blockId, actionId] = [String(block.block_id), String(element.action_id)];
    const given = filled[`${blockId}/${actionId}`] ?? filled[blockId] ?? filled[actionId];
    state[blockId] = { ...state[blockId], [actionId]: inputValue(element, given) };
  }
  return state;
}

/** The required inputs that were left empty: block id and the sentence for the person. */
export function leftEmpty(blocks: BlockOnWire[], state: ViewState): Record<string, string> {
  const problems: Record<string, string> = {};
  for (const block of blocks) {
    if (block.type !== 'input' || block.optional === true) continue;
    const [value] = Object.values(state[String(block.block_id)] ?? {});
    if (value && isEmpty(value)) problems[String(block.block_id)] = 'Please complete this required field.';
  }
  return problems;
}

function inputs(blocks: BlockOnWire[]): { block: BlockOnWire; element: Element }[] {
  return blocks.flatMap((block) => {
    const inside = (block.child_blocks as BlockOnWire[] | undefined) ?? [];
    const elements = [
      block.element,
      block.accessory,
      ...(block.type === 'actions' ? (block.elements as unknown[]) : []),
    ];
    const own = elements.filter((one) => one && fields.has((one as Element).type)) as Element[];
    return [...own.map((element) => ({ block, element })), ...inputs(inside)];
  });
}

const fields = new Set(
  'plain_text_input static_select radio_buttons checkboxes multi_static_select number_input email_text_input url_text_input datepicker timepicker'.split(
    ' ',
  ),
);

function inputValue(element: Element, given: string | string[] | undefined): Record<string, unknown> {
  const { type } = element;
  const options = [...(element.options ?? []), ...(element.option_groups ?? []).flatMap((group) => group.options)];
  const chosen = (values: string[]) => options.filter(({ value }) => values.includes(value));
  if (type === 'checkboxes' || type === 'multi_static_select')
    return { type, selected_options: given === undefined ? (element.initial_options ?? []) : chosen([given].flat()) };
  if (type === 'static_select' || type === 'radio_buttons')
    return {
      type,
      selected_option: given === undefined ? (element.initial_option ?? null) : (chosen([given].flat())[0] ?? null),
    };
  const text = given === undefined ? element.initial_value : String(given);
  return { type, value: text === undefined || text === '' ? null : text };
}

function isEmpty(value: Record<string, unknown>): boolean {
  if ('selected_options' in value) return (value.selected_options as unknown[]).length === 0;
  return (value.selected_option ?? value.value ?? null) === null;
}

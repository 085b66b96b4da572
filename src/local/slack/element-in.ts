import type { BlockOnWire } from './message.ts';

type Element = Record<string, unknown> & { type: string; action_id?: string };

/** Finds the interactive element of an action id, with the block it stands in. */
export function elementIn(
  blocks: BlockOnWire[],
  actionId: string,
): { element: Element; block: BlockOnWire } | undefined {
  for (const block of blocks) {
    const own = [block.accessory, block.element, ...((block.elements as unknown[] | undefined) ?? [])] as Element[];
    const element = own.find((one) => one?.action_id === actionId);
    if (element) return { element, block };
    const inside = elementIn((block.child_blocks as BlockOnWire[] | undefined) ?? [], actionId);
    if (inside) return inside;
  }
  return undefined;
}

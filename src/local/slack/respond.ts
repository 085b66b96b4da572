import type { BlockOnWire, Message } from './message.ts';
import type { State } from './state.ts';
import { checkedBlocks, checkedText } from './web-api/block-limits.ts';
import { Refusal } from './web-api/refusal.ts';

interface Response {
  text?: string;
  blocks?: BlockOnWire[];
  response_type?: 'in_channel' | 'ephemeral';
  replace_original?: boolean;
  delete_original?: boolean;
  thread_ts?: string;
}

/** Takes an answer at a response_url; a code of Slack's when it is refused. */
export function respond(state: State, key: string, response: Response): 'ok' | string {
  const target = state.triggers.respond(key);
  if (typeof target === 'string') return target;
  const workspace = state.workspaces.get(target.team);
  if (!workspace) return 'expired_url';
  const { team, archive } = workspace;
  const original = target.message ? archive.find(target.message) : undefined;
  try {
    if (response.delete_original && original) {
      archive.remove(original.ts);
      state.changes.tell({ kind: 'removed', team: team.id, message: original });
      return 'ok';
    }
    const said = {
      text: checkedText(response.text ?? ''),
      blocks: response.blocks && checkedBlocks(response.blocks, 'message'),
    };
    if (response.replace_original && original) {
      const before: Message = { ...original };
      Object.assign(original, said, { edited: { user: team.botUserId, ts: archive.stamp() } });
      state.changes.tell({ kind: 'edited', team: team.id, message: original, before });
      return 'ok';
    }
    const message = archive.add({
      user: team.botUserId,
      botId: team.botId,
      channel: target.channel,
      threadTs: response.thread_ts ?? target.thread,
      ...(response.response_type !== 'in_channel' && { onlyFor: target.user }),
      ...said,
    });
    state.changes.tell({ kind: 'posted', team: team.id, message });
    return 'ok';
  } catch (thrown) {
    if (thrown instanceof Refusal) return thrown.code;
    throw thrown;
  }
}

import type { BlockOnWire, Message } from '../message.ts';
import { checkedBlocks, checkedText } from './block-limits.ts';
import { type Call, channelOf, type Method, messageOf, ownChannelOf, threadOf } from './call.ts';
import { authorship, wire } from './chat.ts';
import { Refusal } from './refusal.ts';

type Chunk =
  | { type: 'markdown_text'; text: string }
  | { type: 'plan_update'; title: string }
  | { type: 'task_update'; id: string; title: string; status: string; details?: string; output?: string }
  | { type: 'blocks'; blocks: BlockOnWire[] };

/** chat.startStream: the app begins a message that grows; only in threads, and outside of direct conversations for one named person. */
export const startStream: Method = (call) => {
  const { state, workspace, args } = call;
  const channel = ownChannelOf(call);
  const threadTs = threadOf(call, channel);
  if (!threadTs) throw new Refusal('invalid_arguments', ['[ERROR] missing required field: thread_ts']);
  if (channel.kind !== 'direct' && args.text('recipient_user_id') === '')
    throw new Refusal('missing_recipient_user_id');
  if (channel.kind !== 'direct' && args.text('recipient_team_id') === '')
    throw new Refusal('missing_recipient_team_id');
  const message = workspace.archive.add({
    ...authorship(call),
    channel: channel.id,
    threadTs,
    text: '',
    blocks: [],
    stream: 'open',
  });
  grow(call, message);
  if (workspace.statuses.delete(`${channel.id}:${threadTs}`))
    state.changes.tell({ kind: 'status', team: workspace.team.id, channel: channel.id, thread: threadTs, status: '' });
  state.changes.tell({ kind: 'posted', team: workspace.team.id, message });
  return { channel: channel.id, ts: message.ts };
};

/** chat.appendStream: the message grows. */
export const appendStream: Method = (call) => {
  const message = openStream(call);
  const before = { ...message };
  if (!grow(call, message)) throw new Refusal('no_text');
  tellGrown(call, message, before, true);
  return { channel: message.channel, ts: message.ts };
};

/** chat.stopStream: the message is complete. */
export const stopStream: Method = (call) => {
  const message = openStream(call);
  const before = { ...message };
  grow(call, message);
  const last = call.args.list<BlockOnWire>('blocks');
  if (last) message.blocks = [...(message.blocks ?? []), ...checkedBlocks(last, 'message')];
  const metadata = call.args.object<NonNullable<Message['metadata']>>('metadata');
  if (metadata) message.metadata = metadata;
  message.stream = 'closed';
  tellGrown(call, message, before, false);
  return { channel: message.channel, ts: message.ts, message: wire(call, message) };
};

function openStream(call: Call): Message {
  const channel = channelOf(call);
  const message = messageOf(call, channel);
  if (message.user !== call.workspace.team.botUserId) throw new Refusal('message_not_owned_by_app');
  if (message.stream !== 'open') throw new Refusal('message_not_in_streaming_state');
  return message;
}

function tellGrown({ state, workspace }: Call, message: Message, before: Message, silent: boolean): void {
  state.changes.tell({ kind: 'edited', team: workspace.team.id, message, before, silent });
}

/** Adds what the call brings; says whether it brought anything. */
function grow({ args }: Call, message: Message): boolean {
  const markdown = args.text('markdown_text');
  const chunks: Chunk[] = [
    ...(markdown === '' ? [] : [{ type: 'markdown_text' as const, text: markdown }]),
    ...(args.list<Chunk>('chunks') ?? []),
  ];
  for (const chunk of chunks) addChunk(message, chunk);
  return chunks.length > 0;
}

function addChunk(message: Message, chunk: Chunk): void {
  const blocks = message.blocks ?? [];
  if (chunk.type === 'markdown_text') {
    message.text = checkedText(message.text + chunk.text);
    const last = blocks.at(-1);
    message.blocks =
      last?.type === 'markdown'
        ? [...blocks.slice(0, -1), { ...last, text: `${last.text}${chunk.text}` }]
        : [...blocks, ...checkedBlocks([{ type: 'markdown', text: chunk.text }], 'message')];
  } else if (chunk.type === 'blocks') {
    message.blocks = [...blocks, ...checkedBlocks(chunk.blocks, 'message')];
  } else if (chunk.type === 'task_update' || chunk.type === 'plan_update') {
    message.blocks = withTask(blocks, chunk);
  } else throw new Refusal('invalid_chunks');
}

function withTask(blocks: BlockOnWire[], chunk: Extract<Chunk, { type: 'task_update' | 'plan_update' }>) {
  const found = blocks.find(({ type }) => type === 'plan');
  const plan = found ?? checkedBlocks([{ type: 'plan', title: 'Working', tasks: [] }], 'message')[0];
  if (!plan) return blocks;
  const tasks = (plan.tasks ?? []) as { task_id: string }[];
  const grown =
    chunk.type === 'plan_update' ? { ...plan, title: chunk.title } : { ...plan, tasks: updated(tasks, chunk) };
  return found ? blocks.map((block) => (block === found ? grown : block)) : [...blocks, grown];
}

function updated(tasks: { task_id: string }[], chunk: Extract<Chunk, { type: 'task_update' }>) {
  const { id, title, status, details, output } = chunk;
  const before = tasks.find(({ task_id }) => task_id === id);
  const task = {
    ...before,
    type: 'task_card',
    task_id: id,
    title,
    status,
    ...(details && { details: plainRichText(details) }),
    ...(output && { output: plainRichText(output) }),
  };
  return before ? tasks.map((one) => (one === before ? task : one)) : [...tasks, task];
}

function plainRichText(text: string) {
  return { type: 'rich_text', elements: [{ type: 'rich_text_section', elements: [{ type: 'text', text }] }] };
}

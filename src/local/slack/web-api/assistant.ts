import { channelOf, type Method } from './call.ts';

/** assistant.threads.setStatus: what the app is doing, shown below the thread until it answers. */
export const setStatus: Method = (call) => {
  const { state, workspace, args } = call;
  const channel = channelOf(call, 'channel_id');
  const thread = args.needed('thread_ts');
  const status = args.text('status');
  if (status === '') workspace.statuses.delete(`${channel.id}:${thread}`);
  else workspace.statuses.set(`${channel.id}:${thread}`, status);
  state.changes.tell({ kind: 'status', team: workspace.team.id, channel: channel.id, thread, status });
  return {};
};

/** assistant.threads.setSuggestedPrompts: what a person may want to ask. */
export const setSuggestedPrompts: Method = (call) => {
  const { state, workspace, args } = call;
  const channel = channelOf(call, 'channel_id');
  const thread = args.text('thread_ts');
  const prompts = args.list<{ title: string; message: string }>('prompts') ?? [];
  workspace.prompts.set(`${channel.id}:${thread}`, { title: args.text('title'), prompts });
  state.changes.tell({ kind: 'prompts', team: workspace.team.id, channel: channel.id, thread });
  return {};
};

/** assistant.threads.setTitle: taken and not shown; threads have no titles here. */
export const setTitle: Method = (call) => {
  channelOf(call, 'channel_id');
  call.args.needed('thread_ts');
  call.args.needed('title');
  return {};
};

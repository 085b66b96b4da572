import { freshId } from '../identity.ts';
import type { StoredFile } from '../state.ts';
import { type Call, type Method, ownChannelOf, threadOf } from './call.ts';
import { authorship } from './chat.ts';
import { Refusal } from './refusal.ts';

/** files.getUploadURLExternal: where to send a file's bytes. */
export const getUploadUrl: Method = ({ state, workspace, args }) => {
  const name = args.needed('filename');
  if (args.number('length', 0, Number.MAX_SAFE_INTEGER) === 0) throw new Refusal('missing_argument');
  const file: StoredFile = { id: freshId('F'), name, title: name, bytes: new Uint8Array(), complete: false };
  workspace.files.set(file.id, file);
  return { upload_url: `${state.url}/upload/v1/${file.id}`, file_id: file.id };
};

/** files.completeUploadExternal: the files that were sent appear in a channel or thread. */
export const completeUpload: Method = (call) => {
  const { state, workspace, args } = call;
  const files = (args.list<{ id: string; title?: string }>('files') ?? []).map((wanted) => completed(call, wanted));
  const shared = files.map(({ id, name, title }) => ({ id, name, title, url_private: `${state.url}/files/${id}` }));
  if (args.text('channel_id') !== '') {
    const channel = ownChannelOf(call, 'channel_id');
    const message = workspace.archive.add({
      ...authorship(call),
      channel: channel.id,
      threadTs: threadOf(call, channel),
      text: args.text('initial_comment'),
      files: shared,
    });
    state.changes.tell({ kind: 'posted', team: workspace.team.id, message });
  }
  return { files: shared };
};

function completed({ workspace }: Call, { id, title }: { id: string; title?: string }): StoredFile {
  const file = workspace.files.get(id);
  if (!file) throw new Refusal('file_not_found');
  file.title = title ?? file.title;
  file.complete = true;
  return file;
}

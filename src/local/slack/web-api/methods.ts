import { setStatus, setSuggestedPrompts, setTitle } from './assistant.ts';
import type { Method } from './call.ts';
import { getPermalink, postEphemeral, postMessage, remove, update } from './chat.ts';
import * as conversations from './conversations.ts';
import { completeUpload, getUploadUrl } from './files.ts';
import { addReaction, apiTest, authTest, botInfo, teamInfo, userInfo, userList } from './people.ts';
import { appendStream, startStream, stopStream } from './streams.ts';
import * as views from './views.ts';

/** Every method that the local Slack knows, by the name that Slack gives it. */
export const methods: Record<string, Method> = {
  'api.test': apiTest,
  'auth.test': authTest,
  'assistant.threads.setStatus': setStatus,
  'assistant.threads.setSuggestedPrompts': setSuggestedPrompts,
  'assistant.threads.setTitle': setTitle,
  'bots.info': botInfo,
  'chat.appendStream': appendStream,
  'chat.delete': remove,
  'chat.getPermalink': getPermalink,
  'chat.postEphemeral': postEphemeral,
  'chat.postMessage': postMessage,
  'chat.startStream': startStream,
  'chat.stopStream': stopStream,
  'chat.update': update,
  'conversations.history': conversations.history,
  'conversations.info': conversations.info,
  'conversations.join': conversations.join,
  'conversations.list': conversations.list,
  'conversations.members': conversations.members,
  'conversations.open': conversations.open,
  'conversations.replies': conversations.replies,
  'files.completeUploadExternal': completeUpload,
  'files.getUploadURLExternal': getUploadUrl,
  'reactions.add': addReaction,
  'team.info': teamInfo,
  'users.info': userInfo,
  'users.list': userList,
  'views.open': views.open,
  'views.publish': views.publish,
  'views.push': views.push,
  'views.update': views.update,
};

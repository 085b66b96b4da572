import { withEmoji } from './emoji.js';
import { mrkdwn } from './mrkdwn.js';

/** A text object of Block Kit as nodes, plain or mrkdwn. */
export function textObject(text) {
  return text.type === 'mrkdwn' ? mrkdwn(text.text) : withEmoji(text.text);
}

import { notice } from './notices.js';
import { workspace } from './workspace.js';

/** Asks the server for something; undefined, with a line on the page, when it does not answer. */
export async function ask(path, query = {}) {
  const address = `${path}?${new URLSearchParams({ as: workspace.you, ...query })}`;
  try {
    const answered = await fetch(address);
    const answer = await answered.json();
    if (answered.ok) return answer;
    notice(answer.sentence);
  } catch {
    notice('The local workspace does not answer. Is it still running?');
  }
  return undefined;
}

/** Does something as the person you are; undefined, with a line on the page, when it cannot be done. */
export async function act(deed) {
  try {
    const body = JSON.stringify({ as: workspace.you, deed });
    const answered = await fetch('/local/deeds', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body,
    });
    if (!answered.ok) throw new Error(String(answered.status));
    const answer = await answered.json();
    if (answer.ok) return { result: answer.result };
    notice(answer.sentence);
  } catch {
    notice('That did not reach the local workspace. Is it still running?');
  }
  return undefined;
}

let source;

/** Hears what changes for the person you are, from now on, once it resolves; `again` runs when the feed was broken and is back. */
export function hear(listener, again) {
  source?.close();
  source = new EventSource(`/local/changes?${new URLSearchParams({ as: workspace.you })}`);
  return new Promise((resolve) => {
    let begun = false;
    source.onmessage = ({ data }) => {
      const change = JSON.parse(data);
      if (change.kind !== 'hello') return listener(change);
      if (begun) again();
      begun = true;
      resolve();
    };
  });
}

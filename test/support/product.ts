import path from 'node:path';
import type { BaseCheckpointSaver } from '@langchain/langgraph';
import type { SlackOptions } from '../../src/adapters/slack/slack.ts';
import { readConfig } from '../../src/config.ts';
import type { Database } from '../../src/db/database.ts';
import { type LocalSlack, startLocalSlack } from '../../src/local/slack/local-slack.ts';
import type { Message } from '../../src/local/slack/message.ts';
import { createLog } from '../../src/log.ts';
import { openBench, openProduct } from '../../src/product.ts';

/** Caches that all tests share: mirrors, transformed source, packages. */
export const cacheFolder = path.resolve(import.meta.dirname, '../../node_modules/.cache/rehearse/journeys');

/** What the product is started on in a journey. */
export interface Setting {
  databaseUrl: string;
  repository: string;
  slack: SlackOptions;
  patience?: Parameters<typeof openProduct>[3]['patience'];
  checkpoints?: (database: Database) => Promise<BaseCheckpointSaver>;
  /** Further settings by their names in the environment. */
  environment?: Record<string, string>;
}

/** Starts the whole product as main does, on a database, a repository and a Slack. */
export async function startProduct(
  setting: Setting,
): Promise<AsyncDisposable & Awaited<ReturnType<typeof openProduct>>> {
  const config = readConfig({
    REHEARSE_FOLDER: cacheFolder,
    DATABASE_URL: setting.databaseUrl,
    REHEARSE_REPOSITORY: setting.repository,
    ...setting.environment,
  });
  const log = createLog(process.env.REHEARSE_LOG ?? 'silent');
  const stack = new AsyncDisposableStack();
  const bench = await openBench(config, log, stack, process.env);
  const product = await openProduct(config, log, stack, {
    bench,
    slack: setting.slack,
    checkpoints: setting.checkpoints,
    alone: true,
    patience: setting.patience,
  });
  return { ...product, [Symbol.asyncDispose]: () => stack.disposeAsync() };
}

/** A local workspace in which the app is installed; patient enough for none, since rates are off. */
export function openWorkspace(options: Parameters<typeof startLocalSlack>[0] = {}): Promise<LocalSlack> {
  return startLocalSlack({
    rates: 'off',
    shortcuts: [{ callbackId: 'turn_into_scenario', name: 'Turn into a scenario' }],
    ...options,
  });
}

/** How the product reaches a local workspace. */
export function optionsOf({ botToken, appToken, apiUrl }: LocalSlack): SlackOptions {
  return { botToken, appToken, apiUrl, port: 0 };
}

/** The app's reply in a thread once it comes to something; every version of it is one message. */
export function settledReply(
  slack: LocalSlack,
  channel: string,
  thread: string,
  gists = ['violated', 'holds', 'unknown', 'asked', 'failed', 'offered'],
): Promise<Message> {
  const look = () =>
    repliesIn(slack, channel, thread).find((message) => gists.includes(String(message.metadata?.event_payload.gist)));
  return slack.waitFor(look, { timeoutMs: 90_000, what: `a reply of ${gists.join(' or ')}` });
}

/** Every message of the app in a thread. */
export function repliesIn(slack: LocalSlack, channel: string, thread: string): Message[] {
  return slack.messages(channel, thread).filter(({ botId }) => botId !== undefined);
}

/** All words of a message, from its text and its blocks. */
export function wordsOf(message: Message): string {
  return `${message.text}\n${JSON.stringify(message.blocks ?? [])}`;
}

/** A thread about the broken library, as an engineer would write it. */
export const sumThread = [
  { user: 'maya', text: 'the weekly report is off by one since yesterday', minutesAgo: 12 },
  {
    user: 'omar',
    text: "```\nconst { sum } = require('sums');\nsum([1, 2, 3])\n// expected: 6\n// got:      7\n```",
    minutesAgo: 10,
  },
];

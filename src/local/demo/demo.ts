import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { getRequestListener } from '@hono/node-server';
import type { Mirror } from '../../codebase/mirror.ts';
import type { Config } from '../../config.ts';
import { startEmbedded } from '../../db/embedded.ts';
import type { Address, Report } from '../../scenarios/report.ts';
import { type LocalSlack, startLocalSlack } from '../slack/local-slack.ts';
import { codePages } from './code-page.ts';
import { makeShopRepository } from './history.ts';
import { play, type Seeded } from './play.ts';
import { demoThreads } from './threads.ts';

/** How to reach the local workspace, as the Slack adapter wants it. */
interface SlackOptions {
  botToken: string;
  appToken: string;
  apiUrl: string;
  port: number;
}

/** What the demo is given: settings, and the way to start the product on them. */
export interface DemoOptions {
  script: boolean;
  port?: number;
  config: Config;
  stack: AsyncDisposableStack;
  /** Resolves when the person has had enough. */
  interrupted: () => Promise<void>;
  open: (
    settings: Config,
    slack: SlackOptions,
  ) => Promise<{ told: (address: Address) => Promise<Report | null>; mirror: (source: string) => Promise<Mirror> }>;
  say: (line: string) => void;
}

/** The port of the page, when none is asked for. */
const pagePort = 4747;

/** Starts everything on loopback with three incident threads, and either waits for a person or does what one would. */
export async function playDemo({
  script,
  port,
  config,
  stack,
  interrupted,
  open,
  say,
}: DemoOptions): Promise<{ text: string; well: boolean }> {
  say('Making the shop’s repository and its history …');
  const shop = await makeShopRepository(path.resolve(config.folder, 'demo', 'shop'));
  const pages: { mirror?: () => Promise<Mirror> } = {};
  const codeUrl = `${await servePages(stack, () => pages.mirror?.() ?? Promise.reject(new Error('not yet')))}/code/{commit}/{file}#L{line}`;
  const shortcuts = [{ callbackId: 'turn_into_scenario', name: 'Turn into a scenario' }];
  const slack = stack.use(await startLocalSlack({ port: port ?? (script ? 0 : pagePort), shortcuts }));
  say('Starting the database and the agent …');
  const databaseUrl = config.databaseUrl ?? stack.use(await startEmbedded({})).url;
  const settings = {
    ...config,
    databaseUrl,
    repositories: { byDefault: shop.path, byChannel: new Map(), codeUrl },
    web: { ...config.web, isOn: true, url: undefined, host: '127.0.0.1', port: 0 },
  };
  const { botToken, appToken, apiUrl } = slack;
  const product = await open(settings, { botToken, appToken, apiUrl, port: 0 });
  pages.mirror = () => product.mirror(shop.path);
  const seeded = (await demoThreads()).map((thread) => seed(slack, thread));
  if (script) return playAll(slack, seeded, product.told, say);
  say(
    `\nOpen ${slack.url}\n\nThree incident threads wait there. Open one, and choose “Turn into a scenario” in the menu of a message,\nor write “@rehearse remember this” in the thread. Ctrl+C ends it.`,
  );
  await interrupted();
  return { text: '', well: true };
}

async function playAll(
  slack: LocalSlack,
  seeded: Seeded[],
  told: (address: Address) => Promise<Report | null>,
  say: (line: string) => void,
) {
  const words: string[] = [];
  let well = true;
  for (const [index, one] of seeded.entries()) {
    say(`Thread ${index + 1} of ${seeded.length} …`);
    const played = await play(slack, one, told);
    words.push(`── #${one.thread.channel} ${'─'.repeat(60)}\n\n${played.words}`);
    well &&= played.well;
  }
  const end = well
    ? `${seeded.length} threads: every verdict, culprit and fix came out of the run.`
    : 'Not every verdict, culprit and fix came out of the run.';
  return { text: [...words, end].join('\n\n'), well };
}

function seed(slack: LocalSlack, thread: Seeded['thread']): Seeded {
  const [root] = slack.seed(thread.channel, thread.messages);
  if (!root) throw new Error(`The thread in #${thread.channel} is empty.`);
  return { thread, address: { team: slack.teamId, channel: root.channel, thread: root.ts } };
}

async function servePages(stack: AsyncDisposableStack, mirror: () => Promise<Mirror>): Promise<string> {
  const server = createServer(getRequestListener(codePages(mirror).fetch, { overrideGlobalObjects: false }));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  stack.defer(() => void server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

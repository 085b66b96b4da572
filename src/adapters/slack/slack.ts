import { App, LogLevel } from '@slack/bolt';
import { WebClient } from '@slack/web-api';
import type { Log } from '../../log.ts';
import type { Address } from '../../scenarios/report.ts';
import { listenForAnswers } from './answer.ts';
import { listenForCapture } from './capture.ts';
import { createCourier } from './courier.ts';
import { listenForDecisions } from './decide.ts';
import { listenForEdits } from './edit.ts';
import type { Intake } from './intake.ts';
import { refused, unreached } from './refused.ts';
import { type Channel, readChannel, readThread, type ThreadMessage } from './thread.ts';

/** How to reach Slack: Socket Mode with an app token, else HTTP with a signing secret. */
export interface SlackOptions {
  botToken: string;
  appToken?: string;
  signingSecret?: string;
  apiUrl: string;
  port: number;
}

/** The Slack side of the product. */
export interface Slack extends AsyncDisposable {
  courier: ReturnType<typeof createCourier>;
  thread(address: Address): Promise<ThreadMessage[]>;
  channel(address: Address): Promise<Channel>;
  /** Begins to hear events; what they ask is handed to the intake. */
  start(intake: Intake): Promise<void>;
}

/** Connects to Slack; nothing is heard before `start`. */
export async function createSlack(options: SlackOptions, log: Log): Promise<Slack> {
  const { botToken, appToken, signingSecret, apiUrl, port } = options;
  // A post whose answer was lost may have landed: the outbox looks before it posts again, a client that retries would not.
  const client = new WebClient(botToken, {
    slackApiUrl: apiUrl,
    timeout: 10_000,
    retryConfig: { retries: 0 },
    rejectRateLimitedCalls: true,
    logger: boltLogger(log),
  });
  // Bolt would ask for half an hour before it says so.
  await client.auth.test().catch(unreached);
  const app = new App({
    token: botToken,
    ...(appToken ? { socketMode: true, appToken } : { signingSecret }),
    logLevel: LogLevel.WARN,
    logger: boltLogger(log),
    deferInitialization: true,
    clientOptions: { slackApiUrl: apiUrl },
  });
  await app.init();
  app.error(async (error) => {
    log.error({ err: error }, 'a Slack event could not be taken in; Slack delivers it again');
    throw error;
  });
  acknowledgeWhenDurable(app);
  const bot: { userId?: string } = {};
  return {
    courier: createCourier(client),
    thread: (address) => readThread(client, address, bot).catch(refused),
    channel: (address) => readChannel(client, address).catch(refused),
    async start(intake) {
      const { user_id } = await app.client.auth.test();
      bot.userId = user_id;
      listenForCapture(app, intake);
      listenForAnswers(app, intake);
      listenForDecisions(app, intake);
      listenForEdits(app, intake);
      await app.start(port).catch(unreached);
    },
    async [Symbol.asyncDispose]() {
      await app.stop();
    },
  };
}

/**
 * Bolt acknowledges an event before its listeners run, so that a crash in between would lose it.
 * Here the acknowledgement waits until every listener has claimed what it wants; when one fails, Slack delivers again.
 */
function acknowledgeWhenDurable(app: App): void {
  const original = app.processEvent.bind(app);
  app.processEvent = async (event) => {
    if (!('event' in event.body)) return original(event);
    await original({ ...event, ack: async () => undefined });
    await event.ack();
  };
}

function boltLogger(log: Log) {
  const write =
    (level: 'debug' | 'info' | 'warn' | 'error') =>
    (...said: unknown[]) =>
      log[level](said.map(String).join(' '));
  return {
    debug: write('debug'),
    info: write('info'),
    warn: write('warn'),
    error: write('error'),
    setLevel: () => undefined,
    getLevel: () => LogLevel.WARN,
    setName: () => undefined,
  };
}

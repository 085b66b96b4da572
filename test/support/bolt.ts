import { App, LogLevel, SocketModeReceiver } from '@slack/bolt';
import type { LocalSlack } from '../../src/local/slack/local-slack.ts';

/** How soon Bolt comes back; its default is five seconds. */
const reconnectMs = 500;

/** A Bolt app in Socket Mode on a local Slack, not yet started; it stops when it goes out of scope. */
export function boltOn(slack: LocalSlack): App & AsyncDisposable {
  const app = new App({
    token: slack.botToken,
    receiver: new SocketModeReceiver({
      appToken: slack.appToken,
      logLevel: LogLevel.ERROR,
      clientPingTimeout: reconnectMs,
      installerOptions: { clientOptions: clientOptions(slack) },
    }),
    logLevel: LogLevel.ERROR,
    clientOptions: clientOptions(slack),
  });
  return disposable(app, () => slack.waitFor(() => slack.connections === 0));
}

/** A Bolt app that is reached by signed HTTP, started on a free port. */
export async function boltOverHttp(slack: LocalSlack, listen: (app: App) => void): Promise<App & AsyncDisposable> {
  const app = new App({
    token: slack.botToken,
    signingSecret: slack.signingSecret,
    logLevel: LogLevel.ERROR,
    clientOptions: clientOptions(slack),
  });
  listen(app);
  const server = (await app.start(0)) as { address(): { port: number } };
  slack.deliverTo(`http://127.0.0.1:${server.address().port}/slack/events`);
  return disposable(app, async () => undefined);
}

function clientOptions({ apiUrl }: LocalSlack) {
  return { slackApiUrl: apiUrl, timeout: 10_000, retryConfig: { retries: 0 } };
}

function disposable(app: App, stopped: () => Promise<unknown>): App & AsyncDisposable {
  return Object.assign(app, {
    async [Symbol.asyncDispose]() {
      await app.stop();
      await stopped();
    },
  });
}

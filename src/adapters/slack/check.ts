import { LogLevel, WebClient } from '@slack/web-api';
import { tell } from '../../errors.ts';

/** Whether the Slack tokens work, and in which workspace. */
export async function checkSlack(options: {
  botToken: string;
  appToken?: string;
  apiUrl: string;
}): Promise<{ well: boolean; says: string }> {
  const settings = {
    slackApiUrl: options.apiUrl,
    timeout: 10_000,
    retryConfig: { retries: 0 },
    logLevel: LogLevel.ERROR,
  };
  try {
    const { team, user } = await new WebClient(options.botToken, settings).auth.test();
    if (options.appToken) await new WebClient(options.appToken, settings).apps.connections.open();
    return { well: true, says: `the tokens work, as ${user} in ${team}` };
  } catch (thrown) {
    return {
      well: false,
      says: `Slack refused a token or was not reached: ${tell(thrown)}. Check SLACK_BOT_TOKEN and SLACK_APP_TOKEN.`,
    };
  }
}

import type { App } from '@slack/bolt';
import type { Intake } from './intake.ts';

/** The callback id of the message shortcut "Turn into a scenario". */
export const captureShortcut = 'turn_into_scenario';

const remembering = /\b(remember|capture|turn (this|it) into a scenario)\b/i;
const help =
  'I turn incident threads into scenarios, simulate them on your code, and look for the commit that broke them and a fix. Say “remember this” to me in a thread, or use “Turn into a scenario” in the menu of a message.';

/** A person asks that a thread be remembered: by mention, in a direct message, or by the message shortcut. */
export function listenForCapture(app: App, intake: Intake): void {
  app.event('app_mention', async ({ event, body, context }) => {
    const address = { team: body.team_id, channel: event.channel, thread: event.thread_ts ?? event.ts };
    const asked = { id: body.event_id, by: event.user ?? 'unknown', ts: event.ts, text: event.text, address };
    await hear(intake, asked, context.botUserId);
  });

  app.event('message', async ({ event, body, context }) => {
    if (event.channel_type !== 'im' || event.subtype !== undefined || event.bot_id) return;
    const address = { team: body.team_id, channel: event.channel, thread: event.thread_ts ?? event.ts };
    if (event.thread_ts && (await intake.told(address))?.missing && !remembering.test(event.text ?? '')) return;
    await hear(
      intake,
      { id: body.event_id, by: event.user, ts: event.ts, text: event.text ?? '', address },
      context.botUserId,
    );
  });

  app.shortcut({ type: 'message_action', callback_id: captureShortcut }, async ({ shortcut, ack }) => {
    const { message, channel, user, team } = shortcut;
    const address = {
      team: team?.id ?? user.team_id ?? '',
      channel: channel.id,
      thread: String(message.thread_ts ?? message.ts),
    };
    await intake.take({ keys: [`shortcut:${shortcut.trigger_id}`], address, by: user.id, deed: { kind: 'again' } });
    await ack();
  });
}

interface Asked {
  id: string;
  by: string;
  ts: string;
  text: string;
  address: { team: string; channel: string; thread: string };
}

async function hear(intake: Intake, asked: Asked, bot: string | undefined): Promise<void> {
  const { address, by } = asked;
  const keys = [`event:${asked.id}`, `message:${address.team}:${address.channel}:${asked.ts}`];
  const words = asked.text.replaceAll(`<@${bot}>`, ' ');
  if (remembering.test(words)) await intake.take({ keys, address, by, deed: { kind: 'again' } });
  else if ((await intake.told(address))?.missing) await intake.take({ keys, address, by, deed: { kind: 'answer' } });
  else await intake.say({ keys, address, sentence: help });
}

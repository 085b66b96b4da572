import type { App } from '@slack/bolt';
import type { Intake } from './intake.ts';

/** A person answers in a thread in which a question of ours stands open; everybody else's talk is left alone. */
export function listenForAnswers(app: App, intake: Intake): void {
  app.event('message', async ({ event, body, context }) => {
    if (event.subtype !== undefined || event.bot_id || !event.thread_ts) return;
    const text = event.text ?? '';
    if (text.includes(`<@${context.botUserId}>`) || /^\s*<@[UW]/.test(text)) return;
    const address = { team: body.team_id, channel: event.channel, thread: event.thread_ts };
    const told = await intake.told(address);
    if (!told?.missing || told.stage !== 'done') return;
    const keys = [`event:${body.event_id}`, `message:${address.team}:${address.channel}:${event.ts}`];
    await intake.take({ keys, address, by: event.user, deed: { kind: 'answer' } });
  });
}

import type { Address, Report } from '../../scenarios/report.ts';
import type { LocalSlack } from '../slack/local-slack.ts';
import type { Message } from '../slack/message.ts';
import type { DemoThread } from './threads.ts';
import { transcript } from './transcript.ts';

/** A thread of the demo as it stands in the workspace. */
export interface Seeded {
  thread: DemoThread;
  address: Address;
}

/** What became of a thread. */
interface Played {
  words: string;
  well: boolean;
}

const patienceMs = 240_000;

/** Does what a person would do with one thread: asks, answers the question, keeps the scenario; gives the transcript. */
export async function play(
  slack: LocalSlack,
  { thread, address }: Seeded,
  told: (address: Address) => Promise<Report | null>,
): Promise<Played> {
  const [first] = thread.messages;
  const person = slack.as(first?.user ?? '');
  await person.shortcut('turn_into_scenario', address.thread);
  let reply = await settled(slack, address, (message) => gistOf(message) !== 'working');
  const asked = gistOf(reply) === 'asked';
  if (asked && thread.answer) {
    await slack.as(thread.answer.user).post(address.channel, thread.answer.text, address.thread);
    reply = await settled(slack, address, (message) => !['working', 'asked'].includes(gistOf(message)));
  }
  const report = await told(address);
  const well = provesItself(report) && asked === (thread.answer !== undefined);
  if (report?.scenario) {
    await person.pressButton(reply.ts, 'scenario_keep');
    await settled(slack, address, (message) =>
      (message.blocks ?? []).some((block) => JSON.stringify(block).includes('Kept.')),
    );
  }
  return { words: transcript(slack, address.channel, address.thread), well };
}

/** Whether verdict, culprit and fix came out of the run. */
function provesItself(report: Report | null): boolean {
  const { verdict, cause, fix } = report ?? {};
  return (
    verdict?.outcome === 'violated' && cause !== undefined && 'commit' in cause && fix !== undefined && 'patch' in fix
  );
}

function settled(
  slack: LocalSlack,
  { channel, thread }: Address,
  enough: (message: Message) => boolean,
): Promise<Message> {
  const look = () =>
    slack.messages(channel, thread).find((message) => message.botId && gistOf(message) !== '' && enough(message));
  return slack.waitFor(look, { timeoutMs: patienceMs, what: `the reply in ${channel}` });
}

function gistOf(message: Message): string {
  return String(message.metadata?.event_payload.gist ?? '');
}

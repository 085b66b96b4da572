import { z } from 'zod';
import { isFailure } from '../../../errors.ts';
import type { Delivery } from '../delivery/deliver.ts';
import { Member } from '../member.ts';
import type { State } from '../state.ts';

const filled = z.record(z.string(), z.union([z.string(), z.array(z.string())]));
const chosen = z.union([z.string(), z.array(z.string())]).optional();

/** Everything that a person can do on the page. */
const deedSchema = z.discriminatedUnion('do', [
  z.object({ do: z.literal('post'), channel: z.string(), text: z.string().min(1), thread: z.string().optional() }),
  z.object({ do: z.literal('edit'), ts: z.string(), text: z.string().min(1) }),
  z.object({ do: z.literal('remove'), ts: z.string() }),
  z.object({ do: z.literal('react'), ts: z.string(), reaction: z.string() }),
  z.object({ do: z.literal('press'), ts: z.string(), action: z.string(), chosen }),
  z.object({ do: z.literal('shortcut'), callback: z.string(), ts: z.string() }),
  z.object({ do: z.literal('command'), channel: z.string(), command: z.string(), text: z.string() }),
  z.object({ do: z.literal('submit'), view: z.string(), filled }),
  z.object({ do: z.literal('press-in-view'), view: z.string(), action: z.string(), filled, chosen }),
  z.object({ do: z.literal('close'), view: z.string() }),
  z.object({ do: z.literal('open-home'), tab: z.enum(['home', 'messages']) }),
  z.object({ do: z.literal('invite'), channel: z.string() }),
  z.object({ do: z.literal('weather'), faults: z.array(z.looseObject({})) }),
]);

/** A deed with who does it. */
const postedSchema = z.object({ as: z.string(), team: z.string().optional(), deed: deedSchema });

type Deed = z.infer<typeof deedSchema>;

/** Does what the page asks for; the answer says in one sentence why not, if not. */
export async function doDeed(
  state: State,
  delivery: Delivery,
  body: unknown,
): Promise<{ ok: true; result: unknown } | { ok: false; sentence: string }> {
  const read = postedSchema.safeParse(body);
  if (!read.success) return { ok: false, sentence: 'The page asked for something that does not exist. Reload it.' };
  const { as, team, deed } = read.data;
  const workspace = team ? state.workspaces.get(team) : [...state.workspaces.values()][0];
  if (!workspace) return { ok: false, sentence: 'There is no such workspace.' };
  try {
    if (deed.do === 'weather') return { ok: true, result: setWeather(state, deed.faults) };
    return { ok: true, result: (await act(new Member(state, workspace, as, delivery), deed)) ?? null };
  } catch (thrown) {
    if (isFailure(thrown)) return { ok: false, sentence: String(thrown.facts.because ?? thrown.message) };
    throw thrown;
  }
}

function act(member: Member, deed: Exclude<Deed, { do: 'weather' }>): Promise<unknown> {
  switch (deed.do) {
    case 'post':
      return member.post(deed.channel, deed.text, deed.thread);
    case 'edit':
      return member.edit(deed.ts, deed.text);
    case 'remove':
      return member.remove(deed.ts);
    case 'react':
      return member.react(deed.ts, deed.reaction);
    case 'press':
      return member.pressButton(deed.ts, deed.action, deed.chosen);
    case 'shortcut':
      return member.shortcut(deed.callback, deed.ts);
    case 'command':
      return member.command(deed.channel, deed.command, deed.text);
    case 'submit':
      return member.submitView(deed.view, deed.filled);
    case 'press-in-view':
      return member.pressInView(deed.view, deed.action, deed.filled, deed.chosen);
    case 'close':
      return member.closeView(deed.view);
    case 'open-home':
      return member.openHome(deed.tab);
    case 'invite':
      return member.invite(deed.channel);
  }
}

const weathers = z.array(
  z.union([
    z.object({
      delivery: z.enum(['drop', 'duplicate', 'delay', 'reorder']),
      of: z.string().optional(),
      delayMs: z.number().optional(),
      times: z.number().optional(),
    }),
    z.object({
      call: z.string(),
      answer: z.enum(['rate-limited', 'server-error', 'disconnect', 'answer-lost', 'delay']),
      delayMs: z.number().optional(),
      times: z.number().optional(),
    }),
  ]),
);

function setWeather({ faults }: State, wanted: unknown): null {
  const read = weathers.safeParse(wanted);
  faults.clear();
  for (const fault of read.success ? read.data : []) faults.set(fault);
  return null;
}

import type { InstalledApp, Person, Team } from './team.ts';

const handle = 'rehearse';

const person = (id: string, name: string, realName: string, title: string): Person => ({
  id,
  name,
  realName,
  title,
  isBot: false,
});

/** The workspace of the first run: a made-up company that sells subscriptions. */
export function acme(): Team {
  const people = [
    person('U0MAYA', 'maya', 'Maya (billing)', 'Engineer, billing'),
    person('U0OMAR', 'omar', 'Omar (on call)', 'Site reliability'),
    person('U0LENA', 'lena', 'Lena (support)', 'Customer support'),
    person('U0JUN', 'jun', 'Jun (platform)', 'Engineer, platform'),
    person('U0SAM', 'sam', 'Sam (product)', 'Product manager'),
  ];
  const everyone = people.map(({ id }) => id);
  const bot: Person = { id: 'U0REHEARSE', name: handle, realName: 'Rehearse', title: 'App', isBot: true };
  const all = [...everyone, bot.id];
  return {
    id: 'T0ACME',
    name: 'Acme',
    domain: 'acme',
    botToken: 'xoxb-local-acme',
    botUserId: bot.id,
    botId: 'B0REHEARSE',
    people: [...people, bot],
    channels: [
      {
        id: 'C0GENERAL',
        name: 'general',
        kind: 'public',
        topic: 'Everything that has no better place',
        members: [...all],
      },
      { id: 'C0INCIDENTS', name: 'incidents', kind: 'public', topic: 'What is broken right now', members: [...all] },
      { id: 'C0BILLING', name: 'billing', kind: 'public', topic: 'Plans, invoices, proration', members: [...all] },
      {
        id: 'C0SECURITY',
        name: 'security',
        kind: 'private',
        topic: 'Reports that stay here',
        members: ['U0MAYA', 'U0OMAR', bot.id],
      },
      ...everyone.map((id) => ({
        id: `D${id.slice(1)}`,
        name: `${id}-${bot.id}`,
        kind: 'direct' as const,
        topic: '',
        members: [id, bot.id],
      })),
      { id: 'D0MAYA0OMAR', name: 'maya-omar', kind: 'direct', topic: '', members: ['U0MAYA', 'U0OMAR'] },
    ],
  };
}

/** The app as it is installed in the local workspace; its tokens open nothing anywhere else. */
export function localApp(): InstalledApp {
  return {
    id: 'A0REHEARSE',
    name: handle,
    appToken: 'xapp-local-rehearse',
    signingSecret: 'local-signing-secret',
    verificationToken: 'local-verification-token',
    shortcuts: [{ callbackId: 'turn_into_scenario', name: 'Turn into a scenario' }],
    commands: ['/rehearse'],
  };
}

import { any, type Context, command, type Family, integer } from '../command.ts';
import { Refusal } from '../refusal.ts';
import { type Bytes, ok, type Reply } from '../resp.ts';

const version = '7.4.0';

/** What clients say to set themselves up. */
export const connection: Family = {
  ping: command(0, 1, ({ caller }, [message]) => {
    const listens = caller.channels.size + caller.patterns.size > 0;
    if (listens && caller.version === 2) return ['pong', message ?? ''];
    return message ?? { status: 'PONG' };
  }),
  echo: command(1, 1, (_, [message = '']) => message),
  hello: command(0, any, hello),
  select: command(1, 1, ({ caller }, [index]) => {
    const database = integer(index);
    if (database < 0 || database > 15) throw new Refusal('ERR DB index is out of range');
    caller.database = database;
    return ok;
  }),
  client: command(1, any, client),
  info: command(0, any, () =>
    [
      '# Server',
      `redis_version:${version}`,
      'redis_mode:standalone',
      '# Persistence',
      'loading:0',
      '# Replication',
      'role:master',
      'connected_slaves:0',
      '',
    ].join('\r\n'),
  ),
  acl: command(1, any, (_, [what = '']) => {
    if (what.toLowerCase() === 'whoami') return 'default';
    throw new Refusal(`ERR ACL ${what.toUpperCase()} is not modelled`);
  }),
  cluster: command(1, any, () => ({ error: 'ERR This instance has cluster support disabled' })),
  command: command(0, any, (_, [what]) => (what?.toLowerCase() === 'count' ? 0 : [])),
  config: command(1, any, configure),
  time: command(0, 0, ({ clock }) => [
    String(Math.floor(clock.now() / 1000)),
    String(Math.floor(clock.now() % 1000) * 1000),
  ]),
  quit: command(0, any, () => ok),
  wait: command(2, 2, () => 0),
  reset: command(0, 0, ({ caller }) => {
    caller.database = 0;
    caller.channels.clear();
    caller.patterns.clear();
    caller.shards.clear();
    return { status: 'RESET' };
  }),
};

function hello({ caller }: Context, [wanted]: Bytes[]): Reply {
  const asked = wanted === undefined ? caller.version : integer(wanted);
  if (asked !== 2 && asked !== 3) throw new Refusal('NOPROTO unsupported protocol version');
  caller.version = asked;
  return {
    map: [
      ['server', 'redis'],
      ['version', version],
      ['proto', asked],
      ['id', caller.id],
      ['mode', 'standalone'],
      ['role', 'master'],
      ['modules', []],
    ],
  };
}

function client({ caller }: Context, [what = '', value = '']: Bytes[]): Reply {
  const word = what.toLowerCase();
  if (word === 'id') return caller.id;
  if (word === 'getname') return caller.name === '' ? null : caller.name;
  if (word === 'setname') caller.name = value;
  if (word === 'list' || word === 'info') return `id=${caller.id} name=${caller.name} db=${caller.database}\n`;
  if (word === 'trackinginfo')
    return {
      map: [
        ['flags', { set: ['off'] }],
        ['redirect', -1],
        ['prefixes', []],
      ],
    };
  if (word === 'unblock' || word === 'kill') return 0;
  if (word === 'getredir') return -1;
  if (word === 'tracking' && value.toLowerCase() === 'on') throw new Refusal('ERR CLIENT TRACKING is not modelled');
  if (/^(setname|setinfo|no-evict|no-touch|tracking|pause|unpause|reply|caching)$/.test(word)) return ok;
  throw new Refusal(`ERR unknown subcommand '${what}'. Try CLIENT HELP.`);
}

function configure({ notifications }: Context, [what = '', ...words]: Bytes[]): Reply {
  const [name = '', value = ''] = words;
  if (what.toLowerCase() === 'get') return { map: settings(name, notifications.setting) };
  if (what.toLowerCase() === 'set' && name.toLowerCase() === 'notify-keyspace-events') notifications.set(value);
  return ok;
}

function settings(name: Bytes, notified: string): [Reply, Reply][] {
  const known: Record<string, string> = {
    'notify-keyspace-events': notified,
    'maxmemory-policy': 'noeviction',
    maxmemory: '0',
    save: '',
    appendonly: 'no',
    databases: '16',
  };
  return Object.entries(known).filter(([key]) => name === '*' || key === name.toLowerCase());
}

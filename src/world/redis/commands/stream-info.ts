import { any, type Context, command, type Family, syntaxError } from '../command.ts';
import { Refusal } from '../refusal.ts';
import type { Bytes, Reply } from '../resp.ts';
import { compareIds, type Group, idText, type Stream, tellEntry } from '../stream.ts';

/** What can be asked about a stream. */
export const streamInfo: Family = {
  xinfo: command(2, any, (context, [what = '', key = '', name = '']) => {
    const stream = context.keys.get(key, 'stream');
    if (!stream) throw new Refusal('ERR no such key');
    const word = what.toLowerCase();
    if (word === 'stream') return wholeOf(stream);
    if (word === 'groups') return [...stream.groups].map(([one, group]) => groupOf(stream, one, group));
    if (word !== 'consumers') throw syntaxError();
    const group = stream.groups.get(name);
    if (!group) throw new Refusal(`NOGROUP No such consumer group '${name}' for key name '${key}'`);
    return consumersOf(context, group);
  }),
};

function wholeOf(stream: Stream): Reply {
  const [first, last] = [stream.entries[0], stream.entries.at(-1)];
  return {
    map: [
      ['length', stream.entries.length],
      ['radix-tree-keys', stream.entries.length > 0 ? 1 : 0],
      ['radix-tree-nodes', stream.entries.length > 0 ? 2 : 1],
      ['last-generated-id', idText(stream.last)],
      ['max-deleted-entry-id', idText(stream.deleted)],
      ['entries-added', stream.added],
      ['recorded-first-entry-id', first ? idText(first.id) : '0-0'],
      ['groups', stream.groups.size],
      ['first-entry', first ? tellEntry(first) : null],
      ['last-entry', last ? tellEntry(last) : null],
    ],
  };
}

function groupOf(stream: Stream, name: Bytes, group: Group): Reply {
  const left = stream.entries.filter(({ id }) => compareIds(id, group.last) > 0).length;
  return {
    map: [
      ['name', name],
      ['consumers', group.consumers.size],
      ['pending', group.pending.size],
      ['last-delivered-id', idText(group.last)],
      ['entries-read', group.read],
      ['lag', left],
    ],
  };
}

function consumersOf({ clock }: Context, group: Group): Reply {
  return [...group.consumers]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, { seen, active }]) => ({
      map: [
        ['name', name],
        ['pending', [...group.pending.values()].filter((one) => one.consumer === name).length],
        ['idle', Math.floor(clock.now() - seen)],
        ['inactive', active === null ? -1 : Math.floor(clock.now() - active)],
      ],
    }));
}

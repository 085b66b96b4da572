import type { Command } from './command.ts';
import { bitmaps } from './commands/bitmaps.ts';
import { channels } from './commands/channels.ts';
import { connection } from './commands/connection.ts';
import { counting } from './commands/counting.ts';
import { groups } from './commands/groups.ts';
import { hashExpiry } from './commands/hash-expiry.ts';
import { hashes } from './commands/hashes.ts';
import { keyCommands } from './commands/keys.ts';
import { lists } from './commands/lists.ts';
import { places } from './commands/places.ts';
import { scoreRanges } from './commands/score-ranges.ts';
import { scripting } from './commands/scripting.ts';
import { sets } from './commands/sets.ts';
import { sortedSets } from './commands/sorted-sets.ts';
import { sorting } from './commands/sorting.ts';
import { streamInfo } from './commands/stream-info.ts';
import { streams } from './commands/streams.ts';
import { strings } from './commands/strings.ts';

/** Every command that is modelled, by lower-case name; MULTI and its kin belong to the client. */
export const commands: ReadonlyMap<string, Command> = new Map(
  [
    bitmaps,
    channels,
    counting,
    places,
    connection,
    groups,
    hashes,
    hashExpiry,
    keyCommands,
    lists,
    scoreRanges,
    scripting,
    sets,
    sortedSets,
    sorting,
    streamInfo,
    streams,
    strings,
  ].flatMap((family) => Object.entries(family)),
);

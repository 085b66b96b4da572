import { createHash } from 'node:crypto';
import { type Message, message, text } from './wire.ts';

/** SQL that a client had run, with the parameters it gave. */
export interface Execution {
  sql: string;
  parameters: string[];
}

/** What one client has prepared. All clients share one Postgres session, so their names are kept apart here. */
export interface Statements {
  /** Rewrites a client's message so that its names are its own; other messages pass as they are. */
  rename(asked: Message): Buffer;
  /** What an `Execute` runs. */
  execution(asked: Message): Execution;
  /** Whether a message refers to the unnamed statement. */
  usesUnnamed(asked: Message): boolean;
  /** Messages that close what these have prepared under a name. */
  closing(messages: Message[]): Buffer[];
  /** Forgets that Postgres knows those with a name: they are made again when they are next used. */
  lose(): void;
  /** The message that makes a lost statement again which this message uses. */
  revived(asked: Message): Buffer | undefined;
  /** The message that makes the client's unnamed statement again, after another client has overwritten it. */
  readonly unnamed: Buffer | undefined;
  /** Everything prepared under a name, as Postgres knows it. */
  readonly names: Set<string>;
}

/** Starts to keep the names of client `id`. */
export function keepStatements(id: number): Statements {
  const texts = new Map<string, string>();
  const portals = new Map<string, Execution>();
  const names = new Set<string>();
  const parses = new Map<string, Buffer>();
  const lost = new Set<string>();
  let unnamed: Buffer | undefined;
  const own = (name: string) => (name === '' ? '' : shortened(`${id}:${name}`));
  const parse = (body: Buffer): Buffer => {
    const [name, next] = text(body);
    const [sql] = text(body, next);
    texts.set(name, sql);
    if (name !== '') names.add(own(name));
    const renamed = message('P', `${own(name)}\0`, body.subarray(next));
    if (name === '') unnamed = renamed;
    else parses.set(name, renamed);
    lost.delete(name);
    return renamed;
  };
  const bind = (body: Buffer): Buffer => {
    const [portal, afterPortal] = text(body);
    const [statement, next] = text(body, afterPortal);
    portals.set(portal, { sql: texts.get(statement) ?? '', parameters: parametersOf(body, next) });
    return message('B', `${own(portal)}\0${own(statement)}\0`, body.subarray(next));
  };
  return {
    names,
    closing: (messages) =>
      messages
        .filter(({ type, body }) => type === 'P' && body[0] !== 0)
        .map(({ body }) => message('C', `S${own(text(body)[0])}\0`)),
    lose: () => {
      for (const name of parses.keys()) lost.add(name);
    },
    revived: ({ type, body }) => {
      const isDescribed = type === 'D' && body[0] === 0x53;
      const name = type === 'B' ? text(body, text(body)[1])[0] : isDescribed ? text(body, 1)[0] : '';
      return lost.delete(name) ? parses.get(name) : undefined;
    },
    get unnamed() {
      return unnamed;
    },
    rename: ({ type, body }) => {
      if (type === 'P') return parse(body);
      if (type === 'B') return bind(body);
      if (type === 'E') {
        const [portal, next] = text(body);
        return message('E', `${own(portal)}\0`, body.subarray(next));
      }
      if (type === 'D' || type === 'C') return message(type, body.subarray(0, 1), `${own(text(body, 1)[0])}\0`);
      return message(type, body);
    },
    execution: ({ body }) => portals.get(text(body)[0]) ?? { sql: '', parameters: [] },
    usesUnnamed: ({ type, body }) => {
      if (type === 'D') return body[0] === 0x53 && text(body, 1)[0] === '';
      return type === 'B' && text(body, text(body)[1])[0] === '';
    },
  };
}

/** Postgres keeps 63 bytes of a name. */
function shortened(name: string): string {
  return Buffer.byteLength(name) <= 63 ? name : createHash('sha1').update(name).digest('hex');
}

/** The parameters that a `Bind` gives, as text. */
export function parametersIn(body: Buffer): string[] {
  return parametersOf(body, text(body, text(body)[1])[1]);
}

function parametersOf(body: Buffer, from: number): string[] {
  const formats = Array.from({ length: body.readInt16BE(from) }, (_, index) => body.readInt16BE(from + 2 + index * 2));
  let at = from + 2 + formats.length * 2;
  const count = body.readInt16BE(at);
  at += 2;
  const found: string[] = [];
  for (let index = 0; index < count; index += 1) {
    const length = body.readInt32BE(at);
    at += 4;
    const binary = (formats.length === 1 ? formats[0] : formats[index]) === 1;
    found.push(length < 0 ? 'null' : body.toString(binary ? 'hex' : 'utf8', at, at + length));
    at += Math.max(length, 0);
  }
  return found;
}

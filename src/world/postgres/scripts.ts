/** A part of a set-up script that runs in one database. */
export interface Part {
  database: string;
  file: string;
  text: string;
}

/** A database that a set-up script makes, and whom it belongs to. */
export interface Made {
  name: string;
  owner: string | undefined;
}

/** What the set-up scripts of a server come down to. */
export interface Setup {
  parts: Part[];
  made: Made[];
  /** Statements that make roles, which all databases of a server share. */
  roles: { file: string; text: string }[];
}

const name = String.raw`(?:"(?:[^"]|"")+"|[\w$]+)`;
const creation = new RegExp(String.raw`^[ \t]*create\s+database\s+(${name})([^;]*);?[ \t]*$`, 'i');
const owned = new RegExp(String.raw`\bowner\s*=?\s*(${name})`, 'i');
const connection = new RegExp(String.raw`^\\c(?:onnect)?\s+(?:-\S+\s+)?(${name})`);
const role = /^[ \t]*(?:create|alter)\s+(?:role|user|group)\b[^;]*;/gim;
const boundary = /^[ \t]*create\s+database\b[^;]*(?:;|$)|^\\.*$/gim;

/** Reads set-up scripts as `psql` does: each `create database` on its own, `\connect` changing where the rest runs. */
export function readSetup(scripts: { file: string; text: string }[], main: string): Setup {
  const setup: Setup = { parts: [], made: [], roles: [] };
  for (const { file, text } of scripts) {
    let database = main;
    let from = 0;
    const keep = (until: number) => {
      const part = text.slice(from, until);
      if (part.trim() !== '') setup.parts.push({ database, file, text: part });
    };
    for (const found of text.matchAll(boundary)) {
      keep(found.index);
      from = found.index + found[0].length;
      const made = databaseMade(found[0]);
      if (made && made.name !== main) {
        setup.made.push(made);
        setup.parts.push({ database: main, file, text: found[0] });
      }
      database = connectedTo(found[0]) ?? database;
    }
    keep(text.length);
    setup.roles.push(...[...text.matchAll(role)].map(([statement]) => ({ file, text: statement })));
  }
  return setup;
}

/** The database that a statement makes, where that is what it does. */
export function databaseMade(sql: string): (Made & { template: string | undefined }) | undefined {
  const [, made, options = ''] = creation.exec(sql.trim()) ?? [];
  if (made === undefined) return undefined;
  const owner = owned.exec(options)?.[1];
  const template = /\btemplate\s*=?\s*("(?:[^"]|"")+"|[\w$]+)/i.exec(options)?.[1];
  return { name: unquoted(made), owner: owner && unquoted(owner), template: template && unquoted(template) };
}

/** The database that a statement drops, where that is what it does. */
export function databaseDropped(sql: string): string | undefined {
  const [, dropped] = /^\s*drop\s+database\s+(?:if\s+exists\s+)?("(?:[^"]|"")+"|[\w$]+)/i.exec(sql) ?? [];
  return dropped && unquoted(dropped);
}

function connectedTo(line: string): string | undefined {
  const found = connection.exec(line)?.[1];
  return found && (found.startsWith('"') ? unquoted(found) : found);
}

function unquoted(written: string): string {
  return written.startsWith('"') ? written.slice(1, -1).replaceAll('""', '"') : written.toLowerCase();
}

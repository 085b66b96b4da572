import { literal, quoted } from '../literal.ts';
import { type Token, tokens } from './tokens.ts';

/** What names of a simulation are called on the server. */
export interface Aliases {
  /** The name that clients know the database by, and the one that it has. */
  database: string;
  actual: string;
  role(name: string): string;
  /** How many bodies this one stands in. */
  depth?: number;
}

const deepest = 4;

/** SQL as the server is given it. */
export interface Rewritten {
  sql: string;
  /** The tag that stands for a statement which was replaced, when it was the only one. */
  tag?: string;
  /** Roles that it makes, changes or drops: those are the whole server's. */
  roles: string[];
  /** Extensions that it creates and that only the server's owner may create. */
  extensions: string[];
  /** What it asks of the real clock. */
  unmodelled: string[];
}

const mayMatter =
  /_timeout|current_|localtime|session_user|\buser\b|\brole\b|\bgroup\b|\bowner\b|\bdatabase\b|pg_database|pg_roles|pg_stat_activity|authorization|\bgrant\b|\brevoke\b|\bpolicy\b|\bextension\b|\bfor\s+role\b|'\s*(?:now|today|tomorrow|yesterday|allballs)/i;
const ofTime = /^(current_(timestamp|time|date|catalog)|localtime(stamp)?)$/;
const ofUser = /^(current_user|session_user|current_role|user)$/;
const real = /^'\s*(now|today|tomorrow|yesterday)\s*'$/i;
const isNow = /^'\s*now\s*'$/i;
const times = /^(timestamptz|timestamp|date|timetz|time)$/;
const timeouts = /^(?:statement|lock|idle_in_transaction_session|idle_session|transaction)_timeout$/;
const shadowed: Record<string, string> = {
  pg_database: 'rehearse_databases',
  pg_roles: 'rehearse_roles',
  pg_stat_activity: 'rehearse_activity',
};

/** Extensions that Postgres leaves to its owner although they reach nothing outside of the database. */
const harmless =
  /^(vector|postgis(_\w+)?|address_standardizer\w*|moddatetime|autoinc|insert_username|refint|earthdistance|pg_stat_statements|timescaledb|pg_partman)$/;

/** Puts the world's time, user, database and roles in the place of the server's own, statement by statement. */
export function rewrite(sql: string, aliases: Aliases): Rewritten {
  const rewritten: Rewritten = { sql, roles: [], extensions: [], unmodelled: [] };
  if (!mayMatter.test(sql)) return rewritten;
  const statements = statementsIn(tokens(sql));
  const parts = statements.map(
    (statement) => replaced(statement, aliases, rewritten) ?? within(statement, aliases, rewritten),
  );
  const [only] = statements.filter((statement) => statement.some(isSaid));
  const isOnly = statements.filter((statement) => statement.some(isSaid)).length === 1;
  const tag = isOnly && only ? tagOf(only) : undefined;
  return { ...rewritten, sql: parts.join(''), ...(tag === undefined ? {} : { tag }) };
}

function statementsIn(all: Token[]): Token[][] {
  const statements: Token[][] = [[]];
  let depth = 0;
  for (const token of all) {
    if (token.text === '(') depth += 1;
    if (token.text === ')') depth -= 1;
    statements.at(-1)?.push(token);
    if (token.text === ';' && depth <= 0) statements.push([]);
  }
  return statements;
}

function isSaid({ kind, text }: Token): boolean {
  return kind !== 'space' && text !== ';';
}

const wholes =
  /^(?:(create|drop) database|(create|alter|drop) (?:role|user|group)(?! mapping)|alter database|create extension)\b/;

function headOf(statement: Token[]): string {
  const said = statement.filter(isSaid).slice(0, 3);
  return said.map(({ says }) => says).join(' ');
}

/** `do` answers with a tag of its own. */
function tagOf(statement: Token[]): string | undefined {
  const [whole] = wholes.exec(headOf(statement)) ?? [];
  if (shownTimeout(statement) !== undefined) return 'SHOW';
  return whole?.toUpperCase().replace(/ (USER|GROUP)$/, ' ROLE');
}

/** Statements about what a whole server has are kept from it. */
function replaced(statement: Token[], { database }: Aliases, rewritten: Rewritten): string | undefined {
  const shown = shownTimeout(statement);
  if (shown !== undefined) return `select pg_catalog.rehearse_timeout('rehearse.${shown}') as ${shown}`;
  // Whoever owns the database is a member of every role in it already.
  if (isMembership(statement)) return `do 'begin end'${statement.at(-1)?.text === ';' ? ';' : ''}`;
  if (!wholes.test(headOf(statement))) return undefined;
  const said = statement.filter(isSaid);
  const [verb, what] = said.map(({ says }) => says);
  const rest = said.slice(2).filter(({ kind, says }) => kind === 'name' || !/^(if|not|exists)$/.test(says));
  const named = rest[0]?.says ?? '';
  const end = statement.at(-1)?.text === ';' ? ';' : '';
  const nothing = `do 'begin end'${end}`;
  if (what === 'database') {
    if (verb === 'alter') return nothing;
    const isIf = said.some(({ kind, says }) => kind === 'word' && says === 'exists');
    return `${verb === 'create' ? creating(named) : dropping(named, database, isIf)}${end}`;
  }
  if (what !== 'extension') {
    rewritten.roles.push(named);
    return nothing;
  }
  if (!harmless.test(named)) return undefined;
  rewritten.extensions.push(named);
  return nothing;
}

/** Limits are kept under names of ours, since the server would measure them in real time. */
function shownTimeout(statement: Token[]): string | undefined {
  const [, shown] = /^show (\w+)$/.exec(headOf(statement)) ?? [];
  return shown !== undefined && timeouts.test(shown) ? shown : undefined;
}

function isMembership(statement: Token[]): boolean {
  const said = statement.filter(isSaid);
  return (
    said[0]?.says === 'grant' &&
    said[2]?.says !== 'on' &&
    !said.some(({ kind, says }) => kind === 'word' && says === 'on')
  );
}

function creating(name: string): string {
  return block(`if exists (select from pg_catalog.rehearse_databases where datname = ${literal(name)}) then
      raise exception using errcode = '42P04', message = ${literal(`database "${name}" already exists`)}; end if;
    insert into pg_catalog.rehearse_siblings values (${literal(name)});`);
}

function dropping(name: string, own: string, isIf: boolean): string {
  if (name === own)
    return block(`raise exception using errcode = '55006', message = 'cannot drop the currently open database';`);
  const missing = isIf
    ? ''
    : `if not found then raise exception using errcode = '3D000', message = ${literal(`database "${name}" does not exist`)}; end if;`;
  return block(`delete from pg_catalog.rehearse_siblings where name = ${literal(name)}; ${missing}`);
}

function block(body: string): string {
  return `do ${literal(`begin ${body} end`)}`;
}

/** Words within a statement. */
function within(statement: Token[], aliases: Aliases, rewritten: Rewritten): string {
  const said = statement.filter(isSaid);
  const first = said[0]?.says ?? '';
  const isQuery =
    /^(select|insert|update|delete|with|merge|values|table|explain|prepare|declare|create|copy|do|alter|call)$/.test(
      first,
    );
  const hasCode = first === 'do' || said.slice(0, 6).some(({ says }) => says === 'function' || says === 'procedure');
  const roles = rolesIn(said, first);
  let at = -1;
  return statement
    .map((token) => {
      if (!isSaid(token)) return token.text;
      at += 1;
      const before = said[at - 1];
      if (roles.has(token)) return quoted(aliases.role(token.says));
      if (token.kind === 'body' && hasCode) return inBody(token, aliases, rewritten);
      if (token.kind === 'text' && timeouts.test(token.text.slice(1, -1))) return `'rehearse.${token.text.slice(1)}`;
      if (token.kind === 'word' && timeouts.test(token.says) && /^(set|local|session|reset)$/.test(before?.says ?? ''))
        return `rehearse.${token.says}`;
      if (token.kind === 'text' && real.test(token.text) && (isNow.test(token.text) || isTime(said, at)))
        rewritten.unmodelled.push(`${token.text} read as a time`);
      if (token.kind === 'name' || token.kind === 'word') {
        if (before?.says === 'database' && token.says === aliases.database && /^(grant|revoke|comment)$/.test(first))
          return quoted(aliases.actual);
        if (Object.hasOwn(shadowed, token.says)) return shadowed[token.says];
      }
      if (token.kind !== 'word' || before?.says === 'as' || before?.text === '.') return token.text;
      const isCalled = said[at + 1]?.text === '(' && /^(current_|localtime)/.test(token.says);
      if (ofTime.test(token.says)) return `pg_catalog.${quoted(token.says)}${isCalled ? '' : '()'}`;
      if (
        isQuery &&
        ofUser.test(token.says) &&
        !/^(to|authorization|by|for|create|alter|drop|mapping)$/.test(before?.says ?? '')
      )
        return token.says === 'user' && !/^(select|insert|update|delete|with)$/.test(first)
          ? token.text
          : `pg_catalog.${quoted(token.says)}()`;
      return token.text;
    })
    .join('');
}

function inBody({ text, says: tag }: Token, aliases: Aliases, rewritten: Rewritten): string {
  const depth = (aliases.depth ?? 0) + 1;
  if (!text.endsWith(tag) || text.length < 2 * tag.length || depth > deepest) return text;
  const inner = rewrite(text.slice(tag.length, -tag.length), { ...aliases, depth });
  rewritten.unmodelled.push(...inner.unmodelled);
  return `${tag}${inner.sql}${tag}`;
}

function isTime(said: Token[], at: number): boolean {
  const [before, after, type] = [said[at - 1], said[at + 1], said[at + 3]];
  return times.test(before?.says ?? '') || (after?.text === ':' && times.test(type?.says ?? ''));
}

/** Names that stand where a role does. */
function rolesIn(said: Token[], first: string): Set<Token> {
  const found = new Set<Token>();
  if (!/^(grant|revoke|alter|create|reassign|set|drop)$/.test(first)) return found;
  const isGrant = first === 'grant' || first === 'revoke';
  const isPolicy = said.slice(0, 2).some(({ says }) => says === 'policy');
  said.forEach((token, at) => {
    const before = said[at - 1];
    const opens =
      (token.says === 'to' && (isGrant || isPolicy || before?.says === 'owner')) ||
      (token.says === 'from' && first === 'revoke') ||
      (token.says === 'authorization' && first !== 'grant') ||
      (token.says === 'role' && (first === 'set' || before?.says === 'for')) ||
      (token.says === 'by' && first === 'reassign');
    if (!opens || token.kind !== 'word') return;
    for (let next = at + 1; next < said.length; next += 2) {
      const named = said[next];
      if (named && isRole(named)) found.add(named);
      if (said[next + 1]?.text !== ',') return;
    }
  });
  return found;
}

function isRole({ kind, says }: Token): boolean {
  if (kind === 'name') return true;
  return kind === 'word' && !/^(public|current_user|session_user|current_role|none|default|pg_\w+|group)$/.test(says);
}

import { createHash } from 'node:crypto';
import { any, type Context, command, type Family, integer, type Library } from '../command.ts';
import { Refusal } from '../refusal.ts';
import { type Bytes, ok, type Reply } from '../resp.ts';

/** Commands that Redis lets no script call. */
const forbidden =
  /^(multi|exec|discard|watch|unwatch|auth|hello|reset|quit|eval|evalsha|eval_ro|evalsha_ro|fcall|fcall_ro|script|function|client|config|monitor|blpop|brpop|brpoplpush|blmove|blmpop|bzpopmin|bzpopmax|bzmpop|subscribe|unsubscribe|psubscribe|punsubscribe|ssubscribe|sunsubscribe)$/;

/** Commands that change nothing, which alone a read-only script may call. */
const reading =
  /^(get|mget|getrange|strlen|getbit|bitcount|bitpos|exists|type|ttl|pttl|expiretime|pexpiretime|keys|scan|dbsize|randomkey|object|hget|hmget|hgetall|hkeys|hvals|hlen|hexists|hstrlen|hscan|hrandfield|llen|lrange|lindex|lpos|smembers|sismember|smismember|scard|sunion|sinter|sdiff|sintercard|srandmember|sscan|zscore|zmscore|zcard|zrank|zrevrank|zcount|zrange|zrevrange|zrangebyscore|zrevrangebyscore|zrangebylex|zrevrangebylex|zlexcount|zscan|zunion|zinter|zdiff|zintercard|zrandmember|xlen|xrange|xrevrange|xread|xpending|xinfo|pfcount|geopos|geodist|geosearch|geohash|time|ping|echo|select|info|lcs|memory|touch|publish|sort_ro|command)$/;

/** Scripts in Lua 5.1 and libraries of functions. */
export const scripting: Family = {
  eval: command(2, any, (context, [text = '', ...rest]) => evaluate(context, text, rest, false)),
  eval_ro: command(2, any, (context, [text = '', ...rest]) => evaluate(context, text, rest, true)),
  evalsha: command(2, any, (context, [sha, ...rest]) => evaluate(context, known(context, sha), rest, false)),
  evalsha_ro: command(2, any, (context, [sha, ...rest]) => evaluate(context, known(context, sha), rest, true)),
  script: command(1, any, script),
  function: command(1, any, functions),
  fcall: command(2, any, (context, [name, ...rest]) => call(context, name, rest, false)),
  fcall_ro: command(2, any, (context, [name, ...rest]) => call(context, name, rest, true)),
};

function evaluate(context: Context, text: Bytes, rest: Bytes[], readOnly: boolean): Reply {
  const [keys, args] = split(rest);
  const sha = load(context, text);
  const body = text.replace(/^#![^\n]*/, '');
  return run(context, { text: body, sha, keys, args }, readOnly || /^#![^\n]*no-writes/.test(text));
}

function run(
  context: Context,
  given: { text: Bytes; sha: string; keys: Bytes[]; args: Bytes[] },
  readOnly: boolean,
): Reply {
  const { caller } = context;
  const before = caller.database;
  const reply = context.scripts.run(given, ([name = '', ...parameters]) => {
    const word = name.toLowerCase();
    if (word === '') return { error: 'ERR Please specify at least one argument for this redis lib call' };
    if (forbidden.test(word)) return { error: 'ERR This Redis command is not allowed from script' };
    if (readOnly && !reading.test(word)) return { error: 'ERR Write commands are not allowed from read-only scripts.' };
    return inScript(context.nested(word, parameters));
  });
  caller.database = before;
  return reply;
}

/** What is wrong with a command, in the words that a script reads. */
function inScript(reply: Reply): Reply {
  if (typeof reply !== 'object' || reply === null || !('error' in reply)) return reply;
  if (reply.error.startsWith('ERR unknown command')) return { error: 'ERR Unknown Redis command called from script' };
  if (reply.error.startsWith('ERR wrong number of arguments for'))
    return { error: 'ERR Wrong number of args calling Redis command from script' };
  return reply;
}

function split([count, ...words]: Bytes[]): [keys: Bytes[], args: Bytes[]] {
  const number = integer(count);
  if (number < 0) throw new Refusal("ERR Number of keys can't be negative");
  if (number > words.length) throw new Refusal("ERR Number of keys can't be greater than number of args");
  return [words.slice(0, number), words.slice(number)];
}

function known({ scripts }: Context, sha = ''): Bytes {
  const text = scripts.known.get(sha.toLowerCase());
  if (text === undefined) throw new Refusal('NOSCRIPT No matching script. Please use EVAL.');
  return text;
}

/** Keeps a script that compiles; throws with the words of the compiler when it does not. */
function load({ scripts }: Context, text: Bytes): string {
  const sha = shaOf(text);
  if (scripts.known.has(sha)) return sha;
  const check = 'local _, wrong = loadstring(ARGV[1], "@user_script") return wrong or false';
  const wrong = scripts.run({ text: check, sha, keys: [], args: [text.replace(/^#![^\n]*/, '')] }, () => null);
  if (typeof wrong === 'object' && wrong !== null && 'error' in wrong) throw new Refusal(wrong.error);
  if (typeof wrong === 'string') throw new Refusal(`ERR Error compiling script (new function): ${wrong}`);
  scripts.known.set(sha, text);
  return sha;
}

function shaOf(text: Bytes): string {
  return createHash('sha1').update(Buffer.from(text, 'latin1')).digest('hex');
}

function script(context: Context, [what = '', ...rest]: Bytes[]): Reply {
  const { known: scripts } = context.scripts;
  const word = what.toLowerCase();
  if (word === 'load' && rest.length === 1) return load(context, rest[0] ?? '');
  if (word === 'exists') return rest.map((sha) => (scripts.has(sha.toLowerCase()) ? 1 : 0));
  if (word === 'flush') {
    scripts.clear();
    return ok;
  }
  if (word === 'kill') throw new Refusal('NOTBUSY No scripts in execution right now.');
  throw new Refusal(`ERR unknown subcommand or wrong number of arguments for '${what}'. Try SCRIPT HELP.`);
}

/** Registers functions, either to tell their names or to call one. */
const registering =
  'local functions = {} local redis = setmetatable({ register_function = function(a, b) if type(a) ~= "table" then a = { function_name = a, callback = b } end functions[#functions + 1] = a end }, { __index = redis }) do ';
const told =
  '\nend local said = {} for _, one in ipairs(functions) do said[#said + 1] = { one.function_name, one.flags or {} } end return said';
const called =
  '\nend for _, one in ipairs(functions) do if one.function_name == ARGV[1] then return one.callback(KEYS, { unpack(ARGV, 2) }) end end';

function functions(context: Context, [what = '', ...rest]: Bytes[]): Reply {
  const { libraries } = context.scripts;
  const word = what.toLowerCase();
  if (word === 'load') return loadLibrary(context, rest);
  if (word === 'flush') {
    libraries.clear();
    return ok;
  }
  if (word === 'delete') {
    if (!libraries.delete(rest[0] ?? '')) throw new Refusal('ERR Library not found');
    return ok;
  }
  if (word === 'list') return [...libraries.values()].map((library) => listed(library, rest));
  throw new Refusal(`ERR FUNCTION ${what.toUpperCase()} is not modelled`);
}

function listed({ name, code, functions: all }: Library, options: Bytes[]): Reply {
  const own = all.map(
    (one): Reply => ({
      map: [
        ['name', one.name],
        ['description', null],
        ['flags', { set: one.flags }],
      ],
    }),
  );
  const whole: [Reply, Reply][] = [
    ['library_name', name],
    ['engine', 'LUA'],
    ['functions', own],
  ];
  const withCode = options.some((option) => option.toLowerCase() === 'withcode');
  return { map: withCode ? [...whole, ['library_code', code]] : whole };
}

function loadLibrary({ scripts }: Context, parameters: Bytes[]): Reply {
  const replace = parameters.length > 1 && parameters[0]?.toLowerCase() === 'replace';
  const code = parameters.at(-1) ?? '';
  const [, name] = /^#!lua name=(\w+)[^\n]*\n/i.exec(code) ?? [];
  if (name === undefined) throw new Refusal('ERR Missing library metadata');
  if (scripts.libraries.has(name) && !replace) throw new Refusal(`ERR Library '${name}' already exists`);
  const text = `${registering}${bodyOf(code)}${told}`;
  const found = scripts.run({ text, sha: shaOf(code), keys: [], args: [] }, () => ({
    error: 'ERR redis.call/pcall can only be called inside a script invocation',
  }));
  if (typeof found === 'object' && found !== null && 'error' in found) throw new Refusal(found.error);
  const rows = Array.isArray(found) ? found : [];
  const own = rows.map((row) => {
    const [called = '', flags] = Array.isArray(row) ? row : [];
    return { name: String(called), flags: Array.isArray(flags) ? flags.map(String) : [] };
  });
  if (own.length === 0) throw new Refusal('ERR No functions registered');
  scripts.libraries.set(name, { name, code, functions: own });
  return name;
}

function call(context: Context, name = '', rest: Bytes[], readOnly: boolean): Reply {
  const library = [...context.scripts.libraries.values()].find((one) => one.functions.some((own) => own.name === name));
  const own = library?.functions.find((one) => one.name === name);
  if (!library || !own) throw new Refusal('ERR Function not found');
  const [keys, args] = split(rest);
  if (readOnly && !own.flags.includes('no-writes')) {
    throw new Refusal('ERR Can not execute a script with write flag using *_ro command.');
  }
  const text = `${registering}${bodyOf(library.code)}${called}`;
  return run(context, { text, sha: name, keys, args: [name, ...args] }, own.flags.includes('no-writes'));
}

function bodyOf(code: Bytes): Bytes {
  return code.replace(/^#![^\n]*/, '');
}

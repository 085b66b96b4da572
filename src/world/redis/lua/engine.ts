import vm from 'node:vm';
import { LuaWasmEngine, type ReplyValue } from 'lua-redis-wasm';
import type { ScriptRun } from '../command.ts';
import type { Bytes, Reply } from '../resp.ts';
import { prelude, raised } from './prelude.ts';
import { errorText, fromLua, toLua } from './values.ts';

/** Runs scripts of Redis, one after the other, with nothing but what `call` gives them. */
export interface Lua {
  /** What the script gave back; `over` when it went beyond a bound and no script can run any more. */
  run(script: ScriptRun): Reply | { over: string };
}

/** So many instructions are enough for any honest script; the count is the same in every run. */
const maxFuel = 50_000_000;
const maxMemoryBytes = 128 << 20;
const maxReplyBytes = 64 << 20;
/** Real time after which a script is broken off that counts no instructions: a pattern that backtracks for ever. */
const patienceMs = 5_000;

/** An engine of Lua 5.1 in its own memory: it has no files, no clock, no network, no way to load bytecode. */
export async function openLua(): Promise<Lua> {
  let running: (ScriptRun & { version: 2 | 3; toss: { text: Bytes; at: Bytes } | undefined }) | undefined;
  let isOver: string | undefined;
  const call = (words: Buffer[]): ReplyValue => {
    if (!running) return null;
    const [name = '', ...rest] = words.map((word) => word.toString('latin1'));
    if (name === raised) {
      running.toss = { text: rest[0] ?? '', at: rest[1] ?? '' };
      return null;
    }
    return toLua(running.call([name, ...rest]), running.version);
  };
  const engine = await LuaWasmEngine.create({
    host: {
      redisCall: call,
      redisPcall: call,
      log: () => undefined,
      onSetResp: (version) => {
        if (running) running.version = version;
      },
    },
    profile: 'redis-7.4',
    compat: { os: false, serverAlias: false },
    limits: { maxFuel, maxMemoryBytes, maxReplyBytes, maxArgBytes: maxReplyBytes },
    redisProps: {
      REDIS_VERSION: { value: '7.4.0' },
      REDIS_VERSION_NUM: { value: 0x00070400 },
      REPL_ALL: { value: 3 },
      REPL_AOF: { value: 1 },
      REPL_SLAVE: { value: 2 },
      REPL_REPLICA: { value: 2 },
      REPL_NONE: { value: 0 },
      replicate_commands: { returns: true },
      set_repl: { returns: null },
      breakpoint: { returns: false },
      debug: { returns: null },
    },
  });
  const box = vm.createContext(Object.create(null));
  const guarded = new vm.Script('run()');
  return {
    run(script) {
      if (isOver !== undefined) return { over: isOver };
      const { text, sha, keys, args } = script;
      running = { ...script, version: 2, toss: undefined };
      const state = running;
      try {
        let value: ReplyValue = null;
        box.run = () => {
          const buffers = (words: Bytes[]) => words.map((word) => Buffer.from(word, 'latin1'));
          value = engine.evalWithArgs(Buffer.from(prelude + text, 'latin1'), buffers(keys), buffers(args));
        };
        guarded.runInContext(box, { timeout: patienceMs });
        return told(
          value,
          sha,
          state.toss ? { ...state.toss, at: state.toss.at || (text.includes('\n') ? '' : 'user_script:1') } : undefined,
        );
      } catch (thrown) {
        if (isBeyond(thrown)) isOver = 'a Lua script that goes beyond its time or memory';
        if (isOver === undefined) throw thrown;
        return { over: isOver };
      } finally {
        running = undefined;
      }
    },
  };
}

function isBeyond(thrown: unknown): boolean {
  const { code, message, name } = Object(thrown) as { [fact: string]: unknown };
  return (
    code === 'ERR_SCRIPT_EXECUTION_TIMEOUT' ||
    name === 'RuntimeError' ||
    /^(Aborted|memory access|Maximum call stack)/.test(String(message))
  );
}

/** A failure in the words that Redis has for it, with the script and the line. */
function told(value: ReplyValue, sha: string, toss: { text: Bytes; at: Bytes } | undefined): Reply | { over: string } {
  const isError = typeof value === 'object' && value !== null && 'err' in value;
  if (!isError || !('meta' in value) || value.meta === undefined) return fromLua(value);
  const text = errorText(value).replace(/^ERR user_script:1: user_script:/, 'ERR user_script:');
  if (/Script killed by fuel limit/.test(text)) return { over: `a Lua script of more than ${maxFuel} instructions` };
  const { kind, name = '', line } = value.meta;
  const where = (at: number | string) => ` script: ${sha}, on @user_script:${at}.`;
  if (kind === 'global-read')
    return {
      error: `ERR user_script:${line}: Script attempted to access nonexistent global variable '${name}'${where(line)}`,
    };
  if (toss && (text === toss.text || text === `ERR ${toss.text}`)) {
    return { error: `${text}${where(/^user_script:(\d+)/.exec(toss.at)?.[1] ?? '?')}` };
  }
  return { error: `${text}${where(/^ERR user_script:(\d+)/.exec(text)?.[1] ?? line)}` };
}

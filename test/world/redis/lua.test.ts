import { describe, expect, it } from 'vitest';
import { createRedis } from '../../../src/world/redis/redis.ts';
import { askModel } from '../../support/real-redis.ts';
import { stillWorld } from '../../support/still-world.ts';

async function opened() {
  const world = stillWorld();
  const store = { name: 'r', kind: 'redis' as const, hosts: [], port: 1, migrations: [], from: '' };
  const { ask } = askModel(await createRedis(store, world));
  return { world, run: (text: string, ...rest: string[]) => ask(['EVAL', text, '0', ...rest]) };
}

describe('a script', () => {
  it.each(['io', 'os', 'require', 'debug', 'package', 'dofile', 'loadfile', 'print'])(
    'does not find %s',
    async (name) => {
      const { run } = await opened();
      expect(await run(`return type(${name})`)).toContain(`nonexistent global variable '${name}'`);
    },
  );

  it('loads no bytecode and changes no global', async () => {
    const { run } = await opened();
    expect(await run('return loadstring(string.dump(function() return 5 end))()')).toMatch(/^-ERR .*nil value/);
    expect(await run('string.x = 1')).toContain('readonly table');
    expect(await run('redis.call = nil')).toContain('readonly table');
  });

  it('keeps the digits of a number that a queue sorts by', async () => {
    const { run } = await opened();
    expect(
      await run("redis.call('ZADD', 'z', 1774915200000 * 4096 + 17, 'm') return redis.call('ZSCORE', 'z', 'm')"),
    ).toBe('$16\r\n7270052659200017\r\n');
  });

  it.each([
    ['loops for ever', 'while true do end'],
    ['eats memory', "local s = 'x' while true do s = s .. s end"],
    ['backtracks for ever', "return ('a'):rep(40):find(('a*'):rep(40) .. 'b')"],
  ])('that %s is stopped, and the world says so by name', { timeout: 30_000 }, async (_, text) => {
    const { run, world } = await opened();
    expect(await run(text)).toMatch(/^-ERR Error running script/);
    expect(world.events.some(({ kind, what }) => kind === 'error' && /^WORLD_UNMODELLED a Lua script/.test(what))).toBe(
      true,
    );
  });

  it('sees the same chance in every run', async () => {
    const text = 'return {tostring(math.random()), tostring(math.random(1, 1000))}';
    expect(await (await opened()).run(text)).toBe(await (await opened()).run(text));
  });
});

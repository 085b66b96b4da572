import { describe, expect, it } from 'vitest';
import { discover } from '../../src/world/discover.ts';
import { written } from '../support/written-tree.ts';

const sources = { 'src/main.ts': '', 'src/old.js': '', 'server/index.ts': '', 'apps/api/src/main.ts': '' };

async function started(start: string, files: Record<string, string | object> = {}) {
  const manifest = { name: 'web', main: 'src/old.js', scripts: { start, build: 'tsc', serve: 'node dist/main.js' } };
  const tree = written({ 'package.json': manifest, ...sources, ...files });
  const [service] = (await discover(tree)).services;
  return service && { entry: service.entry, args: service.args, environment: service.environment };
}

describe('a start command', () => {
  it.each([
    ['ts-node src/main.ts', 'src/main.ts'],
    ['ts-node --transpile-only -P tsconfig.json src/main.ts', 'src/main.ts'],
    ['node -r ts-node/register -r tsconfig-paths/register src/main.ts', 'src/main.ts'],
    ['node --enable-source-maps --env-file .env --import tsx src/main.ts', 'src/main.ts'],
    ['tsx watch src/main.ts', 'src/main.ts'],
    ['tsx --watch src/main.ts', 'src/main.ts'],
    ['ts-node-dev --respawn --transpile-only src/main.ts', 'src/main.ts'],
    ['nodemon src/main.ts', 'src/main.ts'],
    ['nodemon -e ts,json -w src src/main.ts', 'src/main.ts'],
    ['nodemon --watch src --ext ts,json --exec "ts-node -r tsconfig-paths/register src/main.ts"', 'src/main.ts'],
    ['nodemon -x tsx src/main.ts', 'src/main.ts'],
    ['babel-node src/old.js --presets @babel/env', 'src/old.js'],
    ['swc-node src/main.ts', 'src/main.ts'],
    ['nest start --watch', 'src/main.ts'],
    ['node dist/main.js', 'src/main.ts'],
    ['node dist/main', 'src/main.ts'],
    ['tsc && node dist/src/main.js', 'src/main.ts'],
    ['npm run build && npm run serve', 'src/main.ts'],
    ['NODE_ENV=production node build/server/index.js', 'server/index.ts'],
    ['npx --yes tsx src/main.ts', 'src/main.ts'],
    ['bun run src/main.ts', 'src/main.ts'],
  ])('comes down to the source that runs: %s', async (command, entry) => {
    expect(await started(command)).toMatchObject({ entry });
  });

  it('is followed through the files that tools keep their settings in', async () => {
    const nest = {
      'nest-cli.json': { monorepo: true, sourceRoot: 'src', projects: { api: { sourceRoot: 'apps/api/src' } } },
    };
    expect(await started('nest start api --debug', nest)).toMatchObject({ entry: 'apps/api/src/main.ts' });
    const nodemon = { 'nodemon.json': { watch: ['src'], exec: 'tsx ./src/main.ts --loud' } };
    expect(await started('nodemon', nodemon)).toMatchObject({ entry: 'src/main.ts', args: ['--loud'] });
    const built = { 'tsconfig.json': '{\n  "compilerOptions": {\n    "outDir": "./bin/js", // here\n  },\n}' };
    expect(await started('node bin/js/main.js', built)).toMatchObject({ entry: 'src/main.ts' });
  });

  it('of Next.js means its own program, in its mode, at its port', async () => {
    expect(await started('next start -p 4100')).toMatchObject({
      entry: 'node_modules/next/dist/bin/next',
      environment: { NODE_ENV: 'production', PORT: '4100' },
    });
  });

  it.each(['nodemon', 'nest start api', 'nodemon -x'])('that leads nowhere is no service: %s', async (command) => {
    const tree = written({
      'package.json': { name: 'web', scripts: { start: command } },
      'nodemon.json': '{ broken',
      'lib.js': '',
    });
    expect((await discover(tree)).services).toEqual([]);
  });
});

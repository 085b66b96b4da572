import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { openMirror } from '../../src/codebase/git-mirror.ts';
import { unmadeClients } from '../../src/codebase/prisma-client.ts';
import { makeRepository } from '../support/repository.ts';
import { written } from '../support/written-tree.ts';

const schema = (output: string, provider = 'prisma-client') =>
  `generator client {\n  provider = "${provider}"\n  output   = "${output}"\n}\ndatasource db {\n  provider = "postgresql"\n}\n`;

it('clients that a schema asks for are found where they are missing, within the tree only', async () => {
  const files = {
    'a/schema.prisma': schema('../src/made'),
    'b/schema.prisma': schema('./here', 'prisma-client-js'),
    'b/here/index.js': '',
    'c/schema.prisma': schema('../../outside'),
    'd/schema.prisma': schema('../node_modules/.prisma/client', 'prisma-client-js'),
    'e/schema.prisma': schema('/tmp/somewhere'),
    'f/schema.prisma': 'generator docs { provider = "prisma-docs" output = "./docs" }',
  };
  expect(await unmadeClients(written(files).path, Object.keys(files))).toEqual([
    { schema: 'a/schema.prisma', output: 'src/made', provider: 'prisma-client' },
  ]);
});

it('a tree whose client cannot be made has one that says why, by the name of its schema', async () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'rehearse-mirror-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  using repository = makeRepository([
    {
      subject: 'Schema',
      files: { 'package.json': '{ "name": "app" }', 'prisma/schema.prisma': schema('../src/made') },
    },
  ]);
  for (const isWalled of [true, false]) {
    const mirror = await openMirror({
      source: repository.path,
      cacheFolder: folder,
      environment: process.env,
      isWalled,
    });
    const tree = await mirror.tree(await mirror.tip());
    expect(readFileSync(path.join(tree.path, 'src/made/client.ts'), 'utf8')).toContain(
      `The Prisma client of prisma/schema.prisma could not be made: ${isWalled ? 'the package prisma is not installed' : 'bubblewrap is needed for that'}`,
    );
  }
});

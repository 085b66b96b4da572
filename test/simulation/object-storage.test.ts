import { cpSync, mkdirSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { install, linkPackages } from '../../src/codebase/dependencies.ts';
import { networkOf } from '../../src/codebase/git.ts';
import { givenRoot } from '../../src/codebase/package-roots.ts';
import { written } from '../support/written-tree.ts';
import { rehearsal } from './rehearsal.ts';

const { simulate } = rehearsal({ timeoutMs: 60_000 });
const fixture = path.resolve(import.meta.dirname, '../fixtures/object-storage');
const cache = path.resolve(import.meta.dirname, '../../node_modules/.cache/rehearse');

it('the S3 client of AWS and that of MinIO keep objects, unchanged', { timeout: 180_000 }, async () => {
  mkdirSync(cache, { recursive: true });
  const installed = await install(await givenRoot(fixture), cache, {
    path: process.env.PATH,
    environment: networkOf(process.env),
  });
  const tree = written({});
  cpSync(fixture, tree.path, { recursive: true });
  await linkPackages(installed, tree.path);
  const { verdict, results } = await simulate(
    { ...tree, dependencies: [installed.cache] },
    {
      when: [{ http: { id: 'aws', to: 'app', path: '/aws' } }, { http: { id: 'minio', to: 'app', path: '/minio' } }],
      then: [
        { check: 'aws.status = 200 and minio.status = 200' },
        { sql: { store: 'storage', text: 'reports', check: '$count($) = 2 and $[0].text = "streamed body"' } },
        { sql: { store: 'storage', text: 'photos/', check: '$[0].size = 4' } },
      ],
    },
  );
  expect((results.aws as { body: unknown }).body).toEqual({
    etag: '"5eb63bbbe01eeed093cb22bb8f5acdc3"',
    text: 'hello world',
    owner: 'ada',
    type: 'text/plain',
    range: 'streamed',
    big: 'part 1;part 2;',
    keys: ['big', 'copy'],
    prefixes: ['a b/'],
    rest: 3,
    missing: 'NoSuchKey',
    taken: 'PreconditionFailed',
    full: 'BucketNotEmpty',
  });
  expect((results.minio as { body: unknown }).body).toEqual({
    exists: true,
    size: 4,
    colour: 'red',
    signed: 'meow',
    names: ['cat.txt'],
  });
  expect(verdict.reason).toBe('All 3 expectations are met.');
});

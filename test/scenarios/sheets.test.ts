import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Sheet } from '../../src/scenarios/sheet.ts';
import { openSheets } from '../../src/scenarios/sheets.ts';
import { plan, runOn } from '../support/made-run.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'rehearse-sheets-'));
});
afterEach(() => rm(folder, { recursive: true }));

const trace = {
  hash: 'ab'.repeat(32),
  counts: { events: 0, boundaries: 0, transitions: 0 },
  events: [],
  functions: [],
};
const sheet: Sheet = {
  sheet: 1,
  kind: 'simulation',
  repository: 'r',
  plan,
  visibility: null,
  head: runOn(trace, 'violated'),
};

it('a sheet is found by its id, by how that begins, and by the hash of its trace', () => {
  const sheets = openSheets(folder);
  const id = sheets.keep(sheet);
  expect(sheets.keep(sheet)).toBe(id);
  expect(sheets.find(id)?.sheet).toEqual(sheet);
  expect(sheets.find(trace.hash.slice(0, 16))?.id).toBe(id);
});

it('another sheet of the same trace has an id of its own', () => {
  const sheets = openSheets(folder);
  expect(sheets.keep({ ...sheet, repository: 'another' })).not.toBe(sheets.keep(sheet));
});

it('what is no id finds nothing, and neither does a damaged sheet', async () => {
  const sheets = openSheets(folder);
  const id = sheets.keep(sheet);
  for (const asked of ['', 'abab', '../../../etc/passwd', `${id}0`, '*'.repeat(8), 'f'.repeat(64)])
    expect(sheets.find(asked)).toBeNull();
  for (const text of ['', '{', 'null', '{"sheet":2}', '{"sheet":1,"kind":"simulation"}']) {
    await writeFile(path.join(folder, 'sheets', `${id}.json`), text);
    expect(sheets.find(id)).toBeNull();
  }
});

it('only the newest stay', () => {
  const sheets = openSheets(folder, 10);
  const first = sheets.keep({ ...sheet, repository: 'first' });
  for (let index = 0; index < 110; index += 1) sheets.keep({ ...sheet, repository: `r${index}` });
  expect(sheets.find(first)).toBeNull();
});

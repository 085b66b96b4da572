import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

/** A commit to be made: its subject, why, and the whole text of the files it touches. */
export interface Change {
  subject: string;
  body?: string;
  files: Record<string, string>;
}

/** A small git repository in a temporary folder, gone when disposed of. */
export function makeRepository(changes: Change[]): { path: string } & Disposable {
  const folder = mkdtempSync(path.join(tmpdir(), 'rehearse-repository-'));
  const git = (...args: string[]) =>
    execFileSync('git', args, { cwd: folder, env: quiet, stdio: ['ignore', 'pipe', 'pipe'] });
  git('init', '-q', '-b', 'main');
  for (const [index, { subject, body = '', files }] of changes.entries()) {
    for (const [file, text] of Object.entries(files)) {
      mkdirSync(path.dirname(path.join(folder, file)), { recursive: true });
      writeFileSync(path.join(folder, file), text);
    }
    git('add', '-A');
    execFileSync('git', ['commit', '-q', '--allow-empty', '-m', subject, ...(body ? ['-m', body] : [])], {
      cwd: folder,
      env: { ...quiet, GIT_AUTHOR_DATE: at(index), GIT_COMMITTER_DATE: at(index) },
    });
  }
  return { path: folder, [Symbol.dispose]: () => rmSync(folder, { recursive: true, force: true }) };
}

/** A library that adds, whose third commit breaks it with a good reason beside a harmless change. */
export function brokenLibrary(): Change[] {
  const manifest = JSON.stringify({ name: 'sums', version: '1.0.0', main: 'index.js' });
  const index = "'use strict';\nexports.sum = require('./sum');\n";
  const sum = (from: number, say = 'total') =>
    `'use strict';\n\n// Adds what it is given.\nmodule.exports = function sum(numbers) {\n  let ${say} = ${from};\n  for (const number of numbers) {\n    ${say} += number;\n  }\n  return ${say};\n};\n`;
  return [
    { subject: 'Add sums', files: { 'package.json': manifest, 'index.js': index, 'sum.js': sum(0) } },
    { subject: 'Say what it is', body: 'New people asked.', files: { 'README.md': '# sums\n' } },
    {
      subject: 'Start counting from one',
      body: 'The report of last week was short by one.',
      files: { 'sum.js': sum(1), 'README.md': '# sums\n\nAdds.\n' },
    },
    { subject: 'Name the licence', body: 'Legal wants it said.', files: { LICENSE: 'MIT\n' } },
  ];
}

const quiet = {
  PATH: process.env.PATH,
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_AUTHOR_NAME: 'A Team',
  GIT_AUTHOR_EMAIL: 'team@sums.example',
  GIT_COMMITTER_NAME: 'A Team',
  GIT_COMMITTER_EMAIL: 'team@sums.example',
};

function at(index: number): string {
  return `2026-01-${String(index + 1).padStart(2, '0')}T09:00:00Z`;
}

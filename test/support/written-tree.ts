import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { onTestFinished } from 'vitest';
import type { Tree } from '../../src/codebase/tree.ts';

/** A tree with just these files, gone when the test is over; `{ $link: 'target' }` is a link. */
export function written(files: Record<string, string | object>): Tree {
  const folder = mkdtempSync(path.join(tmpdir(), 'rehearse-tree-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  for (const [name, content] of Object.entries(files)) {
    const file = path.join(folder, name);
    mkdirSync(path.dirname(file), { recursive: true });
    if (typeof content === 'object' && '$link' in content) symlinkSync(String(content.$link), file);
    else writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content, null, 2));
  }
  return { id: path.basename(folder), path: folder };
}

import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { HttpBindings } from '@hono/node-server';
import { Hono } from 'hono';

const folder = path.resolve(import.meta.dirname, 'page');
const kinds: Record<string, string> = {
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
};
const files = new Set(readdirSync(folder).filter((file) => path.extname(file) in kinds));

/** The scripts, styles and signs of the pages: the same for everybody. */
export function assets(): Hono<{ Bindings: HttpBindings }> {
  const hono = new Hono<{ Bindings: HttpBindings }>();
  hono.get('/:file', (context) => {
    const file = context.req.param('file');
    if (!files.has(file)) return context.text('There is no such file.', 404);
    context.header('content-type', kinds[path.extname(file)]);
    return context.body(readFileSync(path.join(folder, file), 'utf8'));
  });
  return hono;
}

import { Hono } from 'hono';
import { html, raw } from 'hono/html';
import type { Mirror } from '../../codebase/mirror.ts';

const style = `
  :root { color-scheme: light dark; font: 14px/1.5 ui-monospace, monospace; }
  body { margin: 0; } header { padding: 12px 16px; border-bottom: 1px solid #8884; font-family: system-ui; }
  ol { margin: 0; padding: 8px 0 8px 5em; } li { padding: 0 12px; white-space: pre; } li::marker { color: #888; }
  li:target { background: #f5c54244; outline: 1px solid #f5c542; scroll-margin: 30vh; }`;

/** Pages that show a file at a commit, so that every line a report names can be opened. */
export function codePages(mirror: () => Promise<Mirror>): Hono {
  const app = new Hono();
  app.get('/code/:commit/:file{.+}', async (context) => {
    const { commit, file } = context.req.param();
    const text = await mirror().then((repository) => repository.read(commit, file));
    if (text === undefined) return context.text(`There is no ${file} at ${commit.slice(0, 7)}.`, 404);
    const lines = text.split('\n').map((line, index) => html`<li id="L${index + 1}">${line}</li>`);
    context.header('content-security-policy', "default-src 'none'; style-src 'unsafe-inline'");
    return context.html(html`<!doctype html>
      <html lang="en">
        <head>
          <meta charset="utf-8" />
          <meta name="viewport" content="width=device-width, initial-scale=1" />
          <title>${file} at ${commit.slice(0, 7)}</title>
          <style>
            ${raw(style)}
          </style>
        </head>
        <body>
          <header><strong>${file}</strong> at ${commit.slice(0, 7)}</header>
          <ol>
            ${lines}
          </ol>
        </body>
      </html>`);
  });
  app.onError((_error, context) => context.text('There is no such commit.', 404));
  return app;
}

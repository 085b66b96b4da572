import { html } from 'hono/html';

/** Markup whose texts are escaped already. */
export type Html = ReturnType<typeof html>;

/** A step on the way to a page. */
export interface Crumb {
  text: string;
  href?: string;
}

/** A whole page: everything in it is escaped, and nothing is loaded but our own files. */
export function layout({ title, trail, body }: { title: string; trail: Crumb[]; body: Html | (Html | '')[] }): Html {
  const crumbs = trail.map(
    ({ text, href }) => html`<li>${href ? html`<a href="${href}">${text}</a>` : html`<span>${text}</span>`}</li>`,
  );
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex, nofollow">
<meta name="referrer" content="no-referrer">
<meta name="color-scheme" content="light dark">
<title>${title} · Rehearse</title>
<link rel="icon" href="../assets/mark.svg" type="image/svg+xml">
<link rel="stylesheet" href="../assets/colours.css">
<link rel="stylesheet" href="../assets/page.css">
<link rel="stylesheet" href="../assets/cards.css">
<link rel="stylesheet" href="../assets/run.css">
<script src="../assets/theme.js"></script>
<script type="module" src="../assets/main.js"></script>
</head>
<body>
<a class="skip" href="#content">Skip to the verdict</a>
<header class="top">
<span class="brand"><img src="../assets/mark.svg" alt="" width="22" height="22"> Rehearse</span>
<nav aria-label="Where this is"><ol class="trail">${crumbs}</ol></nav>
<span class="tools">
<button type="button" class="button" id="theme" aria-label="Light or dark" title="Light or dark">◐</button>
<button type="button" class="button" id="help-button" aria-label="Help and keys" title="Help and keys (?)">?</button>
</span>
</header>
<main id="content" tabindex="-1">${body}</main>
${help}
<div id="said" class="said" role="status" aria-live="polite"></div>
</body>
</html>`;
}

const keys: [key: string, does: string][] = [
  ['↓ ↑', 'the next event, the one before (j and k too)'],
  ['Page Down, Page Up, Home, End', 'farther'],
  ['n, p', 'the next difference, the one before'],
  ['f', 'the first difference'],
  ['g', 'the first call that got the same and gave something else'],
  ['s', 'the next step of the plan'],
  ['/', 'search'],
  ['Enter', 'details of an event'],
  ['Esc', 'close what is open, empty the search'],
  ['t', 'light or dark'],
  ['?', 'this help'],
];

const help = html`<dialog id="help" aria-labelledby="help-title">
<h2 id="help-title">Keys</h2>
<table class="keys"><tbody>${keys.map(([key, does]) => html`<tr><th scope="row"><kbd>${key}</kbd></th><td>${does}</td></tr>`)}</tbody></table>
<p>Each row is one event, in the order in which the world let it happen. Most events take no virtual time at all, so the axis is order; a band says where the virtual clock moves on. A call and what it gave back are one row.</p>
<form method="dialog"><button class="button">Close</button></form>
</dialog>`;

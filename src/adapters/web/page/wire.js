const perPage = 100;
const mostPages = 40;

/** What the page asks for: under its own address, with its own signature. */
async function ask(what, query) {
  const given = new URLSearchParams(location.search);
  for (const [name, value] of Object.entries(query)) given.set(name, String(value));
  const answer = await fetch(`${location.pathname}/${what}?${given}`, { headers: { accept: 'application/json' } });
  const body = await answer.json().catch(() => ({ sentence: 'Rehearse did not answer. Reload the page.' }));
  if (!answer.ok) throw new Error(body.sentence);
  return body;
}

/** The run from above, as it is filtered. */
export function glance(filter, near = -1) {
  return ask('glance', { ...filter, ...(near >= 0 ? { near } : {}) });
}

/** The rows of a list, fetched page by page as they come into view; only the pages looked at last are kept. */
export function createPages(filter, arrived) {
  const pages = new Map();
  const fetchPage = (number) => {
    const page = { rows: undefined };
    pages.set(number, page);
    ask('rows', { ...filter, at: number * perPage, count: perPage }).then(
      ({ rows }) => {
        page.rows = rows;
        arrived();
      },
      ({ message }) => {
        pages.delete(number);
        arrived(message);
      },
    );
    return page;
  };
  const pageOf = (place) => {
    const number = Math.floor(place / perPage);
    const page = pages.get(number) ?? fetchPage(number);
    pages.delete(number);
    pages.set(number, page);
    while (pages.size > mostPages) pages.delete(pages.keys().next().value);
    return page;
  };
  return {
    /** The row at a place; undefined while it is on its way. */
    at: (place) => pageOf(place).rows?.[place % perPage],
  };
}

import { element } from './element.js';
import { richText } from './rich-text.js';

const shownPages = new Map();

/** A table with a caption, a few rows at a time. */
export function dataTable({ rows, caption, page_size = 5, row_header_column_index = 0, type, block_id }, place) {
  const [head = [], ...body] = rows;
  const size = type === 'table' ? body.length : page_size;
  const key = `${place?.key}/${block_id}`;
  const holder = element('div', { class: 'table' });
  const draw = (page) => {
    shownPages.set(key, page);
    const shown = body.slice(page * size, (page + 1) * size);
    const table = element(
      'table',
      {},
      caption && element('caption', {}, caption),
      element('thead', {}, element('tr', {}, ...head.map((one) => element('th', { scope: 'col' }, ...cell(one))))),
      element('tbody', {}, ...shown.map((row) => rowOf(row, row_header_column_index))),
    );
    holder.replaceChildren(table, ...(body.length > size ? [pager(page, Math.ceil(body.length / size), draw)] : []));
  };
  draw(shownPages.get(key) ?? 0);
  return holder;
}

function rowOf(row, header) {
  return element(
    'tr',
    {},
    ...row.map((one, index) => {
      const number = one.type === 'raw_number' ? { class: 'number' } : {};
      return element(
        index === header ? 'th' : 'td',
        { ...(index === header && { scope: 'row' }), ...number },
        ...cell(one),
      );
    }),
  );
}

function cell(one) {
  if (one.type === 'rich_text') return richText(one);
  return [String(one.text ?? one.value ?? one.number ?? '')];
}

function pager(page, pages, draw) {
  const button = (label, to) =>
    element(
      'button',
      { type: 'button', class: 'button small', disabled: to < 0 || to >= pages, onclick: () => draw(to) },
      label,
    );
  return element(
    'div',
    { class: 'pager' },
    button('Previous', page - 1),
    `${page + 1} of ${pages}`,
    button('Next', page + 1),
  );
}

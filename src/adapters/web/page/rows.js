import { made } from './made.js';
import { rowView } from './row-view.js';
import { createPages } from './wire.js';

const spare = 8;
/** Browsers draw no element that is much higher; beyond it the list moves in larger steps. */
const mostPixels = 8_000_000;

/**
 * The list of events. Only the rows in view are in the document, whatever the length of the list, and only their pages
 * are fetched.
 */
export function createRows({ frame, space, onselect, onscroll, ontrouble }) {
  let shown = { total: 0, bands: new Map(), parting: -1, guilty: -1 };
  let pages;
  let widths = { lane: 40, lanes: 0, height: 28 };
  let selected = -1;
  let wanted = false;
  let views = [];

  const pixels = () => Math.min(mostPixels, shown.total * widths.height);
  const room = () => Math.max(1, Math.floor(frame.clientHeight / widths.height));
  const top = () => {
    const most = pixels() - frame.clientHeight;
    const last = Math.max(0, shown.total - room());
    return most <= 0 ? 0 : Math.min(1, frame.scrollTop / most) * last;
  };
  const scrollTo = (place) => {
    const last = Math.max(0, shown.total - room());
    const most = Math.max(0, pixels() - frame.clientHeight);
    frame.scrollTop = last === 0 ? 0 : (Math.max(0, Math.min(last, place)) / last) * most;
  };

  function draw() {
    wanted = false;
    if (!pages) return;
    const first = Math.max(0, Math.floor(top()) - spare);
    const end = Math.min(shown.total, first + room() + 2 * spare);
    const next = [];
    for (let place = first; place < end; place += 1) {
      const row = pages.at(place);
      const view = row ? viewOf(row, place) : made('div', { class: 'row waiting', 'data-place': place }, '…');
      const shift = frame.scrollTop + (place - top()) * widths.height;
      view.style.transform = `translateY(${Math.round(shift)}px)`;
      view.style.height = `${widths.height}px`;
      next.push(view);
    }
    space.replaceChildren(...next);
    views = next;
    const isIn = selected >= first && selected < end;
    if (isIn) frame.setAttribute('aria-activedescendant', `row-${selected}`);
    else frame.removeAttribute('aria-activedescendant');
    onscroll({ from: top(), to: Math.min(shown.total, top() + room()) });
  }

  function viewOf(row, place) {
    return rowView({
      row,
      place,
      total: shown.total,
      band: shown.bands.get(place),
      widths,
      isMarked: place === shown.parting,
      isGuilty: place === shown.guilty,
      isSelected: place === selected,
    });
  }

  const later = () => {
    if (wanted) return;
    wanted = true;
    requestAnimationFrame(draw);
  };
  frame.addEventListener('scroll', later, { passive: true });
  space.addEventListener('click', ({ target }) => {
    const view = target.closest('[data-place]');
    if (view) list.select(Number(view.dataset.place), { open: true });
  });

  const list = {
    /** Shows another list, with a row of it in view. */
    show(glance, filter, { lane, height }) {
      shown = { ...glance, bands: new Map(glance.bands) };
      widths = { lane, height, lanes: glance.lanes.length };
      pages = createPages(filter, (trouble) => (trouble ? ontrouble(trouble) : later()));
      space.style.height = `${pixels()}px`;
      selected = -1;
      draw();
    },
    /** Selects a row and brings it into view. */
    select(place, { open = false, center = false } = {}) {
      if (shown.total === 0) return;
      selected = Math.max(0, Math.min(shown.total - 1, place));
      const from = top();
      if (center) scrollTo(selected - room() / 2);
      else if (selected < from) scrollTo(selected);
      else if (selected > from + room() - 2) scrollTo(selected - room() + 2);
      draw();
      onselect(selected, open);
    },
    scrollTo,
    redraw: later,
    /** The row that is selected, once it has come. */
    current: () => (selected < 0 ? undefined : pages.at(selected)),
    get selected() {
      return selected;
    },
    get room() {
      return room();
    },
    get drawn() {
      return views.length;
    },
  };
  return list;
}

import { createDetails } from './details.js';
import { made, say } from './made.js';
import { createOverview } from './overview.js';
import { lineOf } from './row-view.js';
import { createRows } from './rows.js';
import { glance } from './wire.js';

const byDefault = ['steps', 'messages', 'queries', 'changes', 'calls', 'logs', 'errors'];

/** The run of the page: from above, in rows, in detail; gives what the keys may do. */
export function startRun(section) {
  const find = (id) => document.getElementById(id);
  const isCompared = section.dataset.base !== '';
  const filter = {
    groups: [...byDefault, ...(isCompared ? ['settings'] : [])],
    quiet: isCompared,
    hidden: [],
    words: '',
  };
  let current;
  const asked = () => ({
    groups: filter.groups.join(','),
    calls: filter.quiet ? 'differing' : 'all',
    hidden: filter.hidden.join(','),
    words: filter.words,
  });
  const links = (side, { file, line }) =>
    section.dataset.code
      ?.replaceAll('{commit}', section.dataset[side])
      .replaceAll('{file}', file.split('/').map(encodeURIComponent).join('/'))
      .replaceAll('{line}', String(line));
  const details = createDetails({ panel: find('details'), links, lanes: () => current?.lanes ?? [] });
  const overview = createOverview({
    canvas: find('overview'),
    lens: find('lens'),
    onmove: (place) => rows.scrollTo(place - rows.room / 2),
  });
  const count = find('count');
  let opening = false;
  const rows = createRows({
    frame: find('rows'),
    space: find('space'),
    onscroll: (range) => overview.see(range),
    ontrouble: (sentence) => {
      count.textContent = sentence;
    },
    onselect(_place, open) {
      opening = open || details.isOpen;
      showDetails();
    },
  });
  const showDetails = (focus = false) => {
    const row = rows.current();
    if (!row) return void setTimeout(() => opening && showDetails(focus), 60);
    if (opening) details.show(row, { focus, compared: isCompared });
  };

  const isPhone = () => matchMedia('(max-width: 760px)').matches;
  const widths = () => {
    const lanes = Math.max(1, current.lanes.length);
    const most = isPhone() ? 96 : Math.min(420, section.clientWidth * 0.34);
    return { lane: Math.max(8, Math.min(isPhone() ? 22 : 56, most / lanes)), height: isPhone() ? 46 : 28 };
  };
  async function refresh({ keep = rows.current()?.row ?? -1, start = false } = {}) {
    try {
      current = await glance(asked(), keep);
    } catch ({ message }) {
      count.textContent = message;
      return;
    }
    chips();
    heads();
    find('rows').style.setProperty('--lanes', `${widths().lane * current.lanes.length}px`);
    rows.show(current, asked(), widths());
    overview.show(current);
    const left = current.left > 0 ? ` ${current.left} more are in the trace and not shown.` : '';
    count.textContent = `${current.total} of ${current.all} rows shown${isCompared ? `, ${current.differing.length} differ` : ''}.${left}`;
    for (const [id, there] of [
      ['first', current.parting >= 0],
      ['guilty', current.guilty >= 0],
      ['next', current.differing.length > 0],
      ['before', current.differing.length > 0],
      ['step', current.steps.length > 0],
    ])
      if (find(id)) find(id).disabled = !there;
    if (current.near >= 0) rows.select(current.near, { center: true });
    else if (start) begin();
  }
  function begin() {
    const place =
      current.guilty >= 0 ? current.guilty : current.parting >= 0 ? current.parting : (current.steps[0] ?? 0);
    rows.select(place, { center: current.guilty >= 0 || current.parting >= 0 });
    if (current.guilty >= 0) tellGuilty();
  }
  function tellGuilty() {
    const row = rows.current();
    const place = find('first-call');
    if (!place) return;
    if (!row) return void setTimeout(tellGuilty, 60);
    if (!row.base || !row.head) return;
    const call = lineOf({ ...row.head, result: undefined });
    place.replaceChildren(
      'The first call that got the same and gave something else: ',
      made('code', {}, call.slice(0, 160)),
      ' gave ',
      made('code', { class: 'base' }, (row.base.result ?? '').slice(0, 160)),
      ' before and ',
      made('code', { class: 'head' }, (row.head.result ?? '').slice(0, 160)),
      ' after.',
    );
    place.hidden = false;
  }
  function heads() {
    const { lane } = widths();
    const names = current.lanes.map(({ name, kind }, index) => {
      const isHidden = filter.hidden.includes(name);
      const button = made(
        'button',
        {
          type: 'button',
          class: `lane-name ${kind}`,
          title: `${name}: show or hide`,
          'aria-pressed': String(!isHidden),
          onclick: () => {
            filter.hidden = isHidden ? filter.hidden.filter((one) => one !== name) : [...filter.hidden, name];
            refresh();
          },
        },
        name,
      );
      button.style.left = `${index * lane + lane / 2}px`;
      return button;
    });
    const strip = made('div', { class: 'lane-names' }, names);
    strip.style.width = `${lane * current.lanes.length}px`;
    find('heads').replaceChildren(
      made('span', { class: 'gutter' }, isPhone() ? '' : 'event'),
      strip,
      ...(isCompared && !isPhone()
        ? [
            made('span', { class: 'cell before' }, `before · ${section.dataset.base.slice(0, 7)}`),
            made('span', { class: 'cell after' }, `after · ${section.dataset.head.slice(0, 7)}`),
          ]
        : []),
    );
  }
  function chips() {
    const place = find('groups');
    if (place.querySelector('label')) return;
    const chip = (words, checked, change) =>
      made('label', { class: 'chip' }, made('input', { type: 'checkbox', checked, onchange: change }), words);
    place.append(
      ...current.groups.map((group) =>
        chip(group, filter.groups.includes(group), ({ target }) => {
          filter.groups = target.checked ? [...filter.groups, group] : filter.groups.filter((one) => one !== group);
          refresh();
        }),
      ),
      ...(isCompared
        ? [
            chip('equal calls and settings too', !filter.quiet, ({ target }) => {
              filter.quiet = !target.checked;
              refresh();
            }),
          ]
        : []),
    );
  }
  const search = find('search');
  let typing;
  search.addEventListener('input', () => {
    clearTimeout(typing);
    typing = setTimeout(() => {
      filter.words = search.value.trim();
      refresh();
    }, 150);
  });
  const jump = (places, direction) => {
    const here = rows.selected;
    const to = direction > 0 ? places.find((place) => place > here) : places.findLast((place) => place < here);
    if (to === undefined) return say(direction > 0 ? 'There is none further down.' : 'There is none further up.');
    rows.select(to, { center: true });
  };
  const goTo = (place, missing) => (place >= 0 ? rows.select(place, { center: true }) : say(missing));
  const deeds = {
    move: (by) => rows.select(rows.selected < 0 ? 0 : rows.selected + by),
    page: (direction) => rows.select(Math.max(0, rows.selected) + direction * rows.room),
    home: () => rows.select(0),
    end: () => rows.select(Number.MAX_SAFE_INTEGER),
    first: () => goTo(current?.parting ?? -1, 'The runs do not part.'),
    guilty: () => goTo(current?.guilty ?? -1, 'No call got the same and gave something else.'),
    next: () => jump(current?.differing ?? [], 1),
    before: () => jump(current?.differing ?? [], -1),
    step: () => jump(current?.steps ?? [], 1),
    search: () => search.focus(),
    open() {
      opening = true;
      showDetails(true);
    },
    /** Closes what is open; whether there was something. */
    close() {
      if (details.isOpen) {
        details.close();
        opening = false;
        find('rows').focus();
        return true;
      }
      if (search.value === '') return false;
      search.value = '';
      filter.words = '';
      refresh();
      return true;
    },
  };
  for (const id of ['first', 'guilty', 'next', 'before', 'step']) find(id)?.addEventListener('click', deeds[id]);
  let resizing;
  addEventListener('resize', () => {
    clearTimeout(resizing);
    resizing = setTimeout(() => current && refresh(), 150);
  });
  document.addEventListener('theme', () => overview.redraw());
  refresh({ keep: -1, start: true });
  return deeds;
}

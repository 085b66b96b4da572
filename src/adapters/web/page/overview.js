const label = 104;
const colours = ['step', 'message', 'query', 'change', 'call', 'setting', 'log', 'error'];

/** The run from above: a line for each lane, marks where something happened, and what differs in a strip on top. */
export function createOverview({ canvas, lens, onmove }) {
  let glance;
  let seen = { from: 0, to: 0 };
  const left = () => (canvas.clientWidth > 640 ? label : 8);
  const across = () => Math.max(1, canvas.clientWidth - left() - 8);

  function draw() {
    if (!glance) return;
    const { lanes, overview, bands, total } = glance;
    const styles = getComputedStyle(canvas);
    const colour = createColours(canvas);
    const width = canvas.clientWidth;
    const each = lanes.length > 12 ? 10 : 16;
    const height = 22 + lanes.length * each;
    canvas.style.height = `${height}px`;
    const scale = window.devicePixelRatio || 1;
    canvas.width = width * scale;
    canvas.height = height * scale;
    const pen = canvas.getContext('2d');
    pen.scale(scale, scale);
    const x = (column) => left() + (column / overview.columns) * across();
    const y = (lane) => 20 + lane * each + each / 2;
    pen.font = `11px ${styles.fontFamily}`;
    pen.textBaseline = 'middle';
    for (const [lane, { name }] of lanes.entries()) {
      pen.fillStyle = colour('line');
      pen.fillRect(left(), y(lane), across(), 1);
      if (left() !== label) continue;
      pen.fillStyle = colour('muted');
      pen.fillText(name.length > 15 ? `${name.slice(0, 14)}…` : name, 6, y(lane));
    }
    drawBands(pen, { bands, total, x: (place) => left() + (place / Math.max(1, total)) * across(), height, colour });
    const step = Math.max(2, across() / overview.columns);
    for (const [column, from, to, differs] of overview.arrows) {
      pen.fillStyle = colour(differs ? 'differs' : 'message');
      pen.globalAlpha = differs ? 0.9 : 0.35;
      pen.fillRect(x(column), Math.min(y(from), y(to)), 1, Math.abs(y(to) - y(from)));
    }
    pen.globalAlpha = 1;
    for (const [column, lane, groups, differs] of overview.marks) {
      const kind = colours.findLast((_, index) => groups & (1 << index)) ?? 'call';
      pen.fillStyle = colour(kind);
      pen.fillRect(x(column), y(lane) - each / 2 + 3, Math.min(step, 8), each - 6);
      if (!differs) continue;
      pen.fillStyle = colour('differs');
      pen.fillRect(x(column), 12, Math.min(step, 8), 5);
    }
    for (const [place, name] of [
      [glance.parting, 'differs'],
      [glance.guilty, 'differs'],
    ]) {
      if (place < 0) continue;
      pen.fillStyle = colour(name);
      pen.fillRect(left() + (place / Math.max(1, total)) * across(), 10, 1.5, height - 10);
    }
    moveLens();
  }

  function moveLens() {
    const { total } = glance;
    const at = (place) => left() + (place / Math.max(1, total)) * across();
    lens.style.left = `${at(seen.from)}px`;
    lens.style.width = `${Math.max(6, at(seen.to) - at(seen.from))}px`;
  }

  const move = ({ clientX, buttons }) => {
    if (!glance || buttons === 0) return;
    const share = (clientX - canvas.getBoundingClientRect().left - left()) / across();
    onmove(Math.max(0, Math.min(1, share)) * glance.total);
  };
  canvas.addEventListener('pointerdown', (event) => {
    canvas.setPointerCapture(event.pointerId);
    move(event);
  });
  canvas.addEventListener('pointermove', move);
  new ResizeObserver(draw).observe(canvas.parentElement);

  return {
    show(next) {
      glance = next;
      draw();
    },
    see(range) {
      seen = range;
      if (glance) moveLens();
    },
    redraw: draw,
  };
}

/** Colours as they come out in the theme of the moment: a canvas understands no variables. */
function createColours(canvas) {
  const probe = document.createElement('span');
  canvas.parentElement.append(probe);
  const known = new Map();
  queueMicrotask(() => probe.remove());
  return (name) => {
    if (!known.has(name)) {
      probe.style.color = `var(--${name})`;
      known.set(name, getComputedStyle(probe).color);
    }
    return known.get(name);
  };
}

function drawBands(pen, { bands, total, x, height, colour }) {
  let free = 0;
  for (const [index, [place, at]] of bands.entries()) {
    const end = x(bands[index + 1]?.[0] ?? total);
    if (index % 2 === 1) {
      pen.fillStyle = colour('band');
      pen.fillRect(x(place), 0, Math.max(1, end - x(place)), height);
    }
    const words = `+${at} ms`;
    const wide = pen.measureText(words).width;
    const from = Math.min(x(place) + 2, x(total) - wide);
    if (from < free) continue;
    pen.fillStyle = colour('muted');
    pen.fillText(words, from, 6);
    free = from + wide + 8;
  }
}

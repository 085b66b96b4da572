const drawings = {
  reply: 'M4 5h16v11H10l-5 4v-4H4z',
  weather: 'M7 18h10a4 4 0 0 0 .6-7.95A6 6 0 0 0 6.1 11.6 3.3 3.3 0 0 0 7 18z',
  lock: 'M6 11h12v9H6zM9 11V8a3 3 0 0 1 6 0v3',
  more: 'M5 11h2v2H5zM11 11h2v2h-2zM17 11h2v2h-2z',
  close: 'M6 6l12 12M18 6L6 18',
  list: 'M4 7h16M4 12h16M4 17h16',
  file: 'M7 3h7l4 4v14H7zM14 3v4h4',
  '+1': 'M4 11h3v9H4zM7 11l4-8c1.6 0 2.6 1 2.3 2.6L12.7 9H19a1.6 1.6 0 0 1 1.6 2l-1.7 7.2A2.4 2.4 0 0 1 16.6 20H7',
  '-1': 'M4 4h3v9H4zM7 13l4 8c1.6 0 2.6-1 2.3-2.6L12.7 15H19a1.6 1.6 0 0 0 1.6-2l-1.7-7.2A2.4 2.4 0 0 0 16.6 4H7',
  eyes: 'M3 12c2.5-4.6 5.5-6.5 9-6.5s6.5 1.9 9 6.5c-2.5 4.6-5.5 6.5-9 6.5S5.5 16.6 3 12zM12 9.5a2.5 2.5 0 1 0 0 5 2.5 2.5 0 0 0 0-5z',
  white_check_mark: 'M4 4h16v16H4zM8 12.5l3 3 5.5-7',
  heavy_check_mark: 'M5 13l4.5 4.5L19 7',
  x: 'M6 6l12 12M18 6L6 18',
  warning: 'M12 4l9 16H3zM12 10v4M12 17h.01',
  rotating_light: 'M7 18v-6a5 5 0 0 1 10 0v6M5 18h14v3H5zM12 2v2M4 6l1.5 1M20 6l-1.5 1',
  hourglass_flowing_sand: 'M7 3h10M7 21h10M8 3v4l4 5 4-5V3M8 21v-4l4-5 4 5v4',
  speech_balloon: 'M4 5h16v11H10l-5 4v-4H4z',
  books: 'M5 4h4v16H5zM9 4h4v16H9zM14 5l4-1 3 15.5-4 1z',
  pushpin: 'M9 3h6l-1 7 3 3H7l3-3zM12 13v8',
  wastebasket: 'M5 7h14M9 7V4h6v3M7 7l1 13h8l1-13',
  mag: 'M11 4a7 7 0 1 0 0 14 7 7 0 0 0 0-14zM16 16l5 5',
  bulb: 'M9 18h6M10 21h4M8 14a6 6 0 1 1 8 0l-1 4H9z',
  wrench: 'M20 6a5 5 0 0 1-6.5 6L7 19.5 4.5 17l7-6.5A5 5 0 0 1 18 4l-3 3 2 2z',
  link: 'M10 14a4 4 0 0 0 6 0l3-3a4 4 0 0 0-6-6l-1 1M14 10a4 4 0 0 0-6 0l-3 3a4 4 0 0 0 6 6l1-1',
  tada: 'M4 20l5-13 8 8zM14 5c1-2 3-2 3 0M18 9l3-1M12 3V2',
};

const tones = {
  white_check_mark: 'good',
  heavy_check_mark: 'good',
  x: 'bad',
  warning: 'warn',
  rotating_light: 'bad',
  pushpin: 'bad',
  hourglass_flowing_sand: 'warn',
};

const circles = {
  red_circle: 'bad',
  large_green_circle: 'good',
  large_yellow_circle: 'warn',
  large_orange_circle: 'warn',
  large_blue_circle: 'info',
  white_circle: 'hollow',
};

/** A small drawing; it looks the same on machines that have no font with pictures. */
export function icon(name) {
  return svg(`drawing ${tones[name] ?? ''}`, drawings[name]);
}

/** The drawing of a shortcode, with its name for those who do not see it; undefined when there is none. */
export function signOf(name) {
  const round = Object.hasOwn(circles, name);
  if (!round && !Object.hasOwn(drawings, name)) return undefined;
  const made = round ? svg(`drawing circle ${circles[name]}`, 'M12 4a8 8 0 1 0 0 16 8 8 0 0 0 0-16z') : icon(name);
  made.setAttribute('role', 'img');
  made.setAttribute('aria-label', name.replaceAll('_', ' '));
  made.removeAttribute('aria-hidden');
  return made;
}

function svg(classes, path) {
  const made = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
  made.setAttribute('viewBox', '0 0 24 24');
  made.setAttribute('class', classes);
  made.setAttribute('aria-hidden', 'true');
  const line = document.createElementNS('http://www.w3.org/2000/svg', 'path');
  line.setAttribute('d', path);
  made.append(line);
  return made;
}

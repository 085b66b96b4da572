/**
 * Makes an element. Texts become text nodes, never markup, so nothing that the code under simulation says can run.
 * Properties that start with `on` are listeners, those with a hyphen and `role` are attributes, the rest DOM properties.
 */
export function made(tag, properties = {}, ...children) {
  const one = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith('on')) one.addEventListener(name.slice(2), value);
    else if (name.includes('-') || name === 'role') one.setAttribute(name, String(value));
    else if (name === 'class') one.className = value;
    else one[name] = value;
  }
  one.append(...children.flat(2).filter((child) => child !== undefined && child !== null && child !== false));
  return one;
}

const drawing = 'http://www.w3.org/2000/svg';

/** Makes a part of a drawing; attributes only. */
export function drawn(tag, attributes = {}, ...children) {
  const one = document.createElementNS(drawing, tag);
  for (const [name, value] of Object.entries(attributes)) one.setAttribute(name, String(value));
  one.append(...children);
  return one;
}

/** Says something in words to whoever listens instead of looking. */
export function say(sentence) {
  const place = document.getElementById('said');
  place.textContent = sentence;
  clearTimeout(say.timer);
  say.timer = setTimeout(() => {
    place.textContent = '';
  }, 4000);
}

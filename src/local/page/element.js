/**
 * Builds an element. Texts become text nodes, never markup, so nothing that people or apps write can run.
 * Properties that start with `on` are listeners, `aria-*` and `data-*` are attributes, the rest are DOM properties.
 */
export function element(tag, properties = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith('on')) made.addEventListener(name.slice(2), value);
    else if (name.includes('-') || ['role', 'for', 'form'].includes(name)) made.setAttribute(name, String(value));
    else if (name === 'class') made.className = value;
    else made[name] = value;
  }
  made.append(
    ...children
      .flat(Number.POSITIVE_INFINITY)
      .filter((child) => child !== null && child !== undefined && child !== false),
  );
  return made;
}

/** A link, or plain text where the address is not one that may be followed. */
export function link(address, ...children) {
  const safe = safeAddress(address);
  if (!safe) return element('span', {}, ...children);
  const own = safe.origin === location.origin;
  return element('a', { href: safe.href, ...(!own && { target: '_blank', rel: 'noopener noreferrer' }) }, ...children);
}

/** The address if it is http, https or mailto. */
export function safeAddress(address) {
  const parsed = URL.canParse(address) ? new URL(address) : undefined;
  return parsed && ['http:', 'https:', 'mailto:'].includes(parsed.protocol) ? parsed : undefined;
}

/** A button that shows an icon and is called by its label. */
export function iconButton(label, drawing, onclick, more = {}) {
  return element(
    'button',
    { type: 'button', class: 'icon', 'aria-label': label, title: label, onclick, ...more },
    drawing,
  );
}

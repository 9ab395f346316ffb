// Elements without markup in strings: whatever a name holds, it is shown as text.

/** `el('a', {href, class: 'x', onclick}, 'text', child, null)`; false and null are left out. */
export function el(name, attributes = {}, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (key.startsWith('on')) element.addEventListener(key.slice(2), value);
    else element.setAttribute(key, value === true ? '' : value);
  }
  element.append(...children.flat().filter(child => child !== null && child !== undefined && child !== false));
  return element;
}

export const byId = id => document.getElementById(id);

/** A link to another site, where the address is one of the web; else its text. */
export function webLink(address, text, attributes = {}) {
  let url = null;
  try { url = new URL(address); } catch { /* shown as text */ }
  return url && ['http:', 'https:'].includes(url.protocol)
    ? el('a', {href: url.href, rel: 'noopener', ...attributes}, text) : el('span', {}, text);
}

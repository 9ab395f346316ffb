// What is being looked for, kept in the address of the page so that it can be shared.

export const filters = ['commune', 'radius_km', 'service', 'network', 'region', 'department', 'territory'];
const known = [...filters, 'structure', 'lang'];

/** The state that an address holds. What the page does not know (a campaign's marks, say) it leaves alone. */
export function read(address = location.href) {
  const query = new URL(address).searchParams;
  return Object.fromEntries(known.filter(name => query.get(name)).map(name => [name, query.get(name)]));
}

/** The address of a state, relative to this page. */
export function address(state) {
  const query = new URLSearchParams();
  for (const name of known) if (state[name]) query.set(name, state[name]);
  const text = query.toString();
  return location.pathname + (text ? `?${text}` : '');
}

export function push(state) {
  if (address(state) !== location.pathname + location.search) history.pushState(null, '', address(state));
}

export const hasSearch = state => filters.some(name => state[name]);

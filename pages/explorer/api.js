// The directory's API, with the token that this page's own service lends.

const base = new URL('.', location.href);
let held = null;

/** An answer that says why it is one: a problem of RFC 9457, or none at all where the service was not reached. */
export class Problem extends Error {
  constructor(status, body) {
    super(body?.detail ?? body?.title ?? '');
    this.status = status;
    this.violations = body?.errors ?? [];
  }
}

async function request(path, language, headers = {}) {
  let response;
  try {
    response = await fetch(new URL(path, base), {headers: {'Accept-Language': language, ...headers}});
  } catch {
    throw new Problem(0, null);
  }
  const body = await response.json().catch(() => null);
  if (!response.ok) throw new Problem(response.status, body);
  return body;
}

async function token(language) {
  if (!held || held.until < Date.now()) {
    const asked = {until: Infinity};
    asked.text = request('explorer/token', language).then(answer => {
      asked.until = Date.now() + Math.max(answer.expires_in - 30, 5) * 1000;
      return answer.access_token;
    });
    asked.text.catch(() => { if (held === asked) held = null; });
    held = asked;
  }
  return held.text;
}

/** Reads one resource, such as `v1/structures?commune=44184`. */
export async function get(path, language = 'fr') {
  try {
    return await request(path, language, {Authorization: `Bearer ${await token(language)}`});
  } catch (problem) {
    // The issuer's keys or the service may have changed since: once more with a new token.
    if (problem.status !== 401) throw problem;
    held = null;
    return request(path, language, {Authorization: `Bearer ${await token(language)}`});
  }
}

/** Every item of a list that comes in pages. */
export async function all(path, language) {
  const items = [];
  for (let cursor = ''; cursor !== null;) {
    const page = await get(`${path}?limit=100${cursor && `&cursor=${encodeURIComponent(cursor)}`}`, language);
    items.push(...page.items);
    cursor = page.next_cursor;
  }
  return items;
}

export const settings = () => fetch(new URL('explorer/settings.json', base)).then(response => response.json());

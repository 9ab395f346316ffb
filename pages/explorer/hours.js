// Opening hours (the part of OpenStreetMap's grammar that the directory uses) in words.

const days = ['Mo', 'Tu', 'We', 'Th', 'Fr', 'Sa', 'Su'];

/**
 * Lines such as {days: [0, 3], times: ['09:00-12:30']}, of neighbouring days with the same hours; `times` is empty
 * where it is closed. `when` is 'week', 'SH' (school holidays) or 'PH' (public holidays). Null for a text outside of
 * that part of the grammar.
 */
export function parse(text) {
  const week = days.map(() => null);
  const holidays = new Map();
  for (const rule of text.split(';').map(part => part.trim()).filter(Boolean)) {
    const match = /^(?:(PH|SH)(?=\s|$)\s*)?([A-Za-z,\-]*)\s*(off|closed|[0-9:,\-\s]+)$/.exec(rule);
    if (!match) return null;
    const [, special, selector, hours] = match;
    const times = /^(off|closed)$/.test(hours) ? [] : hours.replace(/\s/g, '').split(',');
    if (!times.every(time => /^\d\d:\d\d-\d\d:\d\d$/.test(time))) return null;
    const chosen = selector ? expand(selector) : special ? [] : days.map((_, index) => index);
    if (!chosen) return null;
    if (special) {
      const lines = holidays.get(special) ?? days.map(() => null);
      for (const day of chosen.length ? chosen : days.keys()) lines[day] = times;
      holidays.set(special, lines);
    } else {
      for (const day of chosen) week[day] = times;
    }
  }
  const lines = grouped(week.map(times => times ?? []), 'week');
  for (const [when, rules] of holidays) lines.push(...grouped(rules.map(times => times ?? []), when));
  return lines;
}

function expand(selector) {
  const chosen = [];
  for (const part of selector.split(',')) {
    const [from, to = from] = part.split('-').map(day => days.indexOf(day));
    if (from < 0 || to < 0) return null;
    for (let day = from; ; day = (day + 1) % 7) {
      chosen.push(day);
      if (day === to) break;
    }
  }
  return chosen;
}

function grouped(week, when) {
  const lines = [];
  for (const [day, times] of week.entries()) {
    const last = lines.at(-1);
    if (last && last.times.join() === times.join()) last.days[1] = day;
    else lines.push({when, days: [day, day], times});
  }
  return lines;
}

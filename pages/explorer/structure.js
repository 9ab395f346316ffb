// A structure in full: what it offers, when, how to reach it.

import {el, webLink} from './dom.js';
import {parse} from './hours.js';

/** The content of the panel, below its heading. */
export function details(structure, page) {
  const {text} = page;
  const contact = structure.contact ?? {};
  return [
    el('p', {class: 'networks'}, structure.networks.map(page.networkName).join(' · ')),
    contact.booking_url && el('p', {}, webLink(contact.booking_url, text.book, {class: 'button primary'})),
    section(text.contact, el('dl', {},
      structure.address && pair(text.address, postal(structure.address),
        structure.location?.precision === 'commune' && el('span', {class: 'hint block'}, text.approximate)),
      contact.phone && pair(text.phone, el('a', {href: `tel:${contact.phone}`}, phone(contact.phone))),
      contact.email && pair(text.email, el('a', {href: `mailto:${contact.email}`}, contact.email)),
      contact.website && pair(text.website, webLink(contact.website, contact.website.replace(/^https?:\/\/|\/$/g, ''))))),
    section(text.hours, hours(structure.opening_hours, page) ?? el('p', {}, text.noHours), closures(structure, page)),
    structure.services.length > 0 && section(text.services,
      el('ul', {class: 'offers'}, structure.services.map(offer => el('li', {}, service(offer, page))))),
    section(text.about, el('dl', {},
      structure.accessibility.length > 0
        && pair(text.accessibility, structure.accessibility.map(code => page.label('accessibility', code)).join(', ')),
      structure.languages.length > 0 && pair(text.languages, structure.languages.map(page.languageName).join(', ')),
      pair(text.status, page.label('structure_status', structure.status)),
      territories(structure, page)),
    structure.verified_on && el('p', {class: 'hint'}, text.verified(page.date(structure.verified_on))),
    el('p', {class: 'hint'}, text.sharePage)),
  ];
}

const section = (title, ...content) => el('section', {}, el('h3', {}, title), ...content);
const pair = (term, ...content) => el('div', {}, el('dt', {}, term), el('dd', {}, ...content));

export const postal = address =>
  [address.street, [address.postal_code, address.commune_name].filter(Boolean).join(' ')].filter(Boolean).join(', ');

/** 0261910002 as 02 61 91 00 02. */
const phone = number => /^0\d{9}$/.test(number) ? number.replace(/(\d\d)(?=\d)/g, '$1\u00a0') : number;

function territories(structure, page) {
  const names = structure.located_in.filter(place => place.kind !== 'departement')
    .map(place => `${place.name} (${page.label('territory_kind', place.kind)})`);
  return names.length > 0 && pair(page.text.territories, names.join(', '));
}

/** Null where no hours are given. */
function hours(source, page) {
  if (!source) return null;
  const lines = parse(source);
  if (!lines) return el('p', {}, source);
  const {text} = page;
  const capital = words => words.charAt(0).toUpperCase() + words.slice(1);
  return el('dl', {class: 'hours'}, lines.map(({when, days: [from, to], times}) => {
    const special = {SH: text.schoolHolidays, PH: text.publicHolidays}[when];
    const span = from === to ? text.weekdays[from]
      : (to === from + 1 ? text.pair : text.span)(text.weekdays[from], text.weekdays[to]);
    const name = !special ? span : from === 0 && to === 6 ? special : `${special}, ${span}`;
    const open = times.map(time => time.split('-').map(text.time).join(' – ')).join(', ') || text.closed;
    return el('div', {class: times.length ? null : 'quiet'}, el('dt', {}, capital(name)), el('dd', {}, open));
  }));
}

function closures(structure, page) {
  const today = new Date().toISOString().slice(0, 10);
  const coming = structure.closures.filter(closure => closure.to >= today);
  return coming.length > 0 && [
    el('h4', {}, page.text.closures),
    el('ul', {}, coming.map(({from, to}) => el('li', {}, page.text.closure(page.date(from), page.date(to))))),
  ];
}

function service(offer, page) {
  const {text} = page;
  const people = [...offer.audiences.map(code => page.label('audience', code)),
    ...offer.situations.map(code => page.label('situation', code))];
  if (offer.age_min !== null || offer.age_max !== null) people.push(text.ages(offer.age_min, offer.age_max));
  const ways = offer.modalities.map(({channel, access, format}) =>
    [page.label('channel', channel), access && page.label('access', access), format && page.label('format', format)]
      .filter(Boolean).join(', ').toLowerCase());
  return [
    el('h4', {}, page.label('service_kind', offer.kind)),
    offer.cep_level && el('p', {class: 'hint'}, text.level(offer.cep_level)),
    el('dl', {},
      people.length > 0 && pair(text.for, people.join(', ')),
      ways.length > 0 && pair(text.how, ways.map(way => el('span', {class: 'block'}, way))),
      offer.opening_hours && pair(text.when, hours(offer.opening_hours, page)),
      offer.conditions && pair(text.conditions, offer.conditions),
      offer.lead_time_days !== null && pair(text.lead_time, text.delay(offer.lead_time_days))),
  ];
}

// The page: reads its address, asks the directory, shows what it answers.

import {Problem, all, get, settings} from './api.js';
import {CommuneField} from './commune.js';
import {byId, el} from './dom.js';
import {MapView} from './map.js';
import * as places from './places.js';
import * as state from './state.js';
import {details, postal} from './structure.js';
import {languages} from './text.js';

const radii = [5, 10, 20, 30, 50, 100];
const usualRadius = '30';

class Page {
  constructor() {
    this.structures = [];
    this.communes = new Map();
    this.commune = new CommuneField(this, sentence => this.announce(sentence));
    byId('search').addEventListener('submit', event => { event.preventDefault(); this.submit(); });
    byId('search').addEventListener('reset', event => { event.preventDefault(); this.go(this.keep({})).then(() => byId('commune').focus()); });
    byId('next').addEventListener('click', () => this.showMore());
    byId('region').addEventListener('change', () => this.fillPlaces());
    byId('department').addEventListener('change', () => this.fillPlaces());
    for (const link of document.querySelectorAll('[data-language]')) {
      link.addEventListener('click', event => {
        event.preventDefault();
        this.go({...this.state, lang: link.dataset.language === 'fr' ? undefined : link.dataset.language});
      });
    }
    addEventListener('popstate', () => this.show(state.read()));
  }

  get language() { return this.state.lang === 'en' ? 'en' : 'fr'; }
  get text() { return languages[this.language]; }

  async start() {
    this.state = state.read();
    this.speak();
    const given = await settings();
    this.map = await MapView.make(given, this, structure => this.open(structure.id));
    try {
      const [vocabularies, networks, territories] = await Promise.all(
        [get('v1/vocabularies', this.language), get('v1/networks', this.language), all('v1/territories', this.language)]);
      this.vocabularies = new Map(vocabularies.items.map(one => [one.name, new Map(one.terms.map(term => [term.code, term.label]))]));
      this.networks = new Map(networks.items.map(network => [network.code, network]));
      this.territories = territories;
    } catch (problem) {
      return this.fail(problem, () => this.start());
    }
    document.body.dataset.ready = '';
    await this.show(this.state);
  }

  // Names

  label = (vocabulary, code) => this.vocabularies.get(vocabulary)?.get(code)?.[this.language] ?? code;
  networkName = code => this.networks.get(code)?.name ?? code;
  languageName = code => new Intl.DisplayNames([this.language], {type: 'language'}).of(code);
  date = day => new Date(`${day}T12:00:00Z`)
    .toLocaleDateString(this.language, {dateStyle: 'long', timeZone: 'Europe/Paris'}).replace(/^1 (?=\p{L})/u, '1er ');

  placeName(filter, code) {
    if (filter === 'region') return places.regions[code] ?? code;
    if (filter === 'department') return places.departments[code] ?? code;
    return this.territories.find(territory => territory.key === code)?.name ?? code;
  }

  filterName(filter, code) {
    if (filter === 'commune') return this.communes.get(code)?.name ?? code;
    if (filter === 'radius_km') return this.text.kilometres(code);
    if (filter === 'service') return this.label('service_kind', code);
    if (filter === 'network') return this.networkName(code);
    return this.placeName(filter, code);
  }

  // The form

  speak() {
    document.documentElement.lang = this.language;
    for (const element of document.querySelectorAll('[data-text]')) element.textContent = this.text[element.dataset.text];
    for (const element of document.querySelectorAll('[data-label]')) element.setAttribute('aria-label', this.text[element.dataset.label]);
    document.title = `${this.text.title} · ${this.text.brand}`;
    for (const link of document.querySelectorAll('[data-language]')) {
      const language = link.dataset.language;
      link.href = state.address({...this.state, lang: language === 'fr' ? undefined : language});
      if (language === this.language) link.setAttribute('aria-current', 'true');
      else link.removeAttribute('aria-current');
    }
    this.map?.name();
  }

  fill(id, options, value) {
    const chosen = options.some(([code]) => code === value) || !value ? options : [...options, [value, value]];
    byId(id).replaceChildren(...chosen.map(([code, name]) => el('option', {value: code, selected: code === (value ?? '')}, name)));
  }

  fillForm() {
    const today = new Date().toISOString().slice(0, 10);
    const any = ['', this.text.any];
    const byName = (a, b) => a[1].localeCompare(b[1], this.language);
    this.fill('radius_km', radii.map(radius => [String(radius), this.text.kilometres(radius)]), this.state.radius_km ?? usualRadius);
    this.fill('service', [any, ...[...this.vocabularies.get('service_kind').keys()].map(code => [code, this.label('service_kind', code)])], this.state.service);
    this.fill('network', [any, ...[...this.networks.values()].filter(network => !network.valid_to || network.valid_to >= today)
      .map(network => [network.code, network.name]).sort(byName)], this.state.network);
    this.fillPlaces(this.state);
    byId('more').open ||= ['region', 'department', 'territory'].some(name => this.state[name]);
  }

  /** The choice of one place narrows those within it. */
  fillPlaces(values = {region: byId('region').value, department: byId('department').value, territory: byId('territory').value}) {
    const any = ['', this.text.any];
    const byName = (a, b) => a[1].localeCompare(b[1], 'fr');
    const within = this.territories.filter(territory => !values.region || territory.region === values.region);
    this.fill('region', [any, ...[...new Set(this.territories.map(territory => territory.region))]
      .map(code => [code, places.regions[code] ?? code]).sort(byName)], values.region);
    this.fill('department', [any, ...within.filter(({kind}) => kind === 'departement')
      .map(({code}) => [code, `${places.departments[code] ?? code} (${code})`]).sort(byName)], values.department);
    this.fill('territory', [any, ...within.filter(({kind}) => kind !== 'departement')
      .map(territory => [territory.key, territory.name]).sort(byName)], values.territory);
  }

  async submit() {
    const commune = await this.commune.resolve().catch(problem => { this.fail(problem); });
    if (commune === undefined) return;
    if (commune) this.communes.set(commune.insee_code, commune);
    const chosen = {commune: commune?.insee_code};
    for (const name of ['radius_km', 'service', 'network', 'region', 'department', 'territory']) chosen[name] = byId(name).value || undefined;
    // A radius needs a place, and the usual one need not be said.
    if (!commune || chosen.radius_km === usualRadius) delete chosen.radius_km;
    await this.go(this.keep(chosen));
    if (state.hasSearch(this.state)) byId('count').focus();
  }

  /** A state with the language that is read now. */
  keep = chosen => ({...chosen, lang: this.state.lang});

  go(next) {
    state.push(next);
    return this.show(state.read());
  }

  // What is found

  async show(next) {
    const before = this.state;
    this.state = next;
    this.speak();
    this.clearFailure();
    try {
      await this.knowCommune(next.commune);
      this.fillForm();
      this.commune.set(this.communes.get(next.commune) ?? null);
      const searched = state.hasSearch(next);
      for (const id of ['found', 'skip']) byId(id).hidden = !searched && !next.structure;
      const query = this.query(next);
      if (searched && (query !== this.shownQuery || before.lang !== next.lang)) await this.find(query, before.lang !== next.lang);
      if (!searched) this.forget();
      if (next.structure) await this.showStructure(next.structure);
      else this.showList(before.structure);
    } catch (problem) {
      this.fail(problem, () => this.show(next));
    }
  }

  async knowCommune(code) {
    if (!code || this.communes.has(code)) return;
    const {items} = await get(`v1/communes?limit=1&q=${encodeURIComponent(code)}`, this.language);
    if (items[0]?.insee_code === code) this.communes.set(code, items[0]);
  }

  query(from) {
    const query = new URLSearchParams({limit: '20'});
    for (const name of state.filters) if (from[name]) query.set(name, from[name]);
    return query.toString();
  }

  async find(query) {
    this.announce(this.text.loading);
    byId('results').setAttribute('aria-busy', 'true');
    try {
      const page = await get(`v1/structures?${query}`, this.language);
      // Something else may have been asked for meanwhile.
      if (this.query(this.state) !== query) return;
      this.structures = page.items;
      this.cursor = page.next_cursor;
      this.shownQuery = query;
    } finally {
      byId('results').removeAttribute('aria-busy');
    }
    this.list(0);
    const sentence = this.sentence();
    byId('count').textContent = sentence;
    this.announce(this.structures.length ? sentence : `${sentence}. ${this.text.nobody}`);
    this.chips();
    this.map?.show(this.structures, this.communes.get(this.state.commune), Number(this.state.radius_km ?? usualRadius));
  }

  forget() {
    this.structures = [];
    this.shownQuery = null;
    this.cursor = null;
    byId('list').replaceChildren();
    byId('next').hidden = true;
    byId('status').textContent = '';
  }

  sentence() {
    return this.text.found(this.structures.length, Boolean(this.cursor), this.communes.get(this.state.commune)?.name);
  }

  async showMore() {
    const [first, query, cursor] = [this.structures.length, this.shownQuery, this.cursor];
    try {
      const page = await get(`v1/structures?${query}&cursor=${encodeURIComponent(cursor)}`, this.language);
      // A second press, or another search, came between.
      if (this.shownQuery !== query || this.cursor !== cursor) return;
      this.structures = [...this.structures, ...page.items];
      this.cursor = page.next_cursor;
    } catch (problem) {
      return this.fail(problem, () => this.showMore());
    }
    this.list(first);
    byId('count').textContent = this.sentence();
    this.announce(this.text.added(this.structures.length - first));
    // Reading goes on where the list did.
    byId('list').children[first]?.querySelector('a').focus();
    this.map?.show(this.structures, this.communes.get(this.state.commune), Number(this.state.radius_km ?? usualRadius), false);
  }

  /** Adds the structures from `first` on. */
  list(first) {
    const list = byId('list');
    if (first === 0) list.replaceChildren();
    list.append(...this.structures.slice(first).map((structure, index) => this.card(structure, first + index + 1)));
    byId('next').hidden = !this.cursor;
    if (!this.structures.length) list.append(el('li', {class: 'nobody'}, this.text.nobody));
  }

  card(structure, number) {
    const {text} = this;
    const kinds = structure.service_kinds.map(code => this.label('service_kind', code));
    return el('li', {
      class: 'card', 'data-id': structure.id,
      onmouseenter: () => this.map?.highlight(structure.id), onfocusin: () => this.map?.highlight(structure.id, true),
    },
    el('span', {class: 'badge', 'aria-hidden': 'true'}, structure.location ? String(number) : '☎'),
    el('div', {},
      el('h3', {}, el('a', {
        href: state.address({...this.state, structure: structure.id}),
        onclick: event => {
          if (event.ctrlKey || event.metaKey || event.shiftKey) return;
          event.preventDefault();
          this.open(structure.id);
        },
      }, structure.name)),
      el('p', {class: 'networks'}, structure.networks.map(this.networkName).join(' · ')),
      el('p', {}, structure.address ? postal(structure.address) : text.remote,
        structure.distance_m !== null && el('span', {class: 'distance'}, text.distance(structure.distance_m))),
      structure.competent && el('p', {class: 'competent'}, text.competent),
      kinds.length > 0 && el('p', {class: 'hint'}, kinds.join(' · '))));
  }

  /** Each filter with a button that takes it away. */
  chips() {
    byId('chips').replaceChildren(...state.filters.filter(name => this.state[name]).map(name => {
      const label = this.filterName(name, this.state[name]);
      return el('li', {}, el('button', {
        type: 'button', class: 'chip', 'aria-label': this.text.remove(label),
        onclick: () => {
          const rest = {...this.state, [name]: undefined};
          if (name === 'commune') delete rest.radius_km;
          this.go(rest).then(() => (state.hasSearch(rest) ? byId('count') : byId('commune')).focus());
        },
      }, label, el('span', {'aria-hidden': 'true'}, '×')));
    }));
  }

  // One structure

  open(id) { return this.go({...this.state, structure: id}); }

  async showStructure(id) {
    const structure = await get(`v1/structures/${encodeURIComponent(id)}`, this.language).catch(problem => {
      if (problem.status === 404) throw new Problem(404, {detail: this.text.notFound});
      throw problem;
    });
    if (this.state.structure !== id) return;
    const isListed = this.structures.some(one => one.id === id);
    byId('results').hidden = true;
    const panel = byId('structure');
    panel.replaceChildren(
      el('p', {}, el('a', {
        href: state.address({...this.state, structure: undefined}), class: 'back',
        onclick: event => { event.preventDefault(); this.go({...this.state, structure: undefined}); },
      }, state.hasSearch(this.state) ? this.text.back : this.text.toSearch)),
      el('h2', {id: 'name', tabindex: '-1'}, structure.name),
      ...details(structure, this).filter(Boolean));
    panel.hidden = false;
    document.title = `${structure.name} · ${this.text.brand}`;
    if (!isListed) await this.map?.show([structure], null, 0);
    this.map?.highlight(id, true);
    byId('name').focus();
    byId('found').scrollIntoView({block: 'start'});
  }

  showList(from) {
    const wasOpen = !byId('structure').hidden;
    byId('structure').hidden = true;
    byId('results').hidden = false;
    if (!wasOpen) return;
    document.querySelector(`[data-id="${CSS.escape(from ?? '')}"] a`)?.focus();
    this.map?.show(this.structures, this.communes.get(this.state.commune), Number(this.state.radius_km ?? usualRadius), false)
      .then(() => this.map.highlight(from));
  }

  // What goes wrong, and what is said

  announce(sentence) { byId('status').textContent = sentence; }

  fail(problem, again) {
    this.announce('');
    const sentence = problem instanceof Problem ? (problem.status === 0 ? this.text.unreachable : problem.message || this.text.failure) : this.text.failure;
    if (!(problem instanceof Problem)) console.error(problem);
    byId('alert').replaceChildren(el('div', {class: 'failure'},
      el('p', {}, sentence),
      problem.violations?.length > 0 && el('ul', {}, problem.violations.map(violation => el('li', {}, `${violation.pointer} : ${violation.detail}`))),
      again && el('button', {type: 'button', class: 'plain', onclick: again}, this.text.retry)));
  }

  clearFailure() { byId('alert').replaceChildren(); }
}

new Page().start();

// A commune by its first letters: the editable combobox with a list of the ARIA Authoring Practices Guide 1.2.

import {get} from './api.js';
import {departments} from './places.js';
import {byId, el} from './dom.js';

export class CommuneField {
  /** `announce(text)` speaks to those who do not see the list. */
  constructor(page, announce) {
    this.page = page;
    this.announce = announce;
    this.input = byId('commune');
    this.list = byId('communes');
    this.error = byId('commune-error');
    this.chosen = null;
    this.items = [];
    this.active = -1;
    this.input.addEventListener('input', () => this.typed());
    this.input.addEventListener('keydown', event => this.key(event));
    this.input.addEventListener('blur', () => this.close());
    // A choice by pointer must not take the focus away first.
    this.list.addEventListener('mousedown', event => event.preventDefault());
  }

  /** Shows a commune, or none. */
  set(commune) {
    this.chosen = commune;
    this.input.value = commune ? label(commune) : '';
    this.complain(null);
    this.close();
  }

  /** The commune that is meant; null for none, undefined for a text that names none (which is then said). */
  async resolve() {
    const text = this.input.value.trim();
    if (!text) return null;
    if (this.chosen && label(this.chosen) === text) return this.chosen;
    const found = await this.look(text);
    const named = found.filter(commune => commune.name.localeCompare(text, 'fr', {sensitivity: 'base'}) === 0);
    const one = named.length === 1 ? named[0] : found.length === 1 ? found[0] : null;
    if (one) {
      this.set(one);
      return one;
    }
    this.complain(this.page.text.communeUnknown(text));
    this.input.focus();
    if (found.length) this.show(found);
    return undefined;
  }

  complain(sentence) {
    this.error.hidden = !sentence;
    this.error.textContent = sentence ?? '';
    this.input.toggleAttribute('aria-invalid', Boolean(sentence));
    if (sentence) this.input.setAttribute('aria-invalid', 'true');
  }

  async look(text) {
    const answer = await get(`v1/communes?limit=8&q=${encodeURIComponent(text.slice(0, 100))}`, this.page.language);
    return answer.items;
  }

  typed() {
    this.chosen = null;
    this.complain(null);
    clearTimeout(this.timer);
    const text = this.input.value.trim();
    if (text.length < 2) return this.close();
    this.timer = setTimeout(async () => {
      const found = await this.look(text).catch(problem => { this.page.fail(problem); return []; });
      // Another letter may have been typed meanwhile.
      if (this.input.value.trim() === text && document.activeElement === this.input) this.show(found);
    }, 150);
  }

  show(found) {
    this.items = found;
    this.active = -1;
    this.list.replaceChildren(...found.map((commune, index) => el('li', {
      id: `commune-${index}`, role: 'option', 'aria-selected': 'false', onclick: () => this.choose(index),
    }, el('span', {}, commune.name), ' ', el('span', {class: 'quiet'}, departments[commune.department] ?? commune.department))));
    this.list.hidden = !found.length;
    this.input.setAttribute('aria-expanded', String(found.length > 0));
    this.input.removeAttribute('aria-activedescendant');
    this.announce(this.page.text.communesFound(found.length));
  }

  close() {
    clearTimeout(this.timer);
    this.list.hidden = true;
    this.active = -1;
    this.input.setAttribute('aria-expanded', 'false');
    this.input.removeAttribute('aria-activedescendant');
  }

  move(step) {
    if (this.list.hidden) return;
    const options = [...this.list.children];
    options[this.active]?.setAttribute('aria-selected', 'false');
    this.active = (this.active + step + options.length + (this.active < 0 && step < 0 ? 1 : 0)) % options.length;
    const option = options[this.active];
    option.setAttribute('aria-selected', 'true');
    option.scrollIntoView({block: 'nearest'});
    this.input.setAttribute('aria-activedescendant', option.id);
  }

  choose(index) {
    this.set(this.items[index]);
    this.input.focus();
  }

  key(event) {
    const isOpen = !this.list.hidden;
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      event.preventDefault();
      if (isOpen) this.move(event.key === 'ArrowDown' ? 1 : -1);
      else this.typed();
    } else if (event.key === 'Enter' && isOpen && this.active >= 0) {
      event.preventDefault();
      this.choose(this.active);
    } else if (event.key === 'Escape' && isOpen) {
      event.preventDefault();
      this.close();
    }
  }
}

const label = commune => `${commune.name} (${departments[commune.department] ?? commune.department})`;

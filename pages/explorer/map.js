// The structures of the list on a map, beside it: everything here is in the list too.

import {get} from './api.js';
import {byId, el} from './dom.js';

const france = [[41.3, -5.2], [51.1, 9.6]];

export class MapView {
  /** `open(structure)` is called for a marker that is chosen. Null where there is no map. */
  static async make(settings, page, open) {
    if (!settings.map) return null;
    document.head.append(el('link', {rel: 'stylesheet', href: 'explorer/leaflet.css'}));
    const leaflet = await import('./leaflet.js').catch(() => null);
    return leaflet && new MapView(leaflet, settings, page, open);
  }

  constructor(leaflet, settings, page, open) {
    this.leaflet = leaflet;
    this.page = page;
    this.open = open;
    this.markers = new Map();
    this.background = new Map();
    for (const id of ['map-section', 'to-map']) byId(id).hidden = false;
    this.map = leaflet.map('map', {
      attributionControl: false, zoomControl: false, zoomSnap: .5, minZoom: 5, maxZoom: settings.tiles ? 18 : 14,
    }).fitBounds(france);
    if (settings.tiles) {
      leaflet.tileLayer(settings.tiles.template, {referrerPolicy: 'origin'}).addTo(this.map);
      byId('credit').textContent = settings.tiles.credit;
    }
    this.hasTiles = Boolean(settings.tiles);
    this.dots = leaflet.layerGroup().addTo(this.map);
    this.place = leaflet.layerGroup().addTo(this.map);
    this.found = leaflet.layerGroup().addTo(this.map);
    this.structures = [];
    this.current = null;
    this.map.on('zoomend', () => this.pinStructures());
    this.map.on('moveend', () => this.nameCommunes());
    this.name();
  }

  /** In the language of the page. */
  name() {
    this.zoom?.remove();
    this.zoom = this.leaflet.control.zoom({zoomInTitle: this.page.text.zoomIn, zoomOutTitle: this.page.text.zoomOut})
      .addTo(this.map);
    this.map.getContainer().setAttribute('aria-label', this.page.text.map);
    this.map.getContainer().setAttribute('role', 'application');
  }

  /** `center`: the commune looked for, if any; `refit` moves the map to what it shows. */
  async show(structures, center, radius, refit = true) {
    const {leaflet, map} = this;
    map.invalidateSize();
    this.structures = structures;
    this.place.clearLayers();
    const points = structures.filter(({location}) => location).map(({location}) => [location.latitude, location.longitude]);
    if (center) {
      const point = [center.latitude, center.longitude];
      points.push(point);
      leaflet.circle(point, {radius: radius * 1000, className: 'reach', interactive: false}).addTo(this.place);
      leaflet.circleMarker(point, {radius: 7, className: 'here', interactive: false}).addTo(this.place);
    }
    if (refit && points.length) map.fitBounds(points, {padding: [40, 40], maxZoom: 12, animate: false});
    this.pinStructures();
    await this.drawCommunes(structures, center);
  }

  /** Marks the structure that is looked at; `moves` brings it into view. */
  highlight(id, moves = false) {
    this.current = id;
    const current = this.markers.get(id);
    for (const marker of this.markers.values()) {
      marker.getElement()?.classList.toggle('current', marker === current);
      marker.setZIndexOffset(marker === current ? 1000 : 0);
    }
    if (current && moves && !this.map.getBounds().contains(current.getLatLng())) this.map.panTo(current.getLatLng());
  }

  /** A marker for each structure, or for those that would lie on top of each other at this scale. */
  pinStructures() {
    const {leaflet, map} = this;
    this.found.clearLayers();
    this.markers.clear();
    const groups = [];
    this.structures.forEach((structure, index) => {
      if (!structure.location) return;
      const point = leaflet.latLng(structure.location.latitude, structure.location.longitude);
      const pixel = map.latLngToLayerPoint(point);
      const near = groups.find(group => group.pixel.distanceTo(pixel) < 26);
      if (near) near.members.push({structure, point, number: index + 1});
      else groups.push({pixel, members: [{structure, point, number: index + 1}]});
    });
    for (const {members} of groups) {
      const numbers = members.map(({number}) => number);
      const text = numbers.length === 1 ? numbers[0] : `${numbers[0]} +${numbers.length - 1}`;
      const marker = leaflet.marker(members[0].point, {icon: this.pin('number', text), keyboard: false, riseOnHover: true})
        .addTo(this.found);
      const bounds = leaflet.latLngBounds(members.map(({point}) => point));
      marker.on('click', () => {
        const canPart = members.length > 1 && map.getZoom() < map.getMaxZoom() && !bounds.getNorthEast().equals(bounds.getSouthWest());
        if (canPart) map.fitBounds(bounds, {padding: [60, 60]});
        else this.open(members[0].structure);
      });
      for (const {structure} of members) this.markers.set(structure.id, marker);
    }
    this.highlight(this.current);
  }

  pin(kind, text) {
    return this.leaflet.divIcon({className: `pin ${kind}`, html: el('span', {}, text), iconSize: null});
  }

  /** Without tiles the communes around are the ground of the map. */
  async drawCommunes(structures, center) {
    if (this.hasTiles) return;
    const wanted = new Set([center?.department, ...structures.map(structure => structure.address?.department)]);
    const missing = [...wanted].filter(code => code && !this.background.has(code)).slice(0, 6);
    await Promise.all(missing.map(async code => {
      this.background.set(code, []);
      const answer = await get(`v1/communes?limit=100&department=${code}`, this.page.language).catch(() => null);
      if (answer) this.background.set(code, answer.items);
      else this.background.delete(code);
    }));
    this.nameCommunes();
  }

  nameCommunes() {
    if (this.hasTiles) return;
    const {leaflet, map} = this;
    this.dots.clearLayers();
    const view = map.getBounds().pad(.1);
    const taken = [];
    const communes = [...this.background.values()].flat().sort((a, b) => b.population - a.population);
    for (const commune of communes) {
      const point = [commune.latitude, commune.longitude];
      if (!view.contains(point)) continue;
      leaflet.circleMarker(point, {
        radius: Math.min(9, 1.5 + Math.sqrt(commune.population) / 80), className: 'commune', interactive: false,
      }).addTo(this.dots);
      const {x, y} = map.latLngToContainerPoint(point);
      const half = commune.name.length * 3.6 + 6;
      if (taken.some(other => Math.abs(other.x - x) < other.half + half && Math.abs(other.y - y) < 30)) continue;
      taken.push({x, y, half});
      leaflet.marker(point, {
        icon: leaflet.divIcon({className: 'place', html: el('span', {}, commune.name), iconSize: null}),
        interactive: false, keyboard: false, zIndexOffset: -1000,
      }).addTo(this.dots);
    }
  }
}

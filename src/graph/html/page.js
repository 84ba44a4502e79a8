// What can be done in the drawing. Names are texts wherever they appear: no markup is made of them.
'use strict';
(() => {
  const data = JSON.parse(document.getElementById('data').textContent);
  const stage = document.getElementById('stage');
  const svg = stage.querySelector('svg');
  const panel = document.getElementById('panel');
  const search = document.getElementById('search');
  const found = document.getElementById('found');

  // The elements of nodes and links, by their index.
  const nodes = [];
  const links = [];
  for (const g of svg.querySelectorAll('g.node')) nodes[g.dataset.node] = g;
  for (const g of svg.querySelectorAll('g.edge')) links[g.dataset.link] = g;
  const linksOf = data.nodes.map(() => []);
  data.links.forEach((link, at) => {
    linksOf[link.from].push(at);
    if (link.to !== link.from) linksOf[link.to].push(at);
  });
  const parts = data.nodes.map(() => []);
  data.nodes.forEach((node, at) => { if (node.within !== null) parts[node.within].push(at); });

  const KINDS = {
    wire: 'wired', export: 'export of the whole', open: 'open: nobody serves it',
    use: 'uses types of it', import: 'import of a world',
  };

  // ---- small things ----

  function make(tag, cls, text) {
    const element = document.createElement(tag);
    if (cls) element.className = cls;
    if (text !== undefined) element.textContent = text;
    return element;
  }

  function add(parent, ...children) {
    for (const child of children) if (child) parent.appendChild(child);
    return parent;
  }

  function button(text, act, cls) {
    const element = make('button', cls, text);
    element.type = 'button';
    element.addEventListener('click', act);
    return element;
  }

  const counted = (count, noun) => count + ' ' + noun + (count === 1 ? '' : 's');
  const node = (at) => ({ type: 'node', at });
  const link = (at, edge) => ({ type: 'link', at, edge: edge || 0 });
  const elementOf = (item) => (item.type === 'node' ? nodes : links)[item.at];
  const same = (a, b) => a && b && a.type === b.type && a.at === b.at;

  function itemOf(element) {
    const hit = element && element.closest ? element.closest('[data-node],[data-link]') : null;
    if (!hit || !svg.contains(hit)) return null;
    return hit.dataset.node !== undefined ? node(+hit.dataset.node) : link(+hit.dataset.link);
  }

  function linkName(at) {
    const edges = data.links[at].edges;
    return edges.length === 1 ? edges[0].interface : counted(edges.length, 'interface');
  }

  // ---- pan and zoom ----

  const whole = svg.viewBox.baseVal;
  const full = { w: whole.width, h: whole.height };
  const view = { x: 0, y: 0, scale: 1 };
  svg.removeAttribute('width');
  svg.removeAttribute('height');
  const paper = svg.querySelector('rect.paper');

  function apply() {
    const w = stage.clientWidth / view.scale;
    const h = stage.clientHeight / view.scale;
    svg.setAttribute('viewBox', view.x + ' ' + view.y + ' ' + w + ' ' + h);
    for (const [name, value] of [['x', view.x], ['y', view.y], ['width', w], ['height', h]]) {
      paper.setAttribute(name, value);
    }
  }

  function fit() {
    const scale = Math.min(stage.clientWidth / full.w, stage.clientHeight / full.h, 1.25);
    view.scale = Math.max(scale, 0.02);
    view.x = (full.w - stage.clientWidth / view.scale) / 2;
    view.y = (full.h - stage.clientHeight / view.scale) / 2;
    apply();
  }

  // Zooms so that what is at a place of the stage stays there.
  function zoom(by, at) {
    const x = at ? at.x : stage.clientWidth / 2;
    const y = at ? at.y : stage.clientHeight / 2;
    const scale = Math.min(6, Math.max(0.02, view.scale * by));
    view.x += x / view.scale - x / scale;
    view.y += y / view.scale - y / scale;
    view.scale = scale;
    apply();
  }

  function pan(x, y) {
    view.x -= x / view.scale;
    view.y -= y / view.scale;
    apply();
  }

  function middle(item) {
    if (item.type === 'link') return { x: data.links[item.at].at[0], y: data.links[item.at].at[1] };
    const [x, y, w, h] = data.nodes[item.at].at;
    return { x: x + w / 2, y: parts[item.at].length ? y + 20 : y + h / 2 };
  }

  // Moves the view if the item is not in it.
  function reveal(item) {
    const at = middle(item);
    const x = (at.x - view.x) * view.scale;
    const y = (at.y - view.y) * view.scale;
    const edge = 60;
    const far = x < edge || y < edge || x > stage.clientWidth - edge || y > stage.clientHeight - edge;
    if (view.scale < 0.5) {
      view.scale = 0.8;
    } else if (!far) {
      return;
    }
    view.x = at.x - stage.clientWidth / view.scale / 2;
    view.y = at.y - stage.clientHeight / view.scale / 2;
    apply();
  }

  const pointers = new Map();
  let moved = false;
  const placeOf = (event) => {
    const box = stage.getBoundingClientRect();
    return { x: event.clientX - box.left, y: event.clientY - box.top };
  };
  stage.addEventListener('pointerdown', (event) => {
    if (event.pointerType === 'mouse' && event.button !== 0) return;
    if (pointers.size === 0) moved = false;
    pointers.set(event.pointerId, Object.assign(placeOf(event), { begin: placeOf(event) }));
  });
  window.addEventListener('pointermove', (event) => {
    const last = pointers.get(event.pointerId);
    if (!last) return;
    const now = placeOf(event);
    if (!moved && Math.hypot(now.x - last.begin.x, now.y - last.begin.y) < 5) return;
    moved = true;
    stage.classList.add('dragging');
    const others = [...pointers.entries()].filter(([id]) => id !== event.pointerId);
    if (others.length === 0) {
      pan(now.x - last.x, now.y - last.y);
    } else {
      const other = others[0][1];
      const before = Math.hypot(last.x - other.x, last.y - other.y);
      const after = Math.hypot(now.x - other.x, now.y - other.y);
      zoom(after / Math.max(before, 1), { x: (now.x + other.x) / 2, y: (now.y + other.y) / 2 });
      pan((now.x - last.x) / 2, (now.y - last.y) / 2);
    }
    last.x = now.x;
    last.y = now.y;
  });
  for (const name of ['pointerup', 'pointercancel']) {
    window.addEventListener(name, (event) => {
      pointers.delete(event.pointerId);
      if (pointers.size === 0) stage.classList.remove('dragging');
    });
  }
  stage.addEventListener('wheel', (event) => {
    event.preventDefault();
    const unit = event.deltaMode === 1 ? 16 : 1;
    const delta = Math.max(-120, Math.min(120, event.deltaY * unit));
    zoom(Math.exp(-delta * 0.0025), placeOf(event));
  }, { passive: false });

  // ---- what stands out ----

  let picked = null;
  let pointed = null;

  function highlight() {
    const item = pointed || picked;
    const near = new Set();
    if (item && item.type === 'node') {
      const own = new Set();
      const gather = (at) => { own.add(at); parts[at].forEach(gather); };
      gather(item.at);
      for (const at of own) {
        near.add(nodes[at]);
        for (const one of linksOf[at]) {
          near.add(links[one]);
          near.add(nodes[data.links[one].from]);
          near.add(nodes[data.links[one].to]);
        }
      }
    } else if (item) {
      near.add(links[item.at]);
      near.add(nodes[data.links[item.at].from]);
      near.add(nodes[data.links[item.at].to]);
    }
    svg.classList.toggle('dimmed', near.size > 0);
    for (const element of [...nodes, ...links]) {
      element.classList.toggle('near', near.has(element));
      element.classList.toggle('picked', picked !== null && element === elementOf(picked));
    }
  }

  svg.addEventListener('pointerover', (event) => {
    if (event.pointerType === 'touch' || pointers.size > 0) return;
    const element = event.target.closest('g.node,g.edge');
    pointed = element ? itemOf(element) : null;
    highlight();
  });
  svg.addEventListener('pointerleave', () => {
    pointed = null;
    highlight();
  });

  // ---- the panel ----

  function show(item) {
    picked = item;
    panel.textContent = '';
    if (!item) {
      overview();
    } else {
      add(panel, closer());
      (item.type === 'node' ? showNode : showLink)(item);
    }
    panel.scrollTop = 0;
    highlight();
  }

  function open(item) {
    pointed = null;
    show(item);
    reveal(item);
  }

  function closer() {
    const element = button('×', () => show(null), 'close');
    element.setAttribute('aria-label', 'Close');
    element.title = 'Close (Escape)';
    return element;
  }

  function overview() {
    const heading = make('h2', '', data.title);
    heading.title = data.path;
    add(panel, heading);
    const edges = data.links.reduce((sum, one) => sum + one.edges.length, 0);
    add(panel, make('p', 'muted', counted(data.nodes.length, 'node') + ', ' + counted(edges, 'edge')));
    const counts = new Map();
    for (const one of data.nodes) counts.set(one.kind, (counts.get(one.kind) || 0) + 1);
    const legend = make('ul', 'legend');
    for (const [kind, count] of counts) {
      const swatch = make('i');
      swatch.style.color = 'var(--' + kind + ')';
      add(legend, add(make('li'), swatch, make('span', '', count === 1 ? kind : counted(count, kind))));
    }
    add(panel, legend);
    const opens = data.links.map((_, at) => at).filter((at) => data.links[at].kind === 'open');
    if (opens.length > 0) {
      add(panel, make('h3', '', 'Served by nobody'));
      const list = make('ul', 'ports');
      for (const at of opens) {
        data.links[at].edges.forEach((one, edge) => {
          add(list, add(make('li'), button(one.interface, () => open(link(at, edge)))));
        });
      }
      add(panel, list);
    }
    const hints = make('div', 'hints');
    add(hints, make('h3', '', 'How to'));
    const keys = make('div', 'keys');
    for (const [key, text] of [
      ['click', 'what an edge or a node is'], ['/', 'search; Enter goes to the next'],
      ['Tab', 'to the next node or edge'], ['↑ ↓ ← →', 'to a neighbour, or move'],
      ['Enter', 'open'], ['Esc', 'close'], ['+  −  0', 'zoom in, out, fit'],
    ]) {
      add(keys, add(make('span'), make('kbd', '', key)), make('span', 'muted', text));
    }
    add(panel, add(hints, keys));
  }

  function badge(text, cls, color) {
    const element = make('span', 'kind ' + (cls || ''), text);
    if (color) element.style.color = 'var(--' + color + ')';
    return element;
  }

  function rows(pairs) {
    const list = make('dl');
    for (const [name, value] of pairs) {
      if (value === null || value === undefined || value === '') continue;
      const cell = make('dd');
      add(cell, value instanceof window.Node ? value : make('span', '', value));
      add(list, make('dt', '', name), cell);
    }
    return list.childElementCount > 0 ? list : null;
  }

  const nodeButton = (at) => button(data.nodes[at].name, () => open(node(at)));

  function showNode(item) {
    const one = data.nodes[item.at];
    add(panel, badge(one.kind, '', one.kind), make('h2', '', one.name));
    add(panel, rows([
      ['of', one.of], ['size', one.size],
      ['inside of', one.within === null ? null : nodeButton(one.within)],
    ]));
    ports(item.at, 'Imports', one.imports, true);
    ports(item.at, 'Exports', one.exports, false);
    if (one.imports.length + one.exports.length === 0) neighbours(item.at);
    if (parts[item.at].length > 0) {
      add(panel, make('h3', '', 'Inside'));
      const list = make('ul', 'ports');
      for (const at of parts[item.at]) add(list, add(make('li'), nodeButton(at)));
      add(panel, list);
    }
    if (one.wit !== null) add(panel, make('h3', '', 'WIT'), wit(data.texts[one.wit]));
  }

  // The edges of a port: those that ask for it, or those that it serves.
  function edgesOf(at, name, imports) {
    const edges = [];
    for (const one of linksOf[at]) {
      const which = data.links[one];
      if ((imports ? which.from : which.to) !== at) continue;
      which.edges.forEach((edge, index) => {
        const called = imports ? edge.interface : edge.provided_as || edge.interface;
        if (called === name) edges.push([one, index]);
      });
    }
    return edges;
  }

  function ports(at, heading, list, imports) {
    if (list.length === 0) return;
    add(panel, make('h3', '', heading + ' (' + list.length + ')'));
    const items = make('ul', 'ports');
    for (const port of list) {
      const row = make('li');
      const edges = edgesOf(at, port.name, imports);
      const sort = port.sort === 'interface' ? '' : port.sort + ' ';
      if (edges.length === 0) {
        add(row, make('span', 'muted', sort + port.name));
      } else {
        add(row, button(sort + port.name, () => open(link(edges[0][0], edges[0][1]))));
      }
      if (edges.length > 1) {
        for (const [one, index] of edges) {
          const other = imports ? data.links[one].to : data.links[one].from;
          const arrow = imports ? '→ ' : '← ';
          const chip = button(arrow + data.nodes[other].name, () => open(link(one, index)));
          const indented = add(make('div'), chip);
          indented.style.paddingLeft = '16px';
          add(row, indented);
        }
      }
      add(items, row);
    }
    add(panel, items);
  }

  function neighbours(at) {
    for (const [heading, outwards] of [['Uses', true], ['Used by', false]]) {
      const list = make('ul', 'ports');
      for (const one of linksOf[at]) {
        const which = data.links[one];
        if ((outwards ? which.from : which.to) !== at) continue;
        const other = outwards ? which.to : which.from;
        const text = data.nodes[other].name;
        const name = which.edges.length === 1 && which.edges[0].interface === text ? '' : ' · ' + linkName(one);
        add(list, add(make('li'), button(text + name, () => open(link(one)))));
      }
      if (list.childElementCount > 0) add(panel, make('h3', '', heading), list);
    }
  }

  function showLink(item) {
    const one = data.links[item.at];
    const edge = one.edges[item.edge] || one.edges[0];
    add(panel, badge(KINDS[one.kind], one.kind));
    add(panel, make('h2', 'name', edge.interface));
    add(panel, rows([
      ['from', nodeButton(one.from)], ['to', nodeButton(one.to)],
      ['served as', edge.provided_as],
      ['what', edge.sort === 'interface' ? null : edge.sort],
      ['functions', edge.functions === null ? null : String(edge.functions)],
    ]));
    if (one.edges.length > 1) {
      add(panel, make('h3', '', 'One of ' + one.edges.length));
      const list = make('ul', 'ports');
      one.edges.forEach((other, index) => {
        const choice = button(other.interface, () => {
          const scroll = panel.scrollTop;
          show(link(item.at, index));
          panel.scrollTop = scroll;
          const current = panel.querySelector('[aria-current=true]');
          if (current) current.focus({ preventScroll: true });
        });
        choice.setAttribute('aria-current', String(other === edge));
        add(list, add(make('li'), choice));
      });
      add(panel, list);
    }
    add(panel, make('h3', '', 'WIT'));
    add(panel, edge.wit === null ? make('p', 'muted', 'not known') : wit(data.texts[edge.wit]));
  }

  const TOKENS = new RegExp([
    '(//[^\\n]*|/\\*[\\s\\S]*?\\*/)',
    '\\b(package|interface|world|use|import|export|include|func|async|type|record|variant|enum|flags|resource|static|constructor|as|with)\\b',
    '\\b(u8|u16|u32|u64|s8|s16|s32|s64|f32|f64|bool|char|string|list|option|result|tuple|own|borrow|stream|future|map)\\b',
  ].join('|'), 'g');

  function wit(text) {
    const element = make('pre');
    // Nobody looks at the colours of what is longer than this.
    if (text.length > 100000) {
      element.textContent = text;
      return element;
    }
    let last = 0;
    for (const match of text.matchAll(TOKENS)) {
      element.append(text.slice(last, match.index));
      add(element, make('span', match[1] ? 'c' : match[2] ? 'k' : 't', match[0]));
      last = match.index + match[0].length;
    }
    element.append(text.slice(last));
    return element;
  }

  svg.addEventListener('click', (event) => {
    if (moved) {
      moved = false;
      return;
    }
    const item = itemOf(event.target);
    pointed = null;
    show(item);
  });

  // ---- search ----

  let hits = [];
  let current = -1;

  function matches(item, query) {
    const has = (text) => text !== null && text.toLowerCase().includes(query);
    if (item.type === 'link') {
      return data.links[item.at].edges.some((edge) => has(edge.interface) || has(edge.provided_as));
    }
    const one = data.nodes[item.at];
    // Ports with edges are found by these.
    const bare = (list, imports) => list.some((port) =>
      has(port.name) && edgesOf(item.at, port.name, imports).length === 0);
    return has(one.name) || has(one.of) || bare(one.imports, true) || bare(one.exports, false);
  }

  function find() {
    const query = search.value.trim().toLowerCase();
    current = -1;
    hits = query === '' ? [] : items().filter((item) => matches(item, query));
    const elements = new Set(hits.map(elementOf));
    svg.classList.toggle('searched', query !== '');
    for (const element of [...nodes, ...links]) element.classList.toggle('hit', elements.has(element));
    found.textContent = query === '' ? '' : hits.length === 0 ? 'none' : String(hits.length);
  }

  // All nodes and links in the order people read them.
  function items() {
    return [...svg.querySelectorAll('g.node,g.edge')].map(itemOf);
  }

  function next(by) {
    if (hits.length === 0) return;
    current = current < 0 ? (by > 0 ? 0 : hits.length - 1) : (current + by + hits.length) % hits.length;
    found.textContent = current + 1 + '/' + hits.length;
    const item = hits[current];
    if (item.type === 'link') {
      const query = search.value.trim().toLowerCase();
      const edges = data.links[item.at].edges;
      item.edge = Math.max(0, edges.findIndex((edge) =>
        [edge.interface, edge.provided_as].some((name) => name && name.toLowerCase().includes(query))));
    }
    open(item);
  }

  search.addEventListener('input', find);
  search.addEventListener('keydown', (event) => {
    if (event.key === 'Enter') {
      event.preventDefault();
      next(event.shiftKey ? -1 : 1);
    } else if (event.key === 'Escape') {
      event.preventDefault();
      event.stopPropagation();
      search.value = '';
      find();
      search.blur();
      show(null);
    }
  });

  // ---- keyboard ----

  for (const item of items()) {
    const element = elementOf(item);
    element.setAttribute('tabindex', '0');
    element.setAttribute('role', 'button');
    if (item.type === 'node') {
      const one = data.nodes[item.at];
      element.setAttribute('aria-label', one.name + ', ' + one.kind);
    } else {
      const one = data.links[item.at];
      element.setAttribute('aria-label', data.nodes[one.from].name + ' to ' +
        data.nodes[one.to].name + ': ' + linkName(item.at) + (one.kind === 'open' ? ', open' : ''));
    }
    element.addEventListener('focus', () => {
      if (!element.matches(':focus-visible')) return;
      pointed = item;
      highlight();
      reveal(item);
    });
    element.addEventListener('blur', () => {
      pointed = null;
      highlight();
    });
  }
  svg.setAttribute('role', 'group');

  const WAYS = { ArrowUp: [0, -1], ArrowDown: [0, 1], ArrowLeft: [-1, 0], ArrowRight: [1, 0] };

  // The one of several that is nearest in a direction.
  function nearest(from, candidates, [x, y]) {
    const at = middle(from);
    let best = null;
    let least = Infinity;
    for (const item of candidates) {
      if (same(item, from)) continue;
      const to = middle(item);
      const along = (to.x - at.x) * x + (to.y - at.y) * y;
      const beside = Math.abs((to.x - at.x) * y) + Math.abs((to.y - at.y) * x);
      if (along > 4 && along + 2 * beside < least) {
        least = along + 2 * beside;
        best = item;
      }
    }
    return best;
  }

  function neighbour(item, way) {
    if (item.type === 'link') {
      const { from, to } = data.links[item.at];
      const ends = nearest(item, [node(from), node(to)], way);
      return ends || nearest(item, linksOf[from].concat(linksOf[to]).map((at) => link(at)), way);
    }
    const ends = linksOf[item.at].map((at) => data.links[at]);
    const linked = ends.map((one) => node(one.from === item.at ? one.to : one.from));
    return nearest(item, linked, way) || nearest(item, data.nodes.map((_, at) => node(at)), way);
  }

  document.addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target === search) return;
    const focused = svg.contains(event.target) ? itemOf(event.target) : null;
    const inPanel = panel.contains(event.target) && event.target !== panel;
    let done = true;
    if (event.key === '/') {
      search.focus();
      search.select();
    } else if (event.key === '+' || event.key === '=') {
      zoom(1.25);
    } else if (event.key === '-') {
      zoom(0.8);
    } else if (event.key === '0') {
      fit();
    } else if (event.key === 'Escape') {
      const back = picked && inPanel ? elementOf(picked) : null;
      pointed = null;
      show(null);
      if (back) back.focus();
    } else if (focused && (event.key === 'Enter' || event.key === ' ')) {
      show(focused);
    } else if (WAYS[event.key] && !inPanel) {
      const way = WAYS[event.key];
      const to = focused ? neighbour(focused, way) : null;
      if (to) {
        elementOf(to).focus();
      } else if (!focused) {
        pan(-way[0] * 60, -way[1] * 60);
      }
    } else {
      done = false;
    }
    if (done) event.preventDefault();
  });

  // ---- buttons ----

  document.getElementById('in').addEventListener('click', () => zoom(1.25));
  document.getElementById('out').addEventListener('click', () => zoom(0.8));
  document.getElementById('fit').addEventListener('click', fit);
  document.getElementById('theme').addEventListener('click', () => {
    const root = document.documentElement;
    const system = window.matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light';
    root.dataset.theme = (root.dataset.theme || system) === 'dark' ? 'light' : 'dark';
  });

  // A window of another size shows the whole again, unless somebody has moved it.
  let untouched = true;
  for (const name of ['wheel', 'pointerdown', 'keydown']) {
    window.addEventListener(name, () => { untouched = false; }, { capture: true, passive: true });
  }
  new ResizeObserver(() => (untouched ? fit() : apply())).observe(stage);

  show(null);
  fit();
})();

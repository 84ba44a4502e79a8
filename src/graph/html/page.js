// What can be done in the drawing. Names are texts wherever they appear: no markup is made of them.
'use strict';
(() => {
  const data = JSON.parse(document.getElementById('data').textContent);
  const stage = document.getElementById('stage');
  const panel = document.getElementById('panel');
  const search = document.getElementById('search');
  const found = document.getElementById('found');

  // Of two drawings, the one for a window of this shape.
  const tall = document.getElementById('tall').content.querySelector('svg');
  const isTall = tall !== null && stage.clientHeight > stage.clientWidth;
  if (isTall) stage.replaceChild(tall, stage.querySelector('svg'));
  const svg = stage.querySelector('svg');
  const places = data.places[isTall ? 1 : 0];
  const drawn = svg.cloneNode(true);

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
    wire: 'import', export: 'export of the composition', open: 'unresolved import',
    use: 'uses its types', import: 'import of a world',
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
    showMap();
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

  // Readable: the whole if that is large enough, else where reading begins.
  function begin() {
    fit();
    if (view.scale >= 0.7 || data.nodes.length === 0) return;
    const [x, y, w, h] = places.nodes[0];
    view.scale = 0.9;
    const wide = stage.clientWidth / view.scale;
    const high = stage.clientHeight / view.scale;
    const within = (from, length, all) => length >= all ? (all - length) / 2 : Math.max(0, Math.min(from, all - length));
    view.x = within(places.down ? x + w / 2 - wide / 2 : x - 24, wide, full.w);
    view.y = within(places.down ? y - 24 : y + h / 2 - high / 2, high, full.h);
    apply();
  }

  // ---- the small map ----

  const map = document.getElementById('map');
  const frame = document.createElementNS(svg.namespaceURI, 'rect');
  const MAP = Math.min(160, stage.clientWidth / 4);
  const mapScale = Math.min(MAP / full.w, MAP / full.h);
  map.setAttribute('viewBox', '0 0 ' + full.w + ' ' + full.h);
  map.setAttribute('width', full.w * mapScale);
  map.setAttribute('height', full.h * mapScale);
  places.nodes.forEach(([x, y, w, h], at) => {
    const rect = document.createElementNS(svg.namespaceURI, 'rect');
    for (const [name, value] of [['x', x], ['y', y], ['width', w], ['height', h]]) rect.setAttribute(name, value);
    rect.setAttribute('class', parts[at].length > 0 ? 'group' : data.nodes[at].kind);
    map.appendChild(rect);
  });
  frame.setAttribute('class', 'frame');
  map.appendChild(frame);

  function showMap() {
    const w = stage.clientWidth / view.scale;
    const h = stage.clientHeight / view.scale;
    const all = view.x <= 1 && view.y <= 1 && view.x + w >= full.w - 1 && view.y + h >= full.h - 1;
    map.toggleAttribute('hidden', all);
    for (const [name, value] of [['x', view.x], ['y', view.y], ['width', w], ['height', h]]) {
      frame.setAttribute(name, value);
    }
    frame.setAttribute('stroke-width', 2 / mapScale);
  }

  function goTo(event) {
    const box = map.getBoundingClientRect();
    view.x = (event.clientX - box.left) / mapScale - stage.clientWidth / view.scale / 2;
    view.y = (event.clientY - box.top) / mapScale - stage.clientHeight / view.scale / 2;
    apply();
  }
  map.addEventListener('pointerdown', (event) => {
    event.stopPropagation();
    map.setPointerCapture(event.pointerId);
    goTo(event);
  });
  map.addEventListener('pointermove', (event) => {
    if (map.hasPointerCapture(event.pointerId)) goTo(event);
  });

  function middle(item) {
    if (item.type === 'link') return { x: places.links[item.at][0], y: places.links[item.at][1] };
    const [x, y, w, h] = places.nodes[item.at];
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

  // ---- folding ----

  // What is folded is covered, so that edges end at its border.
  const covers = new Map();

  function inside(at) {
    return parts[at].flatMap((part) => [part, ...inside(part)]);
  }

  function cover(at) {
    const [x, y, w, h] = places.nodes[at];
    const group = document.createElementNS(svg.namespaceURI, 'g');
    group.setAttribute('class', 'cover node ' + data.nodes[at].kind);
    group.dataset.node = at;
    const rect = document.createElementNS(svg.namespaceURI, 'rect');
    for (const [name, value] of [['x', x], ['y', y], ['width', w], ['height', h], ['rx', 10]]) {
      rect.setAttribute(name, value);
    }
    add(group, rect);
    const lines = [['name', data.nodes[at].name], ['detail', counted(inside(at).length, 'part') + ' inside']];
    lines.forEach(([cls, text], row) => {
      const line = document.createElementNS(svg.namespaceURI, 'text');
      line.setAttribute('class', cls);
      line.setAttribute('x', x + w / 2);
      line.setAttribute('y', y + h / 2 - 3 + 16 * row);
      line.textContent = text;
      add(group, line);
    });
    return add(svg, group).lastChild;
  }

  function fold(at, folded) {
    if (folded === covers.has(at)) return;
    if (folded) {
      covers.set(at, cover(at));
    } else {
      covers.get(at).remove();
      covers.delete(at);
    }
    // What is covered cannot be reached by the keyboard either.
    const hidden = new Set([...covers.keys()].flatMap(inside));
    nodes.forEach((element, one) => element.classList.toggle('folded', hidden.has(one)));
    links.forEach((element, one) => {
      const { from, to } = data.links[one];
      element.classList.toggle('folded', hidden.has(from) && hidden.has(to));
    });
  }

  // Unfolds whatever an item is in.
  function unfold(item) {
    const ends = item.type === 'node' ? [item.at] : [data.links[item.at].from, data.links[item.at].to];
    for (const end of ends) {
      for (let at = data.nodes[end].within; at !== null; at = data.nodes[at].within) fold(at, false);
    }
  }

  svg.addEventListener('dblclick', (event) => {
    const item = itemOf(event.target);
    if (item && item.type === 'node' && parts[item.at].length > 0) fold(item.at, !covers.has(item.at));
  });

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
    remember(item);
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
    unfold(item);
    show(item);
    reveal(item);
  }

  // The address of the page says which node is shown, so that it can be sent to others.
  function remember(item) {
    const hash = item && item.type === 'node' ? '#' + encodeURIComponent(data.nodes[item.at].id) : ' ';
    if (hash.trim() === location.hash) return;
    try {
      history.replaceState(null, '', hash === ' ' ? location.pathname + location.search : hash);
    } catch (e) {
      // A page without an address, such as one that is shown within another, has nothing to remember.
    }
  }

  function linked() {
    let id = '';
    try {
      id = decodeURIComponent(location.hash.slice(1));
    } catch (e) {
      return null;
    }
    const at = id === '' ? -1 : data.nodes.findIndex((one) => one.id === id);
    return at < 0 ? null : node(at);
  }
  window.addEventListener('hashchange', () => {
    const item = linked();
    if (item && !same(item, picked)) open(item);
  });

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
    for (const [kind, text] of [
      ['wire', 'import and who provides it'], ['tohost', 'provided by the host'],
      ['export', 'export of the composition'], ['open', 'unresolved import'],
      ['use', 'uses types'], ['import', 'import of a world'],
    ]) {
      const of = (one) => one.kind !== 'wire' ? one.kind :
        data.nodes[one.to].kind === 'host' ? 'tohost' : 'wire';
      if (!data.links.some((one) => of(one) === kind)) continue;
      add(legend, add(make('li'), make('i', 'line ' + kind), make('span', '', text)));
    }
    add(panel, legend);
    const opens = data.links.map((_, at) => at).filter((at) => data.links[at].kind === 'open');
    if (opens.length > 0) {
      add(panel, make('h3', '', 'Unresolved imports'));
      const list = make('ul', 'ports');
      for (const at of opens) {
        data.links[at].edges.forEach((one, edge) => {
          add(list, add(make('li'), button(one.interface, () => open(link(at, edge)))));
        });
      }
      add(panel, list);
    }
    const hints = make('div', 'hints');
    add(hints, make('h3', '', 'Keys'));
    const keys = make('div', 'keys');
    for (const [key, text] of [
      ['click', 'show a node or an edge'], ['double click', 'fold or unfold a composition'],
      ['/', 'search; Enter goes to the next'],
      ['Tab', 'go to the next node or edge'], ['↑ ↓ ← →', 'go to a neighbour, or move'],
      ['Enter', 'show'], ['Esc', 'close'], ['+  −  0', 'zoom in, zoom out, show all'],
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
      ['inside', one.within === null ? null : nodeButton(one.within)],
    ]));
    ports(item.at, 'Imports', one.imports, true);
    ports(item.at, 'Exports', one.exports, false);
    if (one.imports.length + one.exports.length === 0) neighbours(item.at);
    if (parts[item.at].length > 0) {
      add(panel, make('h3', '', 'Inside'));
      const folded = covers.has(item.at);
      add(panel, add(make('p'), button(folded ? 'Unfold' : 'Fold', () => {
        fold(item.at, !folded);
        show(item);
      })));
      const list = make('ul', 'ports');
      for (const at of parts[item.at]) add(list, add(make('li'), nodeButton(at)));
      add(panel, list);
    }
    if (one.wit !== null) add(panel, make('h3', '', 'WIT'), wit(data.texts[one.wit]));
  }

  // The edges of a port: those that import it, or those that it provides for.
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
      // Who provides it, or whom it is provided to.
      for (const [one] of edges) {
        const which = data.links[one];
        const other = imports ? which.to : which.from;
        if (which.kind === 'open') {
          add(row, make('div', 'other open', 'unresolved: no part provides it'));
          continue;
        }
        const chip = button(data.nodes[other].name, () => open(node(other)));
        add(row, add(make('div', 'other', imports ? 'provided by ' : 'used by '), chip));
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
      ['provided as', edge.provided_as],
      ['kind', edge.sort === 'interface' ? null : edge.sort],
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
    add(panel, edge.wit === null ? make('p', 'muted', 'unknown') : wit(data.texts[edge.wit]));
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
    return [...svg.querySelectorAll('g.node:not(.cover),g.edge')].map(itemOf);
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
    } else if (event.key === 'f' && picked && picked.type === 'node' && parts[picked.at].length > 0) {
      fold(picked.at, !covers.has(picked.at));
      show(picked);
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
  document.getElementById('save').addEventListener('click', () => {
    // As it was drawn, whatever is picked, folded or zoomed; in the colours that are shown.
    const copy = drawn.cloneNode(true);
    const theme = document.documentElement.dataset.theme;
    if (theme) copy.dataset.theme = theme;
    const text = new XMLSerializer().serializeToString(copy) + '\n';
    const link = make('a');
    const address = URL.createObjectURL(new Blob([text], { type: 'image/svg+xml' }));
    link.setAttribute('download', data.title.replace(/\.[a-z]+$/, '') + '.svg');
    link.href = address;
    link.click();
    setTimeout(() => URL.revokeObjectURL(address), 1000);
  });
  document.getElementById('theme').addEventListener('click', () => {
    const root = document.documentElement;
    const system = window.matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light';
    root.dataset.theme = (root.dataset.theme || system) === 'dark' ? 'light' : 'dark';
  });

  // A window of another size begins again, unless somebody has moved it.
  let untouched = true;
  for (const name of ['wheel', 'pointerdown', 'keydown']) {
    window.addEventListener(name, () => { untouched = false; }, { capture: true, passive: true });
  }
  new ResizeObserver(() => (untouched ? begin() : apply())).observe(stage);

  const first = linked();
  begin();
  if (first) {
    untouched = false;
    open(first);
  } else {
    show(null);
  }
})();

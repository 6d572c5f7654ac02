// A document's page: layers, selection, deep links, keys, two readers side by side.
(function () {
  'use strict';
  const reader = window.ParleyDocument;
  const labels = window.ParleyLabels || {};
  const { Text, Side, Panel, LAYERS, NAMES, make, short, shape } = reader;
  const STORE = 'parley-document';
  const still = matchMedia('(prefers-reduced-motion: reduce)');

  const raw = JSON.parse(document.getElementById('data').textContent);
  const view = document.getElementById('document');
  const article = document.getElementById('text');
  const panelBox = document.getElementById('panel');
  const tools = document.getElementById('tools');
  const compare = raw.compare || null;

  // What stays below the tools when the page scrolls must know how high they are.
  new ResizeObserver(() => {
    document.documentElement.style.setProperty('--tools', `${tools.offsetHeight}px`);
  }).observe(tools);

  // ------------------------------------------------------------------------------ the data
  const word = (at) => (at === null ? null : raw.w[at]);
  const page = {
    root: document.body.dataset.root || '',
    outlet: raw.outlet,
    story: raw.story,
    names: raw.n || {},
    // Id of the register -> the story on whose page the event stands, and its name.
    events: new Map(Object.entries(raw.v || {})),
    claims: (raw.c || []).map(([event, attribution, claimed, via, conflicting]) => ({
      event,
      attribution,
      claimed: word(claimed),
      via: word(via),
      conflicting: Boolean(conflicting),
    })),
    sides: raw.sides.map((side, at) => new Side(side, raw.w, at ? 'b.' : '', at ? [] : raw.s)),
  };
  const annotated = new Set(raw.layers);
  const articles = [article];
  if (compare) {
    const copy = article.cloneNode(true);
    copy.id = 'text-b';
    article.after(copy);
    articles.push(copy);
  }
  const texts = articles.map((element) => new Text(element, raw.p, raw.g));
  const panel = new Panel(texts[0], page);

  // Colours of the scheme, as rules: an element needs no style of its own.
  const colors = new Map();
  const sheet = new CSSStyleSheet();
  for (const [name, [color]] of Object.entries(labels.entity || {})) {
    colors.set(name, `c${colors.size}`);
    if (/^#[0-9a-f]{3,8}$/i.test(color)) sheet.insertRule(`.${colors.get(name)} { --c: ${color} }`);
  }
  document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];

  // ------------------------------------------------------------------------- what differs
  const differences = [];
  if (compare) {
    for (const [layer, first, second, kind, says, span] of compare.items) {
      const pair = [page.sides[0].by.get(first), page.sides[1].by.get(second)];
      const verdict = { kind: compare.kinds[kind], says, pair };
      if (layer === 'arguments') {
        const words = span ? ` “${short(texts[0].slice(span[0], span[1]), 40)}”` : '';
        verdict.says = `argument ${says}${words}`;
      }
      for (const item of pair) {
        // Arguments hang on their events: the event's own verdict comes first.
        if (item && !item.verdict) item.verdict = verdict;
        if (item && verdict.kind.wrong) item.wrong = true;
      }
      if (verdict.kind.wrong) differences.push({ ...verdict, layer });
    }
    const start = ({ pair }) => Math.min(...pair.filter(Boolean).map((item) => item.start));
    differences.sort((a, b) => start(a) - start(b));
  }

  function decorate(element, part) {
    const { item } = part;
    if (item.layer === 'mentions') {
      element.dataset.t = item.label;
      if (colors.has(item.label)) element.classList.add(colors.get(item.label));
    } else if (item.layer === 'events') {
      element.dataset.t = item.label;
    } else if (item.layer === 'stances') {
      element.dataset.t = `${shape(item.label)} ${item.label}`;
      const at = Object.keys(labels.label || {}).indexOf(item.label);
      element.classList.add(`k${Math.max(0, at) % 6}`);
    }
    if (compare && LAYERS.includes(item.layer)) {
      element.classList.add(item.wrong ? 'wrong' : 'alike');
      if (item.wrong && item.verdict) {
        // A trigger may be right and its arguments not.
        const sign = item.verdict.kind.wrong ? item.verdict.kind.sign : '(args)';
        element.dataset.t = `${element.dataset.t || ''} ${sign}`.trim();
      }
    }
  }
  texts.forEach((text, at) => reader.draw(text, page.sides[at], decorate));

  // ----------------------------------------------------------------------------- switches
  const settings = { hidden: [], labels: true, keys: true };
  try {
    Object.assign(settings, JSON.parse(localStorage.getItem(STORE)) || {});
  } catch {
    // Not remembered, then.
  }
  if (!Array.isArray(settings.hidden)) settings.hidden = [];
  const remember = () => {
    try {
      localStorage.setItem(STORE, JSON.stringify(settings));
    } catch {
      // Not remembered, then.
    }
  };
  let onlyDifferences = false;
  const layerShown = (layer) => !settings.hidden.includes(layer);
  const shown = (item) =>
    LAYERS.includes(item.layer) && layerShown(item.layer) && !(onlyDifferences && !item.wrong);

  const boxes = new Map();
  function checkbox(words, count, checked, change, key) {
    const box = make('input', { type: 'checkbox' });
    box.checked = checked;
    box.addEventListener('change', () => change(box.checked));
    const label = make('label', { class: 'switch', title: key ? `Key ${key}` : null }, box, words);
    if (count !== null) label.append(' ', make('span', { class: 'count' }, count));
    return { box, label };
  }

  function applyLayers() {
    for (const layer of LAYERS) {
      view.classList.toggle(`show-${layer}`, layerShown(layer));
      if (boxes.has(layer)) boxes.get(layer).checked = layerShown(layer);
    }
    view.classList.toggle('show-labels', settings.labels);
    view.classList.toggle('only-differences', onlyDifferences);
  }

  function setLayer(layer, on) {
    settings.hidden = LAYERS.filter((name) => (name === layer ? !on : !layerShown(name)));
    remember();
    applyLayers();
    say(`${NAMES[layer][1]} ${on ? 'shown' : 'hidden'}`);
    writeHash();
  }

  const layerSet = make('fieldset', {}, make('legend', { class: 'unseen' }, 'Layers'));
  LAYERS.forEach((layer, at) => {
    if (!annotated.has(layer)) return;
    const count = String(page.sides[0].of(layer).length);
    const made = checkbox(
      [make('span', { class: `swatch sw-${layer}` }), NAMES[layer][1]],
      count,
      layerShown(layer),
      (on) => setLayer(layer, on),
      String(at + 1),
    );
    boxes.set(layer, made.box);
    layerSet.append(made.label);
  });
  const labelSwitch = checkbox('Labels', null, settings.labels, (on) => {
    settings.labels = on;
    remember();
    applyLayers();
  });
  labelSwitch.label.classList.add('apart');
  layerSet.append(labelSwitch.label);
  tools.append(layerSet);

  const status = make('p', { id: 'status', role: 'status' });
  const help = make('button', { type: 'button', class: 'help', 'aria-haspopup': 'dialog' }, 'Keys');
  function say(words) {
    status.textContent = words;
  }

  // ---------------------------------------------------------------------------- two readers
  let active = 0;
  let difference = -1;
  if (compare) {
    view.classList.add('two');
    view.style.setProperty('--rows', texts[0].paragraphs.length + 1);
    articles.forEach((element, at) => {
      element.setAttribute('aria-label', compare.names[at]);
      const name = make('p', { class: 'reader' }, compare.names[at]);
      element.prepend(name);
    });
    const choice = make('fieldset', { class: 'which' }, make('legend', { class: 'unseen' }, 'Show'));
    compare.names.forEach((name, at) => {
      const box = make('input', { type: 'radio', name: 'which', value: at });
      box.checked = at === 0;
      box.addEventListener('change', () => show(at));
      choice.append(make('label', { class: 'switch' }, box, short(name, 24)));
    });
    const only = checkbox('Only differences', String(differences.length), false, (on) => {
      onlyDifferences = on;
      applyLayers();
    });
    const step = (words, by, label) => {
      const button = make('button', { type: 'button', 'aria-label': label }, words);
      button.addEventListener('click', () => differ(by));
      return button;
    };
    tools.append(
      choice,
      make(
        'div',
        { class: 'differences', role: 'group', 'aria-label': 'Differences' },
        only.label,
        step('↑', -1, 'Previous difference'),
        step('↓', 1, 'Next difference'),
      ),
    );
  }
  function show(at) {
    active = at;
    view.classList.toggle('second', at === 1);
    const box = tools.querySelector(`input[name=which][value="${at}"]`);
    if (box) box.checked = true;
  }
  function differ(by) {
    const found = differences.filter((one) => one.pair.some((item) => item && shown(item)));
    if (!found.length) {
      say('No differences in the layers shown.');
      return;
    }
    const now = found.indexOf(differences[difference]);
    const at = now < 0 ? (by > 0 ? 0 : found.length - 1) : (now + by + found.length) % found.length;
    difference = differences.indexOf(found[at]);
    const one = found[at];
    choose(one.pair[0] || one.pair[1], { twin: one });
    say(`Difference ${at + 1} of ${found.length}: ${one.kind.name}${one.says ? `, ${one.says}` : ''}`);
  }
  tools.append(help, status);
  tools.hidden = false;

  // ------------------------------------------------------------------------------ selection
  let chosen = null;
  let cursor = null;
  let lit = [];
  const selection = make('section', { class: 'selection', 'aria-label': 'Selection', tabindex: -1 });
  const lists = make('section', { class: 'lists', 'aria-label': 'All annotations' });

  const ensure = (item) => texts[page.sides.indexOf(item.side)].ensure(item);

  function light(item, name, role) {
    ensure(item);
    for (const [at, element] of (item.marks || []).entries()) {
      element.classList.add(name);
      if (role && (at === 0 || element.drawn.part !== item.marks[at - 1].drawn.part)) {
        element.dataset.role = role === 'part' ? element.drawn.part : role;
      }
      lit.push([element, name]);
    }
  }

  function unlight() {
    for (const [element, name] of lit) {
      element.classList.remove(name);
      delete element.dataset.role;
    }
    lit = [];
  }

  function ends(item) {
    if (item.args) return item.args.map(({ role, target }) => [item.side.end(target), role]);
    if (item.layer === 'stances') {
      return [
        [item.side.end(item.holder), 'holder'],
        [item.side.end(item.target), 'target'],
      ];
    }
    return [];
  }

  function choose(item, { scroll = 'smooth', hash = true, twin = null } = {}) {
    unlight();
    setCursor(null);
    chosen = item;
    view.classList.toggle('chosen', Boolean(item));
    if (!item) {
      explainNothing();
      if (hash) writeHash();
      say('Nothing selected.');
      return;
    }
    const verdict = twin || (compare ? item.verdict : null);
    const pair = verdict ? verdict.pair.filter(Boolean) : [item];
    for (const one of pair.includes(item) ? pair : [item, ...pair]) {
      for (const [end, role] of ends(one)) if (end) light(end, 'lit', role);
      light(one, 'sel', one.layer === 'attributions' ? 'part' : null);
    }
    if (compare) show(page.sides.indexOf(item.side));
    const rows = panel.explain(item, verdict ? judged(verdict) : null);
    const also = reader
      .under(item.marks[0] || article, shown)
      .filter((other) => other !== item)
      .map((other) => make('li', {}, panel.link(other)));
    selection.replaceChildren(
      make('div', { class: 'bar' }, copyButton(), closeButton()),
      ...rows.filter(Boolean),
      ...panel.section('Also here', also),
    );
    panelBox.scrollTop = 0;
    if (scroll) bring(item, scroll);
    if (hash) writeHash();
    say(`Selected: ${panel.brief(item)}`);
  }

  function judged(verdict) {
    const [first, second] = compare.names;
    const line = (item, name) =>
      make('li', {}, `${name}: `, item ? panel.link(item) : make('span', { class: 'soft' }, 'nothing'));
    return make(
      'div',
      { class: `verdict ${verdict.kind.wrong ? 'is-wrong' : 'is-right'}` },
      make('p', {}, make('strong', {}, `${verdict.kind.sign} ${verdict.kind.name}`),
        verdict.says ? `: ${verdict.says}` : null),
      make('ul', { class: 'plain' }, line(verdict.pair[0], first), line(verdict.pair[1], second)),
    );
  }

  function explainNothing() {
    selection.replaceChildren(
      make('p', { class: 'soft' }, 'Choose an annotation in the text or in the lists to see what it says.'),
    );
  }

  function copyButton() {
    const button = make('button', { type: 'button', class: 'small' }, 'Copy link');
    button.addEventListener('click', async () => {
      const address = `${location.href.split('#')[0]}${hashOf(chosen)}`;
      try {
        await navigator.clipboard.writeText(address);
        say('Link copied.');
      } catch {
        const field = make('input', { type: 'text', readonly: true, 'aria-label': 'Link' });
        field.value = address;
        button.after(field);
        field.select();
        say('Copy the link from the field.');
      }
    });
    return button;
  }

  function closeButton() {
    const button = make('button', { type: 'button', class: 'small' }, 'Clear');
    button.addEventListener('click', () => choose(null));
    return button;
  }

  function bring(item, at = 'smooth') {
    const element = (item.marks || []).find((mark) => mark.getClientRects().length);
    if (!element) return;
    const box = element.getBoundingClientRect();
    const low = view.classList.contains('chosen') ? innerHeight * 0.55 : innerHeight - 80;
    if (box.top > 90 && box.bottom < low) return;
    const far = Math.abs(box.top) > 3 * innerHeight;
    element.scrollIntoView({
      block: innerWidth < 900 ? 'start' : 'center',
      behavior: still.matches || far ? 'instant' : at,
    });
  }

  // ------------------------------------------------------------------------------ deep links
  function hashOf(item) {
    const parts = item ? [encodeURIComponent(item.key)] : [];
    if (settings.hidden.length) {
      parts.push(`layers=${LAYERS.filter((layer) => layerShown(layer)).join(',')}`);
    }
    return parts.length ? `#${parts.join('&')}` : '';
  }

  function writeHash() {
    try {
      history.replaceState(null, '', hashOf(chosen) || `${location.pathname}${location.search}`);
    } catch {
      // Some browsers refuse this for files, or when it comes too often.
    }
  }

  function find(key) {
    return key.startsWith('b.') && page.sides[1]
      ? page.sides[1].by.get(key.slice(2))
      : page.sides[0].by.get(key);
  }

  function readHash() {
    let key = '';
    for (const part of location.hash.slice(1).split('&').map(decoded)) {
      if (part.startsWith('layers=')) {
        const names = part.slice(7).split(',');
        settings.hidden = LAYERS.filter((layer) => !names.includes(layer));
        applyLayers();
      } else if (part && part !== 'content') {
        key = part;
      }
    }
    if (!key) return;
    const item = find(key);
    if (item) choose(item, { hash: false, scroll: 'instant' });
    else say(`This document has no annotation “${short(key, 40)}”.`);
  }

  function decoded(words) {
    try {
      return decodeURIComponent(words);
    } catch {
      return words;
    }
  }

  // ---------------------------------------------------------------------------- mouse, keys
  for (const element of articles) {
    element.addEventListener('click', (event) => {
      if (String(getSelection())) return;
      const found = reader.under(event.target, shown);
      if (!found.length) return;
      // A further click at the same place goes on to what stands around it.
      const next = found[(found.indexOf(chosen) + 1) % found.length];
      choose(next, { scroll: null });
    });
  }

  panelBox.addEventListener('click', (event) => {
    const link = event.target.closest('a[href^="#"]');
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    const item = find(decoded(link.getAttribute('href').slice(1)));
    if (!item) return;
    event.preventDefault();
    const inside = selection.contains(link);
    choose(item);
    // The link that had the focus is gone: stay at the same place of the page.
    if (inside) selection.focus({ preventScroll: true });
  });

  function setCursor(item) {
    if (cursor) for (const element of cursor.marks) element.classList.remove('cur');
    cursor = item;
    if (cursor) ensure(cursor);
    if (cursor) for (const element of cursor.marks) element.classList.add('cur');
  }

  const inOrder = page.sides.map((side) =>
    [...side.items].sort((a, b) => a.start - b.start || b.end - a.end),
  );

  /** The place in `items` of the first that is in sight. */
  function inSight(items) {
    const top = texts[active].paragraphs.find(
      ({ element }) => element.getBoundingClientRect().bottom > 60,
    );
    return items.findIndex(
      (item) =>
        top && item.end > top.start
        && (!item.marks.length || item.marks[0].getBoundingClientRect().top > 60),
    );
  }

  function walk(by) {
    const found = inOrder[active].filter(shown);
    if (!found.length) {
      say('No annotations in the layers shown.');
      return;
    }
    const from = found.indexOf(cursor || chosen);
    let at = from + by;
    if (from < 0) {
      const visible = inSight(found);
      at = by > 0 ? Math.max(0, visible) : visible > 0 ? visible - 1 : found.length - 1;
    }
    at = (at + found.length) % found.length;
    setCursor(found[at]);
    bring(found[at]);
    say(`${at + 1} of ${found.length}: ${NAMES[found[at].layer][0]}, ${panel.brief(found[at])}`);
  }

  const KEYS = [
    ['j or →', 'next annotation of the layers shown', ['j', 'ArrowRight'], () => walk(1)],
    ['k or ←', 'previous annotation', ['k', 'ArrowLeft'], () => walk(-1)],
    ['Enter', 'select it, and read it in the panel', ['Enter'], enter],
    ['Esc', 'clear the selection', ['Escape'], escape],
    ['1 2 3 4', 'mentions, events, attributions, stances on or off', ['1', '2', '3', '4'], toggle],
    ['l', 'labels on or off', ['l'], () => labelSwitch.box.click()],
    ['c', 'copy the link to the selection', ['c'], () => copy()],
    ...(compare
      ? [
          ['n', 'next difference', ['n'], () => differ(1)],
          ['p', 'previous difference', ['p'], () => differ(-1)],
          ['s', 'walk through the other reader', ['s'], () => other()],
        ]
      : []),
    ['?', 'these keys', ['?'], () => dialog.showModal()],
  ];

  function enter(event) {
    if (!cursor) return false;
    event.preventDefault();
    choose(cursor);
    selection.focus({ preventScroll: true });
    return true;
  }

  function escape() {
    if (chosen) choose(null);
    else setCursor(null);
  }

  function toggle(event) {
    const layer = LAYERS[Number(event.key) - 1];
    if (annotated.has(layer)) setLayer(layer, !layerShown(layer));
  }

  function copy() {
    const button = selection.querySelector('.bar button');
    if (button) button.click();
  }

  function other() {
    show(1 - active);
    setCursor(null);
    say(`Walking through ${compare.names[active]}`);
  }

  const keysSwitch = checkbox('Single keys do this (else only Enter and Esc)', null, settings.keys,
    (on) => {
      settings.keys = on;
      remember();
    });
  const close = make('button', { type: 'button' }, 'Close');
  const dialog = make(
    'dialog',
    { 'aria-labelledby': 'keys-title' },
    make('h2', { id: 'keys-title' }, 'Keys'),
    make(
      'dl',
      { class: 'facts keys' },
      KEYS.flatMap(([name, what]) => [make('dt', {}, make('kbd', {}, name)), make('dd', {}, what)]),
    ),
    make('p', {}, keysSwitch.label),
    make('p', {}, close),
  );
  close.addEventListener('click', () => dialog.close());
  help.addEventListener('click', () => dialog.showModal());
  document.body.append(dialog);

  document.addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || dialog.open) return;
    const { target } = event;
    if (target.closest('input:not([type=checkbox]), select, textarea, [contenteditable]')) return;
    if (event.key === 'Enter' && target.closest('a, button, summary, input')) return;
    if (!settings.keys && !['Enter', 'Escape'].includes(event.key)) return;
    const found = KEYS.find(([, , keys]) => keys.includes(event.key));
    if (!found) return;
    if (event.key.startsWith('Arrow')) event.preventDefault();
    found[3](event);
  });

  // ----------------------------------------------------------------------------------- start
  explainNothing();
  const groups = page.sides.flatMap((side, at) => {
    const made = panel.lists(side, annotated);
    return compare
      ? [make('h2', {}, compare.names[at]), ...made]
      : [make('h2', {}, 'In this document'), ...made];
  });
  if (compare) {
    groups.unshift(
      panel.group('Differences', String(differences.length), () =>
        panel.fill(make('ul', { class: 'plain' }), differences, (one) =>
          make('li', {}, `${one.kind.sign} ${one.kind.name}: `,
            panel.link(one.pair[0] || one.pair[1]), one.says ? ` (${one.says})` : null),
        ), differences.length > 0),
    );
  }
  lists.append(...groups);
  panelBox.replaceChildren(selection, lists);
  panelBox.hidden = false;
  applyLayers();
  view.classList.add('ready');
  readHash();
  window.addEventListener('hashchange', readHash);
})();

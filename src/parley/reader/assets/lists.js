// Lists: tables that sort and filter, and the first page's documents with facets.
(function () {
  'use strict';

  function make(tag, attributes, ...children) {
    const node = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes || {})) node.setAttribute(name, value);
    node.append(...children.filter((child) => child !== null && child !== undefined));
    return node;
  }

  const compare = new Intl.Collator('en', {numeric: true}).compare;

  // -- tables in the page

  for (const table of document.querySelectorAll('table.sortable')) {
    const body = table.tBodies[0];
    const heads = [...table.tHead.rows[0].cells];
    heads.forEach((head, at) => {
      const button = make('button', {type: 'button'}, head.textContent);
      head.replaceChildren(button);
      button.addEventListener('click', () => {
        const figures = head.classList.contains('n');
        const now = head.getAttribute('aria-sort');
        // Figures fall first, words rise first.
        const next = now === 'ascending' ? 'descending' : now === 'descending' ? 'ascending'
          : figures ? 'descending' : 'ascending';
        const sign = next === 'ascending' ? 1 : -1;
        const rows = [...body.rows].map((row) => [row.cells[at].textContent, row]);
        rows.sort((a, b) => sign * (figures
          ? Number(a[0].replaceAll(',', '')) - Number(b[0].replaceAll(',', ''))
          : compare(a[0], b[0])));
        heads.forEach((other) => other.removeAttribute('aria-sort'));
        head.setAttribute('aria-sort', next);
        body.append(...rows.map(([, row]) => row));
      });
    });
  }

  for (const input of document.querySelectorAll('input[data-filter]')) {
    const rows = [...document.getElementById(input.dataset.filter).tBodies[0].rows];
    const words = rows.map((row) => row.textContent.toLowerCase());
    const line = input.closest('p');
    const status = line.querySelector('[role=status]');
    line.hidden = false;
    input.addEventListener('input', () => {
      const wanted = input.value.toLowerCase().trim();
      let count = 0;
      rows.forEach((row, at) => {
        const fits = words[at].includes(wanted);
        row.hidden = !fits;
        count += fits;
      });
      status.textContent = wanted ? `${count} of ${rows.length}` : '';
    });
  }

  // -- documents

  const all = window.parleyDocuments;
  const list = document.getElementById('documents');
  if (!all || !list) return;

  const PAGE = 100;
  const FACETS = ['story', 'form', 'split', 'source', 'status'];
  // The data name no outlet: whom it credits, and the form, are what is known of its kind.
  const HEADS = {form: 'Form of article', source: 'Outlet credits'};
  const NOBODY = 'nobody';
  const SORTS = {date: 'Date', title: 'Title', story: 'Story', form: 'Form', split: 'Split'};
  const size = all.id.length;
  const titles = all.title.map((title) => title.toLowerCase());
  const facets = document.getElementById('facets');
  const status = document.getElementById('status');
  const pager = document.getElementById('pager');
  // An article that credits nobody is a kind of its own.
  if (all.source.names.length && all.source.codes.includes(-1)) {
    const code = all.source.names.push('') - 1;
    all.source.codes = all.source.codes.map((each) => (each < 0 ? code : each));
  }
  let state = read();

  const word = (field, value) => (
    field === 'story' ? all.stories[value] || value : value.replaceAll('_', ' ') || NOBODY);
  const value = (field, at) => all[field].names[all[field].codes[at]];

  // The state is in the address, after the #: a list can be linked to, and Back goes back.
  function read() {
    const given = new URLSearchParams(location.hash.slice(1));
    const day = (name) => (/^\d{4}(-\d\d){0,2}$/.test(given.get(name)) ? given.get(name) : '');
    const found = {chosen: {}, words: given.get('q') || '', from: day('from'), to: day('to'),
      sort: 'date', down: false, page: 1};
    for (const field of FACETS) found.chosen[field] = new Set(given.getAll(field));
    const sort = given.get('sort') || '';
    if (SORTS[sort.replace('-', '')]) {
      found.sort = sort.replace('-', '');
      found.down = sort.startsWith('-');
    }
    found.page = Math.max(1, Number.parseInt(given.get('page'), 10) || 1);
    return found;
  }

  function address() {
    const given = new URLSearchParams();
    if (state.words) given.set('q', state.words);
    if (state.from) given.set('from', state.from);
    if (state.to) given.set('to', state.to);
    for (const field of FACETS) for (const each of state.chosen[field]) given.append(field, each);
    if (state.sort !== 'date' || state.down) given.set('sort', (state.down ? '-' : '') + state.sort);
    if (state.page > 1) given.set('page', state.page);
    return given.size ? `#${given}` : '#';
  }

  function change(edit, {push = true} = {}) {
    edit();
    history[push ? 'pushState' : 'replaceState'](null, '', address());
    draw();
  }

  // Rows that fit everything but one facet: what the counts of that facet are of.
  function fitting(but) {
    const wanted = state.words.toLowerCase().trim();
    const tests = FACETS.filter((field) => field !== but && state.chosen[field].size)
      .map((field) => {
        const {names, codes} = all[field];
        const kept = new Set([...state.chosen[field]].map((name) => names.indexOf(name)));
        return (at) => kept.has(codes[at]);
      });
    // Dates compare as far as both are given: an article of 2024-08 is in every range of August.
    const {from, to} = state;
    const same = (at, day) => [all.published[at].slice(0, day.length),
      day.slice(0, all.published[at].length)];
    const fits = {
      from: (at) => { const [one, limit] = same(at, from); return one >= limit; },
      to: (at) => { const [one, limit] = same(at, to); return one <= limit; },
    };
    if (from) tests.push(fits.from);
    if (to) tests.push(fits.to);
    const found = [];
    for (let at = 0; at < size; at++) {
      if ((!wanted || titles[at].includes(wanted)) && tests.every((test) => test(at))) found.push(at);
    }
    return found;
  }

  const counts = {};
  function build() {
    const box = make('input', {type: 'search', id: 'title', autocomplete: 'off'});
    box.addEventListener('input', () => change(() => {
      state.words = box.value;
      state.page = 1;
    }, {push: false}));
    facets.append(make('label', {for: 'title'}, 'Title'), box);
    const sort = make('select', {id: 'sort'});
    for (const [key, name] of Object.entries(SORTS)) {
      sort.append(make('option', {value: key}, `${name}, rising`),
        make('option', {value: `-${key}`}, `${name}, falling`));
    }
    sort.addEventListener('change', () => change(() => {
      state.sort = sort.value.replace('-', '');
      state.down = sort.value.startsWith('-');
      state.page = 1;
    }));
    facets.append(make('label', {for: 'sort'}, 'Order'), sort);
    const wide = matchMedia('(min-width: 60rem)').matches;
    const group = (title, open, ...content) => facets.append(
      make('details', wide || open ? {open: ''} : {}, make('summary', {}, title),
        make('fieldset', {}, make('legend', {class: 'unseen'}, title), ...content)));
    const days = [['from', 'From'], ['to', 'To']].map(([name, words]) => {
      // The days that the corpus has, so that a calendar opens where there is something.
      const day = make('input', {type: 'date', min: all.published[0], max: all.published[size - 1],
        id: name});
      day.addEventListener('change', () => change(() => {
        state[name] = day.value;
        state.page = 1;
      }));
      return make('label', {class: 'day'}, make('span', {}, words), day);
    });
    if (all.published[0] !== all.published[size - 1]) {
      group('Published', state.from || state.to, ...days);
    }
    for (const field of FACETS) {
      const {names} = all[field];
      if (names.length < 2) continue;
      counts[field] = new Map();
      const lines = names.map((name) => [word(field, name), name]).sort((a, b) => compare(a[0], b[0]))
        .map(([words, name]) => {
          const tick = make('input', {type: 'checkbox', value: name});
          tick.addEventListener('change', () => change(() => {
            state.chosen[field][tick.checked ? 'add' : 'delete'](name);
            state.page = 1;
          }));
          const number = make('span', {class: 'soft'});
          const line = make('label', {}, tick, make('span', {dir: 'auto'}, words), number);
          counts[field].set(name, {tick, number, line});
          return line;
        });
      const title = HEADS[field] || field[0].toUpperCase() + field.slice(1);
      group(title, state.chosen[field].size, ...lines);
    }
    const clear = make('button', {type: 'button', id: 'clear'}, 'Clear all');
    clear.addEventListener('click', () => change(() => {
      for (const field of FACETS) state.chosen[field].clear();
      state.words = state.from = state.to = '';
      state.page = 1;
    }));
    facets.append(clear);
  }

  function order(rows) {
    const sign = state.down ? -1 : 1;
    const rank = {
      date: (at) => at,
      title: (at) => all.title[at],
      story: (at) => word('story', value('story', at) || ''),
      form: (at) => value('form', at) || '',
      split: (at) => value('split', at) || '',
    }[state.sort];
    // Rows come by date; equal ones stay so.
    if (state.sort === 'date') return state.down ? rows.reverse() : rows;
    const ranked = rows.map((at) => [rank(at), at]);
    ranked.sort((a, b) => sign * compare(a[0], b[0]) || a[1] - b[1]);
    return ranked.map(([, at]) => at);
  }

  function draw() {
    const rows = order(fitting(null));
    const pages = Math.max(1, Math.ceil(rows.length / PAGE));
    const page = Math.min(state.page, pages);
    const shown = rows.slice((page - 1) * PAGE, page * PAGE);
    status.textContent = `${rows.length.toLocaleString('en')} of ${size.toLocaleString('en')} `
      + `documents${pages > 1 ? `, page ${page} of ${pages}` : ''}`;
    list.replaceChildren(make('ol', {class: 'documents'}, ...shown.map((at) => make('li', {},
      make('a', {href: `documents/${all.id[at]}.html`, dir: 'auto'}, all.title[at]),
      make('span', {class: 'where'},
        make('time', {}, all.published[at]), ' · ', word('story', value('story', at) || ''), ' · ',
        (value('form', at) || '').replaceAll('_', ' '), ' · ', value('split', at) || '',
        value('source', at) ? ` · credits ${value('source', at)}` : '',
        value('status', at) === 'open' ? '' : ` · ${value('status', at)}`)))));
    if (!rows.length) list.append(make('p', {}, 'No document fits all of this. Clear some of it.'));
    for (const [field, names] of Object.entries(counts)) {
      const found = new Map();
      for (const at of fitting(field)) {
        const name = value(field, at);
        found.set(name, (found.get(name) || 0) + 1);
      }
      for (const [name, {tick, number, line}] of names) {
        tick.checked = state.chosen[field].has(name);
        number.textContent = (found.get(name) || 0).toLocaleString('en');
        line.classList.toggle('none', !found.has(name) && !tick.checked);
      }
    }
    document.getElementById('title').value = state.words;
    document.getElementById('sort').value = (state.down ? '-' : '') + state.sort;
    for (const name of ['from', 'to']) {
      const day = document.getElementById(name);
      if (day) day.value = state[name];
    }
    document.getElementById('clear').hidden = !state.words && !state.from && !state.to
      && FACETS.every((field) => !state.chosen[field].size);
    turn(page, pages);
  }

  function turn(page, pages) {
    pager.replaceChildren();
    if (pages < 2) return;
    const button = (words, to, on) => {
      const made = make('button', {type: 'button'}, words);
      made.disabled = !on;
      made.addEventListener('click', () => {
        change(() => { state.page = to; });
        status.scrollIntoView({block: 'start'});
      });
      return made;
    };
    pager.append(button('Previous', page - 1, page > 1),
      make('span', {}, `${page} of ${pages}`), button('Next', page + 1, page < pages));
  }

  build();
  draw();
  // Back and forward, and a hash typed into the address.
  window.addEventListener('hashchange', () => { state = read(); draw(); });
  window.addEventListener('popstate', () => { state = read(); draw(); });
  document.documentElement.dataset.state = 'ready';
})();

// The search page: the form, the answers, the address (?q=…).
(function () {
  'use strict';

  const PAGE = 20;
  const NAMES = {
    mention: ['mention', 'mentions'], event: ['event', 'events'],
    attribution: ['attribution', 'attributions'], stance: ['stance', 'stances'],
    argument: ['argument', 'arguments'], claim: ['claim', 'claims'],
    sentence: ['sentence', 'sentences'], document: ['document', 'documents'],
    conflict: ['event with conflicting claims', 'events with conflicting claims'],
  };
  const form = document.getElementById('search');
  const input = document.getElementById('q');
  const status = document.getElementById('status');
  const notes = document.getElementById('notes');
  const list = document.getElementById('results');
  const refine = document.getElementById('refine');
  const help = document.getElementById('help');
  const more = document.getElementById('more');
  let asked = 0;
  // Begun before anybody asks; begun again where it failed.
  let opening = null;
  const opened = () => {
    opening ||= window.parleySearch.open('search/');
    opening.catch(() => { opening = null; });
    return opening;
  };

  function make(tag, attributes, ...children) {
    const node = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes || {})) node.setAttribute(name, value);
    node.append(...children.filter((child) => child !== null && child !== undefined));
    return node;
  }

  const address = (query) => `search.html?q=${encodeURIComponent(query)}`;

  // A link that asks without leaving the page.
  function ask(query, ...words) {
    return make('a', {href: address(query), 'data-query': query}, ...words);
  }

  function spelled(told) {
    const [one, many] = NAMES[told.result];
    return `${told.count.toLocaleString('en')} ${told.count === 1 ? one : many}`;
  }

  // Where the words that were asked for stand in a sentence: [[from, to] …] of its string.
  function asking(text, groups) {
    const {words, same} = window.parleyQuery;
    const tokens = [...text.matchAll(/[\p{L}\p{N}\p{M}]+/gu)].map((found) => (
      {from: found.index, to: found.index + found[0].length, word: words(found[0])[0] || ''}));
    const spans = [];
    tokens.forEach((_, at) => {
      for (const group of groups) {
        const side = tokens.slice(at, at + group.length);
        if (side.length === group.length
            && side.every((token, place) => same(token.word, group[place]))) {
          spans.push([side[0].from, side.at(-1).to]);
        }
      }
    });
    return spans;
  }

  // The sentence with the hit marked (its places are code points), or the words asked for.
  function sentence(row, groups = []) {
    const shown = make('span', {class: 'quote', dir: 'auto'});
    if (row.start === undefined) {
      let done = 0;
      for (const [from, to] of asking(row.sentence, groups)) {
        if (from < done) continue;
        shown.append(row.sentence.slice(done, from), make('mark', {}, row.sentence.slice(from, to)));
        done = to;
      }
      shown.append(row.sentence.slice(done));
      return shown;
    }
    const points = Array.from(row.sentence);
    shown.append(points.slice(0, row.start).join(''),
      make('mark', {}, points.slice(row.start, row.end).join('')),
      points.slice(row.end).join(''));
    return shown;
  }

  const place = (row) => (row.anchor
    ? `documents/${row.document.id}.html#${encodeURIComponent(row.anchor)}`
    : `documents/${row.document.id}.html`);

  function where(row) {
    return make('span', {class: 'where'}, row.document.title, ' · ',
      make('time', {}, row.document.published.slice(0, 10)));
  }

  function item(row, told) {
    if (told.result === 'conflict') {
      const sides = row.claims.map((claim) => make('li', {},
        make('p', {class: 'note'}, make('strong', {}, claim.claimed.replaceAll('_', ' ')),
          ` · ${claim.count.toLocaleString('en')} ${claim.count === 1 ? 'claim' : 'claims'}, first by `,
          claim.source),
        make('a', {href: place(claim)}, sentence(claim), where(claim)),
        make('p', {class: 'note'},
          ask(`about:${row.event} claimed:${claim.claimed}`, 'all of them'))));
      const name = make('h2', {}, row.name);
      const about = make('p', {class: 'note'}, `${row.type}`);
      if (row.story) {
        about.append(' · ', make('a', {
          href: `stories/${row.story}.html#event-${row.event}`,
        }, 'in its story'));
      }
      return make('li', {class: 'conflict'}, name, about, make('ul', {class: 'sides'}, ...sides));
    }
    if (told.result === 'document') {
      return make('li', {}, make('a', {href: place(row)},
        make('strong', {dir: 'auto'}, row.document.title),
        make('span', {class: 'where'}, row.document.published.slice(0, 10))));
    }
    return make('li', {}, make('a', {href: place(row)},
      row.note ? make('span', {class: 'note', dir: 'auto'}, row.note) : null,
      sentence(row, told.query.words), where(row)));
  }

  function explain(told, text) {
    notes.replaceChildren();
    const {problems, reading} = told.query;
    for (const {text: words, suggestion} of problems) {
      const line = make('p', {class: 'problem'}, words);
      if (suggestion) {
        const base = reading || text;
        const fixed = base.includes(suggestion.wrong)
          ? base.replace(suggestion.wrong, suggestion.right) : suggestion.right;
        line.append('. Did you mean ', ask(fixed, suggestion.right), '?');
      }
      notes.append(line);
    }
    for (const {word, near} of told.absent || []) {
      const line = make('p', {class: 'note'}, `No sentence has ${word.endsWith('*')
        ? `a word that begins with “${word.slice(0, -1)}”` : `the word “${word}”`}.`);
      if (near) {
        // Words of the index are letters and digits, so they mean themselves here.
        const typed = new RegExp(word, 'iu');
        const fixed = typed.test(text) ? text.replace(typed, near) : near;
        line.append(' Did you mean ', ask(fixed, near), '?');
      }
      notes.append(line);
    }
    if (!told.count && !problems.length) {
      notes.append(make('p', {class: 'note'}, told.query.words.length
        ? 'All words must stand in one sentence; a * at the end finds every word that begins so.'
        : 'All fields must hold of one annotation, or in one sentence. Leave one out.'));
    }
    if (reading && !problems.length) {
      notes.append(make('p', {class: 'note'}, 'Read as ', ask(reading, make('code', {}, reading))));
    }
  }

  async function offer(index, told, text) {
    refine.replaceChildren();
    if (told.result === 'conflict' || told.count < 2) return;
    const base = told.query.reading || text.trim();
    const titles = new Map(index.meta.names.story);
    for (const field of ['story', 'form', 'split']) {
      if (told.query.documents.some((one) => one.field === field)) continue;
      const values = await index.facets(told, field);
      if (values.length < 2) continue;
      const group = make('ul', {'aria-label': `Narrow by ${field}`});
      for (const [value, count] of values.slice(0, 6)) {
        group.append(make('li', {}, make('a', {
          href: address(`${base} ${field}:${value}`), 'data-query': `${base} ${field}:${value}`,
          class: 'chip',
        }, (field === 'story' && titles.get(value)) || value.replaceAll('_', ' '), ' ', make('span', {class: 'soft'}, count.toLocaleString('en')))));
      }
      refine.append(make('h2', {}, field), group);
    }
  }

  async function run(text) {
    const turn = ++asked;
    input.value = text;
    help.open = !text.trim();
    document.documentElement.dataset.state = 'busy';
    if (!text.trim()) {
      status.textContent = '';
      list.replaceChildren();
      notes.replaceChildren();
      refine.replaceChildren();
      more.hidden = true;
      document.documentElement.dataset.state = 'ready';
      return;
    }
    try {
      const index = await opened();
      const told = await index.answer(text);
      const rows = told.count ? await index.show(told, 0, PAGE) : [];
      // Another question was asked meanwhile.
      if (turn !== asked) return;
      list.className = told.result;
      list.replaceChildren(...rows.map((row) => item(row, told)));
      explain(told, text);
      status.textContent = told.query.problems.length ? 'No answer: see below.'
        : told.count ? spelled(told) : `No ${NAMES[told.result][1]} found.`;
      let shown = rows.length;
      const next = () => { more.hidden = shown >= told.count; };
      more.onclick = async () => {
        const further = await index.show(told, shown, shown + PAGE);
        const added = further.map((row) => item(row, told));
        list.append(...added);
        shown += further.length;
        next();
        added[0]?.querySelector('a')?.focus();
        status.textContent = `${spelled(told)}, ${shown.toLocaleString('en')} shown`;
      };
      next();
      document.documentElement.dataset.state = 'ready';
      await offer(index, told, text);
    } catch (error) {
      if (turn !== asked) return;
      list.replaceChildren();
      status.textContent = location.protocol === 'file:'
        ? 'Search reads its index from a server: run `parley reader serve`, then open the address '
          + 'that it prints.'
        : `The index cannot be read: ${error.message}`;
      document.documentElement.dataset.state = 'failed';
    }
  }

  const wanted = () => new URLSearchParams(location.search).get('q') || '';

  function go(text) {
    if (text !== wanted()) history.pushState(null, '', text.trim() ? address(text) : 'search.html');
    return run(text);
  }

  // What is typed is read for before it is asked.
  let typing = 0;
  input.addEventListener('input', () => {
    clearTimeout(typing);
    typing = setTimeout(async () => {
      try {
        await (await opened()).prepare(input.value);
      } catch { /* Said when it is asked. */ }
    }, 150);
  });
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    go(input.value);
  });
  document.addEventListener('click', (event) => {
    const link = event.target.closest?.('a[data-query]');
    if (!link || event.metaKey || event.ctrlKey || event.shiftKey || event.button) return;
    event.preventDefault();
    go(link.dataset.query);
    status.focus({preventScroll: true});
    form.scrollIntoView({block: 'nearest'});
  });
  window.addEventListener('popstate', () => run(wanted()));
  if (location.protocol !== 'file:') opened().catch(() => { /* Said when somebody asks. */ });
  run(wanted());
})();

// The query language: words typed → what to look for. Needs the index's meta.json, nothing else.
//
// parse(text, meta) gives
//   {find, words: [[word, …] …], conditions: [{field, op, value, kinds}], documents: [{field, op,
//    codes|number}], problems: [{text, suggestion}], reading: the query in fields, or ''}
// A group of several words is a phrase; a word that ends in * is the beginning of words. `kinds` leads from a kind of result to
// [{column, codes} …]: it holds where one of the columns has one of the codes.
(function (root) {
  'use strict';

  const KINDS = ['mention', 'event', 'attribution', 'stance', 'argument', 'claim'];
  const FIND = [...KINDS, 'sentence', 'document', 'conflict'];
  const AUTHOR = 'AUTHOR';

  // Runs of letters and digits, after NFKD, in lower case, without marks: as index.py's `words`.
  function words(text) {
    return text.normalize('NFKD').toLowerCase().replace(/\p{M}/gu, '').match(/[\p{L}\p{N}]+/gu)
      || [];
  }

  // The words of a group as typed; one that ends in * stands for every word that begins so.
  function group(text) {
    return text.split(/\s+/).flatMap((piece) => {
      const found = words(piece);
      if (found.length && piece.endsWith('*')) found[found.length - 1] += '*';
      return found;
    });
  }

  const begins = (word) => (word.endsWith('*') ? word.slice(0, -1) : null);

  // Whether a word of a text (as `words` gives it) is one that was asked for.
  const same = (word, asked) => (begins(asked) === null ? word === asked
    : word.startsWith(begins(asked)));

  const fold = (text) => text.normalize('NFKC').toLowerCase().trim();

  // Codes that a word may stand for in one of the index's lists; [] where it stands for none.
  function codes(meta, list, word) {
    const maps = meta.folded ||= {};
    if (!maps[list]) {
      const map = maps[list] = new Map();
      const add = (name, code) => {
        const key = fold(name);
        const known = map.get(key);
        if (!known) map.set(key, [code]);
        else if (!known.includes(code)) known.push(code);
      };
      const values = meta.lists[list] || [];
      values.forEach((value, at) => add(value, at + 1));
      const places = new Map(values.map((value, at) => [value, at + 1]));
      for (const [id, ...names] of meta.names[list] || []) {
        // An id before a name: a name that is another's id stands for both.
        if (places.has(id)) for (const name of names) add(name, places.get(id));
      }
    }
    return maps[list].get(fold(word)) || [];
  }

  // Edits (insert, delete, replace, exchange) between two words, or more than `limit`.
  function distance(a, b, limit) {
    if (Math.abs(a.length - b.length) > limit) return limit + 1;
    let before = [], row = Array.from({length: b.length + 1}, (_, at) => at);
    for (let i = 1; i <= a.length; i++) {
      const next = [i];
      for (let j = 1; j <= b.length; j++) {
        const same = a[i - 1] === b[j - 1];
        next[j] = Math.min(row[j] + 1, next[j - 1] + 1, row[j - 1] + (same ? 0 : 1));
        if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
          next[j] = Math.min(next[j], before[j - 2] + 1);
        }
      }
      before = row;
      row = next;
    }
    return row[b.length];
  }

  // The valid name most like `word`, where one is near enough to be meant.
  function nearest(word, names) {
    const asked = fold(word);
    let limit = Math.max(1, Math.floor(asked.length * 0.4)), best = null;
    for (const name of names) {
      const folded = fold(name);
      const far = folded.startsWith(asked) && asked.length > 2 ? 0.5 : distance(asked, folded, limit);
      if (far <= limit && (best === null || far < limit)) {
        best = name;
        limit = far;
      }
    }
    return best;
  }

  // Every value that a list knows, for a suggestion.
  function known(meta, list) {
    return [...(meta.lists[list] || []), ...(meta.names[list] || []).flatMap((row) => row.slice(1))];
  }

  const quoted = (value) => (/\s/.test(value) ? `"${value}"` : value);

  function number(value) {
    return /^\d{1,9}$/.test(value) ? Number(value) : null;
  }

  // YYYY, YYYY-MM or YYYY-MM-DD → the first and last day of it, as YYYYMMDD.
  function days(value) {
    const found = /^(\d{4})(?:-(\d{2}))?(?:-(\d{2}))?$/.exec(value);
    if (!found) return null;
    const [, year, month, day] = found;
    return [Number(year + (month || '00') + (day || '00')),
      Number(year + (month || '99') + (day || '99'))];
  }

  function condition(meta, field, op, value) {
    const about = meta.fields[field];
    const kinds = {};
    const lists = new Set();
    for (const [kind, columns] of Object.entries(about.columns)) {
      for (const column of columns) {
        const list = meta.columns[kind][column].list;
        if (list === 'number') {
          const wanted = number(value);
          if (wanted === null) return {problem: {text: `${field}: expects a number`}};
          (kinds[kind] ||= []).push({column, op: op || '=', number: wanted});
          continue;
        }
        lists.add(list);
        const found = codes(meta, list, value);
        if (found.length) (kinds[kind] ||= []).push({column, codes: found});
      }
    }
    if (lists.size && op) return {problem: {text: `${field}: takes no ${op}`}};
    if (!Object.keys(kinds).length) {
      const names = [...lists].flatMap((list) => known(meta, list));
      if (field === 'holder') names.push(AUTHOR);
      return {problem: miss(field, value, names)};
    }
    return {field, op, value, kinds};
  }

  function miss(field, value, names) {
    const near = nearest(value, names);
    return {
      text: `${field}: knows no “${value}”`,
      suggestion: near && {wrong: `${field}:${quoted(value)}`, right: `${field}:${quoted(near)}`},
    };
  }

  function ofDocuments(meta, field, op, value) {
    if (field === 'date') {
      const range = days(value);
      if (!range) return {problem: {text: 'date: expects YYYY-MM-DD, YYYY-MM or YYYY'}};
      const [first, last] = range;
      const low = {'>': last + 1, '>=': first}[op] ?? (op ? 0 : first);
      const high = {'<': first - 1, '<=': last}[op] ?? (op ? 99999999 : last);
      return {field, low, high};
    }
    if (op) return {problem: {text: `${field}: takes no ${op}`}};
    const found = codes(meta, field, value);
    return found.length ? {field, codes: found} : {problem: miss(field, value, known(meta, field))};
  }

  // -- plain English

  const A = '(?:an? |the )?';
  const author = (word) => (/^(author|article|document)$/i.test(word) ? AUTHOR : word);
  // Each: what it looks like; its parts as fields, or null where the words are just words.
  const FORMS = [
    [new RegExp(`^(?:(\\S+) )?stances?(?: held by ${A}(.+?))?(?: towards? ${A}(.+?))?$`, 'i'),
      (label, holder, target, meta) => (
        label && !holder && !target && !codes(meta, 'stance', label).length ? null
          : [label && ['stance', label], holder && ['holder', author(holder)],
            target && ['target', target], ['find', 'stance']])],
    [/^events? with (?:two |several )?conflicting claims(?: in (.+))?$/i,
      (story) => [['find', 'conflict'], story && ['story', story]]],
    [/^conflicting claims(?: about (.+?))?(?: by (.+))?$/i,
      (event, by) => [['claims', 'conflicting'], event && ['about', event], by && ['by', by]]],
    [/^claims by (.+?)(?: about (.+))?$/i,
      (by, event) => [['by', by], event && ['about', event], ['find', 'claim']]],
    [/^claims about (.+?)(?: by (.+))?$/i, (event, by) => [['about', event], by && ['by', by]]],
    [/^attributions? to (?:an? )?(\S+) sources?$/i, (kind) => [['source_kind', kind]]],
    [/^attributions? to (.+)$/i, (by) => [['by', by]]],
    [/^mentions? of (.+)$/i, (entity) => [['entity', entity], ['find', 'mention']]],
    [/^(\S+) mentions?(?: of (.+))?$/i, (type, entity, meta) => (
      codes(meta, 'mention type', type).length
        ? [['type', type], entity && ['entity', entity], ['find', 'mention']] : null)],
    [new RegExp(`^(\\S+) (?:arguments?|roles?) of ${A}(\\S+) events?$`, 'i'),
      (role, type) => [['role', role], ['event', type]]],
    [/^(\S+) events?(?: in (.+))?$/i, (type, story, meta) => (
      codes(meta, 'event type', type).length
        ? [['event', type], story && ['story', story], ['find', 'event']] : null)],
  ];

  function english(text, meta) {
    const plain = text.trim().replace(/\s+/g, ' ');
    if (/[:"]/.test(plain)) return null;
    for (const [pattern, read] of FORMS) {
      const found = pattern.exec(plain);
      if (!found) continue;
      const groups = found.slice(1);
      // The reader of a form with fewer groups than two takes meta in the place after them.
      const parts = read(...groups, meta);
      if (parts) return parts.filter(Boolean).map(([field, value]) => ({field, op: '', value}));
    }
    return null;
  }

  // -- the whole

  const TOKEN = /([a-z_]+):(>=|<=|>|<)?("[^"]*"?|[^\s"]+)|"([^"]*)"?|(\S+)/giu;

  function parse(text, meta) {
    const query = {find: null, words: [], conditions: [], documents: [], problems: [], reading: ''};
    let parts = english(text, meta);
    if (parts) {
      query.reading = parts.map(({field, value}) => `${field}:${quoted(value)}`).join(' ');
    } else {
      parts = [];
      for (const [whole, field, op, value, phrase, word] of text.matchAll(TOKEN)) {
        if (field && !/^\/\//.test(value)) {
          parts.push({field: field.toLowerCase(), op: op || '', value: value.replaceAll('"', '')});
          continue;
        }
        const found = group(phrase ?? word ?? whole);
        // A word such as U.S. or don't is several side by side.
        if (found.length) query.words.push(found);
        const short = found.find((one) => begins(one) !== null && one.length < 3);
        if (short) {
          query.problems.push({text: `${short} needs two letters before the *`});
        }
      }
    }
    for (const {field, op, value} of parts) {
      if (field === 'find') {
        const asked = fold(value).replace(/s$/, '');
        if (FIND.includes(asked)) query.find = asked;
        else query.problems.push(miss('find', value, FIND));
        continue;
      }
      const found = meta.fields[field] ? condition(meta, field, op, value)
        : meta.document_fields[field] ? ofDocuments(meta, field, op, value)
          : {problem: unknown(meta, field, value)};
      if (found.problem) query.problems.push(found.problem);
      else (meta.fields[field] ? query.conditions : query.documents).push(found);
    }
    return query;
  }

  function unknown(meta, field, value) {
    const names = [...Object.keys(meta.fields), ...Object.keys(meta.document_fields), 'find'];
    const near = nearest(field, names);
    return {
      text: `there is no field “${field}”`,
      suggestion: near && {wrong: `${field}:${quoted(value)}`, right: `${near}:${quoted(value)}`},
    };
  }

  // Which kind of result answers a query, and which conditions are on it. The others hold in the
  // same sentence: [[kind, conditions] …], the first being the kind of the results.
  function plan(query) {
    if (query.find === 'conflict') return {result: 'conflict', groups: []};
    const groups = [];
    const kind = KINDS.includes(query.find) ? query.find : null;
    if (kind) groups.push([kind, query.conditions.filter((one) => one.kinds[kind])]);
    let left = query.conditions.filter((one) => !kind || !one.kinds[kind]);
    while (left.length) {
      let best = null, most = 0;
      for (const each of KINDS) {
        const many = left.filter((one) => one.kinds[each]).length;
        if (many > most) [best, most] = [each, many];
      }
      groups.push([best, left.filter((one) => one.kinds[best])]);
      left = left.filter((one) => !one.kinds[best]);
    }
    const result = query.find || (groups.length ? groups[0][0]
      : query.words.length ? 'sentence' : 'document');
    return {result, groups};
  }

  root.parleyQuery = {parse, plan, words, begins, same, nearest, KINDS};
})(window);

// The search index in the browser: reads the parts of it that a query needs, and answers.
//
// open(base) → {meta, prepare(text), answer(text) → {query, result, hits, count},
// show(answer, from, to) → rows}
// `hits` are numbers of sentences, documents or items (see index.py), in the order of the site.
(function (root) {
  'use strict';

  const {parse, plan, begins, nearest, KINDS} = root.parleyQuery;

  async function open(base) {
    const files = new Map();
    // Each file once; a failure is forgotten, so that asking again tries again.
    function load(name, read) {
      if (!files.has(name)) {
        const made = fetch(base + name).then((answer) => {
          if (!answer.ok) throw new Error(`${name}: ${answer.status}`);
          return read(answer);
        });
        files.set(name, made);
        made.catch(() => files.delete(name));
      }
      return files.get(name);
    }
    const json = (name) => load(name, (answer) => answer.json());
    const bytes = (name) => load(name, (answer) => answer.arrayBuffer());
    // Both are needed for whatever is asked: at once, not one after the other.
    const [meta] = await Promise.all([json('meta.json'), bytes('documents.bin')]);

    // -- columns

    const arrays = new Map();
    async function column(kind, name) {
      const key = `${kind}.${name}`;
      if (!arrays.has(key)) {
        const data = await bytes(`${key}.bin`);
        const width = meta.columns[kind][name].bytes;
        arrays.set(key, new ({1: Uint8Array, 2: Uint16Array, 4: Uint32Array}[width])(data));
      }
      return arrays.get(key);
    }

    let documents = null;
    // Columns of documents, the first sentence of each, and the document of each sentence.
    async function heads() {
      if (!documents) {
        const all = new Int32Array(await bytes('documents.bin'));
        const size = meta.documents;
        const columns = {sentences: all.subarray(0, size)};
        meta.document_columns.forEach((name, at) => {
          columns[name] = all.subarray((at + 1) * size, (at + 2) * size);
        });
        const first = new Uint32Array(size + 1);
        const of = new Uint32Array(meta.sentences);
        for (let at = 0; at < size; at++) {
          first[at + 1] = first[at] + columns.sentences[at];
          of.fill(at, first[at], first[at + 1]);
        }
        documents = {columns, first, of};
      }
      return documents;
    }

    const placed = new Map();
    // The sentence of each item of a kind.
    async function sentences(kind) {
      if (!placed.has(kind)) {
        const counts = await column(kind, 'sentence');
        const of = new Uint32Array(meta.kinds[kind]);
        let item = 0;
        for (let at = 0; at < counts.length; at++) {
          for (let left = counts[at]; left > 0; left--) of[item++] = at;
        }
        placed.set(kind, of);
      }
      return placed.get(kind);
    }

    // -- words

    const shards = new Map();
    async function shard(at) {
      if (!shards.has(at)) {
        const data = await bytes(`words/${at}.bin`);
        const size = new DataView(data).getUint32(0, true);
        const [names, lengths] = JSON.parse(new TextDecoder().decode(new Uint8Array(data, 4, size)));
        const places = new Map();
        let from = 4 + size;
        names.forEach((name, number) => {
          places.set(name, [from, lengths[number]]);
          from += lengths[number];
        });
        shards.set(at, {data, places});
      }
      return shards.get(at);
    }

    // The last shard that begins with `word` or before it; -1 for none.
    function shardOf(word) {
      let low = 0, high = meta.shards.length;
      while (low < high) {
        const middle = (low + high) >> 1;
        if (meta.shards[middle] <= word) low = middle + 1; else high = middle;
      }
      return low - 1;
    }

    // Where a word occurs: sentence * 65536 + place, in order. `word*`: every word that begins so.
    async function postings(word) {
      const start = begins(word);
      if (start === null) {
        const at = shardOf(word);
        if (at < 0) return new Float64Array(0);
        const {data, places} = await shard(at);
        return places.has(word) ? decoded(data, places.get(word)) : new Float64Array(0);
      }
      const numbers = [];
      for (let at = Math.max(0, shardOf(start)); at <= shardOf(`${start}\uffff`); at++) {
        numbers.push(at);
      }
      const lists = [];
      for (const {data, places} of await Promise.all(numbers.map(shard))) {
        for (const [name, place] of places) {
          if (name.startsWith(start)) lists.push(decoded(data, place));
        }
      }
      const found = new Float64Array(lists.reduce((sum, list) => sum + list.length, 0));
      let to = 0;
      for (const list of lists) {
        found.set(list, to);
        to += list.length;
      }
      return found.sort();
    }

    function decoded(data, place) {
      const view = new Uint8Array(data, place[0], place[1]);
      const found = new Float64Array(view.length >> 1);
      let at = 0, sentence = 0, count = 0;
      while (at < view.length) {
        let value = 0, scale = 1, byte;
        do { byte = view[at++]; value += (byte & 127) * scale; scale *= 128; } while (byte > 127);
        sentence += value;
        value = 0; scale = 1;
        do { byte = view[at++]; value += (byte & 127) * scale; scale *= 128; } while (byte > 127);
        found[count++] = sentence * 65536 + value;
      }
      return found.subarray(0, count);
    }

    // Words that no sentence has, each with one that is like it, where there is one.
    async function absent(groups) {
      const missing = [];
      for (const word of new Set(groups.flat())) {
        if ((await postings(word)).length) continue;
        const at = shardOf(word);
        const near = at < 0 || begins(word) !== null ? null
          : nearest(word, [...(await shard(at)).places.keys()]);
        missing.push({word, near});
      }
      return missing;
    }

    // Marks the sentences that hold every group of words; null where there are none to look for.
    async function withWords(groups) {
      if (!groups.length) return null;
      let marks = null;
      const found = await Promise.all(groups.map((group) => Promise.all(group.map(postings))));
      for (const lists of found) {
        let keys = lists[0];
        for (let next = 1; next < lists.length; next++) keys = follow(keys, lists[next], next);
        const own = new Uint8Array(meta.sentences);
        for (let at = 0; at < keys.length; at++) {
          const sentence = Math.floor(keys[at] / 65536);
          if (!marks || marks[sentence]) own[sentence] = 1;
        }
        marks = own;
      }
      return marks;
    }

    // The keys of `first` that have a key of `other` `distance` words later.
    function follow(first, other, distance) {
      const kept = new Float64Array(first.length);
      let count = 0, at = 0;
      for (let here = 0; here < first.length; here++) {
        const wanted = first[here] + distance;
        while (at < other.length && other[at] < wanted) at++;
        if (at < other.length && other[at] === wanted) kept[count++] = first[here];
      }
      return kept.subarray(0, count);
    }

    // -- conditions

    const COMPARE = {
      '=': (a, b) => a === b, '>': (a, b) => a > b, '<': (a, b) => a < b,
      '>=': (a, b) => a >= b, '<=': (a, b) => a <= b,
    };

    // The items of a kind for which every condition holds, in order.
    async function items(kind, conditions) {
      let kept = null;
      for (const each of conditions) {
        const tests = await Promise.all(each.kinds[kind].map(async (one) => {
          const data = await column(kind, one.column);
          if (one.codes === undefined) {
            const fits = COMPARE[one.op];
            return (item) => fits(data[item], one.number);
          }
          const codes = one.codes;
          const only = codes[0];
          if (codes.length === 1) return (item) => data[item] === only;
          return (item) => codes.includes(data[item]);
        }));
        const size = kept ? kept.length : meta.kinds[kind];
        const next = new Uint32Array(size);
        let count = 0;
        for (let at = 0; at < size; at++) {
          const item = kept ? kept[at] : at;
          for (const test of tests) {
            if (test(item)) { next[count++] = item; break; }
          }
        }
        kept = next.subarray(0, count);
      }
      return kept || range(meta.kinds[kind]);
    }

    async function allowed(conditions) {
      if (!conditions.length) return null;
      const {columns} = await heads();
      const marks = new Uint8Array(meta.documents);
      for (let at = 0; at < marks.length; at++) {
        marks[at] = conditions.every((one) => {
          const value = columns[one.field][at];
          return one.codes ? one.codes.includes(value) : value >= one.low && value <= one.high;
        }) ? 1 : 0;
      }
      return marks;
    }

    function kept(from, test) {
      const found = new Uint32Array(from.length);
      let count = 0;
      for (let at = 0; at < from.length; at++) if (test(from[at])) found[count++] = from[at];
      return found.subarray(0, count);
    }

    function range(size) {
      const found = new Uint32Array(size);
      for (let at = 0; at < size; at++) found[at] = at;
      return found;
    }

    // -- answers

    // Reads all that a query needs at once, instead of one thing after the other; so while somebody
    // still types, too. What fails is said when it is asked for.
    async function prepare(text) {
      const query = parse(text, meta);
      const {result, groups} = plan(query);
      if (query.problems.length || !text.trim()) return;
      const needed = query.words.flat().map(postings);
      if (result === 'conflict') needed.push(json('conflicts.json'));
      if (KINDS.includes(result)) needed.push(sentences(result));
      for (const [kind, conditions] of groups) {
        needed.push(sentences(kind));
        for (const one of conditions.flatMap((each) => each.kinds[kind])) {
          needed.push(column(kind, one.column));
        }
      }
      await Promise.allSettled(needed);
    }

    async function answer(text) {
      const query = parse(text, meta);
      const {result, groups} = plan(query);
      await prepare(text);
      const told = {query, result, hits: new Uint32Array(0), count: 0};
      if (query.problems.length || !text.trim()) return told;
      if (result === 'conflict') return conflicts(told);
      const {of, first} = await heads();
      const documentMarks = await allowed(query.documents);
      let marks = await withWords(query.words);
      // What else must be in the sentence.
      for (const [kind, conditions] of groups) {
        if (kind === result) continue;
        const own = new Uint8Array(meta.sentences);
        const where = await sentences(kind);
        for (const item of await items(kind, conditions)) {
          if (!marks || marks[where[item]]) own[where[item]] = 1;
        }
        marks = own;
      }
      if (KINDS.includes(result)) {
        const group = groups.find(([kind]) => kind === result);
        const where = await sentences(result);
        const fitting = await items(result, group ? group[1] : []);
        told.hits = !marks && !documentMarks ? fitting : kept(fitting, (item) => (
          (!marks || marks[where[item]]) && (!documentMarks || documentMarks[of[where[item]]])));
        told.documents = (item) => of[where[item]];
      } else if (result === 'sentence') {
        told.hits = kept(range(meta.sentences), (at) => (
          (!marks || marks[at]) && (!documentMarks || documentMarks[of[at]])));
        told.documents = (sentence) => of[sentence];
      } else {
        const inside = (at) => {
          for (let sentence = first[at]; sentence < first[at + 1]; sentence++) {
            if (marks[sentence]) return true;
          }
          return false;
        };
        told.hits = kept(range(meta.documents), (at) => (
          (!documentMarks || documentMarks[at]) && (!marks || inside(at))));
        told.documents = (at) => at;
      }
      told.count = told.hits.length;
      if (!told.count) told.absent = await absent(query.words);
      return told;
    }

    // Contested events: asked for by story and by event, since they are of no one document.
    async function conflicts(told) {
      const {conditions, documents: stories, words} = told.query;
      const ours = ['about', 'event', 'claims'];
      if (words.length || stories.some((one) => one.field !== 'story')
          || conditions.some((one) => !ours.includes(one.field))) {
        told.query.problems.push({text: 'find:conflict takes story:, event: and about: alone'});
        return told;
      }
      const value = {
        type: (row, code) => meta.lists['event type'][code - 1] === row.type,
        event: (row, code) => meta.lists.id[code - 1] === row.event,
        conflicting: () => true,
      };
      told.rows = (await json('conflicts.json')).filter((row) => (
        stories.every((one) => one.codes.some((code) => meta.lists.story[code - 1] === row.story))
        && conditions.every((one) => (one.kinds.claim || []).some(
          ({column: name, codes}) => codes.some((code) => value[name](row, code))))));
      told.count = told.rows.length;
      return told;
    }

    async function text(document) {
      const chunk = await json(`texts/${Math.floor(document / meta.chunk)}.json`);
      return chunk[document % meta.chunk];
    }

    function at(document, kind, item) {
      const [ids, starts, ends, notes] = document.items[kind];
      return {anchor: ids[item], start: starts[item], end: ends[item], note: notes[item]};
    }

    // What to show of hits `from` to `to` (exclusive): {document, sentence, number, start, end,
    // note, anchor}; of conflicts {event …, claims: [{…, sentence, document}]}.
    async function show(told, from, to) {
      if (told.result === 'conflict') {
        return Promise.all(told.rows.slice(from, to).map(async (row) => ({
          ...row,
          claims: await Promise.all(row.claims.map(async (claim) => {
            const document = await text(claim.document);
            return {...claim, ...at(document, 'claim', claim.item), number: claim.sentence,
              document, sentence: document.sentences[claim.sentence]};
          })),
        })));
      }
      const {first, of} = await heads();
      const where = KINDS.includes(told.result) ? await sentences(told.result) : null;
      const rows = [];
      for (const hit of told.hits.subarray(from, to)) {
        if (told.result === 'document') {
          rows.push(text(hit).then((document) => ({document, sentence: document.sentences[0] || ''})));
          continue;
        }
        const sentence = where ? where[hit] : hit;
        const place = of[sentence];
        const number = sentence - first[place];
        rows.push(text(place).then((document) => {
          const row = {document, number, sentence: document.sentences[number],
            anchor: `sent-${number}`};
          if (!where) return row;
          return {...row, ...at(document, told.result, hit - lower(where, first[place]))};
        }));
      }
      return Promise.all(rows);
    }

    // The first place in a sorted array whose value is at least `value`.
    function lower(sorted, value) {
      let low = 0, high = sorted.length;
      while (low < high) {
        const middle = (low + high) >> 1;
        if (sorted[middle] < value) low = middle + 1; else high = middle;
      }
      return low;
    }

    // How many hits each document has: hits are many more than documents, and are gone through once.
    function spread(told) {
      if (!told.spread) {
        const {hits, documents: documentOf} = told;
        told.spread = new Uint32Array(meta.documents);
        for (let at = 0; at < hits.length; at++) told.spread[documentOf(hits[at])]++;
      }
      return told.spread;
    }

    // How many hits each value of a document field has: [[value, count] …], most first.
    async function facets(told, field) {
      const {columns} = await heads();
      if (!told.documents) return [];
      const data = columns[field];
      const names = meta.lists[field] || [];
      const counts = new Uint32Array(names.length + 1);
      spread(told).forEach((hits, place) => { counts[data[place]] += hits; });
      return names.map((name, at) => [name, counts[at + 1]]).filter(([, count]) => count)
        .sort((a, b) => b[1] - a[1]);
    }

    await heads();
    return {meta, prepare, answer, show, facets};
  }

  root.parleySearch = {open};
})(window);

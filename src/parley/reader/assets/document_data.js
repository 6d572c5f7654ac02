// The data of a document's page: annotations as objects, offsets turned from code points (data)
// into UTF-16 units (the browser's strings).
(function () {
  'use strict';
  const reader = (window.ParleyDocument = window.ParleyDocument || {});

  /** A paragraph of the page; `start` and `end` count code points of the document's text. */
  class Paragraph {
    constructor(element, start, end) {
      this.element = element;
      this.start = start;
      this.end = end;
      this.text = element.textContent;
      // Most paragraphs have no character outside the basic plane: then both counts are one.
      this.units = null;
      if (this.text.length !== end - start) {
        const units = [];
        let at = 0;
        for (const char of this.text) {
          units.push(at);
          at += char.length;
        }
        units.push(at);
        this.units = units;
      }
    }

    /** The words between two offsets of the document, both inside this paragraph. */
    slice(start, end) {
      const [from, to] = [start - this.start, end - this.start];
      return this.units
        ? this.text.slice(this.units[from], this.units[to])
        : this.text.slice(from, to);
    }
  }

  /** The document's text by paragraphs, as the page shows it. */
  class Text {
    constructor(article, places, gaps) {
      this.article = article;
      const elements = article.children;
      this.paragraphs = [];
      for (let at = 0; at < elements.length; at++) {
        const [start, end] = [places[2 * at], places[2 * at + 1]];
        this.paragraphs.push(new Paragraph(elements[at], start, end));
      }
      // What stands between lines is line ends, or is named.
      this.gaps = gaps || {};
    }

    /** The place in `paragraphs` of the last one that starts at or before an offset. */
    at(offset) {
      let [low, high] = [0, this.paragraphs.length - 1];
      while (low < high) {
        const middle = (low + high + 1) >> 1;
        if (this.paragraphs[middle].start <= offset) low = middle;
        else high = middle - 1;
      }
      return low;
    }

    /** The words of a span, line ends included. */
    slice(start, end) {
      let words = '';
      for (let at = this.at(start); at < this.paragraphs.length; at++) {
        const here = this.paragraphs[at];
        if (here.start >= end) break;
        const from = Math.max(start, here.start);
        const to = Math.min(end, here.end);
        if (from < to) words += here.slice(from, to);
        const next = this.paragraphs[at + 1];
        if (next && end > here.end) {
          const gap = this.gaps[at] || '\n'.repeat(next.start - here.end);
          words += gap.slice(Math.max(0, start - here.end), end - here.end);
        }
      }
      return words;
    }
  }

  const LAYERS = ['mentions', 'events', 'attributions', 'stances'];

  function spans(flat, part) {
    const found = [];
    for (let at = 0; at < flat.length; at += 2) {
      found.push({ start: flat[at], end: flat[at + 1], part });
    }
    return found;
  }

  /**
   * One annotator's (or system's) annotations. `key` is what a deep link says; `extra` holds what is
   * drawn and is no annotation: sentences, and bare spans that an argument or a stance leads to.
   */
  class Side {
    constructor(raw, words, prefix, sentences) {
      this.items = [];
      this.extra = [];
      this.by = new Map();
      this.bare = new Map();
      const word = (at) => (at === null || at === undefined ? null : words[at]);
      const add = (item) => {
        item.key = prefix + item.id;
        item.prefix = prefix;
        item.side = this;
        item.start = Math.min(...item.spans.map((span) => span.start), Infinity);
        item.end = Math.max(...item.spans.map((span) => span.end), 0);
        this.items.push(item);
        this.by.set(item.id, item);
      };
      for (const [id, start, end, type, how, entity, value] of raw.m) {
        add({
          id,
          layer: 'mentions',
          spans: [{ start, end, part: 'mention' }],
          label: word(type),
          mentionType: word(how),
          entity: word(entity),
          value: word(value),
        });
      }
      for (const [id, start, end, type, mode, polarity, modality, tense, event, args] of raw.e) {
        add({
          id,
          layer: 'events',
          spans: [{ start, end, part: 'event' }],
          label: word(type),
          attributes: [mode, polarity, modality, tense].map(word).filter(Boolean),
          event: word(event),
          args: args.map(([role, target]) => ({ role: word(role), target })),
        });
      }
      for (const [id, source, cue, content, parent, style, kind, sourceKind, entity] of raw.a) {
        add({
          id,
          layer: 'attributions',
          spans: [...spans(source, 'source'), ...spans(cue, 'cue'), ...spans(content, 'content')],
          label: 'attribution',
          parent,
          attributes: [style, kind].map(word).filter(Boolean),
          sourceKind: word(sourceKind),
          entity: word(entity),
          children: [],
        });
      }
      for (const [id, start, end, label, holder, target, attribution] of raw.s) {
        add({
          id,
          layer: 'stances',
          spans: [{ start, end, part: 'stance' }],
          label: word(label),
          holder,
          target,
          attribution,
        });
      }
      for (const item of this.items) {
        const ends = [...(item.args || []).map(({ target }) => target), item.holder, item.target];
        for (const end of ends) {
          if (Array.isArray(end) && !this.bare.has(String(end))) {
            this.bare.set(String(end), {
              bare: true, side: this, layer: '', spans: spans(end, 'span'),
            });
          }
        }
      }
      this.extra.push(...this.bare.values());
      for (let at = 0; at < sentences.length; at += 2) {
        const id = `sent-${at / 2}`;
        const [start, end] = [sentences[at], sentences[at + 1]];
        const item = { id, key: prefix + id, prefix, side: this, layer: 'sentences', start, end };
        item.spans = [{ start, end, part: 'sentence' }];
        this.extra.push(item);
        if (!this.by.has(id)) this.by.set(id, item);
      }
      this.roots = [];
      for (const item of this.items) {
        if (item.layer !== 'attributions') continue;
        const parent = item.parent === null ? null : this.by.get(item.parent);
        (parent ? parent.children : this.roots).push(item);
      }
    }

    /** What an end of an argument or stance leads to: an annotation, or a bare span. */
    end(reference) {
      if (reference === null || reference === undefined) return null;
      if (typeof reference === 'string') return this.by.get(reference) || null;
      return this.bare.get(String(reference));
    }

    /** Annotations of a layer in text order. */
    of(layer) {
      return this.items.filter((item) => item.layer === layer);
    }
  }

  /** The attributions from the outermost to this one; a damaged file's circle ends it. */
  function chain(item) {
    const found = [];
    for (let at = item; at && !found.includes(at); at = at.side.by.get(at.parent)) {
      found.unshift(at);
    }
    return found;
  }

  Object.assign(reader, { Text, Side, LAYERS, chain });
})();

// Annotations drawn into the text: a paragraph is split where annotations begin and end, and each
// stretch stands inside the marks that cover it. Layers are shown and hidden by style alone. A long
// text is drawn as it comes into sight, or when something in it is selected.
(function () {
  'use strict';
  const reader = window.ParleyDocument;
  /** Outer to inner, where two annotations cover the same characters. */
  const ORDER = {
    sentence: 0, content: 1, source: 2, cue: 2, stance: 3, event: 4, mention: 5, span: 6,
  };
  const DEEPEST = 5;
  /** Code points that are drawn at once, and how far ahead of the window, in pixels. */
  const AT_ONCE = 8000;
  const AHEAD = 1500;

  /** Numbers spans so that none has the level of one that it overlaps; the longer, the higher. */
  function levels(parts) {
    const order = [...parts].sort((a, b) => a.start - b.start || b.end - a.end);
    const near = new Map();
    let open = [];
    for (const part of order) {
      open = open.filter((other) => other.end > part.start);
      near.set(part, [...open]);
      for (const other of open) near.get(other).push(part);
      open.push(part);
    }
    const done = new Set();
    for (const part of order.sort((a, b) => a.end - a.start - (b.end - b.start))) {
      let level = 0;
      for (const other of near.get(part)) {
        if (done.has(other)) level = Math.max(level, other.level + 1);
      }
      part.level = Math.min(level, DEEPEST);
      done.add(part);
    }
  }

  /**
   * Draws a side's annotations into a text; each item gets `marks`, the elements drawn so far.
   * `decorate(element, part)` is called for each.
   */
  function draw(text, side, decorate) {
    const parts = [];
    for (const item of [...side.items, ...side.extra]) {
      item.marks = [];
      for (const span of item.spans) parts.push({ ...span, item, rank: ORDER[span.part] });
    }
    for (const layer of ['mentions', 'attributions']) {
      levels(parts.filter((part) => part.item.layer === layer));
    }
    parts.sort((a, b) => a.start - b.start || b.end - a.end || a.rank - b.rank);
    let next = 0;
    let running = [];
    const waiting = new Map();
    for (const paragraph of text.paragraphs) {
      running = running.filter((part) => part.end > paragraph.start);
      while (next < parts.length && parts[next].start < paragraph.end) running.push(parts[next++]);
      const here = running.filter((part) => part.start < paragraph.end);
      if (here.length) waiting.set(paragraph.element, () => fill(paragraph, here, decorate));
    }
    const now = (element) => {
      const fillIt = waiting.get(element);
      waiting.delete(element);
      if (fillIt) fillIt();
    };
    const sight = new IntersectionObserver(
      (entries) => {
        for (const { target, isIntersecting } of entries) {
          if (!isIntersecting) continue;
          sight.unobserve(target);
          now(target);
        }
      },
      { rootMargin: `${AHEAD}px 0px` },
    );
    const all = () => [...waiting.keys()].forEach(now);
    for (const paragraph of text.paragraphs) {
      if (paragraph.start < AT_ONCE) now(paragraph.element);
      else sight.observe(paragraph.element);
    }
    window.addEventListener('beforeprint', all);
    /** Draws what an item stands on, and puts its marks in order. */
    text.ensure = (item) => {
      for (const { start, end } of item.spans) {
        for (let at = text.at(start); at < text.paragraphs.length; at++) {
          if (text.paragraphs[at].start >= end) break;
          now(text.paragraphs[at].element);
        }
      }
      item.marks.sort((a, b) => a.at - b.at);
    };
  }

  function fill(paragraph, parts, decorate) {
    const from = (part) => Math.max(part.start, paragraph.start);
    const to = (part) => Math.min(part.end, paragraph.end);
    const begins = [...parts].sort(
      (a, b) => from(a) - from(b) || to(b) - to(a) || a.rank - b.rank,
    );
    const edges = [...new Set(parts.flatMap((part) => [from(part), to(part)]))].sort(
      (a, b) => a - b,
    );
    const root = document.createDocumentFragment();
    const stack = [];
    const top = () => (stack.length ? stack[stack.length - 1].element : root);
    const open = (part, again) => {
      const element = document.createElement('span');
      element.className = `mk mk-${part.part} l${part.level || 0}`;
      if (!again && part.start >= paragraph.start) element.classList.add('first');
      element.drawn = part;
      element.at = paragraph.start;
      decorate(element, part);
      part.item.marks.push(element);
      top().append(element);
      stack.push({ part, element });
    };
    const write = (start, end) => {
      if (start < end) top().append(paragraph.slice(start, end));
    };
    let at = paragraph.start;
    let next = 0;
    for (const edge of edges) {
      write(at, edge);
      at = edge;
      const lowest = stack.findIndex(({ part }) => to(part) === edge);
      if (lowest >= 0) {
        // What crosses the end is closed with it, and opened again behind it.
        const closed = stack.splice(lowest);
        for (const { part, element } of closed) {
          if (to(part) === edge && part.end <= paragraph.end) element.classList.add('last');
        }
        for (const { part } of closed) if (to(part) > edge) open(part, true);
      }
      while (next < begins.length && from(begins[next]) === edge) {
        const part = begins[next++];
        // A longer one that begins here stands outside a shorter one that was opened again.
        open(part, false);
      }
    }
    write(at, paragraph.end);
    paragraph.element.replaceChildren(root);
  }

  /** The annotations at a place of the text, innermost first, each once. */
  function under(node, shown) {
    const found = [];
    for (
      let at = node.closest && node.closest('.mk');
      at;
      at = at.parentElement && at.parentElement.closest('.mk')
    ) {
      const { item } = at.drawn;
      if (shown(item) && !found.includes(item)) found.push(item);
    }
    return found;
  }

  Object.assign(reader, { draw, under });
})();

// What the side panel says: one annotation explained, and lists of all.
(function () {
  'use strict';
  const reader = window.ParleyDocument;
  const labels = window.ParleyLabels || {};
  const SHAPES = ['▲', '▼', '●', '◆', '■', '★'];
  const NAMES = {
    mentions: ['Mention', 'Mentions'],
    events: ['Event', 'Events'],
    attributions: ['Attribution', 'Attributions'],
    stances: ['Stance', 'Stances'],
    sentences: ['Sentence', 'Sentences'],
  };
  const AT_ONCE = 200;

  /** An element; strings become text, never markup. */
  function make(tag, attributes, ...children) {
    const element = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes || {})) {
      if (value !== null && value !== undefined && value !== false) {
        element.setAttribute(name, value === true ? '' : value);
      }
    }
    element.append(...children.flat().filter((child) => child !== null && child !== undefined));
    return element;
  }

  const short = (words, most = 90) => {
    const chars = [...words.replace(/\s+/g, ' ')];
    return chars.length <= most ? chars.join('') : `${chars.slice(0, most - 1).join('')}…`;
  };

  const shape = (label) => SHAPES[Math.max(0, Object.keys(labels.label || {}).indexOf(label)) % 6];

  /** `text` holds the words, `claims`, `names` and `page` what the page's data says. */
  class Panel {
    constructor(text, page) {
      this.text = text;
      this.page = page;
      this.roles = new Map();
    }

    /** Who leads to an item: events by role, stances, attributions whose source holds it. */
    uses(item) {
      let found = this.roles.get(item.side);
      if (!found) {
        found = new Map();
        const add = (reference, role, owner) => {
          if (typeof reference !== 'string') return;
          if (!found.has(reference)) found.set(reference, []);
          found.get(reference).push([role, owner]);
        };
        for (const other of item.side.items) {
          for (const { role, target } of other.args || []) add(target, role, other);
          if (other.layer === 'stances') {
            add(other.holder, 'holder', other);
            add(other.target, 'target', other);
          }
        }
        const mentions = item.side.of('mentions').sort((a, b) => a.start - b.start);
        for (const owner of item.side.of('attributions')) {
          for (const { start, end, part } of owner.spans) {
            if (part !== 'source') continue;
            let [low, high] = [0, mentions.length];
            while (low < high) {
              const middle = (low + high) >> 1;
              if (mentions[middle].start < start) low = middle + 1;
              else high = middle;
            }
            for (let at = low; at < mentions.length && mentions[at].start < end; at++) {
              if (mentions[at].end <= end) add(mentions[at].id, 'source', owner);
            }
          }
        }
        this.roles.set(item.side, found);
      }
      return found.get(item.id) || [];
    }

    words(item, part) {
      return item.spans
        .filter((span) => !part || span.part === part)
        .map((span) => this.text.slice(span.start, span.end))
        .join(' … ');
    }

    /** An item in a few words, for lists and for the line that is read aloud. */
    brief(item) {
      switch (item.layer) {
        case 'attributions': {
          const source = this.words(item, 'source') || this.unsaid(item);
          return `${short(source, 60)}: “${short(this.words(item, 'cue'), 30)}”`;
        }
        case 'stances':
          return `${shape(item.label)} ${item.label}: ${this.holder(item)} → ${this.end(item.side, item.target)}`;
        case 'sentences':
          return short(this.words(item), 60);
        default:
          return `${short(this.words(item), 60)} (${item.label})`;
      }
    }

    unsaid(item) {
      return item.sourceKind === 'outlet' ? this.page.outlet : 'a source not named here';
    }

    end(side, reference) {
      const at = side.end(reference);
      return at ? short(this.words(at), 60) : '?';
    }

    holder(item) {
      return item.holder === null ? 'the author' : this.end(item.side, item.holder);
    }

    link(item, words, current) {
      return make(
        'a',
        { href: `#${encodeURIComponent(item.key)}`, 'aria-current': current ? 'true' : null },
        words === undefined ? this.brief(item) : words,
      );
    }

    /** A link to an end of an argument or stance, or its bare words. */
    linked(side, reference) {
      const at = side.end(reference);
      if (!at) return make('span', { class: 'soft' }, 'not in the data');
      return at.bare ? make('span', {}, this.words(at)) : this.link(at, this.words(at));
    }

    entity(id) {
      if (!id) return null;
      const name = (this.page.names || {})[id];
      const words = name || id;
      return name === undefined
        ? make('span', {}, words)
        : make('a', { href: `${this.page.root}entities/${id}.html` }, words);
    }

    definition(kind, name) {
      const found = (labels[kind] || {})[name];
      const words = Array.isArray(found) ? found[1] : found;
      return words ? make('p', { class: 'means' }, `${name}: ${words}`) : null;
    }

    // ------------------------------------------------------------------ one annotation
    /** Everything there is to say of an item, as elements. */
    explain(item, verdict) {
      const [one] = NAMES[item.layer];
      const body = [
        make(
          'p',
          { class: 'kicker' },
          make('span', { class: `swatch sw-${item.layer}` }),
          `${one} ${item.key} `,
          item.layer === 'sentences' ? null : this.tag(item),
        ),
        verdict || null,
      ];
      if (item.layer === 'attributions') body.push(...this.attribution(item));
      else body.push(make('blockquote', { 'data-words': true }, this.words(item)));
      if (item.layer === 'mentions') body.push(...this.mention(item));
      if (item.layer === 'events') body.push(...this.event(item));
      if (item.layer === 'stances') body.push(...this.stance(item));
      if (item.layer === 'sentences') body.push(...this.sentence(item));
      return body;
    }

    tag(item) {
      if (item.layer === 'attributions') {
        return make('span', { class: 'chip' }, item.sourceKind || 'attribution');
      }
      const sign = item.layer === 'stances' ? `${shape(item.label)} ` : '';
      return make('span', { class: 'chip' }, `${sign}${item.label}`);
    }

    facts(rows) {
      const kept = rows.filter(([, value]) => value !== null && value !== '');
      if (!kept.length) return null;
      return make(
        'dl',
        { class: 'facts' },
        kept.flatMap(([name, value]) => [make('dt', {}, name), make('dd', {}, value)]),
      );
    }

    mention(item) {
      const same = item.entity
        ? item.side.items.filter((other) => other.entity === item.entity && other.args === undefined
            && other.layer === 'mentions')
        : [];
      const at = same.indexOf(item);
      const [before, after] = [same[at - 1], same[at + 1]];
      const uses = this.uses(item);
      return [
        this.facts([
          ['refers by', item.mentionType],
          ['entity', this.entity(item.entity)],
          ['value', item.value],
        ]),
        same.length > 1
          ? make(
              'p',
              {},
              `Mention ${at + 1} of ${same.length} of it here. `,
              before ? this.link(before, 'Previous') : null,
              before && after ? ' · ' : null,
              after ? this.link(after, 'Next') : null,
            )
          : null,
        ...this.section(
          'Takes part in',
          uses.map(([role, owner]) => make('li', {}, `${role}: `, this.link(owner))),
        ),
        this.definition('entity', item.label),
      ];
    }

    event(item) {
      const rows = item.args.map(({ role, target }) => {
        const name = make('span', { class: 'role' }, role);
        return make('li', {}, name, ' ', this.linked(item.side, target));
      });
      const uses = this.uses(item);
      return [
        this.facts([
          ['says', item.attributes.join(', ')],
          ['event', item.event ? this.eventLink(item.event) : null],
        ]),
        ...this.section('Arguments', rows, 'No arguments.'),
        ...this.claims(item),
        ...this.section(
          'Takes part in',
          uses.map(([role, owner]) => make('li', {}, `${role}: `, this.link(owner))),
        ),
        this.definition('event', item.label),
      ];
    }

    /** Where an event of the register stands, or else the story of the document; null for none. */
    storyOf(id) {
      const [story] = this.page.events.get(id) || [];
      if (story) return `${this.page.root}stories/${story}.html#event-${id}`;
      return this.page.story ? `${this.page.root}stories/${this.page.story}.html` : null;
    }

    eventLink(id) {
      const [story, name] = this.page.events.get(id) || [];
      return story ? make('a', { href: this.storyOf(id) }, name) : name || id;
    }

    stance(item) {
      const made = item.attribution === null ? null : item.side.by.get(item.attribution);
      const holder =
        item.holder === null ? 'the author' : this.linked(item.side, item.holder);
      return [
        this.facts([
          ['holder', holder],
          ['is', `${shape(item.label)} ${item.label}`],
          ['towards', this.linked(item.side, item.target)],
        ]),
        ...(made ? this.tree('Made in', made, null) : []),
        this.definition('label', item.label),
      ];
    }

    attribution(item) {
      const part = (name) => {
        const found = item.spans.filter((span) => span.part === name);
        return found.length
          ? found.map((span) =>
              make('q', { 'data-words': true, class: `part-${name}` },
                this.text.slice(span.start, span.end)),
            )
          : [make('span', { class: 'soft' }, name === 'source' ? this.unsaid(item) : 'none')];
      };
      return [
        this.facts([
          ['source', part('source')],
          ['entity', this.entity(item.entity)],
          ['cue', part('cue')],
          ['content', part('content')],
          ['how', item.attributes.join(', ')],
        ]),
        ...this.tree('Through whom', item, item),
        ...this.section(
          'Claims made in it',
          this.page.claims
            .filter((claim) => claim.attribution === item.id && item.prefix === '')
            .map((claim) => this.claim(item.side, claim, true)),
        ),
      ];
    }

    sentence(item) {
      const inside = this.page.sides[0].items.filter((other) =>
        other.spans.some((span) => item.start <= span.start && span.end <= item.end),
      );
      return this.section(
        'In this sentence',
        inside.map((other) => make('li', {}, this.link(other))),
        'Nothing annotated.',
      );
    }

    section(title, rows, none) {
      if (!rows.length && !none) return [];
      return [
        make('h3', {}, title),
        rows.length ? make('ul', { class: 'plain' }, rows) : make('p', { class: 'soft' }, none),
      ];
    }

    // --------------------------------------------------------------------------- chains
    /** From the article through every teller down to `item`, and what is told inside it. */
    tree(title, item, chosen) {
      const path = reader.chain(item);
      const seen = new Set(path);
      const below = (node) => {
        const next = path[path.indexOf(node) + 1];
        const children =
          path.includes(node) && next ? [next] : node.children.filter((child) => !seen.has(child));
        for (const child of children) seen.add(child);
        return make(
          'li',
          {},
          this.node(node, node === chosen),
          children.length ? make('ul', {}, children.map(below)) : null,
        );
      };
      return [
        make('h3', {}, title),
        make('ul', { class: 'tree' }, make('li', {}, this.page.outlet,
          make('ul', {}, below(path[0])))),
      ];
    }

    node(item, current) {
      const source = this.words(item, 'source');
      const name = make(
        'span',
        { class: source ? 'who' : 'who soft' },
        short(source || this.unsaid(item), 70),
      );
      const cue = make('span', { class: 'soft' }, ` “${short(this.words(item, 'cue'), 40)}”`);
      const link = this.link(item, '', current);
      link.append(name, cue);
      return link;
    }

    /** Every attribution of a side, nested as it is told; branches up to a number at once. */
    forest(side) {
      const seen = new Set();
      const branch = (item) => {
        seen.add(item);
        const children = item.children.filter((child) => !seen.has(child));
        return make(
          'li',
          {},
          this.node(item),
          children.length ? make('ul', {}, children.map(branch)) : null,
        );
      };
      const inner = make('ul', {});
      this.fill(inner, side.roots, branch);
      return make('ul', { class: 'tree' }, make('li', {}, this.page.outlet, inner));
    }

    // --------------------------------------------------------------------------- claims
    claims(item) {
      if (item.prefix) return [];
      const own = this.page.claims.filter((claim) => claim.event === item.id);
      return this.section(
        'Claims about it',
        own.map((claim) => this.claim(item.side, claim, false)),
      );
    }

    claim(side, claim, about) {
      const made = side.by.get(claim.attribution);
      const event = side.by.get(claim.event);
      const who = made
        ? this.link(made, reader.chain(made)
            .map((node) => short(this.words(node, 'source') || this.unsaid(node), 40))
            .reverse()
            .join(', via '))
        : 'somebody';
      const said = make(
        'span',
        { class: claim.conflicting ? 'chip bad' : 'chip' },
        claim.claimed.replace(/_/g, ' '),
      );
      const href = claim.conflicting ? this.storyOf(event && event.event) : null;
      const other = href ? make('a', { href }, 'others claim otherwise') : null;
      const subject = about && event ? [' ', this.link(event)] : [];
      return make('li', {}, about ? null : who, about ? null : ': ', said, subject,
        claim.via === 'denial' ? ' (a denial)' : null, other ? ' · ' : null, other);
    }

    // ---------------------------------------------------------------------------- lists
    /** Puts a row for each item into a list, some at a time. */
    fill(list, items, row) {
      const more = (from) => {
        list.append(...items.slice(from, from + AT_ONCE).map(row));
        const left = items.length - from - AT_ONCE;
        if (left <= 0) return;
        const button = make('button', { type: 'button' }, `Show more (${left} left)`);
        const place = make('li', { class: 'more' }, button);
        button.addEventListener('click', () => {
          place.remove();
          more(from + AT_ONCE);
          const next = list.children[from + AT_ONCE];
          const link = next && next.querySelector('a');
          if (link) link.focus();
        });
        list.append(place);
      };
      more(0);
      return list;
    }

    /** The lists of a side: one a layer, made when it is opened first. */
    lists(side, annotated) {
      const found = [];
      for (const layer of reader.LAYERS) {
        const items = side.of(layer);
        const [, many] = NAMES[layer];
        const count = annotated.has(layer) ? String(items.length) : 'not annotated';
        found.push(
          this.group(`${many}`, count, () =>
            layer === 'attributions'
              ? this.forest(side)
              : this.fill(make('ul', { class: 'plain' }), items, (item) =>
                  make('li', {}, this.link(item)),
                ),
          ),
        );
      }
      if (this.page.claims.length && !side.items.some((item) => item.prefix)) {
        found.push(
          this.group('Claims', String(this.page.claims.length), () =>
            this.fill(make('ul', { class: 'plain' }), this.page.claims, (claim) => {
              const row = this.claim(side, claim, false);
              const event = side.by.get(claim.event);
              if (event) row.append(' — ', this.link(event));
              return row;
            }),
          ),
        );
      }
      return found;
    }

    group(title, count, body, open) {
      const details = make(
        'details',
        { class: 'group' },
        make('summary', {}, `${title} `, make('span', { class: 'count' }, count)),
      );
      let made = false;
      details.addEventListener('toggle', () => {
        if (details.open && !made) {
          made = true;
          details.append(body());
        }
      });
      if (open) {
        made = true;
        details.append(body());
        details.open = true;
      }
      return details;
    }
  }

  Object.assign(reader, { Panel, NAMES, make, short, shape });
})();

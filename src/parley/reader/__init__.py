"""The reader: a static site made from a built dataset, read in a browser without a network.

`data` (rows into documents) → `shell` (the frame of every page) → `page_document` (one document),
`pages` and `across` (lists, stories, entities), `index` (what search reads) → `site` (the whole
folder) → `serve`.

What the modules agree on:

- **Document.** `data.document` makes the dict that is served as `documents/ID.json`: the row of the
  `documents` config (same names, spans in code points, end exclusive; `published` as ISO 8601), and
  `format`, `version`, `digest`, `split` and `claims` (id, event_id, attribution_id, event, type,
  claimed, via, depth, source, source_entity, source_kind, `conflicting`: whether another claim on
  the same event, in any document, says the contrary). Everything about a document comes from it.
- **Corpus.** `data.Corpus` is what pages share: names of entities, events, stories, the order of
  documents, definitions of labels.
- **Pages.** `shell.page(corpus, here, title, body, …)` gives a whole page; `here` is the page's
  place in the site (`documents/ID.html`), from which links are made relative with `shell.link`.
  A document's page is `page_document.page(corpus, document, comparison) -> str`; `comparison` is
  what `compare` gave for the document, or None.
- **Scripts** are classic files loaded with `defer` (a module would not load from file://), each in
  a function of its own; nothing is inline but data: `shell.page(data=…)` puts it in
  `<script type="application/json" id="data">`, with `<` escaped. The content security policy of
  the page allows files of the site alone.
- **Style.** `assets/base.css` is the look of all pages; it defines the variables --ink (text),
  --soft (lesser text), --line, --paper (ground), --panel (raised ground), --link, --focus, --good,
  --bad, for light, dark (`prefers-color-scheme`, or `data-theme` on the root element, which
  `assets/theme.js` sets from the button `#theme`). Classes of the frame: `.top` (header), `.skip`
  (link to the content), `.bottom` (footer), `.unseen` (for screen readers alone), `.soft`,
  `.chip`, `.facts` (a `dl` of metadata), `.wide` (the content uses the whole width).
  `assets/lists.css` adds what lists and search need.
- **Deep links.** `documents/ID.html#m12` (`e`, `a`, `s`: ids of the document's annotations) chooses
  an annotation; `#sent-3` a sentence, by its place from 0.
"""

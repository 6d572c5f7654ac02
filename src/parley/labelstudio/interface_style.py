"""The look of the labelling interface: labels at the left, the article, questions below.

No rule has a `>`: Label Studio escapes it.
"""

from collections.abc import Sequence

from parley.ontology import Ontology

_BASE = """
.pl-desk { display: grid; grid-template-columns: 12.5rem minmax(0, 1fr); column-gap: 1.25rem; }
.pl-side { position: sticky; top: 0; align-self: start; z-index: 6; max-height: calc(100vh - 9rem);
  overflow-y: auto; padding: 0 .5rem .5rem 0; background: var(--color-neutral-background, #fff); }
.pl-side h4 { margin: .45rem 0 .15rem !important; font-size: .68rem !important; line-height: 1.2;
  text-transform: uppercase; letter-spacing: .05em; opacity: .7; }
.pl-side .lsf-labels { margin: 0 !important; gap: 2px; }
.pl-side .lsf-label { margin: 0 !important; padding: 0 5px; font-size: .7rem;
  line-height: 1.35rem; }
.pl-side .lsf-label__hotkey { margin-left: 4px; font-size: .62rem; }
.pl-family { display: flex; flex-wrap: wrap; gap: 2px; width: 100%; margin-bottom: 3px; }
.pl-other { margin-top: .6rem; border-top: 1px solid var(--color-neutral-border, #ddd); }
.pl-other .lsf-label { filter: grayscale(.9); opacity: .55; padding: 0 3px; font-size: .58rem;
  line-height: 1rem; border-left-width: 2px; }
.pl-other .lsf-label__hotkey { display: none; }
.pl-read { max-width: 46rem; padding-bottom: 14rem; }
.pl-read .lsf-richtext__container, .pl-read .lsf-richtext__container * { font-family: Georgia,
  Charter, "Noto Serif", "Liberation Serif", "DejaVu Serif", serif; }
.pl-read .lsf-richtext__container { font-size: 1.08rem; line-height: 2; }
.pl-read .lsf-richtext__line { display: inline; padding-left: 0; }
.pl-read .lsf-richtext__line:empty + br { line-height: .9; }
.pl-read .htx-highlight { border-radius: 3px; padding: 1px 0; }
.pl-read .htx-highlight::after { display: none !important; }
.pl-read .htx-highlight.__active { outline: 2px solid currentColor; outline-offset: 1px; }
.relations-overlay { z-index: 3 !important; }
.relations-overlay g path { opacity: .22; }
.relations-overlay g g rect { display: none; }
.relations-overlay g g text { font-size: 9px !important; fill: #6d28d9; stroke: #fff;
  stroke-width: 3px; paint-order: stroke; opacity: .8; }
.relations-overlay g[class*="ighlighted"] path { opacity: 1; }
.relations-overlay g[class*="ighlighted"] g text { font-size: 13px !important; opacity: 1; }
.pl-ask { position: sticky; bottom: -1em; z-index: 7; margin: 0 -1em -1em; padding: .1rem 1em;
  background: var(--color-neutral-background, #fff);
  box-shadow: 0 -1px 0 var(--color-neutral-border, #ddd); }
.pl-row { display: flex; flex-wrap: wrap; align-items: center; gap: .1rem 1.3rem;
  padding: .25rem 0; }
.pl-row h4 { margin: 0 !important; font-size: .68rem !important; line-height: 1.2; opacity: .7; }
.pl-q { display: flex; align-items: center; gap: .5rem; }
.pl-q h4 { text-transform: uppercase; letter-spacing: .05em; }
.pl-q .lsf-choices, .pl-end .lsf-choices { margin: 0 !important; display: flex; flex-wrap: wrap;
  gap: 0 .25rem; }
.pl-q .lsf-choices_hidden { display: none; }
.pl-q .lsf-choice, .pl-q .lsf-choice__item { margin: 0 !important; padding: 0 !important; }
.pl-q .lsf-choice__checkbox { margin: 0 !important; font-size: .78rem; line-height: 1.6;
  padding: 0 .2rem; }
.pl-q .lsf-choice__checkbox span { padding-left: 3px; padding-right: 2px; }
.pl-q .taxonomy { min-width: 24rem; }
.pl-q .htx-taxonomy { width: 24rem; }
.pl-q .lsf-text-area { margin: 0 !important; min-width: 15rem; }
.pl-q .ant-form-item, .pl-q [data-testid="textarea-regions"] { margin: 0 !important; }
.pl-end { max-width: 46rem; margin: 1rem 0 1rem 13.75rem; }
.htx-taxonomy-dropdown { min-width: 30rem !important; }
.pl-q sup, .pl-end sup { display: none; }
"""


def style(ontology: Ontology, answered: Sequence[str]) -> str:
    """The style sheet; `answered` are all values of the mode, in the order of their buttons."""
    return _BASE + "".join([*_modes(ontology, answered), *_tags(ontology)])


def _modes(ontology: Ontology, answered: Sequence[str]) -> list[str]:
    """Shows a type's own modes: a control cannot ask another question by label, a style can."""
    rules = [".pl-modes .lsf-choice:not(:has(:checked)) { display: none; }\n"]
    for label in ontology.event:
        places = [f".lsf-choice:nth-child({answered.index(mode) + 1})" for mode in label.modes]
        if places:
            marker = f'.pl-{label.name}:not([style*="none"])'
            rules.append(
                f"{marker} ~ .lsf-choices :is({', '.join(places)}) {{ display: block; }}\n"
            )
    return rules


def _tags(ontology: Ontology) -> list[str]:
    """Names under triggers, cues and stances: types share the colour of their family."""
    named = [*ontology.event, *ontology.stance]
    spans = ", ".join(
        f'.pl-read .htx-highlight[data-label$=":{label.name}"]::after' for label in named
    )
    rules = [
        f"{spans} {{ display: inline !important; font: 600 .56rem/1 system-ui, sans-serif "
        "!important; vertical-align: super; margin-left: 2px; opacity: .8; }\n"
    ]
    rules += [
        f'.pl-read .htx-highlight[data-label$=":{label.name}"]::after '
        f'{{ content: "{label.name}" !important; }}\n'
        for label in named
    ]
    return rules

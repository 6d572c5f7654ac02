"""What each metric counts, in a line, for the reader of a page."""

from collections.abc import Mapping

#: (layer, metric) -> one line. Layers of coreference share theirs.
MEANING: Mapping[tuple[str, str], str] = {
    ("mentions", "strict"): "Span and type equal. A prediction that repeats another is wrong.",
    ("mentions", "exact"): "Span equal, whatever the type.",
    ("mentions", "partial"): "Spans equal count 1, overlapping ones 0.5, whatever the type "
    "(SemEval-2013 task 9.1).",
    ("mentions", "type"): "Spans overlap and the type is right, one to one "
    "(SemEval-2013 task 9.1).",
    ("mentions", "BIO"): "As seqeval's strict IOB2: the outermost mentions alone, on tokens.",
    ("events", "Tri-I"): "Trigger identified: its span (TextEE, Huang et al. 2024).",
    ("events", "Tri-C"): "Trigger classified: its span and event type (TextEE).",
    ("events", "Arg-I"): "Argument identified: event type and span, whatever the trigger (TextEE).",
    ("events", "Arg-C"): "Argument classified: event type, span and role, whatever the trigger "
    "(TextEE).",
    ("events", "Arg-I+"): "Argument identified and attached to the right trigger (TextEE).",
    ("events", "Arg-C+"): "Argument classified and attached to the right trigger (TextEE).",
    ("events", "Arg-C+ by event"): "Arg-C+, by the type of the event that the argument is of.",
    ("events", "trigger overlap"): "Triggers of the right type that overlap, one to one.",
    ("attributions", "source"): "All spans of the source equal; two implicit sources are equal.",
    ("attributions", "cue"): "All spans of the cue equal.",
    ("attributions", "content"): "All spans of the content equal.",
    ("attributions", "source overlap"): "Tokens in both sources over tokens in either.",
    ("attributions", "cue overlap"): "Tokens in both cues over tokens in either.",
    ("attributions", "content overlap"): "Tokens in both contents over tokens in either.",
    ("attributions", "whole"): "Source, cue and content all equal.",
    ("attributions", "whole overlap"): "The mean of the three overlaps.",
    ("attributions", "attached"): "Whole, and nested in the right attribution or in none.",
    ("stances", "joint"): "Holder, target and stance all equal.",
    ("stances", "F_avg"): "Mean F1 of FAVOR and AGAINST (SemEval-2016 task 6).",
    ("stances", "macro"): "Mean F1 of FAVOR, AGAINST and NONE.",
    ("stances", "target"): "Target and stance equal, whoever holds it.",
    ("stances", "holder"): "Holder and target equal, whatever the stance.",
    ("coreference", "MUC"): "Links between mentions (Vilain et al. 1995).",
    ("coreference", "B3"): "Mentions, by the share of their cluster (Bagga and Baldwin 1998).",
    ("coreference", "CEAFe"): "Clusters aligned one to one, by φ4 (Luo 2005).",
    ("coreference", "LEA"): "Clusters, by the share of their links, weighted by size "
    "(Moosavi and Strube 2016).",
    ("coreference", "average"): "Mean F1 of MUC, B³ and CEAFe (the CoNLL score).",
}


def meaning(layer: str, metric: str) -> str | None:
    """The line of a metric; None for one that this page does not know."""
    if layer != "cross-document":
        return MEANING.get((layer, metric))
    name, _, uncut = metric.partition(" ")
    words = MEANING.get(("coreference", name))
    if words is None:
        return None
    return f"{words} {'Stories do not cut entities.' if uncut else 'Entities are cut by story.'}"

"""Short forms of English news prose that end in a full stop, by what may follow them.

The trained Punkt model knows the abbreviations of one newspaper of the 1980s. These lists add
what wire copy uses, and say of each form how it behaves before a capital letter, which a plain
list of abbreviations can't. Entries are lower case without the last full stop.
"""

from __future__ import annotations

from typing import Final


def _words(*lines: str) -> frozenset[str]:
    return frozenset(word for line in lines for word in line.split())


# Before a name, so never the end of a sentence. Only where written with a capital:
# "gen", "rep" and "col" in lower case are ordinary words.
TITLES: Final = _words(
    "mr mrs ms mx messrs mme mmes mlle dr drs prof rev revd fr hon rt pres gov lt.gov sen sens rep",
    "reps amb atty supt insp det sec min dep asst assoc dir cllr msgr sr.lt",
    "gen lt col maj brig capt cpt cmdr cdr comdr adm radm vadm sgt ssgt msgt sfc cpl lcpl pfc pvt",
    "ens cmd wg sqn flt gunnery lieut sub.lt",
    "mt mts ft pt",
)

# Between two halves of one phrase, whatever their case.
LINKS: Final = _words(
    "vs v e.g i.e eg cf c.f viz a.k.a f.k.a aka incl esp vul ul bul prosp pgt smt"
)

# Only before a number (digits, a Roman numeral or a section sign).
NUMBERED: Final = _words(
    "no nos p pp pg art arts sec secs fig figs vol vols ch chap chaps para paras pt pts ex",
    "eq eqs ref refs tab approx ca circa c rs nr num est ver vers op bk ln app reg cl pop",
)

MONTHS: Final = _words("jan feb mar apr jun jul aug sep sept oct nov dec")
WEEKDAYS: Final = _words("mon tue tues wed thu thur thurs fri sat sun")
CLOCK: Final = _words("a.m p.m")

# May close a sentence as well as stand in one: the next word decides.
EITHER_CAPITALISED: Final = _words(
    "inc corp co cos ltd plc llc llp bros cie gmbh mfg intl natl assn dept univ inst hosp bldg jr",
    "sr esq ph.d ariz calif colo conn del fla ga ill ind kan ky la mass mich minn miss mo mont neb",
    "nev okla ore pa penn tenn tex va vt wash wis wyo ala ark ont que alta st ste",
)
EITHER: Final = _words("al ibid op.cit est anon resp excl ed eds trans misc obl gov't dept govt")

# Close a sentence whenever a capital follows, else run on.
RUNS_ON: Final = _words("etc ave blvd rd hwy pkwy ln pct sq hr hrs lb lbs oz ft min mins yr yrs")

# Two-letter initials: Cyrillic letters which Latin script writes with two ("Yu. V. Petrov"),
# and given names that print shortens.
NAME_PARTS: Final = _words(
    "yu ya ye yo yi zh kh ch sh ts dz iu ia ie shch th wm chas geo jos thos robt edw"
)

# A single letter after one of these is a label ("Plan B."), not somebody's initial.
LABELLED: Final = _words(
    "plan group vitamin hepatitis class grade level type appendix exhibit section part schedule",
    "block gate terminal category serie series model team unit building zone area point option",
    "side annex annexe room route line step phase platform wing ward influenza",
)

# Words of closed classes with which sentences begin and names do not.
STARTERS: Final = _words(
    "the this that these those a an it its he she they we you i his her their our my your",
    "there here who what when where why how which whose if in on at by for from with without",
    "within as after before because although though while since until unless during despite under",
    "over through about against among between beyond inside outside behind across along following",
    "and but or nor yet so then thus also both either neither each every all any some most many",
    "much more few several other others another no not none nobody nothing everyone everybody",
    "anyone someone such only even still now once again however meanwhile moreover instead",
    "indeed therefore otherwise nevertheless nonetheless perhaps maybe later earlier today",
    "yesterday tomorrow tonight is are was were did does do has have had would could should can",
    "let according to of into onto upon",
)

# Starters which are also surnames or given names, thus no evidence after an initial.
NAMES_TOO: Final = _words("an so do can no may will my such even over more you she let here many")

SPEECH: Final = _words(
    "said asked replied shouted cried yelled wondered demanded exclaimed wrote added answered",
    "called says asks writes screamed whispered inquired enquired joked quipped tweeted posted",
)

ZONES: Final = _words(
    "gmt utc bst cet cest eet eest msk est edt et cst cdt ct mst mdt mt pst pdt pt ist jst aest",
)
DAY_NAMES: Final = _words(
    "monday tuesday wednesday thursday friday saturday sunday",
    "january february march april may june july august september october november december",
)
# Names with a mark of their own, which does not end a sentence before another capital.
MARKED_NAMES: Final = _words("yahoo jeopardy")
DAYS_AND_MONTHS: Final = MONTHS | WEEKDAYS
DATES: Final = DAYS_AND_MONTHS | DAY_NAMES
DIRECTIONS: Final = _words("n s e w nw ne sw se north south east west apt suite")

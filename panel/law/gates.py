"""Reasons that are no reasons: conditions the law does not set, found in the words of a refusal. Pure.

The Code of Practice lets an authority write guidelines and forbids a blanket policy (9.16); each pattern below is something
that may be recorded as evidence and never asked for first. What is found here warns the chair and keeps a refusal from being
released on it alone; it judges words, not the case, so a person always reads the text.
"""

import re
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Gate:
    """An unlawful condition found in reasons: its `code`, and a `sentence` that says why it cannot carry a refusal."""

    code: str
    sentence: str


@dataclass(frozen=True, slots=True)
class _Pattern:
    gate: Gate
    words: re.Pattern[str]


def _pattern(code: str, words: str, sentence: str) -> _Pattern:
    return _Pattern(Gate(code, sentence), re.compile(words, re.IGNORECASE))


# Parts of patterns. Support in general: a cycle of speech therapy is help that was given, a cycle of support only a count of it.
_SUPPORT = r"(?:sen(?:d)? |targeted |school |early )?(?:support|interventions?|help|provision|review|assess\w*|plan\w*)\b"
_ONE = r"\b(?:one|1|a single|single|first|second|third|another|no)"
_SHORT_OF = r"(?:\b(?:only|just|not|less than|fewer than|must|should|until|first)\b|n['’]t\b)"
_WELL = r"\b(?:good|very good|better than expected|expected|steady|excellent|strong|sound|adequate|satisfactory|sufficient)\b"
_ALL = r"(?:all|every|most|school|class|(?:his|her|their) (?:lessons|learning|subjects|schoolwork|studies))\b"
# What progress comes from is what a reader has to weigh.
_NOT_BY = r"(?! (?:with|by|through|since|after|because|under|from|thanks)\b)"

_PATTERNS = (
    _pattern(
        "spend",
        r"£ ?6[, ]?000|\b6[, ]?000 pounds\b|\bsix thousand\b|\b6k\b|notional (?:sen(?:d)? )?budget|element (?:two|2)\b|top[- ]up funding|"
        r"(?:spent?|spending|used|exhausted) (?:all )?(?:of )?(?:its|their|the) (?:own )?(?:sen |send |delegated )?(?:budget|funding|money)",
        "A setting need not have spent any amount first. Say what this child needs and what a plan would add.",
    ),
    _pattern(
        "cost",
        r"\b(?:too|very|more) (?:costly|expensive|dear)\b|\b(?:cost|costs|price|expense)\b(?! of living)|"
        r"\b(?:cannot|can ?not|can['’]?t|could not|couldn['’]?t|not able to) (?:\w+ )?afford\b|unaffordable|"
        r"\b(?:no|not enough|lack of|little|limited|without)\b.{0,15}\b(?:money|funding|funds|budget|capacity|staff)\b|"
        r"high needs (?:block|budget|funding)|\bbudget(?:s|ary)?\b.{0,20}\b(?:pressure|deficit|overspen\w+|tight)|"
        r"\b(?:pressure|deficit|overspen\w+)\b.{0,20}\bbudget|public (?:money|purse)|value for money",
        "What it would cost the authority does not count. Say what this child needs and what meets it.",
    ),
    _pattern(
        "educational_psychologist",
        r"\b(?:educational psycholog\w+|ed\.? ?psych\w*|eps?)\b.{0,60}?\b(?:involve\w*|seen|report\w*|advice|consult\w*|assess\w*)|"
        r"\b(?:no|without|lack of|absence of)\b.{0,20}\b(?:educational psycholog\w+|ed\.? ?psych\w*|ep)\b",
        "An educational psychologist need not have been involved before; the assessment itself brings that advice.",
    ),
    _pattern(
        "cycles",
        r"assess[,\- ]+plan[,\- ]+do|\bapdr\b|graduated (?:approach|response)|\boaip\b|ordinarily available|"
        r"\b(?:two|three|four|several|more|enough|few|fewer|\d) (?:full |more |further |complete )?(?:cycle|round)s\b|"
        rf"{_ONE} (?:full |more |further |complete |whole )?(?:cycle|round)\b(?! of (?!{_SUPPORT}))|"
        rf"\b(?:cycle|round)s?\b(?: of {_SUPPORT})? (?:\w+ )?(?:not|n['’]t|hasn['’]t|wasn['’]t|haven['’]t|isn['’]t)\b|"
        rf"{_SHORT_OF}.{{0,30}}(?:{_ONE}|\b(?:two|three|four|\d)) (?:full |more |further |school |complete )?terms?\b of {_SUPPORT}|"
        r"provision map\w*",
        "No number of cycles and no proof of a graduated approach can be asked for first. Say what was tried and what it shows.",
    ),
    _pattern(
        "diagnosis_or_delay",
        r"\bdiagnos\w+|\b(?:\w+ )?years? (?:or more )?behind\b|behind (?:his|her|their|its) peers by",
        "Neither a diagnosis nor being a number of years behind is a condition. Say what the need is and what it takes.",
    ),
    _pattern(
        "form_or_source",
        r"(?:correct|right|council['’]?s|authority['’]?s|our|proper|required) (?:request |application )?(?:form|paperwork)\b|"
        r"(?:request|application)\b.{0,30}\b(?:incomplete|not complete)|"
        r"(?:\b(?:not|without|no)|n['’]t)\b.{0,25}\b(?:support(?:ed)?|made|sent|come|came|submitted)\b.{0,15}\b(?:by|from|of) the (?:school|setting|college|nursery)",
        "A request needs no form, no complete papers and no school behind it. The authority gathers what it lacks.",
    ),
    _pattern(
        "kind_of_child",
        r"academically (?:able|bright|strong)|age[- ]related expectations?|\bat (?:the )?(?:age[- ])?expected (?:level|standard)s?\b|"
        r"in line with (?:his|her|their|its) (?:peers|age)|\b(?:is|are|being) (?:an? )?(?:very |so )?(?:able|bright|clever|intelligent|gifted)\b(?! to\b)|"
        rf"{_WELL} academic (?:progress|attainment|achievement|results)\b{_NOT_BY}|"
        rf"\b(?:mak(?:es?|ing)|made) (?:at least |\w+ )?{_WELL} progress\b(?! in (?!{_ALL}))(?! (?:and|as)\b){_NOT_BY}|"
        rf"\b(?:academic )?(?:progress|attainment|achievement) (?:is|are|has been) (?:\w+ )?(?:{_WELL}|(?:above|as|at|in line)\b)|"
        r"\b(?:does|doing|achiev\w+|perform\w+|progress\w+) (?:\w+ )?well (?:academically|(?:in|at) school)|good (?:grades|marks|exam results)|"
        r"attends (?:\w+ )?(?:well|regularly)|"
        r"good attendance|(?:behaves|copes|is fine|managing) (?:\w+ )?(?:well )?(?:in|at) school|"
        r"home[- ]?(?:educat\w+|school(?:ed|ing))|\b(?:educat\w+|school(?:s|ed)|teach(?:es|ing)?|taught)(?: \w+){0,2} at home\b|\behe\b|"
        r"electively home|under (?:five|5)\b|over (?:nineteen|19)\b|too (?:young|old)\b",
        "Being able, making progress, attending, behaving, being taught at home or an age within 0 to 25 rules nobody out.",
    ),
    _pattern(
        "blame",
        r"\b(?:poor|low|bad|irregular) attendance\b|attendance\b.{0,15}\b(?:is|was|has been) (?:\w+ )?(?:poor|low|bad|irregular)\b|"
        r"\bparenting\b|\b(?:behavio\w+|problems?|difficult\w+)\b.{0,40}\b(?:fault|choice|home)\b|\b(?:parents?['’]?s?|family['’]?s?|home) fault\b|"
        r"\blaz(?:y|iness)\b|\bnaught\w+|english (?:is|as) an additional language|\beal\b|"
        r"\b(?:only|just|simply|merely)\b.{0,15}\bbehavio\w+",
        "Attendance, behaviour, parenting or another first language is no reason by itself: each may come with a need that was missed.",
    ),
    _pattern(
        "school_resources",
        r"\b(?:needs?|provision|support)\b.{0,40}\b(?:be|is|are|being) (?:met|made|provided|delivered)\b.{0,40}"
        r"\b(?:resources?|sen(?:d)? support|school|setting|mainstream)\b|within (?:the )?(?:school'?s )?(?:existing|own|available) resources",
        "That needs can be met without a plan is a conclusion. Say which provision, from whom, and how it is known to work.",
    ),
    _pattern(
        "earlier_refusal",
        r"previous(?:ly)? (?:request|refus\w+|declin\w+|turned down|application)|"
        r"(?:already|recently|earlier|before)\b.{0,20}\b(?:refused|refusal|declined|turned down)|"
        r"(?:refused|declined|turned down)\b.{0,30}\b(?:ago|before|last (?:year|term)|already)",
        "An earlier refusal bars nothing; every request is looked at as it stands.",
    ),
    _pattern(
        "criteria",
        r"(?:\b(?:not|fails? to)|n['’]t)\b.{0,20}\b(?:meet|reach|fulfil|satisfy)\b.{0,25}\b(?:criteri\w+|threshold)|threshold\b.{0,20}\bnot\b",
        "Criteria and thresholds are guidelines; only the legal test decides. Answer its questions about this child.",
    ),
    _pattern(
        "thin_evidence",
        r"\b(?:insufficient|not enough|lack of|limited|no) (?:\w+ )?evidence\b",
        "Where evidence is thin the authority asks for it. Say what was asked for, and answer the test on what there is.",
    ),
)

# Sentences every record has; they carry no reason either way.
_NEUTRAL = re.compile(
    r"^(?:the )?(?:panel|authority|council|members?|we|officer)\b.{0,40}\b(?:consider\w*|discuss\w*|read|met|review\w*|look\w*|"
    r"agree\w*|recommend\w*|decid\w*|conclud\w*|felt)\b|^(?:therefore|so|for (?:this|these) reasons?|as a result|hence)\b|"
    r"\b(?:not to|will not|do(?:es)? not|should not|no need to) assess\b|assessment is not (?:necessary|needed|agreed)",
    re.IGNORECASE,
)
_SENTENCE_END = re.compile(r"(?<=[.!?;])\s+|\n+|;|\bbut\b|\bhowever\b|\balthough\b", re.IGNORECASE)
# A sentence that says this much beside the condition says something about the child as well.
_OWN_WORDS = 8
_SMALL_WORDS = (
    "a an the and or of to in on at by for from with without this that these those it its is are was were be been being has "
    "have had not no yet any more must should would could will can first before until there their they them he she his her "
    "we our us as so therefore because since due which who also still needs need needed child pupil school setting family "
    "parent parents evidence shown show shows provided provide request requests assessment plan ehc ehcp panel all only "
    "demonstrated demonstrate exhausted expected complete completed further least seek sought considered local authority council "
    "guidance policy resources under required proof yet does do did"
)
_SMALL = frozenset(_SMALL_WORDS.split())


def unsafe_reasons(text: str) -> list[Gate]:
    """The conditions on which `text` rests when it says nothing else, else an empty list.

    A text with one sentence of its own about the child is left to the reader, whatever else it mentions.
    """
    found: dict[str, Gate] = {}
    for sentence in _SENTENCE_END.split(text):
        words = sentence.strip()
        if not any(sign.isalnum() for sign in words):
            continue
        gates = [pattern for pattern in _PATTERNS if pattern.words.search(words)]
        if not gates and not _NEUTRAL.search(words):
            return []
        if gates and _own_words(words, gates) >= _OWN_WORDS:
            return []
        found.update({pattern.gate.code: pattern.gate for pattern in gates})
    return list(found.values())


def mentioned_gates(text: str) -> list[Gate]:
    """Every condition `text` mentions, even beside good reasons: for a reader's margin, never for a block."""
    return [pattern.gate for pattern in _PATTERNS if pattern.words.search(text)]


def _own_words(sentence: str, gates: list[_Pattern]) -> int:
    rest = sentence
    for pattern in gates:
        rest = pattern.words.sub(" ", rest)
    words = {word.lower() for word in re.findall(r"[^\W\d_]+", rest)}
    return len(words - _SMALL)

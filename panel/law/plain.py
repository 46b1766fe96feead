"""The duties in the words of the public page: for a parent who has never heard of a regulation. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass

from panel.law.rules import Basis, Code


@dataclass(frozen=True, slots=True)
class Plain:
    """`what` happens, and `why` that day: one sentence each, about an authority that is not named."""

    what: str
    why: str


DUTIES: Mapping[Code, Plain] = {
    Code.C1: Plain(
        "The council tells you if it will assess",
        "It has 6 weeks from the day the request arrived. The day that counts is the day it tells you, not the day it decides.",
    ),
    Code.C1A: Plain(
        "You say what you think about an assessment",
        "Councils usually ask for your views within 15 days. The law sets no limit: what you say counts until the decision.",
    ),
    Code.C2A: Plain(
        "The council asks for advice",
        "It asks you, the school, health, an educational psychologist, social care and others. Best is the day it decides to "
        "assess; this is the last day that still leaves time for the answers.",
    ),
    Code.C2: Plain("Each person asked gives advice", "Each has 6 weeks from the day they are asked."),
    Code.C3: Plain(
        "If there will be no plan, the council tells you",
        "It has 16 weeks from the day the request arrived, and must give its reasons.",
    ),
    Code.C4: Plain(
        "The draft plan is sent to you",
        "No law names this day. It is the last one that leaves you 15 days before the final plan; week 14 is a good time.",
    ),
    Code.C5: Plain(
        "You answer the draft plan",
        "You have 15 days, and the day you get it is the first. You can ask for a meeting and name a school or college.",
    ),
    Code.C5A: Plain("The school or college asked about answers", "It should answer within 15 days."),
    Code.C6: Plain(
        "If there will be a plan, you get the final plan",
        "It must be sent within 20 weeks from the day the request arrived.",
    ),
    Code.C7: Plain(
        "The council tells you if it will assess again",
        "It has 15 days from the day your request for a new assessment arrived.",
    ),
}

# Why a date differs from the ordinary one; said in the place of `why`.
BASES: Mapping[Basis, str] = {
    Basis.REG44: "Counted from the tribunal’s order.",
    Basis.REG42: "Counted from the agreement made in mediation.",
    Basis.REG45: "Counted from the day the council told the tribunal that it does not oppose the appeal.",
    Basis.REVERSAL: "The council changed its mind without an order. The first date stays the legal one; this is the date the "
    "ombudsman expects in practice.",
}

REPLACED: Mapping[str, str] = {
    "reg44": "Replaced by the dates of the tribunal’s order.",
    "reg42": "Replaced by the dates of the agreement made in mediation.",
    "reg45": "Replaced by the dates that follow when an appeal is not opposed.",
    "refusal": "Not needed: the council refused to assess.",
    "not_issue": "Not needed: the council decided that there will be no plan.",
    "C1": "Over: the council has decided.",
    "C3": "Not needed any more: a later step has been taken.",
    "C4": "Not needed any more: a later step has been taken.",
    "C6": "Not needed any more: a later step has been taken.",
}

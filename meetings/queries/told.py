"""Who was told of a decision, and on which day, as far as the record knows it (regs 5(2) and 10(2); law.md 7.1).

The commissioning body and social care are lines of their own where the law gives them notice of the outcome.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from django.db.models import Min
from django.utils import timezone

from meetings.minutes.frozen import ToldLine
from meetings.models import BodyTold, Decision, Letter, SettingNotice
from meetings.models.setting_notices import NOTICE
from meetings.queries.bodies import recorded_since
from panel.law.legal import Outcome
from panel.law.notices import BODIES, letter_law, must_be_told
from panel.models import Dispatch, Relationship

_FAMILY, _SETTING = "The family", "The setting"


def told_of(decisions: Sequence[Decision]) -> dict[int, tuple[ToldLine, ...]]:
    """Each person to whom a letter about a decision goes, by what they are to the child, the setting, and the bodies, with the day it went.

    By the decision's key. Without an address and without a name: the minutes are read by more people than the letter. Of a body
    nothing is said where the letter went before it was kept here who was told. At most five queries, none where nothing was decided.
    """
    if not decisions:
        return {}
    letters: dict[int, list[Letter]] = defaultdict(list)
    rows = Letter.objects.filter(decision__in=decisions).select_related("relationship", "sent", "withdrawal")
    for letter in rows.order_by("recipient", "version"):
        letters[letter.decision_id].append(letter)
    notices, bodies = _notices(decisions), _bodies(decisions, letters)
    return {
        one.pk: (
            *_family(letters[one.pk]),
            *([notices.get(one.pk, ToldLine(_SETTING))] if one.case.setting_id else []),
            *bodies[one.pk],
        )
        for one in decisions
    }


def _family(letters: Iterable[Letter]) -> list[ToldLine]:
    """A line for each person, with the day of the first letter that went to them; whoever is to have none any more is no line."""
    found: dict[int, ToldLine] = {}
    for letter in letters:
        before = found.get(letter.recipient_id)
        if before is not None and before.on is not None:
            continue
        sent = letter.sent.letter_on if hasattr(letter, "sent") else None
        if sent is None and hasattr(letter, "withdrawal"):
            found.pop(letter.recipient_id, None)
        else:
            found[letter.recipient_id] = ToldLine(_who(letter), sent)
    return list(found.values()) or [ToldLine(_FAMILY)]


def _who(letter: Letter) -> str:
    tie = letter.relationship
    if tie.basis == Relationship.Basis.SELF:
        return str(Relationship.Basis.SELF.label)
    return tie.kind[:1].upper() + tie.kind[1:]


def _bodies(
    decisions: Sequence[Decision], letters: Mapping[int, Sequence[Letter]]
) -> dict[int, list[ToldLine]]:
    """A line for each body that is owed notice of the outcome under the law of the request. Two queries at most."""
    rows = BodyTold.objects.standing().filter(decision__in=decisions).values_list("decision", "body", "on")
    told = {(decision, body): on for decision, body, on in rows}
    went = {
        key: min(days)
        for key, of_one in letters.items()
        if (days := [letter.sent.letter_on for letter in of_one if hasattr(letter, "sent")])
    }
    since = recorded_since() if went else None
    return {
        one.pk: [
            ToldLine(BODIES[party], on)
            for party in must_be_told(Outcome(one.outcome), law=letter_law(one.case.received_on))
            if party in BODIES
            and ((on := told.get((one.pk, party.value))) or since is None or went.get(one.pk, since) >= since)
        ]
        for one in decisions
    }


def _notices(decisions: Sequence[Decision]) -> dict[int, ToldLine]:
    """The day the setting's notice reached one of its people, or went on paper."""
    rows = list(SettingNotice.objects.filter(decision__in=decisions).select_related("sent_on"))
    reached: dict[object, date] = {}
    if rows:
        handed = Dispatch.objects.filter(
            kind=NOTICE, subject__in=[row.public_id for row in rows], state=Dispatch.State.SENT
        )
        for subject, at in handed.values_list("subject").annotate(first=Min("finished_at")):
            reached[subject] = timezone.localdate(at)
    found = {}
    for row in rows:
        days = [reached.get(row.public_id), row.sent_on.on if hasattr(row, "sent_on") else None]
        found[row.decision_id] = ToldLine(_SETTING, min((day for day in days if day), default=None))
    return found

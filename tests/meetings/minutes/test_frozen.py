import hashlib
import json
import re
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from django.template.loader import render_to_string

from meetings.minutes.frozen import (
    ActionsBefore,
    Attendee,
    CardLine,
    ConflictLine,
    DecisionLine,
    DeferralLine,
    DissentLine,
    HeardLine,
    ItemSheet,
    LimbLine,
    MeetingSheet,
    NotedLine,
    PaperLine,
    PromiseLine,
    RecommendationLine,
    StepLine,
    ToldLine,
    digest,
    item_context,
    item_line,
    joined_context,
    kept,
    meeting_context,
    spaced,
)
from meetings.minutes.records import build, canonical, plain
from panel.platform.policy import Refused
from tests.golden import matches, text_of

DAY = date(2026, 11, 24)
ONE = "1" * 64


def at(hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 11, 24, hour, minute, tzinfo=UTC)


CHAIR = Attendee(
    "Charlie Chair", "Chair", "Wealdshire County Council", "Present", "In the room", ((at(9), None),)
)
HEALTH = Attendee(
    "Hana Health",
    "Health",
    "Weald NHS",
    "Present",
    "By video",
    ((at(9), at(9, 20)), (at(9, 30), None)),
    "Max Member",
)
HEAD = Attendee(
    "Hal Head", "Head or SENCO", "Elm Primary School", "Present", "In the room", ((at(9, 5), at(11)),)
)
CLERK = Attendee(
    "Cleo Clerk",
    "Minute taker",
    "Wealdshire County Council",
    "Present",
    "In the room",
    ((at(9), None),),
    votes=False,
)
AWAY = Attendee("Max Member", "Health", "Weald NHS", "Apologies, sent a substitute")

HEARD = ItemSheet(
    number=1,
    version=1,
    panel="Inclusion Panel",
    held_on=DAY,
    reference="EHC-26-0417",
    stage="Whether to assess",
    received_on=date(2026, 10, 20),
    tell_family_by=date(2026, 12, 1),
    outcome_of_item="Recommended: do not assess",
    quorum="Quorum is 2, 2 eligible members present for this item.",
    quorate=True,
    opened_at=at(9, 5),
    closed_at=at(9, 14),
    in_the_room=(CHAIR, HEALTH, CLERK),
    conflicts=(
        ConflictLine(
            "Hal Head",
            "Head or SENCO",
            "Works at the child’s setting",
            "Leaves for the item",
            "Found automatically",
        ),
    ),
    papers=(
        PaperLine(
            "School report",
            "SENCO, Elm Primary School",
            date(2026, 10, 30),
            date(2026, 11, 2),
            6,
            "0123456789abcdef" * 4,
        ),
        PaperLine("What she told her teacher", "Class teacher", None, None, 1),
    ),
    family_views="She comes home tired.\n\nShe will fall behind.",
    child_views="She likes football.",
    discussion="The panel talked about the daily reading lesson.",
    limbs=(
        LimbLine(
            "Does the child have, or might they have, special educational needs?",
            "Yes",
            "Reading is hard for her.",
            ("School report",),
        ),
        LimbLine(
            "Might it be necessary for provision to be made in a plan?", "No", "Her school’s lessons work."
        ),
    ),
    recommendation=RecommendationLine(
        "Do not assess",
        "The help in place is working.",
        "Charlie Chair",
        at(9, 14),
        (DissentLine("Health", "Therapy was not looked at."),),
        family_answered="The panel asked about the tiredness her father wrote of; the school has begun to look at it.",
        help_meanwhile="Her reading lessons go on.",
    ),
    steps=(StepLine("Weekly reading check", "Mrs Hale", "Elm Primary School", date(2026, 12, 11)),),
)
DEFERRED = ItemSheet(
    number=2,
    version=1,
    panel="Inclusion Panel",
    held_on=DAY,
    reference="EHC-26-0418",
    stage="Whether to issue a plan",
    received_on=date(2026, 8, 10),
    tell_family_by=date(2026, 11, 30),
    outcome_of_item="Deferred",
    quorum="Quorum is 2, 1 eligible member present for this item.",
    quorate=False,
    in_the_room=(CHAIR, CLERK),
    deferral=DeferralLine(
        "Information is missing",
        "The therapist’s report",
        "Ines Ward",
        date(2026, 11, 27),
        date(2026, 12, 1),
        late_because="No panel sits before the holiday",
    ),
)
WITHDRAWN = replace(
    DEFERRED,
    number=3,
    outcome_of_item="Withdrawn",
    deferral=None,
    withdrawn_because="The request was taken back",
)
DECIDED = replace(
    HEARD,
    decision=DecisionLine(
        "Assess",
        "New advice came in.",
        "Oli Officer",
        "Designated officer",
        date(2026, 11, 25),
        "Scheme 4.2",
        "A therapist wrote on Monday.",
        limbs=(
            replace(HEARD.limbs[0], reasons="Reading and speech are hard for her."),
            replace(
                HEARD.limbs[1],
                answer="Yes",
                reasons="The therapist asks for more than the school can give.",
                evidence=("Therapist’s letter",),
            ),
        ),
    ),
)
# The panel had advised to assess, and the officer refused.
REFUSED = replace(
    HEARD,
    heard_before=(HeardLine(at(8, 40), at(8, 48)),),
    told=(ToldLine("Mother", date(2026, 11, 27)), ToldLine("Father"), ToldLine("The setting")),
    outcome_of_item="Recommendation made",
    limbs=tuple(replace(limb, answer="Yes", reasons="It may be so.", evidence=()) for limb in HEARD.limbs),
    recommendation=replace(
        HEARD.recommendation, outcome="Assess", reasons="Two terms of help were not enough.", dissent=()
    ),
    decision=DecisionLine(
        "Do not assess",
        "The help in place is working.",
        "Oli Officer",
        "Designated officer",
        date(2026, 11, 25),
        "Scheme 4.2",
        "Her marks of this week show it.",
        limbs=HEARD.limbs,
        codes=("R3",),
        family_answered="The school now ends her day with a quiet half hour, for the tiredness you wrote of.",
        help_meanwhile="The specialist teacher goes on coming on Tuesdays.",
    ),
)


def meeting(*items: ItemSheet) -> MeetingSheet:
    return MeetingSheet(
        version=1,
        panel="Inclusion Panel",
        held_on=DAY,
        place="County Hall, room 2",
        chair="Charlie Chair",
        minute_taker="Cleo Clerk",
        opened_at=at(9),
        closed_at=at(11, 30),
        attendees=(CHAIR, HEALTH, HEAD, CLERK, AWAY),
        items=tuple(item_line(item) for item in items),
        quorum_rule="2 members, 2 agencies",
        notes="Members were reminded of the legal test.",
        card=CardLine("card-1", "Charlie Chair", 2, 3),
        promises=(PromiseLine("Ola Observer", "Observer", "2026-1", at(8, 55)),),
        actions_before=ActionsBefore(done=4, overtaken=1, not_done=0, open=3, overdue=1),
    )


def text(template: str, context) -> str:
    return text_of(render_to_string(f"pdf/{template}.html", context))


# what is printed


def files(items):
    """Digests of the sheets' files, told apart by the number of the item."""
    return [f"{item.number:064x}" for item in items]


def test_factors_are_printed_apart_from_the_reasons_and_left_out_where_none_was_named():
    looked_at = replace(
        DECIDED.recommendation, factors=("Attainment and rate of progress",), factors_words="From her reviews"
    )
    sheet = replace(DECIDED, recommendation=looked_at)
    text = text_of(render_to_string("pdf/minutes_item.html", item_context(sheet)))
    assert "Factors had regard to" in text
    assert "From her reviews" in text
    assert build(ItemSheet, kept(sheet)) == sheet
    assert "Factors" not in text_of(render_to_string("pdf/minutes_item.html", item_context(DECIDED)))


def test_the_joined_minutes_read_as_their_golden_text():
    items = (HEARD, DEFERRED)
    matches("minutes_joined", text("minutes_joined", joined_context(meeting(*items), items, files(items))))


def test_an_item_that_was_withdrawn_says_why():
    assert "### Withdrawn\nThe request was taken back" in text("minutes_item", item_context(WITHDRAWN))


def test_what_came_later_leaves_the_digests_of_records_without_it_alone():
    bare = replace(HEARD, recommendation=replace(HEARD.recommendation, family_answered="", help_meanwhile=""))
    assert {"family_answered", "help_meanwhile"} & kept(bare)["recommendation"].keys() == set()
    assert "withdrawn_because" not in kept(bare)
    assert (
        "late_because"
        not in kept(replace(DEFERRED, deferral=replace(DEFERRED.deferral, late_because="")))["deferral"]
    )
    plain_meeting = replace(meeting(HEARD), card=None, promises=(), actions_before=None)
    assert {"card", "promises", "actions_before"} & kept(plain_meeting).keys() == set()
    assert kept(HEARD)["recommendation"]["help_meanwhile"] == "Her reading lessons go on."
    agreed = replace(DECIDED, decision=replace(DECIDED.decision, limbs=()))
    assert {"limbs", "codes", "family_answered"} & kept(agreed)["decision"].keys() == set()
    assert {"heard_before", "told"} & kept(agreed).keys() == set()
    assert ["heard_before" in line for line in kept(meeting(HEARD, REFUSED))["items"]] == [False, True]
    assert build(MeetingSheet, kept(meeting(HEARD, REFUSED))) == meeting(HEARD, REFUSED)
    assert build(ItemSheet, kept(agreed)) == agreed
    assert build(ItemSheet, kept(REFUSED)) == REFUSED


def test_an_item_sheet_with_a_decision_that_departs_reads_as_its_golden_text():
    matches("minutes_item_decided", text("minutes_item", item_context(DECIDED)))


def test_an_item_sheet_of_a_refusal_that_departs_reads_as_its_golden_text():
    matches("minutes_item_refused", text("minutes_item", item_context(REFUSED)))


def test_the_joined_minutes_are_the_sheets_one_after_the_other():
    items = (HEARD, DEFERRED)
    parts = [text("minutes_meeting", meeting_context(meeting(*items), files(items)))]
    parts += [text("minutes_item", item_context(item)) for item in items]
    joined = text("minutes_joined", joined_context(meeting(*items), items, files(items)))
    assert joined == "".join(parts)


def test_recommendation_and_decision_stand_apart_and_an_open_decision_is_said_to_be_open():
    printed = text("minutes_item", item_context(HEARD))
    assert "## Recommendation of the panel\nDo not assess\n" in printed
    assert "## Decision by the authority\nDecision by the authority: not yet made.\n" in printed


def test_a_meeting_without_items_prints():
    assert "None" in text("minutes_joined", joined_context(meeting(), (), ()))


def test_what_was_entered_from_paper_says_so_and_nothing_else_changes():
    sentence = "Written on paper in the meeting. Times entered on 2 June 2026 at 09:12 by the panel clerk."
    late = replace(HEARD, entered_later=sentence)
    printed = text("minutes_item", item_context(late))
    assert sentence in " ".join(printed.split())
    assert "entered_later" not in kept(HEARD)
    assert (kept(late)["entered_later"], digest(late) == digest(HEARD)) == (sentence, False)
    whole = replace(meeting(late), entered_later=sentence)
    assert sentence in " ".join(
        text("minutes_joined", joined_context(whole, (late,), files((late,)))).split()
    )


def test_typed_markup_is_printed_as_text():
    printed = render_to_string(
        "pdf/minutes_item.html", item_context(replace(HEARD, discussion="<img src=x> {{ x }}"))
    )
    assert "<p>&lt;img src=x&gt; {{ x }}</p>" in printed


def test_the_meeting_sheet_says_nothing_an_item_sheet_keeps():
    secret = replace(HEARD, family_views="SECRET-A", discussion="SECRET-B", child_views="SECRET-C")
    assert "SECRET" in text("minutes_item", item_context(secret))
    assert "SECRET" not in text("minutes_meeting", meeting_context(meeting(secret), files([secret])))


def test_what_was_noted_is_printed_and_leaves_earlier_digests_alone():
    line = NotedLine("T000001", "Whether to assess", "Without this panel", DAY)
    noted = replace(meeting(), noted=(line,))
    printed = text("minutes_meeting", meeting_context(noted, ()))
    for words in ("## Noted\n", "T000001", "Without this panel", "24 November 2026"):
        assert words in printed
    assert build(MeetingSheet, kept(noted)) == noted
    assert not {"noted", "noted_others"} & set(kept(meeting()))
    assert "## Noted" not in text("minutes_meeting", meeting_context(meeting(), ()))


def test_what_is_closed_to_a_reader_is_counted():
    line = NotedLine("T000001", "Whether to assess", "Without this panel", DAY)
    both = replace(meeting(), noted=(line,), noted_others=1)
    assert "And 1 more, not named here." in text("minutes_meeting", meeting_context(both, ()))
    alone = text("minutes_meeting", meeting_context(replace(meeting(), noted_others=2), ()))
    assert "2 decisions, not named here." in alone
    assert build(MeetingSheet, kept(both)) == both


def test_every_table_has_headings_with_a_scope():
    items = (DECIDED, DEFERRED)
    line = NotedLine("T000001", "Whether to assess", "Without this panel", DAY)
    sheet = replace(meeting(*items), noted=(line,))
    html = render_to_string("pdf/minutes_joined.html", joined_context(sheet, items, files(items)))
    assert html.count("<th") == html.count("<thead") + html.count('<th scope="')
    # Each table stands right under the words that say what it is: its heading, or the sentence below one.
    assert len(re.findall(r"</(?:h[1-6]|p)>\s*<table", html)) == html.count("<table")


# the record


def test_the_footer_names_version_and_digest_of_the_record():
    assert item_context(HEARD)["footer"] == (
        f"Inclusion Panel, 24 November 2026, item 1, EHC-26-0417. Version 1. Record {spaced(digest(HEARD))}"
    )
    assert spaced(ONE) == " ".join(["1" * 8] * 8)


def test_the_meeting_sheet_vouches_for_each_item_sheet_and_only_for_it():
    sheet = meeting(HEARD, DEFERRED)
    assert [line.sheet_sha256 for line in sheet.items] == [digest(HEARD), digest(DEFERRED)]
    for wrong in ((DEFERRED, HEARD), (HEARD,), (replace(HEARD, discussion="Other."), DEFERRED)):
        with pytest.raises(Refused) as refused:
            joined_context(sheet, wrong, files(wrong))
        assert refused.value.code == "sheets_differ"


def test_the_digest_can_be_recomputed_by_anybody_who_holds_the_record():
    held = json.dumps(
        {"format": 1, "kind": "ItemSheet", "record": kept(HEARD)},
        ensure_ascii=False,
        sort_keys=True,
        separators=(",", ":"),
    )
    assert digest(HEARD) == hashlib.sha256(held.encode()).hexdigest()


def test_one_moment_in_two_zones_and_one_name_in_two_forms_have_one_digest():
    paris = timezone(timedelta(hours=1))
    assert digest(replace(HEARD, opened_at=datetime(2026, 11, 24, 10, 5, tzinfo=paris))) == digest(HEARD)
    assert digest(replace(HEARD, discussion="Zoe\u0308")) == digest(replace(HEARD, discussion="Zo\u00eb"))
    assert digest(replace(HEARD, version=2)) != digest(HEARD)


@pytest.mark.parametrize("record", [HEARD, DEFERRED, DECIDED, meeting(HEARD, DEFERRED)])
def test_a_record_comes_back_from_json_as_it_went(record):
    assert build(type(record), json.loads(canonical(record))) == record


def test_a_record_refuses_a_moment_without_zone_and_what_is_no_plain_value():
    with pytest.raises(ValueError, match="time zone"):
        plain(datetime(2026, 11, 24, 9, 0))  # noqa: DTZ001
    with pytest.raises(TypeError):
        plain(1.5)
    with pytest.raises(KeyError):
        build(ItemSheet, {**plain(HEARD), "id": 7})

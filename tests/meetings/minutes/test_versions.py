"""What each version of an item's minutes says, word for word, and what no version of it can say."""

import dataclasses
import json
from dataclasses import replace
from datetime import date

import pytest
from django.template.loader import render_to_string

from meetings.minutes.frozen import DeferralLine, DissentLine, ItemSheet, PaperLine, RiskLine, StepLine
from meetings.minutes.frozen import digest as sheet_digest
from meetings.minutes.passages import passages, readers_of
from meetings.minutes.records import build, canonical
from meetings.minutes.redaction import (
    EXEMPTIONS,
    Ground,
    Paragraph,
    Reader,
    by_role,
    grounds_for,
    is_hidden,
    left_out_words,
    paragraphs,
    without_names,
    words_digest,
)
from meetings.minutes.version_fields import TYPE_OF, FamilyVersion, ModeratorVersion, SettingVersion
from meetings.minutes.versions import compose, context, digest, kept, texts_of
from panel.platform.policy import Refused
from tests.golden import matches, text_of
from tests.meetings.minutes.test_frozen import (
    AWAY,
    CHAIR,
    CLERK,
    DECIDED,
    DEFERRED,
    HEAD,
    HEALTH,
    HEARD,
    WITHDRAWN,
)

PEOPLE = (CHAIR, HEALTH, HEAD, CLERK, AWAY)
NAMES = ("Robin", "Ashdown", "Robin Ashdown", "Grace Ashdown")
BROTHER = "His brother Sid was seen by the same team in spring."
NEIGHBOUR = "A neighbour says that there is shouting at night."
HEARD_FULL = replace(
    DECIDED,
    papers=tuple(
        replace(paper, kind=kind) for paper, kind in zip(DECIDED.papers, ("Attainment", "Other"), strict=True)
    ),
    child_views="Robin likes football. ROBIN wants a quiet place.",
    family_views=f"Grace Ashdown says that he comes home tired.\n\n{BROTHER}",
    discussion=f"Hana  Health said that therapy had begun.\n\n{NEIGHBOUR}\n\nCharlie Chair summed up.",
    recommendation=replace(
        DECIDED.recommendation,
        dissent=(DissentLine("Health", "Therapy was not looked at. Hal Head had asked for it."),),
    ),
    steps=(
        *DECIDED.steps,
        StepLine("Call the neighbour back", "Ines Ward", "Social care", date(2026, 12, 4)),
    ),
    risk=RiskLine(
        "Significant",
        ("Exclusion is threatened",),
        "He is often sent home.",
        "Lena Lead",
        None,
        date(2027, 1, 8),
    ),
)
# The officer decided as the panel had advised.
FOLLOWED = replace(
    HEARD_FULL, decision=replace(DECIDED.decision, outcome="Do not assess", departs_because="", limbs=())
)
TAGS = {
    words_digest(BROTHER): Ground.ANOTHER_CHILD,
    words_digest(NEIGHBOUR): Ground.THIRD_PARTY,
    words_digest("Call the neighbour back"): Ground.NOT_SETTING,
}
SECRETS = ("Sid", "neighbour")
MEMBERS = ("Charlie", "Hana", "Hal Head", "Max Member", "Cleo", "Oli Officer")


def made(reader: Reader, sheet: ItemSheet = HEARD_FULL, tags: dict[str, Ground] | None = None):
    return compose(sheet, reader, TAGS if tags is None else tags, people=PEOPLE, names=NAMES)


def printed(reader: Reader, sheet: ItemSheet = HEARD_FULL, tags: dict[str, Ground] | None = None) -> str:
    return text_of(render_to_string(f"pdf/version_{reader}.html", context(made(reader, sheet, tags), reader)))


def code(sheet: ItemSheet, reader: Reader, tags: dict[str, Ground]) -> str:
    with pytest.raises(Refused) as refused:
        made(reader, sheet, tags)
    return refused.value.code


# what is printed


@pytest.mark.parametrize("reader", list(Reader))
def test_each_version_reads_as_its_golden_text(reader: Reader) -> None:
    matches(f"version_{reader}", printed(reader))


def test_setting_version_of_advice_that_was_followed_reads_as_its_golden_text() -> None:
    matches("version_setting_followed", printed(Reader.SETTING, FOLLOWED))


def test_version_of_an_item_put_off_reads_as_its_golden_text() -> None:
    matches("version_family_deferred", printed(Reader.FAMILY, DEFERRED, {}))


@pytest.mark.parametrize("reader", list(Reader))
def test_no_version_names_a_member_or_holds_what_is_left_out(reader: Reader) -> None:
    words = json.dumps(dataclasses.asdict(made(reader)), default=str, ensure_ascii=False)
    hidden = SECRETS if reader is not Reader.FAMILY else ("Sid", "shouting")
    assert [name for name in (*MEMBERS, *hidden) if name in words] == []


def test_family_reads_its_own_words_and_the_dissent_by_seat() -> None:
    words = printed(Reader.FAMILY)
    assert "Grace Ashdown says that he comes home tired." in words
    assert "#### Health\nTherapy was not looked at. A panel member (head or SENCO) had asked for it." in words
    assert left_out_words(Ground.ANOTHER_CHILD) in words


def test_setting_gets_nothing_the_family_said_nor_what_is_not_for_it() -> None:
    words = printed(Reader.SETTING, FOLLOWED)
    assert [
        part for part in ("tired", "football", "Therapy was not", "sent home", "neighbour") if part in words
    ] == []
    assert left_out_words(Ground.NOT_SETTING) in words


def test_only_the_family_reads_what_was_answered_to_it() -> None:
    assert [reader for reader in Reader if "the tiredness her father wrote of" in printed(reader)] == [
        Reader.FAMILY
    ]
    assert "Her reading lessons go on." in printed(Reader.FAMILY)


def test_why_an_answer_is_late_or_an_item_withdrawn_is_told_to_the_family() -> None:
    assert "Why the answer will be late:\nNo panel sits before the holiday" in printed(
        Reader.FAMILY, DEFERRED, {}
    )
    assert "The request was taken back" in printed(Reader.FAMILY, WITHDRAWN, {})


def test_later_fields_leave_the_digests_of_versions_without_them_alone() -> None:
    record = kept(
        made(Reader.FAMILY, replace(DEFERRED, deferral=replace(DEFERRED.deferral, late_because="")), {})
    )
    assert {"help_meanwhile", "withdrawn_because"} & record.keys() == set()
    assert "late_because" not in record["deferral"]


def test_moderators_version_cannot_say_who_or_what_was_decided() -> None:
    """Blind by construction: whatever the outcome and whoever sat, the version is the same to the last byte."""
    told = {field.name for field in dataclasses.fields(ModeratorVersion)}
    assert told == {"question", "test", "papers", "child_views", "family_views"}
    other = replace(
        HEARD_FULL,
        reference="EHC-26-0999",
        panel="Other panel",
        held_on=date(2026, 10, 1),
        outcome_of_item="Recommended: assess",
        in_the_room=(HEAD,),
        limbs=tuple(replace(limb, answer="Yes", reasons="All else.") for limb in HEARD_FULL.limbs),
        recommendation=replace(HEARD_FULL.recommendation, outcome="Assess", chair="Vic Vice", dissent=()),
        decision=None,
        steps=(),
        risk=None,
        discussion="",
    )
    tags = {words_digest(BROTHER): Ground.ANOTHER_CHILD}
    assert digest(made(Reader.MODERATOR, other, tags)) == digest(made(Reader.MODERATOR, tags=tags))
    page = render_to_string("pdf/version_moderator.html", context(made(Reader.MODERATOR), Reader.MODERATOR))
    assert [
        word for word in ("EHC-26", "Inclusion Panel", "Robin", "Ashdown", "Do not") if word in page
    ] == []


def test_types_lack_what_their_reader_is_not_to_have() -> None:
    setting = {field.name for field in dataclasses.fields(SettingVersion)}
    assert setting.isdisjoint(
        {"family_views", "child_views", "discussion", "recommendation", "risk", "papers", "seats"}
    )
    assert TYPE_OF[Reader.FAMILY] is FamilyVersion


def test_typed_markup_is_printed_as_text() -> None:
    page = render_to_string(
        "pdf/version_family.html",
        context(made(Reader.FAMILY, replace(HEARD, discussion="<img src=x> {{ x }}"), {}), Reader.FAMILY),
    )
    assert "<p>&lt;img src=x&gt; {{ x }}</p>" in page


# tags


@pytest.mark.parametrize(
    ("ground", "hidden_from"),
    [
        (Ground.THIS_CHILD, set()),
        (Ground.ANOTHER_CHILD, set(Reader)),
        (Ground.THIRD_PARTY, set(Reader)),
        (Ground.HARM, set(Reader)),
        (Ground.PROTECTED_ADDRESS, set(Reader)),
        (Ground.LEGAL_ADVICE, set(Reader)),
        (Ground.MEMBER_OPINION, set(Reader)),
        (Ground.NOT_FAMILY, {Reader.FAMILY}),
        (Ground.NOT_SETTING, {Reader.SETTING}),
        (Ground.NOT_MODERATOR, {Reader.MODERATOR}),
    ],
)
def test_ground_decides_for_whom_a_paragraph_is_left_out(ground: Ground, hidden_from: set[Reader]) -> None:
    assert {reader for reader in Reader if is_hidden(ground, reader)} == hidden_from


def test_every_removal_rests_on_something_that_fits_its_row() -> None:
    hiding = {ground for ground in Ground if any(is_hidden(ground, reader) for reader in Reader)}
    assert set(EXEMPTIONS) == hiding == set(Ground) - {Ground.THIS_CHILD}
    assert max(map(len, EXEMPTIONS.values())) <= 200


@pytest.mark.parametrize(
    ("field", "others"),
    [
        ("family_views", {Reader.MODERATOR}),
        ("discussion", set()),
        ("recommendation", set()),
        ("dissent_1", set()),
        ("limb_2", {Reader.SETTING}),
        ("decision", {Reader.SETTING}),
        ("step_1", {Reader.SETTING}),
        ("paper_1", set()),
        ("risk", set()),
    ],
)
def test_words_can_be_kept_from_one_reader_alone_only_where_they_reach_it(
    field: str, others: set[Reader]
) -> None:
    readers = readers_of(field)
    assert readers == {Reader.FAMILY, *others}
    only = {Ground.NOT_FAMILY, Ground.NOT_SETTING, Ground.NOT_MODERATOR} & set(grounds_for(readers))
    assert only == {Ground(f"not_{reader}") for reader in readers}


def test_each_version_has_the_words_of_its_own_fields_and_of_no_other() -> None:
    """Every paragraph is marked by its field: the mark is in a version if and only if that reader is one of the field's."""
    marked = marked_sheet()
    assert {"discussion", "family_views", "risk"} <= {passage.field for passage in passages(marked)}
    for passage in passages(marked):
        for reader in Reader:
            inside = any(passage.text in text for text in texts_of(compose(marked, reader, {})))
            assert inside == (reader in readers_of(passage.field)), (passage.field, reader)


def marked_sheet() -> ItemSheet:
    decided, advised = DECIDED.decision, DECIDED.recommendation
    return replace(
        HEARD_FULL,
        child_views="Mark one",
        family_views="Mark two",
        discussion="Mark three",
        limbs=tuple(replace(limb, reasons=f"Mark limb {n}") for n, limb in enumerate(DECIDED.limbs)),
        recommendation=replace(
            advised,
            reasons="Mark four",
            dissent=(DissentLine("Health", "Mark five"),),
            family_answered="Mark twelve",
            help_meanwhile="Mark thirteen",
            factors=("Attainment and rate of progress",),
            factors_words="Mark sixteen",
        ),
        # As advised: of another outcome the setting is told neither steps nor help.
        decision=replace(
            decided, outcome=advised.outcome, reasons="Mark six", departs_because="Mark seven", limbs=()
        ),
        deferral=DeferralLine("Information is missing", "Mark eight", late_because="Mark fourteen"),
        withdrawn_because="Mark fifteen",
        steps=(StepLine("Mark nine", "Somebody", "", None),),
        risk=RiskLine("Watch", (), "Mark ten"),
        papers=(
            PaperLine("Mark eleven", "", None, None, kind="Other"),
            PaperLine("Mark seventeen", "", None, None, kind="Letter", not_considered="Mark eighteen"),
        ),
    )


def test_paragraphs_are_parted_by_empty_lines_and_known_by_their_words() -> None:
    assert paragraphs("One.\r\nStill one.\n \n\nTwo.\n") == ("One.\nStill one.", "Two.")
    assert words_digest("One.\nStill  one.") == words_digest("One. Still one.")
    assert words_digest("Zoe\u0308") == words_digest("Zo\u00eb")
    assert words_digest("One.") != words_digest("one.")


def test_tag_holds_for_its_words_wherever_they_stand_and_for_no_others() -> None:
    """An officer takes over the panel's reasons; an amendment puts a paragraph before the tagged one."""
    secret = "The reason is what her aunt told us about home."
    same = replace(
        HEARD,
        recommendation=replace(HEARD.recommendation, reasons=f"New first paragraph.\n\n{secret}"),
        decision=replace(DECIDED.decision, reasons=secret),
    )
    words = printed(Reader.FAMILY, same, {words_digest(secret): Ground.THIRD_PARTY})
    assert ("aunt" in words, "New first paragraph." in words) == (False, True)
    assert words.count(left_out_words(Ground.THIRD_PARTY)) == 2


def test_changed_words_of_a_tagged_paragraph_stop_every_version_until_somebody_looked() -> None:
    changed = replace(HEARD_FULL, family_views="His brother Sid was seen by the same team in the spring.")
    for reader in Reader:
        assert code(changed, reader, TAGS) == "tag_lapsed"


def test_left_out_words_inside_another_paragraph_stop_the_version() -> None:
    both = replace(HEARD_FULL, discussion=f"{NEIGHBOUR}\n\nSomebody read it out: {NEIGHBOUR.upper()}")
    assert code(both, Reader.FAMILY, TAGS) == "words_remain"


def test_title_of_a_paper_is_left_out_by_its_kind() -> None:
    sheet = replace(
        HEARD, papers=(PaperLine("Report on Sid", "", date(2026, 10, 30), None, kind="Attainment"),)
    )
    tags = {words_digest("Report on Sid"): Ground.ANOTHER_CHILD}
    assert "- Attainment, 30 October 2026" in printed(Reader.FAMILY, sheet, tags)


def test_setting_and_moderators_wait_for_what_their_version_is_about() -> None:
    assert code(HEARD, Reader.SETTING, {}) == "no_decision"
    assert code(DEFERRED, Reader.MODERATOR, {}) == "not_advised"
    assert made(Reader.SETTING, DEFERRED, {}).deferral is not None
    assert "It was not yet made when these minutes were signed." in printed(Reader.FAMILY, HEARD, {})


def test_every_free_text_of_a_record_can_be_tagged() -> None:
    """A new field of the record that nobody can tag would be printed unseen: each string of it is accounted for here."""
    full = replace(
        HEARD_FULL,
        deferral=DeferralLine("Information is missing", "The report", "Ines Ward", None, None),
    )
    tagged = {passage.text for passage in passages(full)}
    free = {
        text
        for text in texts_of(compose(full, Reader.FAMILY, {}))
        if text and not any(passage in text for passage in tagged)
    }
    assert free == {
        "EHC-26-0417",
        "Inclusion Panel",
        "Whether to assess",
        "Recommended: do not assess",
        "Quorum is 2, 2 eligible members present for this item.",
        "Chair, Wealdshire County Council",
        "Health, Weald NHS",
        "Minute taker, Wealdshire County Council",
        "Head or SENCO: Leaves for the item",
        "Health",
        "Yes",
        "No",
        "Do not assess",
        "Assess",
        "Designated officer",
        "Information is missing",
        "Elm Primary School",
        "Social care",
        "Significant",
        "Exclusion is threatened",
        "named at the meeting",
        *(limb.question for limb in HEARD.limbs),
        # Put by role, so no longer the words of their passage.
        "A panel member (health) said that therapy had begun.",
        "The chair summed up.",
        "Therapy was not looked at. A panel member (head or SENCO) had asked for it.",
    }


# names


def test_names_of_members_become_their_role_however_they_are_spaced_or_written() -> None:
    roles = {"Hal Head": "a panel member (head or SENCO)", "Hal Headley": "the chair"}
    assert (
        by_role("HAL\nHEAD and Hal Headley; Halhead", roles)
        == "A panel member (head or SENCO) and the chair; Halhead"
    )


def test_names_of_the_child_are_left_out_and_words_like_them_are_not() -> None:
    said = without_names("Will Ash says that he will. WILL  ASH, Willow", ["Will", "Ash", "Will Ash", ""])
    assert said == "(name left out) says that he will. (name left out), Willow"


# the record


@pytest.mark.parametrize("reader", list(Reader))
def test_version_comes_back_from_json_as_it_went(reader: Reader) -> None:
    version = made(reader)
    assert build(TYPE_OF[reader], json.loads(canonical(version))) == version
    assert made(reader) == version
    assert digest(made(reader, tags={**TAGS, words_digest("Nothing"): Ground.THIS_CHILD})) == digest(version)


def test_kind_of_a_paper_is_part_of_the_record_and_absent_from_older_ones() -> None:
    with_kind = replace(HEARD, papers=(replace(HEARD.papers[0], kind="Attainment"), *HEARD.papers[1:]))
    assert sheet_digest(with_kind) != sheet_digest(HEARD)


def test_left_out_paragraph_holds_no_words() -> None:
    version = made(Reader.FAMILY)
    assert version.family_views[1] == Paragraph(left_out=left_out_words(Ground.ANOTHER_CHILD))


def test_setting_is_told_no_steps_and_no_help_that_belong_to_another_outcome() -> None:
    departed = printed(Reader.SETTING)
    assert HEARD_FULL.decision.outcome != HEARD_FULL.recommendation.outcome
    assert ("Her reading lessons go on." in departed, "Weekly reading check" in departed) == (False, False)
    same = printed(Reader.SETTING, FOLLOWED)
    assert ("Her reading lessons go on." in same, "Weekly reading check" in same) == (True, True)
    family = printed(Reader.FAMILY)
    assert "The panel agreed these with its advice. The decision is another one" in family
    assert "The panel agreed these with its advice." not in printed(Reader.FAMILY, FOLLOWED)


def test_setting_is_not_told_why_an_answer_is_late() -> None:
    assert "No panel sits before the holiday" not in printed(Reader.SETTING, DEFERRED, {})

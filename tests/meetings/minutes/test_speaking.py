"""How versions speak of staff: by what they do, by name where the rules say so, and what is left for a person to look at."""

from dataclasses import replace

import pytest
from django.template.loader import render_to_string

from meetings.minutes.frozen import StepLine
from meetings.minutes.records import build
from meetings.minutes.redaction import Ground, Reader, words_digest
from meetings.minutes.speaking import names_left, roles_of
from meetings.minutes.version_fields import FamilyVersion
from meetings.minutes.versions import compose, context, digest, kept
from tests.golden import text_of
from tests.meetings.minutes.test_frozen import HEARD
from tests.meetings.minutes.test_versions import FOLLOWED, HEARD_FULL, NAMES, PEOPLE, TAGS, made

STAFF = {"Lena Lead": "the case coordinator", "Grace Hale": "a professional (Elm Primary School)"}


def test_staff_stand_by_what_they_do_wherever_they_are_named() -> None:
    sheet = replace(
        HEARD_FULL,
        discussion="Lena Lead will ring.",
        steps=(
            StepLine("Ring home", "Ms Grace Hale", "", None),
            StepLine("Write", "Tessa Teacher", "Elm Primary School", None),
            StepLine("Look again", "Tessa Teacher", "", None),
            StepLine("Weigh it", "SENCO", "Elm Primary School", None),
        ),
    )
    found = compose(sheet, Reader.FAMILY, {}, people=PEOPLE, staff=STAFF)
    assert isinstance(found, FamilyVersion)
    assert [step.who for step in found.steps] == [
        "A professional (Elm Primary School)",
        "",
        "A professional",
        "SENCO",
    ]
    assert (found.risk.lead, found.discussion[0].text) == (
        "The case coordinator",
        "The case coordinator will ring.",
    )
    assert [name for name in ("Lena", "Tessa", "Hale") if name in str(kept(found))] == []


def test_rules_that_say_names_name_staff_to_family_and_setting_and_never_to_moderators() -> None:
    def named(reader: Reader):
        return compose(FOLLOWED, reader, TAGS, people=PEOPLE, names=NAMES, staff=STAFF, by_name=True)

    family, setting = named(Reader.FAMILY), named(Reader.SETTING)
    assert family.seats[0] == "Charlie Chair, Chair, Wealdshire County Council"
    assert family.conflicts == ("Hal Head, Head or SENCO: Leaves for the item",)
    assert (family.steps[0].who, setting.steps[0].who, family.risk.lead) == (
        "Mrs Hale",
        "Mrs Hale",
        "Lena Lead",
    )
    page = text_of(render_to_string("pdf/version_family.html", context(family, Reader.FAMILY)))
    assert "named by what they do" not in page
    assert kept(family)["by_name"] is True
    assert build(FamilyVersion, kept(family)) == family
    assert "by_name" not in kept(made(Reader.FAMILY))
    assert digest(named(Reader.MODERATOR)) == digest(made(Reader.MODERATOR, FOLLOWED))


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("Hana Health wrote it down.", ()),
        ("Hana wrote it down.", ("Hana",)),
        ("What tessa said helped.", ("Tessa",)),
        ("Tessa Teacher rang.", ("Tessa Teacher",)),
        ("The teacher and the head agree.", ()),
        ("Grace comes home tired.", ()),
    ],
)
def test_names_of_staff_that_are_left_are_for_a_person_to_look_at(words: str, found: tuple[str, ...]) -> None:
    sheet = replace(HEARD, family_views=words)
    people = ["Hana Health", "Hal Head", "Tessa Teacher", "Grace Hale"]

    def left(reader: Reader, tags: dict[str, Ground]) -> tuple[str, ...]:
        roles = roles_of(sheet, PEOPLE, {})
        return names_left(sheet, reader, tags, roles=roles, staff=people, family=(*NAMES, "Grace"))

    assert [left(reader, {}) for reader in (Reader.FAMILY, Reader.MODERATOR)] == [found] * 2
    assert left(Reader.SETTING, {}) == left(Reader.FAMILY, {words_digest(words): Ground.NOT_FAMILY}) == ()

"""Factors had regard to and papers not considered in the versions of an item's minutes."""

from dataclasses import replace

from django.template.loader import render_to_string

from meetings.minutes.redaction import Reader
from meetings.minutes.versions import compose, context, kept
from tests.golden import text_of
from tests.meetings.minutes.test_frozen import DECIDED
from tests.meetings.minutes.test_versions import marked_sheet


def test_factors_are_told_to_family_and_setting_and_their_words_to_the_family_alone() -> None:
    marked = marked_sheet()
    pages = {
        reader: text_of(
            render_to_string(f"pdf/version_{reader}.html", context(compose(marked, reader, {}), reader))
        )
        for reader in Reader
    }
    assert [reader for reader, text in pages.items() if "Attainment and rate of progress" in text] == [
        Reader.FAMILY,
        Reader.SETTING,
    ]
    assert [reader for reader, text in pages.items() if "Mark sixteen" in text] == [Reader.FAMILY]
    without = compose(replace(marked, recommendation=DECIDED.recommendation), Reader.SETTING, {})
    assert "factors" not in kept(without)


def test_paper_that_was_not_considered_is_told_to_the_family_and_not_to_moderators() -> None:
    versions = {reader: compose(marked_sheet(), reader, {}) for reader in (Reader.FAMILY, Reader.MODERATOR)}
    family, moderator = (
        text_of(render_to_string(f"pdf/version_{reader}.html", context(version, reader)))
        for reader, version in versions.items()
    )
    assert "Mark seventeen. Not considered: Mark eighteen" in family
    assert "Letter" not in moderator
    assert ["not_considered" in paper for paper in kept(versions[Reader.FAMILY])["papers"]] == [False, True]

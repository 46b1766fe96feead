import pytest

from panel.platform.policy import Refused
from panel.platform.text import clean_line, clean_name, clean_text, plain_to_html


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("O’Brien", "O’Brien"),
        ("O'Brien-Ward", "O'Brien-Ward"),
        ("J", "J"),
        ("n" * 200, "n" * 200),
        ("Siân Ŵyn", "Siân Ŵyn"),
        ("Łucja Świątek", "Łucja Świątek"),
        ("قاسم محمد", "قاسم محمد"),
        ("🎉", "🎉"),
        ("👩\u200d👧", "👩\u200d👧"),
        ("می\u200cخواهم", "می\u200cخواهم"),
        ("  Ann \t Lee\n", "Ann Lee"),
        ("Ann\ufeff L\u00adee", "Ann Lee"),
        ("Zoe\u0301", "Zoé"),
        ("A\u200dn\u200d\u200dn\u200d", "Ann"),
        ("Ann\u200b\u2060", "Ann"),
    ],
)
def test_name_is_kept_without_invisible_junk(typed, kept):
    assert clean_name(typed) == kept


@pytest.mark.parametrize(
    ("typed", "code", "sentence"),
    [
        ("", "empty", "Name is empty. Enter at least one character."),
        ("\u200b", "empty", "Name is empty. Enter at least one character."),
        ("A\0nn", "nul", "Name contains a NUL character, which no text may hold. Type it again by hand."),
        (
            "Ann \u202eeeL",
            "direction_override",
            (
                "Name contains an invisible “right-to-left override” mark (U+202E), which makes words read in another order."
                " Delete the text and type it again."
            ),
        ),
        (
            "Ann\x07",
            "control_character",
            "Name contains a control character (U+0007). Delete the text and type it again.",
        ),
        (
            "Ann\x92s",
            "control_character",
            "Name contains a control character (U+0092). Delete the text and type it again.",
        ),
        (
            "Ann\ud800",
            "not_text",
            "Name contains something that is not a character (U+D800). Delete it and type it again.",
        ),
        ("n" * 10_000, "too_long", "Name must be 200 characters or fewer. It now has 10,000."),
    ],
)
def test_name_is_refused_by_the_name_of_what_is_wrong(typed, code, sentence):
    with pytest.raises(Refused) as refused:
        clean_name(typed)
    assert (refused.value.code, refused.value.sentence) == (code, sentence)


def test_name_length_is_counted_after_normalising():
    assert clean_name("e\u0301" * 200) == "é" * 200


def test_line_may_be_empty_and_carries_its_label():
    assert clean_line("  ") == ""
    with pytest.raises(Refused) as refused:
        clean_line("x" * 31, limit=30, label="Reference")
    assert refused.value.sentence == "Reference must be 30 characters or fewer. It now has 31."


def test_text_keeps_its_lines_and_translates_word_symbols():
    assert (
        clean_text("one \r\ntwo\rthree\x0b\n\n\n\n\uf0b7\tfour \uf0e0 five\u2028")
        == "one\ntwo\nthree\n\n• four → five"
    )


def test_text_of_one_endless_word_is_refused():
    with pytest.raises(Refused) as refused:
        clean_text("a" * 2_001)
    assert refused.value.sentence == (
        "This text has a word of 2,001 characters; a word may have up to 2,000. Add spaces."
    )


def test_plain_text_becomes_escaped_paragraphs():
    assert plain_to_html("a <b>\nc & d\n\n\n{{ e }}\n") == "<p>a &lt;b&gt;<br>c &amp; d</p><p>{{ e }}</p>"
    assert plain_to_html("") == ""

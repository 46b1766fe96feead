import pytest

from panel.platform.policy import Refused
from panel.platform.richtext import sanitise


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("<p class=x>One<br/>two</p>", "<p>One<br>two</p>"),
        ("<b>bold</b> <i onclick=go()>slanted</i>", "<strong>bold</strong> <em>slanted</em>"),
        ("<ul style='color:red'><li>a<li>b</ul>", "<ul><li>a</li><li>b</li></ul>"),
        ("<script>alert(1)</script><style>@import 'http://x/'</style>words", "words"),
        ("<img src=x onerror=go()>", ""),
        ("<a href='javascript:go()'>link</a>", "link"),
        ("<a href='http://x/'>link</a>", "link"),
        ("<link rel=attachment href=file:///etc/passwd>", ""),
        ("<iframe src=http://x/></iframe>", ""),
        ("<table><tr><td colspan=999999>cell</table>", "cell"),
        ("<p>Word <!-- hidden comment --><o:p>paste</o:p></p>", "<p>Word paste</p>"),
        ("&lt;script&gt; {{ settings.SECRET_KEY }}", "&lt;script&gt; {{ settings.SECRET_KEY }}"),
        ("<svg><image href='http://x/'/></svg><math><mtext>y</mtext></math>", ""),
    ],
)
def test_rich_text_keeps_six_plain_elements(typed, kept):
    assert sanitise(typed) == kept


def test_rich_text_is_the_same_when_cleaned_twice():
    once = sanitise("<ul><li><b>a &amp; b</b></ul><div>c &lt;i&gt;</div>")
    assert sanitise(once) == once


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("<ul><li>" * 13, "too_deep"),
        ("<em>" * 3_000 + "x", "too_deep"),
        ("<p>" + "a" * 3_000, "word_too_long"),
        ("<p>" + "word " * 11_000, "too_long"),
        ("a" * 1_000_000, "too_long"),
        ("<p>\0", "nul"),
        ("<p>\u202e", "direction_override"),
    ],
)
def test_rich_text_that_cannot_be_printed_is_refused(typed, code):
    with pytest.raises(Refused) as refused:
        sanitise(typed)
    assert refused.value.code == code


def test_rich_text_of_three_thousand_boxes_keeps_only_its_words():
    assert sanitise("<div>" * 3_000 + "words") == "words"

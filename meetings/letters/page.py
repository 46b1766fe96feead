"""A letter as the page that is printed. The same blocks make the HTML twin on the family's page."""

from django.template.loader import render_to_string

from meetings.letters.content import Letter, letter
from meetings.letters.facts import LetterFacts


def page_html(facts: LetterFacts) -> str:
    """The whole HTML document the renderer prints; it loads nothing but `asset:pdf.css`. `Refused` as `content.letter`."""
    return render_to_string("pdf/letter.html", page_context(letter(facts)))


def page_context(written: Letter) -> dict[str, object]:
    """What `pdf/letter.html` and `family/_letter_body.html` print: the letter, and nothing about anybody else."""
    return {
        "title": written.title,
        "large_print": written.facts.large_print,
        "letter": written,
        "facts": written.facts,
    }

"""The field for the help that goes on meanwhile: the same in the room and where the officer decides in words of their own."""

from meetings.actions.recommend import SUPPORT_LIMIT
from panel.forms.base import WordsField


def meanwhile_field() -> WordsField:
    """What the letter prints of it with every outcome; nothing has to be written."""
    return WordsField(
        max_length=SUPPORT_LIMIT,
        rows=2,
        required=False,
        label="What help goes on meanwhile, and where the family finds more",
        help_text="Whatever the outcome; the letter prints it. Services that are in place stay open.",
    )

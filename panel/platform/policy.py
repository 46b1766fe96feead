"""Who may do what: one pure table of role by verb, and the one refusal every rule and action raises.

Reach of a cell: `any` (every object of the kind), `own` (only objects tied to the user in that role) or nothing. Denials,
restriction and state are asked before the table and bind everybody, superusers included (design.md 2, fact 5).
"""


class Refused(Exception):
    """A lawful, explained no. `code` is for programs and tests, `sentence` is shown to the person beside its cause."""

    def __init__(self, code: str, sentence: str, *, field: str | None = None) -> None:
        super().__init__(sentence)
        self.code = code
        self.sentence = sentence
        self.field = field

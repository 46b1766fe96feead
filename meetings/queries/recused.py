"""Who takes no part in a question about a case, by everything that was said of them or found: asked before anybody
answers it.
"""

from django.db.models import Exists, OuterRef, Q

from meetings.models import Conflict, KeptConflict
from panel.law.legal import Stage
from panel.models import Case, User

# Denials that follow from a conflict at the table, by how their sources begin (`source_of`, and what was kept of an item).
AT_THE_TABLE = Q(source__startswith="item:") | Q(source__startswith="conflict:")


def take_no_part(case: Case, stage: Stage | str) -> Q:
    """A condition on users: a conflict of theirs stands at an item of this question, or is kept of the case itself.

    A conflict outlasts its seat, and its item: whoever decides without a panel is bound by it like whoever sits at the
    table. The newest word on a person and a kind counts, so that what was lifted later binds no more by the record of
    its day.
    """
    said = Conflict.objects.filter(item__case=case, entry__user=OuterRef("pk"))
    kept = KeptConflict.objects.filter(case=case, user=OuterRef("pk")).exclude(effect=Conflict.Effect.NOTE)
    standing = (
        said.filter(item__stage=stage).exclude(effect=Conflict.Effect.NOTE).exclude(_lifted_since(case))
    )
    return Q(Exists(standing)) | Q(Exists(kept))


def takes_no_part(case: Case, stage: Stage | str, user: User) -> bool:
    """The same of one person. One query."""
    return User.objects.filter(take_no_part(case, stage), pk=user.pk).exists()


def _lifted_since(case: Case) -> Q:
    """Of a conflict: at a later item of the case it is a note by now, or what was kept of it is."""
    at_item = Conflict.objects.filter(
        item__case=case,
        item__gt=OuterRef("item"),
        entry__user=OuterRef("entry__user"),
        kind=OuterRef("kind"),
        effect=Conflict.Effect.NOTE,
    )
    kept = KeptConflict.objects.filter(
        case=case,
        said_at_item__gte=OuterRef("item"),
        user=OuterRef("entry__user"),
        kind=OuterRef("kind"),
        effect=Conflict.Effect.NOTE,
    )
    return Q(Exists(at_item)) | Q(Exists(kept))

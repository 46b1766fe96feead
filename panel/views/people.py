"""The people around a child: who they are, what their right rests on, where they can be written to.

Each change may stop or free a letter, and the page says so. Every page is reached through a case the user may see.
"""

import uuid
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from panel.actions.contact import change_contact, contact_mark
from panel.actions.people import (
    NewPerson,
    confirm_identity,
    end_relationship,
    lift_restriction,
    record_address,
    record_dispute,
    record_relationship,
    record_restriction,
    record_young_person,
    resolve_dispute,
)
from panel.forms.base import GovukForm
from panel.forms.people import (
    AddPersonForm,
    AddressForm,
    ContactForm,
    DisputeForm,
    EndForm,
    IdentityForm,
    LiftForm,
    ResolveForm,
    RestrictForm,
    YoungPersonForm,
)
from panel.platform.policy import Verb
from panel.queries import CaseFile, FamilyMember
from panel.queries.family import own_tie_owed, reach_of_family
from panel.views.base import serves
from panel.views.came_from import and_back, came_from
from panel.views.cases import load_file
from panel.views.typed import typed


def _file(request: HttpRequest, case: uuid.UUID) -> CaseFile:
    """The case, if this user writes to its family."""
    file = load_file(request, case)
    if not file.sees_addresses:
        raise Http404
    return file


def _member(file: CaseFile, relationship: uuid.UUID) -> FamilyMember:
    for member in file.family:
        if member.tie.public_id == relationship:
            return member
    raise Http404


def _change(
    request: HttpRequest,
    file: CaseFile,
    member: FamilyMember,
    form: GovukForm,
    change: Callable[[], object],
    words: tuple[str, str, str],
) -> HttpResponse:
    """A page with one change to one person. `words`: its heading, what the change means for letters, what to say after."""
    heading, meaning, done = words
    back = came_from(request)

    def act() -> str:
        change()
        messages.success(request, done)
        return back or reverse("person.family", args=[file.case.public_id])

    context = {"case": file.case, "member": member, "heading": heading, "meaning": meaning, "back": back}
    return typed(request, form, act, "panel/person_change.html", context)


def _who(request: HttpRequest) -> dict[str, Any]:
    return {"by": request.user, "now": timezone.now()}


@serves(Verb.PERSON_RECORD)
def person_family(request: HttpRequest, case: uuid.UUID) -> HttpResponse:
    """Everybody recorded for this child, whom letters reach, and what stands in the way."""
    file = _file(request, case)
    today = timezone.localdate()
    context = {
        "file": file,
        "case": file.case,
        "rows": reach_of_family(file, today),
        "own_tie_owed": own_tie_owed(file, today),
    }
    return render(request, "panel/person_family.html", context)


@serves(Verb.PERSON_RECORD, "GET", "HEAD", "POST")
def person_add(request: HttpRequest, case: uuid.UUID) -> HttpResponse:
    """Add a person; their address comes next."""
    file = _file(request, case)
    form, back = AddPersonForm(request.POST or None), came_from(request)

    def act() -> str:
        said = dict(form.cleaned_data)
        names = ("forename", "surname", "email", "letter_format", "identity_known")
        person = NewPerson(**{name: said.pop(name) for name in names})
        tie = record_relationship(child=file.case.child, person=person, **said, **_who(request))
        messages.success(
            request, f"{tie.person.full_name} is added. Now record where they can be written to."
        )
        return and_back(reverse("person.address", args=[file.case.public_id, tie.public_id]), back)

    context = {"case": file.case, "back": back, "own_tie_owed": own_tie_owed(file, timezone.localdate())}
    return typed(request, form, act, "panel/person_add.html", context)


@serves(Verb.PERSON_RECORD, "GET", "HEAD", "POST")
def person_self(request: HttpRequest, case: uuid.UUID) -> HttpResponse:
    """Record the young person as the one to write to, once the rights are theirs and nobody did yet."""
    file, back = _file(request, case), came_from(request)
    child, address = file.case.child, file.child_address
    context = {"case": file.case, "child": child, "address": address, "back": back}
    if request.method != "POST" and not own_tie_owed(file, timezone.localdate()):
        return render(request, "panel/person_self.html", {**context, "nothing": True}, status=409)
    form = YoungPersonForm(
        request.POST or None,
        address_known=address is not None and address.known,
        initial={"letter_format": child.letter_format, "email": child.email},
    )

    def act() -> str:
        record_young_person(child=child, **form.cleaned_data, **_who(request))
        messages.success(request, f"Recorded. Letters go to {child.full_name} now.")
        return back or reverse("person.family", args=[file.case.public_id])

    return typed(request, form, act, "panel/person_self.html", context)


@serves(Verb.PERSON_RECORD, "GET", "HEAD", "POST")
def person_address(request: HttpRequest, case: uuid.UUID, relationship: uuid.UUID) -> HttpResponse:
    """Record a new version of an address; the ones before are kept."""
    file = _file(request, case)
    member = _member(file, relationship)
    form = AddressForm(request.POST or None, initial={"valid_from": timezone.localdate()})
    return _change(
        request,
        file,
        member,
        form,
        lambda: record_address(person=member.person, **form.cleaned_data, **_who(request)),
        (
            f"Address of {member.person.full_name}",
            "A letter that was drafted to the address before has to be looked at again. The address before is kept.",
            "The address is recorded.",
        ),
    )


@serves(Verb.PERSON_RECORD, "GET", "HEAD", "POST")
def person_contact(request: HttpRequest, case: uuid.UUID, relationship: uuid.UUID) -> HttpResponse:
    """Record another e-mail address or print."""
    file = _file(request, case)
    member = _member(file, relationship)
    person = member.person
    known = {
        "email": person.email,
        "letter_format": person.letter_format,
        "seen": contact_mark(person),
    }
    form = ContactForm(request.POST or None, initial=known)
    return _change(
        request,
        file,
        member,
        form,
        lambda: change_contact(person=person, **form.cleaned_data, **_who(request)),
        (
            f"How letters reach {person.full_name}",
            "A letter that was drafted in another print has to be drafted again. With another e-mail address, nobody can sign in with"
            " the one before; without one, their family page is closed and letters go by post. What was sent before is not sent again.",
            "How letters reach them is recorded. What was sent before is not sent again: if it went to a wrong address, or is on a family"
            " page that is closed now, print it from the case and post it.",
        ),
    )


@serves(Verb.PERSON_RECORD, "GET", "HEAD", "POST")
def person_dispute(request: HttpRequest, case: uuid.UUID, relationship: uuid.UUID) -> HttpResponse:
    """Record that a right is disputed, or that the dispute is over: whichever can be said now."""
    file = _file(request, case)
    member = _member(file, relationship)
    tie, name = member.tie, member.person.full_name
    form: GovukForm = (ResolveForm if tie.disputed else DisputeForm)(request.POST or None)
    settle = resolve_dispute if tie.disputed else record_dispute
    words = (
        (
            f"The dispute about {name} is resolved",
            "Letters go to this person again as soon as nothing else stands in the way. If it turned out that they have no such right, end the entry instead: then nobody writes to them.",
            "The dispute is recorded as resolved.",
        )
        if tie.disputed
        else (
            f"The right of {name} is disputed",
            "From now on no letter goes to this person, until you record that the dispute is resolved.",
            "The dispute is recorded. No letter goes to this person until it is resolved.",
        )
    )
    return _change(
        request,
        file,
        member,
        form,
        lambda: settle(relationship=tie, because=form.cleaned_data["because"], **_who(request)),
        words,
    )


@serves(Verb.PERSON_RECORD, "GET", "HEAD", "POST")
def person_restrict(request: HttpRequest, case: uuid.UUID, relationship: uuid.UUID) -> HttpResponse:
    """Record an order or another restriction."""
    file = _file(request, case)
    member = _member(file, relationship)
    form = RestrictForm(request.POST or None, initial={"starts_on": timezone.localdate()})
    return _change(
        request,
        file,
        member,
        form,
        lambda: record_restriction(
            person=member.person, child=file.case.child, **form.cleaned_data, **_who(request)
        ),
        (
            f"A restriction on {member.person.full_name}",
            "While it stands no letter about this child goes to this person.",
            "The restriction is recorded. No letter goes to this person while it stands.",
        ),
    )


@serves(Verb.PERSON_RECORD, "GET", "HEAD", "POST")
def person_lift(request: HttpRequest, case: uuid.UUID, relationship: uuid.UUID) -> HttpResponse:
    """End a restriction that stands."""
    file = _file(request, case)
    member = _member(file, relationship)
    form = LiftForm(request.POST or None, standing=member.restrictions)

    def lift() -> None:
        chosen = next(
            one for one in member.restrictions if str(one.public_id) == form.cleaned_data["restriction"]
        )
        lift_restriction(restriction=chosen, because=form.cleaned_data["because"], **_who(request))

    words = (
        f"Lift a restriction on {member.person.full_name}",
        "Letters go to this person again as soon as nothing else stands in the way.",
        "The restriction is lifted.",
    )
    return _change(request, file, member, form, lift, words)


@serves(Verb.PERSON_RECORD, "GET", "HEAD", "POST")
def person_identity(request: HttpRequest, case: uuid.UUID, relationship: uuid.UUID) -> HttpResponse:
    """Record that somebody made sure who a person is."""
    file = _file(request, case)
    member = _member(file, relationship)
    form = IdentityForm(request.POST or None)
    return _change(
        request,
        file,
        member,
        form,
        lambda: confirm_identity(
            person=member.person, how_known=form.cleaned_data["how_known"], **_who(request)
        ),
        (
            f"Confirm who {member.person.full_name} is",
            "Until that is known no letter goes to this person.",
            "The identity is confirmed.",
        ),
    )


@serves(Verb.PERSON_RECORD, "GET", "HEAD", "POST")
def person_end(request: HttpRequest, case: uuid.UUID, relationship: uuid.UUID) -> HttpResponse:
    """Record the last day a relationship held."""
    file = _file(request, case)
    member = _member(file, relationship)
    form = EndForm(request.POST or None, initial={"until": timezone.localdate()})
    return _change(
        request,
        file,
        member,
        form,
        lambda: end_relationship(relationship=member.tie, until=form.cleaned_data["until"], **_who(request)),
        (
            f"End the entry of {member.person.full_name}",
            "From that day on letters no longer go to this person. What was sent before is kept.",
            "The last day is recorded. Letters no longer go to this person.",
        ),
    )

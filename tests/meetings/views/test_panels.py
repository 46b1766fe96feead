"""An authority's own installation, from nothing to a panel that can meet and letters that name whom to turn to."""

import datetime as dt

import pytest
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from meetings.actions.plan import plan_meeting
from meetings.letters.freeze import contacts_on
from meetings.models import AuthorityContact, PanelConfig, PanelType, StandingMember
from panel.models import Agency, AuditEntry, User
from panel.platform.policy import Role
from tests.make import make_agency, make_user
from tests.meetings.day import make_config
from tests.meetings.views.client import as_, boxes, words

pytestmark = pytest.mark.django_db


@pytest.fixture
def administrator() -> User:
    return make_user("Ada Ministrator", Role.ADMINISTRATOR)


def rules(day: dt.date | None = None, **more: object) -> dict[str, object]:
    return {
        **boxes("valid_from", day or timezone.localdate()),
        "minimum_total": "4",
        "required_seats": ["educational_psychologist"],
        "minimum_agencies": "2",
        "decides": "officer",
        "delegation_reference": "Scheme of delegation, SEND 4.2",
        "minutes_per_item": "9",
        "paper_deadline_days": "7",
        "comment_days": "5",
        "own_setting_effect": "leaves",
        "own_paper_effect": "no_vote",
        "staff_names": "roles",
        **more,
    }


def test_from_nothing_to_a_panel_that_can_be_planned(administrator: User) -> None:
    client = as_(administrator)
    page = words(client.get(reverse("panel.list")))
    assert "No panel is set up: a meeting is planned for one." in page
    assert "No agency is on the list" in page
    client.post(reverse("agency.record"), {"name": "Children’s therapies", "kind": "health"})
    client.post(reverse("panel.create"), rules(name="Inclusion panel", purpose="Advises on requests"))
    panel = PanelType.objects.get()
    clerk = make_user("Cleo Clerk", Role.CLERK)
    chair = make_user("Charlie Chair", Role.CHAIR, agency=Agency.objects.get())
    for user, seat in ((chair, "chair"), (clerk, "minute_taker")):
        said = {"user": user.pk, "seat": seat, "votes": "yes", **boxes("starts_on", timezone.localdate())}
        client.post(reverse("panel.seat", args=[panel.public_id]), said)
    starts_at = timezone.now() + dt.timedelta(days=7)
    planned = plan_meeting(
        panel_type=panel,
        starts_at=starts_at,
        ends_at=starts_at + dt.timedelta(hours=2),
        venue="Room 1",
        by=clerk,
        now=timezone.now(),
    )
    seats = planned.meeting.roster.order_by("pk").values_list("user__name", "seat", "voting")
    assert list(seats) == [("Charlie Chair", "chair", True), ("Cleo Clerk", "minute_taker", False)]
    assert planned.meeting.config.required_seats == ["educational_psychologist"]
    assert set(AuditEntry.objects.values_list("verb", flat=True)) >= {
        "agency.record",
        "panel.configure",
        "panel.seat",
    }


def test_new_rules_begin_with_those_in_force_and_leave_planned_meetings_alone(administrator: User) -> None:
    config = make_config()
    clerk = make_user("Cleo Clerk", Role.CLERK)
    starts_at = timezone.now() + dt.timedelta(days=30)
    when = {"starts_at": starts_at, "ends_at": starts_at + dt.timedelta(hours=2)}
    meeting = plan_meeting(
        panel_type=config.panel_type, **when, venue="Room 1", by=clerk, now=timezone.now()
    ).meeting
    client, url = as_(administrator), reverse("panel.configure", args=[config.panel_type.public_id])
    assert 'value="SEND 4.2"' in client.get(url).content.decode()
    answer = client.post(url, rules(minimum_total="6"), follow=True)
    assert "1 meeting planned for then keeps the rules it was planned under." in words(answer)
    meeting.refresh_from_db()
    assert (meeting.config_id, PanelConfig.objects.count()) == (config.pk, 2)
    assert "Earlier rules of Inclusion panel" in words(answer)
    again = client.post(url, rules(minimum_total="7"))
    assert again.status_code == 422
    assert "never edited" in words(again)


@pytest.mark.parametrize(
    ("said", "kept", "seen"),
    [
        ({}, (False, 0), "To be moderated before the letter None"),
        ({"hold_refusals": "on"}, (True, 0), "Every refusal"),
        (
            {"hold_refusals": "on", "hold_agreements_percent": "10"},
            (True, 10),
            "Every refusal, and 10 agreements in a hundred",
        ),
        ({"hold_agreements_percent": "1"}, (False, 1), "1 agreement in a hundred"),
    ],
)
def test_which_letters_wait_for_moderation_is_a_rule_like_any_other(
    administrator: User, said: dict[str, str], kept: tuple[bool, int], seen: str
) -> None:
    make_agency()
    answer = as_(administrator).post(
        reverse("panel.create"), rules(name="Inclusion panel", **said), follow=True
    )
    config = PanelConfig.objects.get()
    assert ((config.hold_refusals, config.hold_agreements_percent), seen in words(answer)) == (kept, True)
    again = as_(administrator).get(reverse("panel.configure", args=[config.panel_type.public_id]))
    form = again.context["form"]
    assert (form["hold_refusals"].value(), form["hold_agreements_percent"].value()) == kept


def test_how_staff_are_spoken_of_is_a_rule_like_any_other(administrator: User) -> None:
    make_agency()
    answer = as_(administrator).post(
        reverse("panel.create"), rules(name="Inclusion panel", staff_names="names"), follow=True
    )
    assert PanelConfig.objects.get().staff_names == "names"
    assert "Staff in the family’s and the setting’s version By name" in words(answer)


def test_purpose_belongs_to_the_dated_rules(administrator: User) -> None:
    config = make_config(purpose="Advises whether to assess")
    client, url = as_(administrator), reverse("panel.configure", args=[config.panel_type.public_id])
    assert client.get(url).context["form"]["purpose"].value() == "Advises whether to assess"
    tomorrow = timezone.localdate() + dt.timedelta(days=1)
    client.post(url, rules(tomorrow, purpose="Advises whether to issue"))
    page = words(client.get(reverse("panel.list")))
    begin, coming = page.index("Rules in force since"), page.index("Rules to come on")
    assert begin < page.index("Purpose Advises whether to assess") < coming
    assert coming < page.index("Purpose Advises whether to issue")
    assert config.purpose == "Advises whether to assess"


def test_required_agencies_are_a_rule_like_any_other(administrator: User) -> None:
    make_agency()
    client = as_(administrator)
    said = rules(name="Inclusion panel", required_agencies=["social_care", "health"])
    answer = client.post(reverse("panel.create"), said, follow=True)
    config = PanelConfig.objects.get()
    assert config.required_agencies == ["health", "social_care"]
    assert "Each must be there Somebody from health, social care" in words(answer)
    url = reverse("panel.configure", args=[config.panel_type.public_id])
    assert client.get(url).context["form"]["required_agencies"].value() == ["health", "social_care"]
    few = client.post(url, rules(minimum_agencies="1", required_agencies=["health", "social_care"]))
    assert (few.status_code, "so enter 2 or more" in words(few)) == (422, True)
    strange = client.post(url, rules(required_agencies=["police"]))
    assert (strange.status_code, PanelConfig.objects.count()) == (422, 1)


def test_wrong_rules_keep_what_was_typed(administrator: User) -> None:
    url = reverse("panel.create")
    answer = as_(administrator).post(url, rules(name="Early years panel", minimum_agencies="5"))
    assert (answer.status_code, PanelType.objects.count()) == (422, 0)
    assert "Enter 0 to 4" in words(answer)
    assert 'value="Early years panel"' in answer.content.decode()
    make_config()
    taken = as_(administrator).post(url, rules(name="inclusion PANEL"))
    assert "There is a panel called inclusion PANEL already." in words(taken)


def test_standing_member_needs_a_fitting_role_and_can_be_ended(administrator: User) -> None:
    panel, today = make_config().panel_type, timezone.localdate()
    nurse = make_user("Nia Nurse", Role.MEMBER, agency=make_agency("health"))
    client, url = as_(administrator), reverse("panel.seat", args=[panel.public_id])
    said = {"user": nurse.pk, "seat": "health", "votes": "yes", **boxes("starts_on", today)}
    assert "holds no role for this seat" in words(client.post(url, {**said, "seat": "chair"}))
    client.post(url, said)
    assert "already" in words(client.post(url, said))
    member = StandingMember.objects.get()
    end = reverse("panel.unseat", args=[member.public_id])
    early = client.post(end, boxes("last_day", today - dt.timedelta(days=1)))
    assert (early.status_code, "Enter that day or a later one" in words(early)) == (422, True)
    client.post(end, boxes("last_day", today))
    member.refresh_from_db()
    assert member.ends_on == today


def test_letters_name_whoever_was_recorded_from_their_day_on(administrator: User) -> None:
    today, url = timezone.localdate(), reverse("contact.record")
    tomorrow = today + dt.timedelta(days=1)
    said = {"kind": "sendiass", "name": "Marlshire SENDIAS", "phone": "01632 960 111"}
    client = as_(administrator)
    assert "nobody to name for" in words(client.get(reverse("panel.list")))
    client.post(url, {**said, **boxes("valid_from", today)})
    client.post(url, {**said, "name": "Family Advice", **boxes("valid_from", tomorrow)})
    assert (contacts_on(today)["sendiass"].name, contacts_on(tomorrow)["sendiass"].name) == (
        "Marlshire SENDIAS",
        "Family Advice",
    )
    unreachable = client.post(url, {"kind": "mediation", "name": "Evenhand", **boxes("valid_from", today)})
    assert "at least one way a family can reach them" in words(unreachable)
    back = client.post(url, {**said, "name": "Too Late", **boxes("valid_from", today - dt.timedelta(days=1))})
    assert (back.status_code, "Choose a later day." in words(back)) == (422, True)
    wrong = {"kind": "mediation", "name": "Evenhand", "email": "evenhand", "web": "https://e.example; x"}
    said_no = words(client.post(url, {**wrong, **boxes("valid_from", today)}))
    assert "Enter an e-mail address like name@example.org" in said_no
    assert "Enter a web address like www.example.org/help" in said_no
    assert AuthorityContact.objects.count() == 2


def test_clerk_seats_members_and_sets_no_rules() -> None:
    panel = make_config().panel_type
    client = as_(make_user("Cleo Clerk", Role.CLERK))
    page = words(client.get(reverse("panel.list")))
    assert ("Add a standing member" in page, "Record new rules" in page) == (True, False)
    assert client.post(reverse("panel.configure", args=[panel.public_id]), rules()).status_code == 403


def test_page_of_panels_costs_the_same_with_one_and_with_three(
    administrator: User, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    client, counts = as_(administrator), []
    for names in (("A",), ("B", "C")):
        for name in names:
            client.post(reverse("panel.create"), rules(name=name))
            panel = PanelType.objects.get(name=name)
            nurse = make_user(f"Nurse {name}", Role.MEMBER, agency=make_agency("health"))
            said = {"user": nurse.pk, "seat": "health", "votes": "yes"}
            client.post(
                reverse("panel.seat", args=[panel.public_id]),
                {**said, **boxes("starts_on", timezone.localdate())},
            )
        with django_assert_max_num_queries(12) as captured:
            client.get(reverse("panel.list"))
        counts.append(len(captured))
    assert counts[0] == counts[1]


def test_vice_chair_stands_with_the_chairs_role(administrator: User) -> None:
    panel, today = make_config().panel_type, timezone.localdate()
    client, url = as_(administrator), reverse("panel.seat", args=[panel.public_id])
    said = {"seat": "vice_chair", "votes": "yes", **boxes("starts_on", today)}
    nurse = make_user("Nia Nurse", Role.MEMBER, agency=make_agency("health"))
    assert "holds no role for this seat" in words(client.post(url, {**said, "user": nurse.pk}))
    vera = make_user("Vera Vicechair", Role.CHAIR)
    page = client.post(url, {**said, "user": vera.pk}, follow=True)
    assert "Vera Vicechair, Vice-chair from" in words(page)

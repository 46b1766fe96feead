"""What ties the people of a meeting to the cases it hears, as the records show it: where conflicts of interest are read from."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import date

from meetings.models import Decision, Meeting, PanelConfig, RosterEntry
from meetings.rules import quorum
from panel.models import AdviceRequest, Case, Membership, Paper


def member_ties(entries: Collection[RosterEntry], day: date) -> tuple[quorum.MemberTies, ...]:
    """The settings everybody on a roster works at. One query."""
    settings: dict[int, set[int]] = defaultdict(set)
    memberships = Membership.objects.live(day).filter(
        user__in=[entry.user_id for entry in entries], setting__isnull=False
    )
    for user, setting in memberships.values_list("user_id", "setting_id"):
        settings[user].add(setting)
    return tuple(
        quorum.MemberTies(entry.user_id, settings=frozenset(settings[entry.user_id])) for entry in entries
    )


def case_ties(cases: Sequence[Case]) -> dict[int, quorum.ItemTies]:
    """What ties people to each case: its setting, who wrote in it, who decided the request before this one. Three queries."""
    keys = [case.pk for case in cases]
    authors: dict[int, set[int]] = defaultdict(set)
    for case, user in Paper.objects.filter(case__in=keys, uploaded_by__isnull=False).values_list(
        "case_id", "uploaded_by_id"
    ):
        authors[case].add(user)
    for case, user in AdviceRequest.objects.filter(case__in=keys, adviser__isnull=False).values_list(
        "case_id", "adviser_id"
    ):
        authors[case].add(user)
    deciders: dict[int, set[int]] = defaultdict(set)
    # The other question of the same request is no conflict: the chair who advised to assess may chair the second panel.
    for case, user in Decision.objects.filter(case__later__in=keys).values_list("case__later__pk", "by_id"):
        deciders[case].add(user)
    return {
        case.pk: quorum.ItemTies(
            setting=case.setting_id,
            paper_authors=frozenset(authors[case.pk]),
            earlier_deciders=frozenset(deciders[case.pk]),
        )
        for case in cases
    }


def effects_of(config: PanelConfig) -> Mapping[quorum.ConflictKind, quorum.Effect]:
    """What each kind of conflict does under a panel's configuration."""
    return {
        **quorum.DEFAULT_EFFECTS,
        quorum.ConflictKind.OWN_SETTING: quorum.Effect(config.own_setting_effect),
        quorum.ConflictKind.OWN_PAPER: quorum.Effect(config.own_paper_effect),
    }


def leaving(meeting: Meeting, cases: Sequence[Case], day: date) -> dict[int, frozenset[int]]:
    """Who on the meeting's roster would have to leave for each case, as far as the records show. Five queries."""
    members = member_ties(list(meeting.roster.all()), day)
    effects = effects_of(meeting.config)
    return {
        case: frozenset(
            one.user_id
            for one in quorum.automatic_conflicts(members, ties, effects=effects).conflicts
            if one.effect is quorum.Effect.LEAVES
        )
        for case, ties in case_ties(cases).items()
    }

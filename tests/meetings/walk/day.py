"""A panel day on which anybody presses anything: each verb by one person with any input, legal or not.

What a rule refuses must change nothing; what it lets pass is held against `invariants`, which read the rows alone.
"""

from collections.abc import Callable

from meetings.models import AgendaItem, Decision, MinutesSignature
from tests.meetings.walk.deciding import Deciding
from tests.meetings.walk.minuting import Minuting
from tests.meetings.walk.planning import Planning
from tests.meetings.walk.room import Room


class PanelDay(Planning, Room, Deciding, Minuting):
    """Everything that anybody may press on the day, before and after it."""

    def minutes_are_finished(self) -> None:
        if self.likely():
            self.words_are_brought_to_an_end()
        self.minutes_are_prepared()
        self.sheet_is_signed_off()
        self.minutes_are_signed()

    def draft_is_read(self) -> None:
        self.words_are_brought_to_an_end()
        self.minutes_are_prepared()
        self.minutes_are_circulated()
        self.minutes_are_commented_on()
        self.comment_is_answered()

    def minutes_are_amended(self) -> None:
        """What a letter told is corrected, the minutes are prepared again, and somebody says whether another letter follows."""
        self.family_is_told(item__isnull=False)
        if not MinutesSignature.objects.exists():
            self.minutes_are_finished()
        told = Decision.objects.filter(letters__isnull=False).values("item")
        self.writes(*AgendaItem.objects.filter(pk__in=told).select_related("meeting__config", "case"))
        self.minutes_are_prepared()
        self.letter_is_asked_for()

    def refusal_is_looked_at_again(self) -> None:
        self.family_is_told(outcome__in=["not_assess", "not_issue"])
        self.is_reconsidered()
        self.any_of(self.is_agreed_after_all, self.refusal_stands)()

    def way(self) -> list["Verb"]:
        """A day from its list to the amended minutes: mostly it is opened and closed in between.

        What is rare by luck alone is begun on some days where it can succeed: a deputy leads, words are taken back, a draft is read.
        """
        opened = [PanelDay.opens, PanelDay.consent_is_noted] * self.any_of(0, 1, 1, 1, 1)
        closed = [PanelDay.closes] * self.any_of(0, 3, 3, 3, 3)
        led = [PanelDay.deputy_leads] * self.any_of(0, 1)
        read = [
            PanelDay.words_are_taken_back,
            PanelDay.words_are_returned,
            PanelDay.minutes_are_finished,
            PanelDay.draft_is_read,
            PanelDay.minutes_are_amended,
        ] * self.any_of(0, 1)
        ways = (*self.some(BEFORE, 14), *opened, *led, *self.some(SITTING, 36), *self.some(OVER, 10), *closed)
        return [*ways, *read, *self.some(AFTER, 24)]

    def some(self, verbs: "Weighted", steps: int) -> list["Verb"]:
        return self.dice.choices([verb for verb, _ in verbs], [weight for _, weight in verbs], k=steps)


Verb = Callable[[PanelDay], None]
Weighted = tuple[tuple[Verb, int], ...]

# Each verb with its weight in the dice, by when it should be pressed. Out of turn all of them are pressed, too, only less often.
BEFORE: Weighted = (
    (PanelDay.view_is_given, 7),
    (PanelDay.goes_on_consent, 8),
    (PanelDay.comes_off_consent, 1),
    (PanelDay.lists, 3),
    (PanelDay.takes_off_the_list, 2),
    (PanelDay.puts_in_order, 2),
    (PanelDay.risk_is_raised, 3),
    (PanelDay.risk_is_answered, 4),
    (PanelDay.declares, 2),
    (PanelDay.is_decided_without_a_panel, 1),
    (PanelDay.is_fast_tracked, 1),
    (PanelDay.views_are_opened, 1),
)
SITTING: Weighted = (
    (PanelDay.opens, 6),
    (PanelDay.deputy_leads, 4),
    (PanelDay.takes_up, 5),
    (PanelDay.recommends, 14),
    (PanelDay.consent_is_noted, 3),
    (PanelDay.comes_off_consent, 1),
    (PanelDay.is_decided_as_advised, 3),
    (PanelDay.decides, 3),
    (PanelDay.is_decided_without_a_panel, 1),
    (PanelDay.is_fast_tracked, 1),
    (PanelDay.takes_it_up_again, 4),
    (PanelDay.is_keyed_wrongly, 2),
    (PanelDay.is_sent_back, 4),
    (PanelDay.sets_back, 2),
    (PanelDay.puts_off, 2),
    (PanelDay.puts_off_the_rest, 1),
    (PanelDay.takes_back, 5),
    (PanelDay.family_hears_of_the_delay, 2),
    (PanelDay.withdraws, 3),
    (PanelDay.goes, 2),
    (PanelDay.comes_back, 3),
    (PanelDay.is_excepted, 2),
    (PanelDay.is_recused, 1),
    (PanelDay.declares, 1),
    (PanelDay.is_looked_at_again, 3),
    (PanelDay.is_named_deputy, 2),
    (PanelDay.minutes_are_prepared, 1),
    (PanelDay.words_are_finished, 2),
    (PanelDay.words_are_confirmed, 2),
    (PanelDay.words_are_kept_unsent, 2),
    (PanelDay.words_are_taken_back, 3),
    (PanelDay.meeting_is_entered_from_paper, 2),
    (PanelDay.item_is_entered_from_paper, 5),
    (PanelDay.paper_is_confirmed, 4),
    (PanelDay.view_is_given, 2),
    (PanelDay.views_are_opened, 3),
    (PanelDay.view_comes_late, 2),
    (PanelDay.writes, 3),
    (PanelDay.is_praised, 3),
    (PanelDay.risk_is_raised, 1),
    (PanelDay.lists, 1),
    (PanelDay.takes_off_the_list, 1),
)
OVER: Weighted = (
    (PanelDay.closes, 8),
    (PanelDay.words_are_finished, 2),
    (PanelDay.words_are_returned, 3),
    (PanelDay.words_are_confirmed, 2),
    (PanelDay.minutes_are_prepared, 5),
    (PanelDay.minutes_are_circulated, 2),
    (PanelDay.draft_is_taken_back, 2),
    (PanelDay.minutes_are_commented_on, 3),
    (PanelDay.sheet_is_signed_off, 3),
    (PanelDay.minutes_are_signed, 3),
    (PanelDay.is_decided_as_advised, 5),
    (PanelDay.decides, 2),
    (PanelDay.is_decided_without_a_panel, 1),
    (PanelDay.is_sent_back, 1),
    (PanelDay.is_keyed_wrongly, 2),
    (PanelDay.recommends, 2),
    (PanelDay.takes_up, 1),
    (PanelDay.is_recused, 1),
    (PanelDay.goes, 1),
    (PanelDay.puts_in_order, 1),
    (PanelDay.meeting_is_entered_from_paper, 2),
    (PanelDay.item_is_entered_from_paper, 1),
    (PanelDay.dissent_is_put_right, 2),
    (PanelDay.family_is_told, 2),
    (PanelDay.family_hears_of_the_delay, 4),
    (PanelDay.words_are_kept_unsent, 1),
    (PanelDay.words_are_taken_back, 3),
    (PanelDay.bodies_are_told, 1),
)
AFTER: Weighted = (
    (PanelDay.minutes_are_finished, 6),
    (PanelDay.draft_is_read, 4),
    (PanelDay.minutes_are_commented_on, 1),
    (PanelDay.comment_is_answered, 1),
    (PanelDay.draft_is_taken_back, 2),
    (PanelDay.bodies_are_told, 2),
    (PanelDay.telling_was_a_mistake, 2),
    (PanelDay.family_hears_of_the_delay, 1),
    (PanelDay.minutes_are_signed, 3),
    (PanelDay.minutes_are_amended, 5),
    (PanelDay.letter_is_asked_for, 1),
    (PanelDay.dissent_is_put_right, 2),
    (PanelDay.is_decided_as_advised, 2),
    (PanelDay.is_decided_without_a_panel, 1),
    (PanelDay.refusal_is_looked_at_again, 7),
    (PanelDay.is_reconsidered, 1),
    (PanelDay.is_agreed_after_all, 1),
    (PanelDay.refusal_stands, 1),
    (PanelDay.action_is_reported, 3),
    (PanelDay.risk_is_answered, 2),
    (PanelDay.is_keyed_wrongly, 1),
    (PanelDay.days_go_by, 3),
)

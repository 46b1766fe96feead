"""After the panel: its minutes are prepared, put before those who were there, corrected, signed, and amended."""

import datetime as dt
import uuid
from typing import Any

from django.utils import timezone

from meetings.actions.circulation import (
    answer_comment,
    answer_reissue,
    circulate_minutes,
    comment_on_minutes,
    take_back_circulation,
)
from meetings.actions.correct import correct_recommendation
from meetings.actions.dissents import put_dissent_right
from meetings.actions.finishing import finish_words, keep_unsent, return_words, take_back_words
from meetings.actions.minutes import prepare_minutes, sign_minutes
from meetings.actions.sign_off import sign_off_item
from meetings.models import (
    AgendaItem,
    Circulation,
    ItemRecord,
    Minutes,
    MinutesComment,
    Recommendation,
    Revision,
    WordsDraft,
)
from meetings.queries.circulation import items_to_ask
from meetings.queries.finishing import items_with_words_owed, waiting_drafts
from meetings.queries.minutes import sheet_to_sign
from meetings.queries.sign_offs import led_by_deputies
from meetings.queries.unsent import UNSENT
from tests.meetings.actions.test_minutes import stand_in_sheets
from tests.meetings.walk.walker import KEY_REASONS, ON_THE_ROSTER, WORDS, Walker


class Minuting(Walker):
    """What is done about the minutes; out of turn all of it is tried while the panel sits as well."""

    def minutes_are_prepared(self) -> None:
        made = self.attempt(
            prepare_minutes,
            meeting=self.day.meeting,
            because=self.mostly("A sentence was missing.", ""),
            by=self.mostly(self.day.clerk, self.day.nurse),
        )
        if made is not None and not made.sheets.exists() and self.likely():
            stand_in_sheets(made)

    def owed(self) -> AgendaItem:
        """Mostly an item of which the words are not finished or not confirmed, where there is one."""
        return self.mostly(*([*items_with_words_owed(self.day.meeting)] or [self.item()]), self.item())

    def given(self, item: AgendaItem) -> dict[str, Any]:
        """The words of an item's advice written out, or hardly; for no answer that it has not got."""
        advice = Recommendation.objects.filter(item=item, superseded_by=None).first()
        limbs = {one["limb"]: one["reasons"] for one in advice.answers} if advice else {"a": WORDS}
        end = self.any_of("", " Her teacher says the same.", " His teacher says the same.")
        return {"limbs": limbs, "reasons": self.mostly(f"{WORDS}{end}", KEY_REASONS)}

    def words_are_finished(self) -> None:
        item, by = self.owed(), self.mostly(self.day.clerk, self.day.chair)
        self.attempt(finish_words, item=item, **self.given(item), by=by)

    def words_are_kept_unsent(self) -> None:
        """A clerk writes on: after what was kept last, or over what somebody else has kept since."""
        item = self.owed()
        last = Revision.objects.filter(item=item, group=UNSENT).count()
        given = self.given(item)
        self.attempt(
            keep_unsent,
            item=item,
            n=last + self.mostly(1, 0, 2),
            edit_id=uuid.UUID(int=self.dice.getrandbits(128)),
            words={
                "reasons": given["reasons"],
                **{f"limb_{code}": said for code, said in given["limbs"].items()},
            },
            by=self.mostly(self.day.clerk, self.day.nurse),
        )

    def drafts_wait(self) -> None:
        """Mostly the clerk writes out what is owed, where no draft waits to be confirmed."""
        if self.likely() and not waiting_drafts():
            for item in items_with_words_owed(self.day.meeting):
                self.attempt(
                    finish_words, item=item, **{**self.given(item), "reasons": WORDS}, by=self.day.clerk
                )

    def words_are_taken_back(self) -> None:
        """What a clerk has sent to be confirmed, sent just now where nothing waits."""
        self.drafts_wait()
        waiting = [draft.recommendation.item for draft in waiting_drafts()]
        item = self.any_of(*waiting) if waiting and self.likely() else self.item()
        self.attempt(take_back_words, item=item, by=self.mostly(self.day.clerk, self.day.nurse))

    def words_are_returned(self) -> None:
        """Mostly a draft that waits, by whoever led its item, with a note."""
        self.drafts_wait()
        drafts = list(WordsDraft.objects.select_related("recommendation__item", "recommendation__by"))
        if not drafts:
            return
        draft = self.mostly(*(list(waiting_drafts()) or drafts), self.any_of(*drafts))
        advice, note = draft.recommendation, self.mostly("Say what the therapist advised.", "")
        by = self.mostly(advice.by, self.day.vice)
        self.attempt(return_words, item=advice.item, draft=draft.pk, because=note, by=by)

    def words_are_confirmed(self) -> None:
        """By whoever led the item, mostly, and as they were finished or in other words."""
        item = self.owed()
        led = item.deputy_chair.user if item.deputy_chair else self.day.chair
        by = self.mostly(led, self.day.vice, self.day.clerk)
        because = self.any_of("", "A name was wrong.")
        self.attempt(correct_recommendation, item=item, **self.given(item), because=because, by=by)

    def words_are_brought_to_an_end(self) -> None:
        """Both, for every item that owes them: no minutes are made before."""
        for item in items_with_words_owed(self.day.meeting):
            words = {**self.given(item), "reasons": WORDS}
            led = item.deputy_chair.user if item.deputy_chair else self.day.chair
            self.attempt(finish_words, item=item, **words, by=self.day.clerk)
            self.attempt(correct_recommendation, item=item, **words, by=led)

    def newest(self) -> Minutes | None:
        """Mostly the newest version."""
        versions = list(Minutes.objects.order_by("-version"))
        return self.mostly(versions[0], *versions) if versions else None

    def minutes_are_circulated(self) -> None:
        minutes = self.newest()
        if minutes is not None:
            until_on = timezone.localdate(self.now) + dt.timedelta(days=self.mostly(5, 0, 90))
            by = self.mostly(self.day.clerk, self.day.nurse)
            self.attempt(circulate_minutes, minutes=minutes, until_on=until_on, by=by)

    def draft_is_taken_back(self) -> None:
        """Locked by mistake, just now where nothing is locked."""
        if self.likely() and not Circulation.objects.filter(taken_back=None).exists():
            self.minutes_are_circulated()
        drafts = list(Circulation.objects.select_related("minutes__meeting").order_by("-pk"))
        if drafts:
            self.attempt(
                take_back_circulation,
                circulation=self.mostly(drafts[0], *drafts),
                because=self.mostly("An item was missing.", ""),
                by=self.mostly(self.day.clerk, self.day.nurse),
            )

    def minutes_are_commented_on(self) -> None:
        """By one, or by everybody: with nothing to correct, or a sentence about the meeting or an item."""
        circulation = Circulation.objects.order_by("-pk").first()
        if circulation is None:
            return
        everybody = [getattr(self.day, name) for name in ON_THE_ROSTER[1:]]
        for by in self.any_of(everybody, [self.somebody(*ON_THE_ROSTER[1:4], "officer", "clerk")]):
            self.attempt(
                comment_on_minutes,
                circulation=circulation,
                words=self.mostly("", "It was the other school."),
                item=self.any_of(None, self.item()),
                by=by,
            )

    def comment_is_answered(self) -> None:
        """Mostly one that waits for an answer."""
        comments = list(MinutesComment.objects.order_by("pk"))
        waiting = [one for one in comments if one.words and not one.answers.exists()]
        if comments:
            self.attempt(
                answer_comment,
                comment=self.any_of(*self.mostly(waiting or comments, comments)),
                taken_up=self.any_of(True, False),
                words=self.mostly("Two of us remember it so.", ""),
                by=self.mostly(self.day.chair, self.day.nurse),
            )

    def letter_is_asked_for(self) -> None:
        """Whether the family gets a corrected letter: mostly asked where an amendment corrects what a letter told."""
        minutes = self.newest()
        if minutes is not None:
            self.attempt(
                answer_reissue,
                minutes=minutes,
                item=self.any_of(*items_to_ask(minutes) or [self.item()]),
                again=self.any_of(True, False),
                words=self.mostly("It named the wrong school.", ""),
                by=self.mostly(self.day.chair, self.day.nurse),
            )

    def dissent_is_put_right(self) -> None:
        self.attempt(
            put_dissent_right,
            item=self.item("recommended", "sent_back"),
            entry=self.seat(),
            text=self.mostly("Therapy was not tried for long enough.", ""),
            because=self.mostly("It was said and not taken down.", ""),
            correcting=self.likely(),
            by=self.mostly(self.day.chair, self.day.nurse),
        )

    def sheet_is_signed_off(self) -> None:
        """Mostly one the chair took no part in, by its deputy, who signs the very bytes of that sheet."""
        led, every = list(led_by_deputies()), list(ItemRecord.objects.order_by("pk"))
        if every:
            last = [one for one in led if one.minutes_id == every[-1].minutes_id]
            record = self.any_of(*self.mostly(last or every, every))
            sheet = record.minutes.sheets.filter(item=record.item).first()
            self.attempt(
                sign_off_item,
                record=record,
                shown_sha256=self.mostly(sheet.document.sha256 if sheet else "", "c" * 64),
                confirmed_at=self.mostly(self.now, None),
                by=self.mostly(self.day.vice, self.day.head, self.day.chair),
            )

    def minutes_are_signed(self) -> None:
        minutes = self.newest()
        if minutes is not None:
            by = self.mostly(self.day.chair, self.day.clerk, self.day.vice)
            sheet = sheet_to_sign(self.day.chair, minutes, self.now)
            shown = self.mostly(sheet.document.sha256 if sheet else "", "c" * 64)
            proof = self.mostly(self.now, None)
            self.attempt(sign_minutes, minutes=minutes, shown_sha256=shown, confirmed_at=proof, by=by)

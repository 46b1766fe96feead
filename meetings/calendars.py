"""The calendar file of an invitation. It says when and where a panel meets, and nothing of what it talks about."""

from dataclasses import dataclass
from datetime import date, datetime, tzinfo

from icalendar import Calendar, Event, vCalAddress

from meetings.rules.invitations import Occasion

PRODUCT = "-//Inclusion panel//Invitations//EN"


@dataclass(frozen=True)
class Entry:
    """One entry for one calendar. `uid` stays the same for as long as the meeting does; `sequence` goes up."""

    uid: str
    sequence: int
    cancelled: bool
    title: str
    occasion: Occasion
    words: str
    address: str
    organiser: str
    attendee: str
    stamped_at: datetime

    @property
    def method(self) -> str:
        """What the calendar is asked to do with it."""
        return "CANCEL" if self.cancelled else "REQUEST"


def calendar_file(entry: Entry, zone: tzinfo) -> str:
    """The text of the file. Times are the clock on the wall of `zone`, whose changes to and from summer time go with them."""
    event = Event()
    event.add("uid", entry.uid)
    event.add("sequence", entry.sequence)
    event.add("dtstamp", entry.stamped_at)
    event.add("dtstart", entry.occasion.starts_at.astimezone(zone))
    event.add("dtend", entry.occasion.ends_at.astimezone(zone))
    event.add("summary", entry.title)
    event.add("location", entry.occasion.venue)
    event.add("description", entry.words)
    event.add("url", entry.address)
    event.add("class", "PRIVATE")
    event.add("status", "CANCELLED" if entry.cancelled else "CONFIRMED")
    event["organizer"] = vCalAddress(f"mailto:{entry.organiser}")
    attendee = vCalAddress(f"mailto:{entry.attendee}")
    # The answer is given after signing in; one sent by e-mail would be read by nobody.
    attendee.params["RSVP"] = "FALSE"
    event["attendee"] = attendee
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("method", entry.method)
    calendar.add_component(event)
    # Both changes of the clock before the day and both after it: from one day alone no rule can be made out.
    year = entry.occasion.starts_at.year
    calendar.add_missing_timezones(first_date=date(year - 1, 1, 1), last_date=date(year + 2, 1, 1))
    return calendar.to_ical().decode()

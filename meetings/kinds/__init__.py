"""Every kind of promise this app makes, with what keeps it; letters have theirs beside their rules (`meetings.letters.kinds`)."""

from meetings.kinds.dissents import KINDS as DISSENT_KINDS
from meetings.kinds.invitations import KINDS as INVITATION_KINDS
from meetings.kinds.minutes import KINDS as MINUTES_KINDS
from meetings.kinds.risk import KINDS as RISK_KINDS
from meetings.kinds.setting_notices import KINDS as NOTICE_KINDS
from meetings.kinds.versions import KINDS as VERSION_KINDS
from panel.platform.outbox import Kind

KINDS: dict[str, Kind] = {
    **MINUTES_KINDS,
    **VERSION_KINDS,
    **INVITATION_KINDS,
    **RISK_KINDS,
    **NOTICE_KINDS,
    **DISSENT_KINDS,
}

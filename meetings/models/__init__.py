"""Panels, meetings, what was advised and decided, minutes and letters."""

from meetings.models.authors import NotAuthor
from meetings.models.bodies import BodiesRecorded, BodyTold, BodyToldMistake
from meetings.models.card import CardAcknowledgement, CardReading
from meetings.models.circulation import Circulation, CirculationTakenBack, CommentAnswer, MinutesComment
from meetings.models.decisions import (
    WAITS_IN,
    Decision,
    Dissent,
    ItemWithdrawal,
    NextStep,
    PlanningOffer,
    PreView,
    Recommendation,
    SentBack,
    SetAside,
    SetAsideProposal,
)
from meetings.models.deferrals import Deferral, DeferralNotice, DeferralTakenBack
from meetings.models.feedback import Feedback
from meetings.models.following import Action, ActionReport
from meetings.models.guests import FamilyGuest
from meetings.models.invitations import Acknowledgement, Invitation, InvitationAnswer
from meetings.models.late import LateEntry
from meetings.models.letters import Letter, Omission, Release, Sent, Withdrawal
from meetings.models.meetings import (
    AgendaItem,
    Attendance,
    Conflict,
    HeardBefore,
    Interval,
    ItemAttendance,
    KeptConflict,
    Meeting,
    PaperConsidered,
    Revision,
    RosterEntry,
)
from meetings.models.minutes import (
    ItemRecord,
    ItemSignOff,
    Minutes,
    MinutesSheet,
    MinutesSignature,
    Reissue,
)
from meetings.models.panels import (
    NON_VOTING_SEATS,
    AuthorityContact,
    PanelConfig,
    PanelType,
    Seat,
    StandingMember,
    config_on,
)
from meetings.models.quorum import QuorumAnswer
from meetings.models.risk import Risk, RiskStep
from meetings.models.routes import ConsentEntry, Noting, Reconsideration, Reconsidered
from meetings.models.setting_notices import NoticeSent, SettingNotice
from meetings.models.versions import ItemVersion, ParagraphTag, VersionRelease, VersionWithdrawal
from meetings.models.words import DecisionWords, RecommendationWords, WordsDraft, WordsReturned

__all__ = [
    "NON_VOTING_SEATS",
    "WAITS_IN",
    "Acknowledgement",
    "Action",
    "ActionReport",
    "AgendaItem",
    "Attendance",
    "AuthorityContact",
    "BodiesRecorded",
    "BodyTold",
    "BodyToldMistake",
    "CardAcknowledgement",
    "CardReading",
    "Circulation",
    "CirculationTakenBack",
    "CommentAnswer",
    "Conflict",
    "ConsentEntry",
    "Decision",
    "DecisionWords",
    "Deferral",
    "DeferralNotice",
    "DeferralTakenBack",
    "Dissent",
    "FamilyGuest",
    "Feedback",
    "HeardBefore",
    "Interval",
    "Invitation",
    "InvitationAnswer",
    "ItemAttendance",
    "ItemRecord",
    "ItemSignOff",
    "ItemVersion",
    "ItemWithdrawal",
    "KeptConflict",
    "LateEntry",
    "Letter",
    "Meeting",
    "Minutes",
    "MinutesComment",
    "MinutesSheet",
    "MinutesSignature",
    "NextStep",
    "NotAuthor",
    "NoticeSent",
    "Noting",
    "Omission",
    "PanelConfig",
    "PanelType",
    "PaperConsidered",
    "ParagraphTag",
    "PlanningOffer",
    "PreView",
    "QuorumAnswer",
    "Recommendation",
    "RecommendationWords",
    "Reconsideration",
    "Reconsidered",
    "Reissue",
    "Release",
    "Revision",
    "Risk",
    "RiskStep",
    "RosterEntry",
    "Seat",
    "Sent",
    "SentBack",
    "SetAside",
    "SetAsideProposal",
    "SettingNotice",
    "StandingMember",
    "VersionRelease",
    "VersionWithdrawal",
    "Withdrawal",
    "WordsDraft",
    "WordsReturned",
    "config_on",
]

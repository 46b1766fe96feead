"""Who may do what: one pure table of role by verb, and the one refusal every rule and action raises.

Reach of a cell: `ANY` (every object of the kind), `OWN` (only objects tied to the user in that role) or no cell at all (no).
Denials and restrictions are asked before the table and bind everybody (design.md 2, fact 5). Source of the rows:
reliability.md 3.2; a role whose screens come with a later issue stands here with no cell, so that its no is tested.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from panel.law.problems import Problem


class Refused(Exception):
    """A lawful, explained no. `code` is for programs and tests, `sentence` is shown to the person beside its cause."""

    def __init__(
        self, code: str, sentence: str, *, field: str | None = None, parts: Iterable[Problem] = ()
    ) -> None:
        super().__init__(sentence)
        self.code = code
        self.sentence = sentence
        self.field = field
        # A form says each problem beside its own field; whoever has one place for all of them says `sentence`.
        self.parts = tuple(parts) or (Problem(code, field or "", sentence),)


class Role(StrEnum):
    """What a membership makes of a user. One user may hold several."""

    CHAIR = "chair"
    MEMBER = "member"
    CLERK = "clerk"
    COORDINATOR = "coordinator"
    OFFICER = "officer"
    PROFESSIONAL = "professional"
    ADVISER = "adviser"
    MODERATOR = "moderator"
    PARENT = "parent"
    PLANNING_LEAD = "planning_lead"
    PARENT_REPRESENTATIVE = "parent_representative"
    ADVOCATE = "advocate"
    LEADER = "leader"
    ADMINISTRATOR = "administrator"
    AUDITOR = "auditor"


ROLE_LABELS: Mapping[Role, str] = {
    Role.CHAIR: "Panel chair",
    Role.MEMBER: "Panel member",
    Role.CLERK: "Panel clerk",
    Role.COORDINATOR: "Case coordinator",
    Role.OFFICER: "Designated officer",
    Role.PROFESSIONAL: "Professional",
    Role.ADVISER: "Adviser",
    Role.MODERATOR: "Moderator",
    Role.PARENT: "Parent or young person",
    Role.PLANNING_LEAD: "Planning meeting lead",
    Role.PARENT_REPRESENTATIVE: "Parent-carer representative",
    Role.ADVOCATE: "Advocate",
    Role.LEADER: "Service leader",
    Role.ADMINISTRATOR: "Administrator",
    Role.AUDITOR: "Data-protection auditor",
}

# Everybody but families signs in as staff: a second factor is asked of all of them.
FAMILY_ROLES = frozenset({Role.PARENT, Role.ADVOCATE})

# Who may be given a seat to look on at a meeting. Not those who see no case at all, and not moderators, who judge blind.
OBSERVER_ROLES = frozenset(
    {
        Role.MEMBER,
        Role.PARENT_REPRESENTATIVE,
        Role.CLERK,
        Role.OFFICER,
        Role.COORDINATOR,
        Role.PROFESSIONAL,
        Role.ADVISER,
        Role.PLANNING_LEAD,
        Role.LEADER,
    }
)


class Reach(StrEnum):
    """How far a yes goes."""

    ANY = "any"
    OWN = "own"


class Verb(StrEnum):
    """`noun.verb`: the permission, the audit verb and the name of the URL, all in one."""

    HOME_VIEW = "home.view"
    CASE_LIST = "case.list"
    CASE_VIEW = "case.view"
    CASE_CREATE = "case.create"
    CASE_IMPORT = "case.import"
    CASE_GRANT = "case.grant"
    PERSON_RECORD = "person.record"
    PAPER_UPLOAD = "paper.upload"
    PAPER_READ = "paper.read"
    PAPER_WITHDRAW = "paper.withdraw"
    ADVICE_RECORD = "advice.record"
    CLOCK_RECORD = "clock.record"
    EXEMPTION_RECORD = "exemption.record"
    CLOSURE_LIST = "closure.list"
    CLOSURE_RECORD = "closure.record"
    DELAY_LIST = "delay.list"
    DELAY_RECORD = "delay.record"
    PANEL_LIST = "panel.list"
    PANEL_CONFIGURE = "panel.configure"
    PANEL_SEAT = "panel.seat"
    AGENCY_RECORD = "agency.record"
    CONTACT_RECORD = "contact.record"
    MEETING_LIST = "meeting.list"
    MEETING_VIEW = "meeting.view"
    MEETING_PLAN = "meeting.plan"
    AGENDA_EDIT = "agenda.edit"
    ATTENDANCE_RECORD = "attendance.record"
    INVITATION_ANSWER = "invitation.answer"
    CONFIDENTIALITY_ACKNOWLEDGE = "confidentiality.acknowledge"
    CONFLICT_DECLARE = "conflict.declare"
    CONFLICT_IMPOSE = "conflict.impose"
    MEETING_RUN = "meeting.run"
    CARD_ACKNOWLEDGE = "card.acknowledge"
    MEETING_RECORD_LATER = "meeting.record_later"
    ITEM_VIEW = "item.view"
    ITEM_WRITE = "item.write"
    ITEM_HEAR = "item.hear"
    ITEM_RECORD_LATER = "item.record_later"
    GUEST_RECORD = "guest.record"
    PREVIEW_GIVE = "preview.give"
    PREVIEW_OPEN = "preview.open"
    RECOMMENDATION_RECORD = "recommendation.record"
    RECOMMENDATION_FINISH = "recommendation.finish"
    RECOMMENDATION_RETURN = "recommendation.return"
    CONSENT_PROPOSE = "consent.propose"
    CONSENT_TAKE_OFF = "consent.take_off"
    CONSENT_NOTE = "consent.note"
    RISK_LIST = "risk.list"
    RISK_VIEW = "risk.view"
    RISK_RECORD = "risk.record"
    RISK_RAISE = "risk.raise"
    RISK_ANSWER = "risk.answer"
    RISK_TELL = "risk.tell"
    ACTION_LIST = "action.list"
    ACTION_REPORT = "action.report"
    FEEDBACK_RECORD = "feedback.record"
    FEEDBACK_LIST = "feedback.list"
    NOTICE_LIST = "notice.list"
    NOTICE_VIEW = "notice.view"
    NOTICE_SEND = "notice.send"
    NOTICE_TELL = "notice.tell"
    DECISION_LIST = "decision.list"
    DECISION_VIEW = "decision.view"
    DECISION_RECORD = "decision.record"
    DECISION_WITHOUT_PANEL = "decision.without_panel"
    DECISION_SET_ASIDE = "decision.set_aside"
    DECISION_RECONSIDER = "decision.reconsider"
    MINUTES_VIEW = "minutes.view"
    MINUTES_PREPARE = "minutes.prepare"
    MINUTES_CIRCULATE = "minutes.circulate"
    MINUTES_COMMENT = "minutes.comment"
    MINUTES_ANSWER = "minutes.answer"
    MINUTES_SIGN = "minutes.sign"
    MINUTES_SIGN_OFF = "minutes.sign_off"
    VERSION_LIST = "version.list"
    VERSION_TAG = "version.tag"
    VERSION_PREPARE = "version.prepare"
    VERSION_VIEW = "version.view"
    VERSION_RELEASE = "version.release"
    VERSION_READ = "version.read"
    EXTRACT_LIST = "extract.list"
    EXTRACT_VIEW = "extract.view"
    LETTER_LIST = "letter.list"
    LETTER_VIEW = "letter.view"
    LETTER_DRAFT = "letter.draft"
    LETTER_RELEASE = "letter.release"
    LETTER_POST = "letter.post"
    FAMILY_VIEW = "family.view"
    FAMILY_LETTER = "family.letter"
    SUPPORT_LIST = "support.list"
    SUPPORT_RECORD = "support.record"
    FAMILY_VERSION = "family.version"
    USER_LIST = "user.list"
    USER_INVITE = "user.invite"
    USER_END = "user.end"
    SESSION_DEMONSTRATE = "session.demonstrate"
    SESSION_VIEW = "session.view"
    ACCESSIBILITY_VIEW = "accessibility.view"
    HELP_VIEW = "help.view"
    DEADLINES_VIEW = "deadlines.view"
    HEALTH_VIEW = "health.view"


ANY, OWN = Reach.ANY, Reach.OWN
_EVERYBODY: Mapping[Role, Reach] = dict.fromkeys(Role, ANY)
# Whoever may be named lead professional of a place at risk sees and answers what is in their own hands.
_LEADS: Mapping[Role, Reach] = {
    Role.CHAIR: OWN,
    Role.MEMBER: OWN,
    Role.COORDINATOR: OWN,
    Role.PROFESSIONAL: OWN,
    Role.ADVISER: OWN,
    Role.PLANNING_LEAD: OWN,
    Role.OFFICER: ANY,
}
# Whoever has a seat at a meeting; the roles beyond a panel's own by an observer's seat alone (`meetings.access`).
_SEATED: Mapping[Role, Reach] = {Role.CHAIR: OWN, **dict.fromkeys(OBSERVER_ROLES, OWN)}

# Whoever may be named as the owner of an action sees and reports what is in their own hands; a chair also what her panels asked.
_FOLLOWS: Mapping[Role, Reach] = {
    Role.CLERK: ANY,
    Role.CHAIR: OWN,
    Role.MEMBER: OWN,
    Role.COORDINATOR: OWN,
    Role.OFFICER: OWN,
    Role.PROFESSIONAL: OWN,
    Role.ADVISER: OWN,
    Role.PLANNING_LEAD: OWN,
}

TABLE: Mapping[Verb, Mapping[Role, Reach]] = {
    Verb.HOME_VIEW: _EVERYBODY,
    Verb.CASE_LIST: {Role.CLERK: ANY, Role.COORDINATOR: OWN, Role.OFFICER: ANY, Role.PROFESSIONAL: OWN},
    Verb.CASE_VIEW: {Role.CLERK: ANY, Role.COORDINATOR: OWN, Role.OFFICER: ANY, Role.PROFESSIONAL: OWN},
    Verb.CASE_CREATE: {Role.CLERK: ANY},
    Verb.CASE_IMPORT: {Role.CLERK: ANY},
    # Whoever names the people a restricted case is open to need not be one of them, and never names herself.
    Verb.CASE_GRANT: {Role.OFFICER: ANY},
    Verb.PERSON_RECORD: {Role.CLERK: ANY, Role.COORDINATOR: OWN},
    Verb.PAPER_UPLOAD: {Role.CLERK: ANY, Role.COORDINATOR: OWN, Role.PROFESSIONAL: OWN},
    # Chairs and members read a paper as part of their meeting's item (`item.view`), never by this verb.
    Verb.PAPER_READ: {
        Role.CLERK: ANY,
        Role.COORDINATOR: OWN,
        Role.OFFICER: ANY,
        Role.PROFESSIONAL: OWN,
    },
    Verb.PAPER_WITHDRAW: {Role.CLERK: ANY},
    Verb.ADVICE_RECORD: {Role.CLERK: ANY, Role.COORDINATOR: OWN},
    # Orders, agreements and changes of mind restate the clock; the decision itself is never recorded here.
    Verb.CLOCK_RECORD: {Role.CLERK: ANY, Role.COORDINATOR: OWN},
    Verb.EXEMPTION_RECORD: {Role.CLERK: ANY, Role.COORDINATOR: OWN},
    Verb.CLOSURE_LIST: {Role.CLERK: ANY, Role.COORDINATOR: ANY, Role.OFFICER: ANY},
    Verb.CLOSURE_RECORD: {Role.CLERK: ANY},
    Verb.DELAY_LIST: {Role.CLERK: ANY, Role.COORDINATOR: OWN, Role.OFFICER: ANY},
    Verb.DELAY_RECORD: {Role.CLERK: ANY, Role.COORDINATOR: OWN},
    # How panels work is no secret to those who run them; setting it up is the administrator's, who sees no case.
    Verb.PANEL_LIST: {
        Role.ADMINISTRATOR: ANY,
        Role.CLERK: ANY,
        Role.OFFICER: ANY,
        Role.CHAIR: ANY,
    },
    Verb.PANEL_CONFIGURE: {Role.ADMINISTRATOR: ANY},
    Verb.PANEL_SEAT: {Role.ADMINISTRATOR: ANY, Role.CLERK: ANY},
    Verb.AGENCY_RECORD: {Role.ADMINISTRATOR: ANY},
    Verb.CONTACT_RECORD: {Role.ADMINISTRATOR: ANY, Role.CLERK: ANY},
    Verb.MEETING_LIST: {
        Role.CHAIR: OWN,
        Role.MEMBER: OWN,
        Role.CLERK: ANY,
        Role.OFFICER: ANY,
        Role.PARENT_REPRESENTATIVE: OWN,
    },
    Verb.MEETING_VIEW: {**_SEATED, Role.CLERK: ANY, Role.OFFICER: ANY},
    Verb.MEETING_PLAN: {Role.CLERK: ANY, Role.CHAIR: OWN},
    Verb.AGENDA_EDIT: {Role.CLERK: ANY, Role.CHAIR: OWN},
    Verb.ATTENDANCE_RECORD: {Role.CLERK: ANY, Role.CHAIR: OWN},
    Verb.INVITATION_ANSWER: _SEATED,
    Verb.CONFIDENTIALITY_ACKNOWLEDGE: _SEATED,
    # Whoever looks on has promised to say so at once and leave.
    Verb.CONFLICT_DECLARE: _SEATED,
    Verb.CONFLICT_IMPOSE: {Role.CHAIR: OWN, Role.CLERK: ANY},
    Verb.MEETING_RUN: {Role.CHAIR: OWN, Role.CLERK: ANY},
    # Whoever sits at a meeting says for themselves that they know the legal test.
    Verb.CARD_ACKNOWLEDGE: {Role.CHAIR: OWN, Role.MEMBER: OWN, Role.PARENT_REPRESENTATIVE: OWN},
    # Times from paper; what the panel recommended is the chair’s to record, as always.
    Verb.MEETING_RECORD_LATER: {Role.CLERK: ANY, Role.CHAIR: OWN},
    Verb.ITEM_RECORD_LATER: {Role.CLERK: ANY, Role.CHAIR: OWN},
    Verb.ITEM_VIEW: {**_SEATED, Role.CLERK: ANY, Role.OFFICER: ANY},
    Verb.ITEM_WRITE: {Role.CHAIR: OWN, Role.CLERK: ANY},
    Verb.ITEM_HEAR: {Role.CHAIR: OWN, Role.CLERK: ANY},
    # The family at its own item: asked, in and out. It has no verb of its own here, and sees no other item.
    Verb.GUEST_RECORD: {Role.CLERK: ANY, Role.CHAIR: OWN},
    # Nobody but the member reads a view before the chair opens all of them: clerk and chair see who has given one.
    Verb.PREVIEW_GIVE: {Role.CHAIR: OWN, Role.MEMBER: OWN, Role.PARENT_REPRESENTATIVE: OWN},
    Verb.PREVIEW_OPEN: {Role.CHAIR: OWN},
    Verb.RECOMMENDATION_RECORD: {Role.CHAIR: OWN},
    # The words alone, for whoever led the item to confirm.
    Verb.RECOMMENDATION_FINISH: {Role.CLERK: ANY},
    Verb.RECOMMENDATION_RETURN: {Role.CHAIR: OWN},
    Verb.CONSENT_PROPOSE: {Role.CLERK: ANY},
    # Anybody at the table may ask for an item to be heard in full.
    Verb.CONSENT_TAKE_OFF: {
        Role.CHAIR: OWN,
        Role.MEMBER: OWN,
        Role.PARENT_REPRESENTATIVE: OWN,
        Role.CLERK: ANY,
    },
    # Each item is noted by whoever leads it; the action asks that.
    Verb.CONSENT_NOTE: {Role.CHAIR: OWN},
    Verb.RISK_LIST: {**_LEADS, Role.CLERK: ANY},
    Verb.RISK_VIEW: {**_LEADS, Role.CLERK: ANY},
    # At the panel's item; between panels, on the case.
    Verb.RISK_RECORD: {Role.CHAIR: OWN, Role.CLERK: ANY, Role.OFFICER: ANY},
    Verb.RISK_RAISE: {Role.CLERK: ANY, Role.COORDINATOR: OWN, Role.OFFICER: ANY},
    # The action asks for the lead professional herself.
    Verb.RISK_ANSWER: _LEADS,
    # Whoever answers for the case notes that its family was told who leads.
    Verb.RISK_TELL: {Role.CLERK: ANY, Role.COORDINATOR: OWN, Role.OFFICER: ANY},
    Verb.ACTION_LIST: _FOLLOWS,
    Verb.ACTION_REPORT: _FOLLOWS,
    Verb.FEEDBACK_RECORD: {Role.CHAIR: OWN, Role.CLERK: ANY},
    # Of the settings she works at, once the outcome has gone out.
    Verb.FEEDBACK_LIST: {Role.PROFESSIONAL: OWN},
    # The outcome as a setting is told it: by its own people on the page, else on paper by the clerk.
    Verb.NOTICE_LIST: {Role.CLERK: ANY},
    Verb.NOTICE_VIEW: {Role.CLERK: ANY, Role.PROFESSIONAL: OWN},
    Verb.NOTICE_SEND: {Role.CLERK: ANY},
    # Health and social care have no account: the clerk tells them.
    Verb.NOTICE_TELL: {Role.CLERK: ANY},
    Verb.DECISION_LIST: {Role.OFFICER: ANY},
    Verb.DECISION_VIEW: {Role.OFFICER: ANY, Role.CLERK: ANY, Role.COORDINATOR: OWN, Role.CHAIR: OWN},
    # A chair decides only where the panel type delegates; the action asks that.
    Verb.DECISION_RECORD: {Role.OFFICER: ANY, Role.CHAIR: OWN},
    # A delegated chair decides on an item of the panel, never without one.
    Verb.DECISION_WITHOUT_PANEL: {Role.OFFICER: ANY},
    Verb.DECISION_SET_ASIDE: {Role.OFFICER: ANY, Role.CLERK: ANY},
    Verb.DECISION_RECONSIDER: {Role.OFFICER: ANY},
    Verb.MINUTES_VIEW: {Role.CHAIR: OWN, Role.MEMBER: OWN, Role.CLERK: ANY, Role.OFFICER: ANY},
    Verb.MINUTES_PREPARE: {Role.CLERK: ANY, Role.CHAIR: OWN},
    Verb.MINUTES_CIRCULATE: {Role.CLERK: ANY, Role.CHAIR: OWN},
    # The action asks for somebody who was there.
    Verb.MINUTES_COMMENT: {Role.MEMBER: OWN, Role.CHAIR: OWN},
    Verb.MINUTES_ANSWER: {Role.CLERK: ANY, Role.CHAIR: OWN},
    Verb.MINUTES_SIGN: {Role.CHAIR: OWN},
    # Of one item's sheet; the action asks for the deputy who led it.
    Verb.MINUTES_SIGN_OFF: {Role.CHAIR: OWN, Role.MEMBER: OWN},
    # What is left out of a version is said by clerk or chair; what goes out is prepared by a clerk, released by somebody else.
    Verb.VERSION_LIST: {Role.CLERK: ANY, Role.OFFICER: ANY, Role.CHAIR: OWN},
    Verb.VERSION_TAG: {Role.CLERK: ANY, Role.CHAIR: OWN},
    Verb.VERSION_PREPARE: {Role.CLERK: ANY},
    Verb.VERSION_VIEW: {Role.CLERK: ANY, Role.OFFICER: ANY},
    Verb.VERSION_RELEASE: {Role.CLERK: ANY, Role.OFFICER: ANY},
    # The setting's own version, read by its professionals. Moderators get theirs with their rounds, not here.
    Verb.VERSION_READ: {Role.PROFESSIONAL: OWN},
    # Counts without a name or a reference.
    Verb.EXTRACT_LIST: {Role.OFFICER: ANY, Role.LEADER: ANY},
    Verb.EXTRACT_VIEW: {Role.OFFICER: ANY, Role.LEADER: ANY},
    Verb.LETTER_LIST: {Role.CLERK: ANY, Role.OFFICER: ANY, Role.COORDINATOR: OWN},
    Verb.LETTER_VIEW: {Role.CLERK: ANY, Role.OFFICER: ANY, Role.COORDINATOR: OWN},
    Verb.LETTER_DRAFT: {Role.CLERK: ANY, Role.COORDINATOR: OWN},
    Verb.LETTER_RELEASE: {Role.OFFICER: ANY, Role.CLERK: ANY},
    Verb.LETTER_POST: {Role.CLERK: ANY},
    Verb.FAMILY_VIEW: {Role.PARENT: OWN},
    Verb.FAMILY_LETTER: {Role.PARENT: OWN},
    # What is offered is no secret; who keeps the list is.
    Verb.SUPPORT_LIST: {
        Role.CLERK: ANY,
        Role.ADMINISTRATOR: ANY,
        Role.CHAIR: ANY,
        Role.COORDINATOR: ANY,
        Role.OFFICER: ANY,
        Role.PLANNING_LEAD: ANY,
    },
    Verb.SUPPORT_RECORD: {Role.CLERK: ANY, Role.ADMINISTRATOR: ANY},
    Verb.FAMILY_VERSION: {Role.PARENT: OWN},
    Verb.USER_LIST: {Role.ADMINISTRATOR: ANY},
    Verb.USER_INVITE: {Role.ADMINISTRATOR: ANY},
    Verb.USER_END: {Role.ADMINISTRATOR: ANY},
    # Pages that hold no one's data and ask for no sign-in.
    Verb.SESSION_DEMONSTRATE: _EVERYBODY,
    Verb.SESSION_VIEW: _EVERYBODY,
    Verb.ACCESSIBILITY_VIEW: _EVERYBODY,
    Verb.HELP_VIEW: _EVERYBODY,
    Verb.DEADLINES_VIEW: _EVERYBODY,
    Verb.HEALTH_VIEW: _EVERYBODY,
}


@dataclass(frozen=True)
class Facts:
    """What is known about a user and an object when the question is asked.

    `roles`: the roles held today. `own`: the roles through which this object is the user's own. `denied`: a live `Denial`
    stands between the user and the object's case. `restricted`: the case is open to named users only; `granted`: this user
    holds a live grant. `about_object` is False for verbs that concern no particular object (a list, a new record).
    """

    roles: frozenset[Role]
    own: frozenset[Role] = frozenset()
    denied: bool = False
    restricted: bool = False
    granted: bool = False
    about_object: bool = True


@dataclass(frozen=True)
class Answer:
    """Yes or no, and the sentence that explains a no."""

    allowed: bool
    code: str = "allowed"
    sentence: str = ""


YES = Answer(allowed=True)


def answer(verb: Verb, facts: Facts) -> Answer:
    """Deny first, then the table: the one answer to “may I”, the same for page, fragment, file, command and task."""
    if facts.denied:
        return Answer(
            False,
            "recused",
            "You are recused from this case, so it is closed to you. The clerk can tell you why.",
        )
    if facts.restricted and not facts.granted and not facts.own & FAMILY_ROLES:
        return Answer(False, "restricted", "This case is open only to named people.")
    cells = TABLE[verb]
    # Somebody of the chairs’ rota who has a seat as a member, such as the vice-chair, does there what a member does.
    sits = Role.CHAIR in facts.roles and Role.MEMBER in facts.own
    for role in facts.roles | ({Role.MEMBER} if sits else set()):
        reach = cells.get(role)
        if reach is ANY or (reach is OWN and (role in facts.own or not facts.about_object)):
            return YES
    who = ", ".join(ROLE_LABELS[role].lower() for role in cells) or "nobody yet"
    return Answer(False, "not_allowed", f"Your role does not allow this. It can be done by: {who}.")

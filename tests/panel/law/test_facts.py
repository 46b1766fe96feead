from datetime import date

import pytest

from panel.law.facts import (
    FIELDS,
    BadFacts,
    Exemption,
    Facts,
    MediationAgreement,
    SchoolClosure,
    TribunalOrder,
    Unopposed,
    parse,
)
from panel.law.rules import Code, OrderKind, UnopposedKind

WHY = "The family was abroad for a bereavement."
EXEMPTION = {
    "stage": "C1",
    "ground": "c",
    "from": "2026-07-01",
    "to": "2026-07-20",
    "impractical_because": WHY,
}


def errors(given) -> tuple[str, ...]:
    with pytest.raises(BadFacts) as bad:
        parse(given)
    return bad.value.errors


def test_facts_are_read_whole():
    given = {
        "received_on": "2026-06-18",
        "as_of": "2026-12-01",
        "born_on": "2015-02-03",
        "school_closures": [{"closed_from": "2026-07-23", "reopens_on": "2026-09-03"}],
        "advice_asked_on": "2026-07-20",
        "exemptions": [EXEMPTION, {**EXEMPTION, "stage": "C3", "ground": "(A)", "to": None}],
        "assess_notified_on": "2026-07-20",
        "refused_notified_on": None,
        "mediation_agreement": {
            "agreed_on": "2026-10-01",
            "other_dates": {"C6": "2026-12-24"},
            "kind": "amend",
        },
        "tribunal_order": {"kind": "assess", "ordered_on": "2026-11-01"},
        "unopposed": {"kind": "refusal_to_assess", "notified_on": "2026-10-20"},
        "reassessment": False,
    }
    assert parse(given) == Facts(
        received_on=date(2026, 6, 18),
        as_of=date(2026, 12, 1),
        born_on=date(2015, 2, 3),
        school_closures=(SchoolClosure(date(2026, 7, 23), date(2026, 9, 3)),),
        advice_asked_on=date(2026, 7, 20),
        exemptions=(
            Exemption(Code.C1, "c", date(2026, 7, 1), date(2026, 7, 20), WHY),
            Exemption(Code.C3, "a", date(2026, 7, 1), None, WHY),
        ),
        assess_notified_on=date(2026, 7, 20),
        mediation_agreement=MediationAgreement(
            date(2026, 10, 1), ((Code.C6, date(2026, 12, 24)),), OrderKind.AMEND
        ),
        tribunal_order=TribunalOrder(OrderKind.ASSESS, date(2026, 11, 1)),
        unopposed=Unopposed(UnopposedKind.REFUSAL_TO_ASSESS, date(2026, 10, 20)),
    )


def test_every_field_of_facts_can_be_given():
    assert set(FIELDS) == set(Facts.__dataclass_fields__)


def test_the_clock_is_read_today_or_on_the_last_recorded_step():
    today = date(2026, 11, 23)
    assert parse({"received_on": "2026-06-18"}, today=today).as_of == today
    assert parse({"received_on": "2026-06-18", "final_sent_on": "2027-01-04"}, today=today).as_of == date(
        2027, 1, 4
    )
    assert parse({"received_on": "2026-06-18", "as_of": "2026-07-01"}, today=today).as_of == date(2026, 7, 1)
    assert parse({"received_on": "2026-06-18"}).as_of is None


@pytest.mark.parametrize(
    ("given", "error"),
    [
        ({}, "received_on: Give this date, as YYYY-MM-DD."),
        ({"received_on": ""}, "received_on: Give this date, as YYYY-MM-DD."),
        ({"received_on": "2026-02-31"}, "received_on: Enter a real date, as YYYY-MM-DD."),
        ({"received_on": "2027-02-29"}, "received_on: Enter a real date, as YYYY-MM-DD."),
        ({"received_on": "03/04/26"}, "received_on: Enter a real date, as YYYY-MM-DD."),
        ({"received_on": "20226-01-01"}, "received_on: Enter a real date, as YYYY-MM-DD."),
        ({"received_on": 20260101}, "received_on: Enter a real date, as YYYY-MM-DD."),
        ({"received_on": "0001-01-01"}, "received_on: Enter a date between 1980 and 2099."),
        ({"received_on": "9999-12-31"}, "received_on: Enter a date between 1980 and 2099."),
        (
            {"received_on": "2014-08-31"},
            "received_on: These rules govern requests received from 1 September 2014.",
        ),
        (
            {"received_on": "2026-06-18", "as_of": "2026-06-17"},
            "received_on: The request cannot be received on 18 June 2026: today is 17 June 2026.",
        ),
        (
            {"received_on": "2026-06-18", "born_on": "1999-01-01"},
            (
                "born_on: The person was 27 when the request was received. "
                "A needs assessment can be asked for until the day before the 25th birthday."
            ),
        ),
        (
            {"received_on": "2026-06-18", "assess_notified_on": "2026-06-17"},
            "assess_notified_on: 17 June 2026 is before the request was received on 18 June 2026.",
        ),
        (
            {"received_on": "2026-06-18", "tribunal_order": {"kind": "assess", "ordered_on": "2026-01-01"}},
            "tribunal_order.ordered_on: 1 January 2026 is before the request was received on 18 June 2026.",
        ),
        (
            {"received_on": "2026-06-18", "letter_on": "2026-07-02", "certificate_on": "2026-07-01"},
            "certificate_on: 1 July 2026 is before letter_on, 2 July 2026.",
        ),
        (
            {
                "received_on": "2026-06-18",
                "school_closures": [{"closed_from": "2026-09-03", "reopens_on": "2026-07-23"}],
            },
            (
                "school_closures[0].reopens_on: The school cannot re-open on 23 July 2026: "
                "its first closed day is 3 September 2026."
            ),
        ),
        ({"received_on": "2026-06-18", "school_closures": {}}, None),
        ({"received_on": "2026-06-18", "school_closures": "summer"}, "school_closures: Give a list."),
        (
            {"received_on": "2026-06-18", "school_closures": ["summer"]},
            "school_closures[0]: Give an object with named values.",
        ),
        (
            {"received_on": "2026-06-18", "tribunal_order": {"kind": "cease", "ordered_on": "2026-08-01"}},
            "tribunal_order.kind: Give one of assess, make_plan, amend, name_setting, reconsider.",
        ),
        (
            {"received_on": "2026-06-18", "unopposed": {"kind": ["contents"], "notified_on": "2026-08-01"}},
            "unopposed.kind: Give one of refusal_to_assess, refusal_to_issue, contents.",
        ),
        (
            {"received_on": "2026-06-18", "exemptions": [{**EXEMPTION, "impractical_because": " "}]},
            (
                "exemptions[0].impractical_because: Say why keeping the time limit was impractical in this case. "
                "An exemption is never given in bulk."
            ),
        ),
        (
            {"received_on": "2026-06-18", "exemptions": [{**EXEMPTION, "stage": "C4"}]},
            "exemptions[0].stage: Give one of C1, C2, C3, C6.",
        ),
        (
            {"received_on": "2026-06-18", "exemptions": [{**EXEMPTION, "stage": "C2", "ground": "d"}]},
            "exemptions[0].ground: Give one of the grounds a, b, c for C2.",
        ),
        (
            {"received_on": "2026-06-18", "exemptions": [{**EXEMPTION, "to": "2026-06-30"}]},
            "exemptions[0].to: It ends on 30 June 2026, before it begins on 1 July 2026.",
        ),
        (
            {"received_on": "2026-06-18", "exemptions": [{**EXEMPTION, "ground": "d", "to": None}]},
            "exemptions[0].to: Give the last day of the absence; it must have lasted at least four weeks.",
        ),
        (
            {
                "received_on": "2026-06-18",
                "mediation_agreement": {"agreed_on": "2026-08-01", "other_dates": ["C6"]},
            },
            'mediation_agreement.other_dates: Give an object of dates, as {"C6": "2026-06-03"}.',
        ),
        ({"received_on": "2026-06-18", "reassessment": "yes"}, "reassessment: Give true or false."),
        ("2026-06-18", "facts: Give an object of facts, at least with received_on."),
    ],
)
def test_a_wrong_fact_is_named_with_its_field(given, error):
    if error is None:
        assert parse(given).school_closures == ()
    else:
        assert errors(given) == (error,)


def test_an_unknown_fact_is_named():
    (error,) = errors({"received_on": "2026-06-18", "recieved_on": "2026-06-18"})
    assert error.startswith("recieved_on: There is no such fact here. The facts are received_on, as_of,")


def test_every_wrong_fact_is_collected():
    given = {"received_on": "2026-13-01", "born_on": "x", "exemptions": [{"stage": "C9"}], "unopposed": 3}
    assert [error.split(":")[0] for error in errors(given)] == [
        "received_on",
        "born_on",
        "exemptions[0].stage",
        "exemptions[0].from",
        "exemptions[0].impractical_because",
        "unopposed",
    ]

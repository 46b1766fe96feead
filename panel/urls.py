"""Addresses of the panel app, by subject."""

from django.urls import path, re_path

from panel.views import (
    about,
    advice,
    cases,
    clocks,
    deadlines,
    exemptions,
    papers,
    people,
    session,
    support,
    users,
)

urlpatterns = [
    path("cases/", cases.case_list, name="case.list"),
    path("cases/access/", cases.case_grant, name="case.grant"),
    path("cases/late/", clocks.delay_list, name="delay.list"),
    path("cases/new/", cases.case_create, name="case.create"),
    path("cases/<uuid:case>/", cases.case_view, name="case.view"),
    path("cases/<uuid:case>/clock/new/", clocks.clock_record, name="clock.record"),
    path("cases/<uuid:case>/exemptions/new/", exemptions.exemption_record, name="exemption.record"),
    path(
        "cases/<uuid:case>/exemptions/<uuid:exemption>/", exemptions.exemption_change, name="exemption.change"
    ),
    path("closures/", exemptions.closure_list, name="closure.list"),
    path("closures/new/", exemptions.closure_record, name="closure.record"),
    path("closures/<uuid:closure>/remove/", exemptions.closure_remove, name="closure.remove"),
    path("cases/<uuid:case>/delay/new/", clocks.delay_record, name="delay.record"),
    path("cases/<uuid:case>/papers/new/", papers.paper_upload, name="paper.upload"),
    path("papers/<uuid:paper>/", papers.paper_status, name="paper.status"),
    path("papers/<uuid:paper>/file/", papers.paper_read, name="paper.read"),
    path("papers/<uuid:paper>/withdraw/", papers.paper_withdraw, name="paper.withdraw"),
    path("cases/<uuid:case>/advice/", advice.advice_list, name="advice.list"),
    path("cases/<uuid:case>/advice/new/", advice.advice_ask, name="advice.ask"),
    path("cases/<uuid:case>/advice/<uuid:advice>/", advice.advice_record, name="advice.record"),
    path("cases/<uuid:case>/family/", people.person_family, name="person.family"),
    path("cases/<uuid:case>/family/new/", people.person_add, name="person.add"),
    path("cases/<uuid:case>/family/young-person/", people.person_self, name="person.self"),
    path(
        "cases/<uuid:case>/family/<uuid:relationship>/address/", people.person_address, name="person.address"
    ),
    path(
        "cases/<uuid:case>/family/<uuid:relationship>/contact/", people.person_contact, name="person.contact"
    ),
    path(
        "cases/<uuid:case>/family/<uuid:relationship>/dispute/", people.person_dispute, name="person.dispute"
    ),
    path(
        "cases/<uuid:case>/family/<uuid:relationship>/restrict/",
        people.person_restrict,
        name="person.restrict",
    ),
    path("cases/<uuid:case>/family/<uuid:relationship>/lift/", people.person_lift, name="person.lift"),
    path(
        "cases/<uuid:case>/family/<uuid:relationship>/identity/",
        people.person_identity,
        name="person.identity",
    ),
    path("cases/<uuid:case>/family/<uuid:relationship>/end/", people.person_end, name="person.end"),
    path("support/", support.support_list, name="support.list"),
    path("support/new/", support.support_record, name="support.record"),
    path("support/<uuid:support>/change/", support.support_change, name="support.change"),
    path("support/<uuid:support>/end/", support.support_end, name="support.end"),
    path("users/", users.user_list, name="user.list"),
    path("users/new/", users.user_invite, name="user.invite"),
    path("users/roles/<uuid:membership>/end/", users.user_end, name="user.end"),
    path("accessibility/", about.accessibility, name="accessibility.view"),
    re_path(r"^deadlines/?$", deadlines.deadlines_view, name="deadlines.view"),
    path("help/", about.help_page, name="help.view"),
    path("healthz", about.alive, name="health.view"),
    path("readyz", about.ready, name="health.ready"),
    path("session/", session.signed_in, name="session.view"),
    path("demonstration/<str:secret>/", session.demonstrate, name="session.demonstrate"),
]

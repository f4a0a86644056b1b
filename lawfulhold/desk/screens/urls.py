"""Addresses of the screens, grouped by what they are about."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from lawfulhold.desk.screens import beside, case, intake, law, papers, queue, register, subpoenas

# The queue and its alerts
queue_urls = [
    path("", queue.home, name="queue"),
    path("queue/part/", queue.part, name="queue-part"),
    path("alerts/<uuid:alert_id>/seen/", queue.seen, name="alert-seen"),
    path("papers-with-persons/<uuid:hand_over_id>/", queue.acknowledge, name="acknowledge"),
    path("nothing/", register.nothing, name="nothing"),
]
# Intake
intake_urls = [
    path("intake/", intake.register, name="intake"),
    path("intake/new/", intake.receive, name="receive"),
    path("intake/book/", intake.book, name="book"),
    path("intake/paper/<uuid:reading_id>/", beside.received, name="received"),
    path("intake/<uuid:detainer_id>/", intake.detainer, name="detainer"),
]
# One case
case_urls = [
    path("case/<uuid:custody_id>/", case.show, name="case"),
    path("case/<uuid:custody_id>/facts/", case.state, name="facts"),
    path("case/<uuid:custody_id>/decide/", case.decide, name="decide"),
    path("case/<uuid:custody_id>/decision/<int:number>/", case.decision, name="decision"),
    path("case/<uuid:custody_id>/release/", case.at_the_door, name="door"),
    path("case/<uuid:custody_id>/do/<slug:name>/", case.act, name="act"),
    path("case/<uuid:custody_id>/paper/<slug:name>/<slug:language>.pdf", papers.paper, name="paper"),
    path("case/<uuid:custody_id>/timeline/", papers.sealed, name="timeline"),
    path("document/<uuid:document_id>/", papers.document, name="document"),
    path("document/<uuid:document_id>/read/", beside.review, name="review"),
    path("document/<uuid:document_id>/page/<int:number>.png", beside.picture, name="page-picture"),
]
# Counsel, the law, subpoenas
counsel_urls = [
    path("counsel/", register.counsel, name="counsel"),
    path("law/", law.show, name="law"),
    path("subpoenas/", subpoenas.listing, name="subpoenas"),
    path("subpoenas/new/", subpoenas.log, name="subpoena-log"),
    path("subpoenas/<uuid:subpoena_id>/", subpoenas.show, name="subpoena"),
]
# The register
register_urls = [
    path("search/", register.search, name="search"),
    path("ice/", register.ice, name="contacts"),
    path("reports/", register.reports, name="reports"),
    path("audit/", register.audit, name="audit"),
]
urlpatterns: list[URLPattern | URLResolver] = [*queue_urls, *intake_urls, *case_urls, *counsel_urls, *register_urls]

"""What the panel looked at, by screen: factors had regard to, and papers that were not considered."""

import pytest

from meetings.models import Recommendation, Revision
from tests.make import make_paper
from tests.meetings.views.client import as_, words
from tests.meetings.views.test_room import ASSESS, in_session, item_url

pytestmark = pytest.mark.django_db


def test_paper_left_out_needs_its_reason_beside_it() -> None:
    day = in_session()
    paper = make_paper(day.items[0].case)
    page = as_(day.chair).get(item_url(day))
    assert "The paper above counts as considered." in words(page)
    field = f"considered-{paper.public_id}_because"
    record = item_url(day, "recommendation.record")
    lacking = as_(day.chair).post(record, {**ASSESS, field: "n/a"})
    assert (lacking.status_code, list(lacking.context["form"].errors)) == (422, [field])
    as_(day.chair).post(record, {**ASSESS, field: "It is about her brother."})
    (left,) = Recommendation.objects.get().papers_left_out
    assert left["because"] == "It is about her brother."
    assert "Not considered: Request form" in words(as_(day.chair).get(item_url(day)))


def test_factors_are_ticked_saved_and_recorded_with_the_recommendation() -> None:
    day = in_session()
    page = as_(day.chair).get(item_url(day))
    assert "Whether the outcomes" not in words(page)
    assert 'href="#id_factors-regard_codes_1" data-key="n"' in page.content.decode()
    ticked = {"factors-regard_codes": ["progress", "done"], "factors-words": "From her reviews"}
    as_(day.clerk, page=False).post(
        item_url(day, "item.write"), {"only": "factors", "factors-n": "1", **ticked}
    )
    data = Revision.objects.get(group="factors").data
    assert data == {"regard_codes": ["progress", "done"], "words": "From her reviews"}
    assert (
        'href="#id_factors-regard_codes_1" data-key="n"'
        not in as_(day.chair).get(item_url(day)).content.decode()
    )
    as_(day.chair).post(item_url(day, "recommendation.record"), {**ASSESS, **ticked})
    assert Recommendation.objects.get().factors == ["progress", "done"]
    assert "What the setting has done already" in words(as_(day.chair).get(item_url(day)))

"""C11: the call to the mail server gets no answer. Plain mail knows no repeats, so that what may have gone is shown to a person."""

import pytest

from tests.faults.mailhost import Mood, mail_host
from tests.faults.test_crash_points import letter_of, outlive_the_lease, states
from tests.faults.trials import CLEAN, TRIALS, Figures
from tests.faults.world import World

pytestmark = [pytest.mark.faults, pytest.mark.slow]


@pytest.mark.parametrize(
    ("mood", "state", "went"),
    [
        (Mood.TAKES, "sent", 1),
        (Mood.TAKES_AND_HANGS, "unknown", 1),
        (Mood.TAKES_AND_DROPS, "unknown", 1),
        (Mood.HANGS, "unknown", 0),
    ],
)
def test_email_whose_answer_never_came_is_shown_and_not_sent_again(
    mood: Mood, state: str, went: int, prepared: World, figures: Figures
) -> None:
    for trial in range(TRIALS):
        prepared.renew()
        prepared.do("release", letter=letter_of(prepared, f"C11 {mood}", trial))
        with mail_host(prepared.folder / "mail", mood) as port:
            _swept(prepared, port)
        assert states(prepared) == {"letter.send": "sent", "letter.email": state}
        # The server is well again, and nothing is sent on a guess.
        outlive_the_lease()
        with mail_host(prepared.folder / "mail", Mood.TAKES) as port:
            _swept(prepared, port)
        assert figures.judged(f"C11 {mood.name.lower()}", prepared) == {
            **CLEAN,
            "unknown": state == "unknown",
        }
        assert len(list((prepared.folder / "mail").iterdir())) == went


def _swept(world: World, port: int) -> None:
    by_smtp = {
        "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
        "EMAIL_HOST": "127.0.0.1",
        "EMAIL_PORT": port,
        "EMAIL_TIMEOUT": 1,
    }
    world.do("sweep", settings=by_smtp)

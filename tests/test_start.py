"""What bin/run says before it does anything."""

import socket
import subprocess
from pathlib import Path

BIN = Path(__file__).resolve().parents[1] / "bin"


def run(*arguments: str) -> tuple[int, str]:
    answer = subprocess.run(
        [BIN / "run", *arguments], capture_output=True, text=True, timeout=20, check=False
    )
    return answer.returncode, answer.stdout + answer.stderr


def test_run_names_a_port_in_use_before_anything_else() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        assert run("--port", str(port)) == (
            1,
            f"bin/run: port {port} is in use, perhaps by another bin/run.\n"
            f"Stop that one with Ctrl-C in its window, or choose another: bin/run --port {port + 1}\n",
        )


def test_run_refuses_a_port_that_is_no_number() -> None:
    assert run("--port", "eighty") == (1, "bin/run: --port needs a number, not 'eighty'\n")


def test_run_names_the_options_there_are() -> None:
    assert run("--fast") == (
        1,
        "bin/run: unknown option --fast (there are --empty, --port N and the command rehearse)\n",
    )

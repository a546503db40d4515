import sys
import time

from migkit import process


def test_both_streams_and_the_code_come_back() -> None:
    code = "import sys; print('out'); print('err', file=sys.stderr); sys.exit(3)"
    done = process.run((sys.executable, "-c", code), timeout=30)
    assert (done.code, done.out, done.err) == (3, "out\n", "err\n")


def test_input_is_fed_and_otherwise_empty() -> None:
    code = "import sys; print(len(sys.stdin.read()))"
    assert process.run((sys.executable, "-c", code), timeout=30, input="abc").out == "3\n"
    assert process.run((sys.executable, "-c", code), timeout=30).out == "0\n"


def test_no_shell_reads_the_arguments() -> None:
    assert process.run(("echo", "$HOME; exit 1"), timeout=30).out == "$HOME; exit 1\n"


def test_a_missing_program_is_127_and_named() -> None:
    done = process.run(("no-such-program",), timeout=30)
    assert done.code == process.NOT_FOUND
    assert done.err == "no-such-program: No such file or directory\n"
    assert process.stream(("no-such-program",), on_line=print, timeout=30).code == process.NOT_FOUND


def test_what_takes_too_long_is_ended_with_its_children() -> None:
    started = time.monotonic()
    done = process.run(("sh", "-c", "echo begun; sleep 60 & sleep 60"), timeout=0.5)
    assert (done.code, done.out) == (process.TIMED_OUT, "begun\n")
    assert time.monotonic() - started < 20


def test_lines_are_told_as_they_come() -> None:
    lines: list[tuple[str, float]] = []
    code = "import time; print('a', flush=True); time.sleep(0.5); print('b')"
    done = process.stream(
        (sys.executable, "-c", code), on_line=lambda line: lines.append((line, time.monotonic())), timeout=30
    )
    assert [line for line, _ in lines] == ["a", "b"]
    assert lines[1][1] - lines[0][1] > 0.3
    assert done == process.Completed(0, "a\nb\n", "")


def test_a_stream_that_takes_too_long_is_ended() -> None:
    done = process.stream(("sh", "-c", "echo begun; sleep 60 & sleep 60"), on_line=lambda _: None, timeout=0.5)
    assert (done.code, done.out) == (process.TIMED_OUT, "begun\n")


def test_a_program_that_is_lent_the_terminal_can_be_interrupted() -> None:
    code = "import signal, sys; sys.exit(signal.getsignal(signal.SIGINT) is signal.SIG_IGN)"
    assert process.lend((sys.executable, "-c", code)) == 0

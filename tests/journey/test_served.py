"""What only a real server can get wrong: how an answer comes to somebody who is still sending."""

from collections.abc import Iterator
from contextlib import closing

import pytest

from records.settings import Settings
from tests.journey.reporter import File, Page, Reporter, Wired
from tests.journey.server import Served, serving

MIB = 1024 * 1024
FILM = b"\x00\x00\x00\x20ftypisom\x00\x00\x02\x00isomiso2avc1mp41"


@pytest.fixture(scope="module")
def served(founded: Settings, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    folder = tmp_path_factory.mktemp("served")
    with serving(founded, folder, file_most_mib="1", files_most="2") as server:
        yield server


@pytest.fixture
def reporter(served: Served) -> Iterator[Reporter]:
    with closing(Wired("127.0.0.1", served.port)) as browser:
        reporter = Reporter(browser)
        reporter.send(reporter.begin().form_with("intent"), {"intent": "to_cao"})
        yield reporter


def upload(reporter: Reporter, size: int) -> Page:
    form = next(form for form in reporter.visit("/gui/tep").forms if form.takes_files)
    return reporter.send(form, files=[File("phim.mp4", FILM + bytes(size))])


def test_a_file_over_the_limit_is_named_with_the_limit(reporter: Reporter) -> None:
    page = upload(reporter, 2 * MIB)
    assert page.answer.status == 422
    assert any("phim.mp4" in error for error in page.errors)


@pytest.mark.parametrize("size", [8 * MIB, 40 * MIB])
def test_a_file_far_over_the_limit_gets_a_sentence_and_no_broken_connection(
    reporter: Reporter, size: int
) -> None:
    page = upload(reporter, size)
    assert page.answer.status in {413, 422}
    assert "quá lớn" in page.text or "lớn hơn" in page.text


def test_a_text_over_the_limit_of_forms_gets_a_sentence_and_no_broken_connection(
    reporter: Reporter,
) -> None:
    form = reporter.visit("/gui/noi-dung").form_with("story")
    page = reporter.send(form, {"story": "x" * 12 * MIB})
    assert page.answer.status == 413
    assert "quá lớn" in page.text


def test_a_file_without_a_token_gets_a_sentence_and_no_broken_connection(served: Served) -> None:
    with closing(Wired("127.0.0.1", served.port)) as stranger:
        answer = stranger.post("/gui/tep", [("khac", "x")], [File("phim.mp4", FILM + bytes(MIB))])
    assert (answer.status, answer.path) == (303, "/gui/tep")  # there is no draft: to the start

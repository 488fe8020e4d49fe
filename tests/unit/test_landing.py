"""Fetching: the same bytes once, from folders and over http, and nothing half where a source breaks off."""

from __future__ import annotations

import hashlib
import http.server
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from fsspec.implementations.local import LocalFileOpener
from tenacity import wait_none

import lake.deliveries.landing
from lake.deliveries.landing import land, list_files, look


@pytest.fixture(autouse=True)
def no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    for function in (lake.deliveries.landing._read, lake.deliveries.landing.list_files):
        monkeypatch.setattr(function.retry, "wait", wait_none())


@dataclass
class Publisher:
    """A web server: its files, how often each was asked for, and how many answers break off or fail first."""

    files: dict[str, bytes] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    tell_etag: bool = True
    break_off: int = 0
    fail: int = 0
    url: str = ""

    def answer(self, handler: http.server.BaseHTTPRequestHandler) -> None:
        self.asked.append(f"{handler.command} {handler.path}")
        content = self.files.get(handler.path)
        if content is None or (self.fail and handler.command == "GET"):
            self.fail = max(self.fail - 1, 0)
            handler.send_error(404 if content is None else 503)
            return
        handler.send_response(200)
        handler.send_header("Content-Length", str(len(content)))
        if self.tell_etag:
            handler.send_header("ETag", hashlib.md5(content).hexdigest())
            handler.send_header("Last-Modified", "Mon, 24 Nov 2025 08:00:00 GMT")
        handler.end_headers()
        if handler.command == "GET":
            cut = self.break_off > 0
            self.break_off -= cut
            handler.wfile.write(content[: len(content) // 2] if cut else content)


@pytest.fixture
def publisher() -> Iterator[Publisher]:
    told = Publisher()

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            told.answer(self)

        do_HEAD = do_GET  # noqa: N815

        def log_message(self, *_: object) -> None:
            """Nothing on stderr."""

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    told.url = f"http://127.0.0.1:{server.server_port}"
    yield told
    server.shutdown()
    thread.join()
    server.server_close()


def landed(landing: Path) -> list[Path]:
    return [path for path in landing.rglob("*") if path.is_file()]


def test_bytes_are_kept_as_delivered_under_their_sha256_and_once(tmp_path: Path) -> None:
    content = b"\xef\xbb\xbfa,b\r1,2\x1a"
    for name in ("one.csv", "two.csv"):
        (tmp_path / name).write_bytes(content)
        kept = land(list_files(str(tmp_path / name))[0], tmp_path / "landing")

    assert kept.sha256 == hashlib.sha256(content).hexdigest()
    assert kept.path.name == kept.sha256
    assert kept.path.read_bytes() == content
    assert kept.bytes == len(content)
    assert landed(tmp_path / "landing") == [kept.path]


def test_looking_keeps_nothing(tmp_path: Path) -> None:
    (tmp_path / "one.csv").write_text("a")

    seen = look(list_files(str(tmp_path / "one.csv"))[0], tmp_path / "landing")

    assert seen.sha256 == hashlib.sha256(b"a").hexdigest()
    assert not (tmp_path / "landing").exists()


def test_a_copy_that_breaks_off_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "one.csv").write_text("a" * 100)
    monkeypatch.setattr("lake.deliveries.landing.CHUNK_BYTES", 10)

    class Breaks:
        def update(self, _: bytes) -> None:
            raise OSError("the disk is gone")

    monkeypatch.setattr("lake.deliveries.landing.hashlib.sha256", Breaks)
    with pytest.raises(OSError, match="disk"):
        land(list_files(str(tmp_path / "one.csv"))[0], tmp_path / "landing")
    assert landed(tmp_path / "landing") == []


def test_a_place_lists_its_files_by_name_and_never_its_folders(tmp_path: Path) -> None:
    for name in ("b.csv", "a.csv", "c.txt", "deep/d.csv"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(name)

    def names(place: str) -> list[str]:
        return [file.name for file in list_files(f"{tmp_path}/{place}")]

    assert names("") == ["a.csv", "b.csv", "c.txt"]
    assert names("*.csv") == ["a.csv", "b.csv"]
    assert names("a.csv") == ["a.csv"]
    assert names("?.txt") == ["c.txt"]
    assert names("nothing.csv") == names("nothing") == names("nothing*") == []


def test_modified_sorts_by_time(tmp_path: Path) -> None:
    import os

    for name, seconds in (("old", 999_999_999), ("new", 1_000_000_000), ("newer", 1_000_000_000.5)):
        (tmp_path / name).write_text("x")
        os.utime(tmp_path / name, (seconds, seconds))

    by_time = sorted(list_files(str(tmp_path)), key=lambda file: file.modified)

    assert [file.name for file in by_time] == ["old", "new", "newer"]
    assert by_time[0].modified == "2001-09-09T01:46:39.000000+00:00"


def test_a_file_over_http_is_landed_and_its_stamp_needs_no_reading(tmp_path: Path, publisher: Publisher) -> None:
    publisher.files["/air/x.csv"] = b'a,b\n1,"<a href=y.csv>"\n'

    (file,) = list_files(f"{publisher.url}/air/x.csv")

    assert publisher.asked == ["HEAD /air/x.csv"]
    assert (file.name, file.modified) == ("x.csv", "2025-11-24T08:00:00.000000+00:00")
    assert land(file, tmp_path).path.read_bytes() == publisher.files["/air/x.csv"]
    before, publisher.files["/air/x.csv"] = file.stamp, b'a,b\n2,"<a href=y.csv>"\n'
    assert list_files(f"{publisher.url}/air/x.csv")[0].stamp != before


def test_a_server_that_tells_only_the_size_gives_no_stamp(publisher: Publisher) -> None:
    publisher.files["/x.csv"], publisher.tell_etag = b"a,b\n", False

    assert list_files(f"{publisher.url}/x.csv")[0].stamp == ""


def test_files_of_a_listing_are_found_by_a_glob(tmp_path: Path, publisher: Publisher) -> None:
    publisher.files["/in/"] = b'<a href="a_1.csv">a</a> <a href="a_2.csv">b</a> <a href="b.csv">c</a>'
    publisher.files["/in"] = publisher.files["/in/"]
    for name in ("a_1", "a_2", "b"):
        publisher.files[f"/in/{name}.csv"] = name.encode()

    files = list_files(f"{publisher.url}/in/a_*.csv")

    assert [file.name for file in files] == ["a_1.csv", "a_2.csv"]
    assert all(file.stamp for file in files)
    assert land(files[1], tmp_path).path.read_bytes() == b"a_2"


@pytest.mark.parametrize("trouble", ["break_off", "fail"])
def test_a_fetch_that_breaks_off_is_tried_again(tmp_path: Path, publisher: Publisher, trouble: str) -> None:
    publisher.files["/x.csv"] = b"a,b\n" * 10_000
    (file,) = list_files(f"{publisher.url}/x.csv")
    setattr(publisher, trouble, 2)

    kept = land(file, tmp_path)

    assert kept.path.read_bytes() == publisher.files["/x.csv"]
    assert landed(tmp_path) == [kept.path]


def test_a_fetch_that_always_breaks_off_is_told_as_cut_off(tmp_path: Path, publisher: Publisher) -> None:
    publisher.files["/x.csv"] = b"a,b\n" * 10_000
    (file,) = list_files(f"{publisher.url}/x.csv")
    publisher.break_off = 99

    kept = land(file, tmp_path)

    assert kept.cut_off
    assert kept.announced == 40_000 > kept.bytes
    assert kept.path.stat().st_size == kept.bytes


def test_a_file_that_shrinks_while_it_is_read_is_told_as_cut_off(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "one.csv").write_text("a" * 100)
    (file,) = list_files(str(tmp_path / "one.csv"))
    kept_back = LocalFileOpener.read
    monkeypatch.setattr(LocalFileOpener, "read", lambda self, _: kept_back(self, 100)[:60])

    assert (kept := land(file, tmp_path / "landing")).cut_off
    assert (kept.bytes, kept.announced) == (60, 100)


def test_a_fetch_that_always_fails_is_an_os_error_and_leaves_nothing(tmp_path: Path, publisher: Publisher) -> None:
    publisher.files["/x.csv"] = b"a,b\n" * 10_000
    (file,) = list_files(f"{publisher.url}/x.csv")
    publisher.fail = 99
    publisher.asked.clear()

    with pytest.raises(ConnectionError):
        land(file, tmp_path)
    assert landed(tmp_path) == []
    assert len(publisher.asked) >= 4


def test_a_remote_source_that_is_not_there_is_an_error_and_never_no_delivery(publisher: Publisher) -> None:
    for place in (f"{publisher.url}/none.csv", f"{publisher.url}/none/*.csv", "http://127.0.0.1:9/x.csv"):
        with pytest.raises(OSError, match=r"."):
            list_files(place)

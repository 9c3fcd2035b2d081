"""Ingest against a real server on this machine: conditional, bounded, and never elsewhere."""

import time

import pytest

from forecaster.errors import HostNotAllowedError, SourceError
from indicators.clean import clean
from indicators.ingest import fetch, read_directory
from indicators.source import Resource
from indicators.sources import eia_prices
from tests.builders_sources import EXAMPLES, NOW, plain_source
from tests.fakes_publisher import publisher

BODY = b"Date,Price\n2025-06-27,69.37\n"


@pytest.fixture
def server():
    with publisher() as fake:
        yield fake


def source_at(*urls: str):
    resources = tuple(Resource(f"file-{i}.csv", url) for i, url in enumerate(urls))
    return plain_source(resources=resources)


def ask(source, **more):
    return fetch(source, **{"timeout": 2.0, "wait_seconds": 0.0, **more})


def test_a_fetch_brings_the_bytes_and_the_validators(server):
    server.routes["/a"] = (200, {"ETag": '"1"', "Last-Modified": "Mon"}, BODY)
    found = ask(source_at(server.url("/a")))
    assert found.payloads == {"file-0.csv": BODY}
    assert found.validators["file-0.csv"].etag == '"1"'
    assert found.validators["file-0.csv"].last_modified == "Mon"
    assert not found.not_modified


def test_what_has_not_changed_is_not_sent_again(server):
    server.routes["/a"] = (200, {"ETag": '"1"'}, BODY)
    first = ask(source_at(server.url("/a")))
    second = ask(source_at(server.url("/a")), cache=first.validators)
    assert second.not_modified
    assert second.payloads == {}
    assert second.validators == first.validators
    assert server.headers[-1]["if-none-match"] == '"1"'


def test_if_one_file_changed_all_come(server):
    server.routes["/a"] = (200, {"ETag": '"1"'}, BODY)
    server.routes["/b"] = (200, {"ETag": '"1"'}, BODY)
    both = source_at(server.url("/a"), server.url("/b"))
    first = ask(both)
    server.routes["/b"] = (200, {"ETag": '"2"'}, BODY + b"2025-06-30,68.15\n")
    second = ask(both, cache=first.validators)
    assert second.payloads == {"file-0.csv": BODY, "file-1.csv": BODY + b"2025-06-30,68.15\n"}
    assert second.validators["file-1.csv"].etag == '"2"'


@pytest.mark.parametrize("status", [500, 503, 429])
def test_a_passing_failure_is_tried_again(server, status):
    server.routes["/a"] = lambda n: (status if n < 3 else 200, {}, BODY)
    assert ask(source_at(server.url("/a")), attempts=3).payloads["file-0.csv"] == BODY
    assert server.asked["/a"] == 3


def test_tries_are_bounded(server):
    server.routes["/a"] = (503, {}, b"")
    with pytest.raises(SourceError, match="answered 503"):
        ask(source_at(server.url("/a")), attempts=2)
    assert server.asked["/a"] == 2


def test_the_publishers_wish_to_wait_is_heard(server):
    server.routes["/a"] = lambda n: (429 if n == 1 else 200, {"Retry-After": "1"}, BODY)
    before = time.monotonic()
    ask(source_at(server.url("/a")))
    assert time.monotonic() - before >= 1.0


def test_a_lasting_failure_is_asked_once(server):
    with pytest.raises(SourceError, match="answered 404"):
        ask(source_at(server.url("/gone")))
    assert server.asked["/gone"] == 1


def test_a_silent_publisher_is_given_up(server):
    def slow(_: int):
        time.sleep(0.6)
        return (200, {}, BODY)

    server.routes["/a"] = slow
    with pytest.raises(SourceError, match="did not answer"):
        ask(source_at(server.url("/a")), timeout=0.2, attempts=2)
    assert server.asked["/a"] == 2


def test_a_body_cut_off_in_transit_is_not_taken(server):
    server.routes["/a"] = (200, {"Content-Length": "4000"}, BODY)
    with pytest.raises(SourceError, match="did not answer"):
        ask(source_at(server.url("/a")), attempts=2)
    assert server.asked["/a"] == 2


def test_nobody_listening_is_a_source_error():
    with publisher() as fake:
        url = fake.url("/a")
    with pytest.raises(SourceError, match="check the network"):
        ask(source_at(url), attempts=1)


def test_too_large_an_answer_is_refused_before_it_is_read(server):
    server.routes["/a"] = (200, {}, b"x" * 5000)
    with pytest.raises(SourceError, match="larger than 1000 bytes"):
        ask(source_at(server.url("/a")), max_bytes=1000)


def test_a_small_answer_that_unpacks_large_is_refused(server):
    import gzip

    server.routes["/a"] = (200, {"Content-Encoding": "gzip"}, gzip.compress(b"x" * 100_000))
    with pytest.raises(SourceError, match="larger than 1000 bytes"):
        ask(source_at(server.url("/a")), max_bytes=1000)


def test_a_redirect_to_another_host_is_refused(server):
    server.routes["/a"] = (302, {"Location": server.url("/b", host="localhost")}, b"")
    server.routes["/b"] = (200, {}, BODY)
    with pytest.raises(HostNotAllowedError, match="'localhost'"):
        ask(source_at(server.url("/a")))
    assert server.asked["/b"] == 0


def test_a_redirect_to_an_allowed_host_is_followed(server):
    server.routes["/a"] = (302, {"Location": server.url("/b", host="localhost")}, b"")
    server.routes["/b"] = (200, {}, BODY)
    found = ask(source_at(server.url("/a")), allowed_hosts=("localhost",))
    assert found.payloads["file-0.csv"] == BODY


@pytest.mark.parametrize("target", ["file:///etc/hosts", "ftp://127.0.0.1/a", "gopher://x/"])
def test_no_redirect_leaves_http(server, target):
    server.routes["/a"] = (302, {"Location": target}, b"")
    with pytest.raises(SourceError, match="http"):
        ask(source_at(server.url("/a")))


@pytest.mark.parametrize("headers", [{}, {"Location": ""}], ids=["none", "empty"])
@pytest.mark.parametrize("status", [300, 302, 305])
def test_a_redirect_to_nowhere_is_a_source_error(server, status, headers):
    server.routes["/a"] = (status, headers, b"")
    with pytest.raises(SourceError, match=f"answered {status} .*: check the address"):
        ask(source_at(server.url("/a")))
    assert server.asked["/a"] == 1


def test_redirects_in_a_circle_end(server):
    server.routes["/a"] = (302, {"Location": "/a"}, b"")
    with pytest.raises(SourceError, match="redirects more than"):
        ask(source_at(server.url("/a")))


@pytest.mark.parametrize("url", ["file:///etc/hosts", "ftp://example.org/a"])
def test_a_source_speaks_http_only(url):
    with pytest.raises(HostNotAllowedError, match="not http"):
        ask(source_at(url))


def test_messages_repeat_no_credentials(server):
    url = server.url("/a?token=hunter2").replace("http://", "http://ann:secret@")
    with pytest.raises(SourceError, match="404") as caught:
        ask(source_at(url))
    assert "secret" not in str(caught.value)
    assert "hunter2" not in str(caught.value)


def test_a_source_without_an_address_says_what_to_do():
    with pytest.raises(SourceError, match=r"no file that can be fetched: .* use --from-dir"):
        ask(plain_source())


def test_a_web_page_served_with_200_is_not_data(server):
    page = b"<html><title>Rate limit</title></html>"
    server.routes["/brent"] = (200, {"Content-Type": "text/html"}, page)
    first, *_ = eia_prices.SOURCE.resources
    source = plain_source(
        id="eia_prices",
        resources=(Resource(first.filename, server.url("/brent")),),
        parse=eia_prices.SOURCE.parse,
    )
    found = ask(source)
    with pytest.raises(SourceError, match=r"brent-daily\.csv is an HTML page"):
        clean(source, found.payloads, now=NOW, first_fetch=None)


def test_a_folder_is_read_by_relative_names(tmp_path):
    for name, body in EXAMPLES["eia_prices"].items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(body)
    assert read_directory(eia_prices.SOURCE, tmp_path) == EXAMPLES["eia_prices"]


def test_a_file_missing_of_several_is_named_by_the_parser(tmp_path):
    (tmp_path / "oil_prices").mkdir()
    (tmp_path / "oil_prices/brent-daily.csv").write_bytes(BODY)
    payloads = read_directory(eia_prices.SOURCE, tmp_path)
    with pytest.raises(SourceError, match=r"wti-daily\.csv is missing"):
        eia_prices.SOURCE.parse(payloads)


def test_a_folder_with_nothing_of_the_source_is_an_error(tmp_path):
    with pytest.raises(SourceError, match="holds nothing of eia_prices"):
        read_directory(eia_prices.SOURCE, tmp_path)
    with pytest.raises(SourceError, match="is not a folder"):
        read_directory(eia_prices.SOURCE, tmp_path / "nowhere")

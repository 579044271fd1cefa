"""Messages over a socket: whole, in order, and without waiting for the other side."""

import socket
import threading
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpuskit.executors.channel import Channel, receive, send

Pair = tuple[Channel, socket.socket]


@pytest.fixture
def pair() -> Iterator[Pair]:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        yield Channel(ours), theirs


def test_message_larger_than_the_socket_takes_is_kept_until_the_other_side_reads(
    pair: Pair,
) -> None:
    channel, theirs = pair
    message = b"0123456789" * 500_000
    channel.send(message)
    channel.send(b"next")
    kept = channel.has_unsent
    got: list[bytes] = []
    reader = threading.Thread(target=lambda: got.extend([receive(theirs), receive(theirs)]))
    reader.start()
    while channel.has_unsent:
        channel.send_rest()
    reader.join()
    assert (kept, got) == (True, [message, b"next"])


def test_message_is_none_until_all_of_it_is_there(pair: Pair) -> None:
    channel, theirs = pair
    sent = (5).to_bytes(8, "big") + b"hello" + (0).to_bytes(8, "big")
    got = []
    for byte in sent:
        assert not channel.has_news()
        theirs.sendall(bytes([byte]))
        assert channel.has_news()
        got.append(channel.receive())
    assert got == [*[None] * 12, b"hello", *[None] * 7, b""]


def test_end_is_news_and_raises(pair: Pair) -> None:
    channel, theirs = pair
    theirs.sendall((5).to_bytes(8, "big") + b"hel")
    assert channel.receive() is None
    theirs.close()
    assert channel.has_news()
    with pytest.raises(EOFError):
        channel.receive()


def test_message_to_nobody_is_dropped_for_reading_tells(pair: Pair) -> None:
    channel, theirs = pair
    theirs.close()
    channel.send(b"x" * 1_000_000)
    assert not channel.has_unsent
    with pytest.raises(EOFError):
        channel.receive()


def test_waiting_end_hears_that_the_other_side_hung_up(pair: Pair) -> None:
    channel, theirs = pair
    channel.send(b"last")
    channel.close()
    assert receive(theirs) == b"last"
    with pytest.raises(EOFError):
        receive(theirs)


@given(st.lists(st.binary(max_size=300), max_size=8))
def test_messages_arrive_whole_and_in_order(messages: list[bytes]) -> None:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        channel = Channel(ours)
        for message in messages:
            send(theirs, message)
            channel.send(message)
        assert [channel.receive() for _ in messages] == messages
        assert [receive(theirs) for _ in messages] == messages
        assert channel.receive() is None

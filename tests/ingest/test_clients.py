import asyncio
from pathlib import Path

import pytest

from mailgate.config_smtp import LimitsConfig
from mailgate.ingest.clients import Clients, Pace, Turns, client_name
from mailgate.ingest.connections import Account, Connections, OverloadedError
from mailgate.ingest.disk_space import DiskSpace


@pytest.mark.parametrize(
    ("peer", "name"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2::9", "2001:db8:1:2::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("", ""),
        ("no address", "no address"),
    ],
)
def test_a_client_is_an_address_or_a_network_of_64_bits(peer: str, name: str) -> None:
    assert client_name(peer) == name


def test_relays_are_named_by_address_or_network() -> None:
    clients = Clients(limits=LimitsConfig(relays=("192.0.2.25", "2001:db8::/32")))
    asked = ("192.0.2.25", "::ffff:192.0.2.25", "2001:db8:9::1", "192.0.2.26", "2001:db9::1", "127.0.0.1", "x")
    assert [clients.at(peer).is_relay for peer in asked] == [True, True, True, False, False, False, False]


def test_a_client_is_known_while_it_is_connected() -> None:
    clients = Clients(limits=LimitsConfig())
    one = clients.at("192.0.2.7")
    clients.came(one)
    clients.came(clients.at("192.0.2.7"))
    clients.left(one)
    assert clients.at("192.0.2.7") is one
    clients.left(one)
    assert clients.at("192.0.2.7") is not one


def test_one_client_has_one_turn_in_each_round_and_another_has_its_own() -> None:
    async def rounds() -> list[str]:
        crowd, quiet = Turns(), Turns()
        order: list[str] = []

        async def speak(turns: Turns, name: str) -> None:
            await turns.next()
            order.append(name)

        await asyncio.gather(*(speak(crowd, "crowd") for _ in range(50)), speak(quiet, "quiet"))
        return order

    order = asyncio.run(rounds())
    assert len(order) == 51
    assert order.index("quiet") <= 2


def test_after_a_turn_of_much_work_the_client_rests() -> None:
    async def turns_of_work() -> float:
        turns, loop = Turns(), asyncio.get_running_loop()
        begun = loop.time()
        for _ in range(3):
            await turns.next(rest=0.02)
        return loop.time() - begun

    assert asyncio.run(turns_of_work()) >= 0.04


def test_whoever_goes_away_while_waiting_takes_no_turn() -> None:
    async def one_leaves() -> int:
        turns, spoken = Turns(), [0]

        async def speak() -> None:
            await turns.next()
            spoken[0] += 1

        tasks = [asyncio.create_task(speak()) for _ in range(4)]
        await asyncio.sleep(0)
        tasks[2].cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await asyncio.wait_for(turns.next(), 10)
        return spoken[0]

    assert asyncio.run(one_leaves()) == 3


def test_what_was_set_aside_is_used_first_and_all_is_given_back(tmp_path: Path) -> None:
    connections = Connections(LimitsConfig(in_flight_mib=1), disk=DiskSpace(tmp_path, floor=0))
    client = connections.admit("192.0.2.7")[0]
    account = Account(connections, client)
    account.reserve(400_000)
    account.take(300_000)
    assert connections.held == client.held == 400_000
    account.take(200_000)
    assert connections.held == 500_000
    with pytest.raises(OverloadedError):
        account.take(100_000)
    account.give_back()
    assert connections.held == client.held == 0


def test_the_room_on_a_disk_is_looked_up_again_only_after_a_second(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    looks = []
    monkeypatch.setattr("mailgate.ingest.disk_space.free_octets", lambda folder: looks.append(folder) or 1000)
    disk = DiskSpace(tmp_path, floor=600)
    assert [disk.has_room_for(octets) for octets in (0, 200, 201)] == [True, True, False]
    assert looks == [tmp_path]


def test_a_folder_that_is_not_there_refuses_nothing(tmp_path: Path) -> None:
    assert DiskSpace(tmp_path / "none", floor=1 << 40).has_room_for(1)


def test_the_first_few_mails_wait_for_nothing_and_the_others_for_their_place() -> None:
    pace = Pace(10, ahead=0.3)
    waits = [round(pace.wait(100.0, mails=1), 3) for _ in range(6)]
    assert waits == [0, 0, 0, 0, 0.1, 0.2]
    assert pace.wait(101.0, mails=1) == 0


def test_a_large_mail_keeps_the_next_one_waiting_longer() -> None:
    pace = Pace(10, ahead=0)
    assert pace.wait(100.0, mails=25) == 0
    assert round(pace.wait(101.0, mails=1), 3) == 1.5


def test_without_a_pace_nobody_waits() -> None:
    pace = Pace(0)
    assert [pace.wait(0.0, mails=100) for _ in range(3)] == [0, 0, 0]


def test_whoever_comes_back_finds_his_pace_and_memory_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mailgate.ingest.clients._PACES", 10)
    clients = Clients(limits=LimitsConfig())
    pace = clients.at("192.0.2.7").pace
    for number in range(100):
        clients.at(f"198.51.100.{number}")
        assert clients.at("192.0.2.7").pace is pace
    assert len(clients._paces) == 10

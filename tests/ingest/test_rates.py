from mailgate.ingest.rates import Rate


def test_a_minutes_worth_may_come_at_once_and_then_evenly() -> None:
    rate = Rate(6)
    assert [rate.take("a", 0.0) for _ in range(7)] == [True] * 6 + [False]
    assert [rate.take("a", 10.0), rate.take("a", 10.0)] == [True, False]
    assert [rate.take("a", 1000.0) for _ in range(7)] == [True] * 6 + [False]


def test_each_key_has_its_own() -> None:
    rate = Rate(1)
    assert rate.take("a", 0.0)
    assert rate.take("b", 0.0)
    assert not rate.take("a", 0.0)


def test_none_is_no_limit_and_no_memory() -> None:
    rate = Rate(0)
    assert all(rate.take(str(number), 0.0) for number in range(1000))
    assert len(rate) == 0


def test_memory_is_bounded_and_those_seen_last_are_known() -> None:
    rate = Rate(1, keys=100)
    for number in range(1000):
        assert rate.take(str(number), 0.0)
        rate.take("steady", 0.0)
    assert len(rate) == 100
    assert not rate.take("steady", 0.0)


def test_being_slowed_down_is_news_once_until_it_is_over() -> None:
    rate = Rate(2)
    told = []
    for second in (0, 0, 0, 1, 2, 100, 100, 100, 101):
        if not rate.take("a", float(second)):
            told.append((second, rate.news("a")))
    assert told == [(0, True), (1, False), (2, False), (100, True), (101, False)]

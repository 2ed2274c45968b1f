"""Whether somebody is there, from how long ago keyboard and mouse were touched."""

from counterseal.guard.hands import UNKNOWN, Hands


class Desk:
    """Somebody at a computer, or not."""

    def __init__(self) -> None:
        self.now, self.touched, self.tells = 1_000_000, 0, True

    def untouched(self) -> int:
        return self.now - self.touched if self.tells else UNKNOWN

    def hands(self, limit_ms: int = 300_000) -> Hands:
        return Hands(self.untouched, lambda: self.now, limit_ms)


def test_nobody_is_there_after_the_time_and_somebody_is_with_the_first_touch() -> None:
    desk = Desk()
    hands = desk.hands()
    assert hands.told
    assert not hands.away(), "it was started by somebody, however long ago the last touch is"
    desk.now += 299_999
    assert not hands.away()
    desk.now += 1
    assert hands.away()
    desk.now += 60_000
    assert hands.away()
    desk.touched = desk.now
    assert not hands.away()
    desk.now += 300_000
    assert hands.away()


def test_whoever_touches_something_now_and_then_is_there() -> None:
    desk = Desk()
    hands = desk.hands()
    for _ in range(20):
        desk.now += 200_000
        assert not hands.away()
        desk.touched = desk.now


def test_where_the_system_does_not_tell_nobody_is_said_to_be_gone() -> None:
    desk = Desk()
    desk.tells = False
    hands = desk.hands()
    desk.now += 10_000_000
    assert not hands.told
    assert not hands.away()


def test_where_it_does_not_matter_nothing_is_asked() -> None:
    desk = Desk()
    hands = desk.hands(0)
    desk.now += 10_000_000
    assert not hands.told
    assert not hands.away()


def test_before_that_it_is_said_so_that_whoever_is_there_can_touch_something() -> None:
    desk = Desk()
    hands = desk.hands()
    seen = []
    for _ in range(6):
        hands.away()
        seen.append(hands.soon)
        desk.now += 60_000
    assert seen == [False, False, False, False, True, False]

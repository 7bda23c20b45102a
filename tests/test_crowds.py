from crowds import FORGOTTEN_A_LOT, Crowd


def crowd_of(most: int) -> Crowd:
    """One of which so many were there at once."""
    crowd = Crowd()
    crowd.wait(most)
    return crowd


def test_half_is_of_those_under_way_and_those_who_wait() -> None:
    crowd = Crowd()
    crowd.begin(8)

    told = {}
    for waiting in (3, 4, 7, 8):
        crowd.wait(waiting)
        told[waiting] = crowd.is_half(waiting)

    assert told == {3: False, 4: False, 7: False, 8: True}


def test_those_who_have_come_to_nobody_are_there_too() -> None:
    crowd = Crowd()
    crowd.begin(4)

    assert (crowd.is_half(1), crowd.is_half(2)) == (False, True)


def test_who_is_between_two_requests_is_still_counted() -> None:
    crowd = crowd_of(16)
    crowd.begin(8)
    crowd.begin(8)
    crowd.end(8)

    assert (crowd.is_half(7), crowd.is_half(8)) == (False, True)


def test_a_crowd_that_has_gone_is_forgotten_lot_by_lot() -> None:
    crowd = crowd_of(16)
    for _ in range(int(6 / FORGOTTEN_A_LOT)):
        crowd.begin(1)
        crowd.end(1)
    crowd.begin(1)

    assert (crowd.is_half(4), crowd.is_half(5)) == (False, True)


def test_a_lot_begins_beside_one_alone_and_not_for_nobody() -> None:
    crowd = Crowd()
    told = [crowd.is_half(4)]
    for _ in range(2):
        crowd.begin(1)
        told.append(crowd.is_half(4))

    assert told == [False, True, False]
    crowd.end(1)
    assert not crowd.is_half(0)

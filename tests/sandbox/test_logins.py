from datetime import timedelta

import pytest

from sandbox.logins import ACCOUNTS, CODE_LASTS, LONG_LASTS, RENEWED_FROM, SHORT_LASTS, Condition, Logins
from tests.builders import NOW

ACCOUNT, OTHER = ACCOUNTS.values()
BACK = "http://127.0.0.1/instagram/callback"
MOMENT = timedelta(seconds=1)


@pytest.fixture
def logins() -> Logins:
    return Logins()


def test_a_code_is_worth_a_short_lived_token_of_its_account(logins: Logins) -> None:
    code = logins.give_code(OTHER, BACK, now=NOW)

    token = logins.use_code(code, BACK, now=NOW)

    assert token is not None
    assert (token.account, token.is_long, token.ends_at()) == (OTHER, False, NOW + SHORT_LASTS)


def test_a_code_works_once(logins: Logins) -> None:
    code = logins.give_code(ACCOUNT, BACK, now=NOW)
    logins.use_code(code, BACK, now=NOW)

    assert logins.use_code(code, BACK, now=NOW) is None


def test_a_code_with_another_address_is_used_up_in_vain(logins: Logins) -> None:
    code = logins.give_code(ACCOUNT, BACK, now=NOW)

    assert logins.use_code(code, f"{BACK}/", now=NOW) is None
    assert logins.use_code(code, BACK, now=NOW) is None


def test_a_code_is_over_after_an_hour(logins: Logins) -> None:
    first, second = (logins.give_code(ACCOUNT, BACK, now=NOW) for _ in range(2))

    assert logins.use_code(first, BACK, now=NOW + CODE_LASTS - MOMENT)
    assert logins.use_code(second, BACK, now=NOW + CODE_LASTS) is None


def test_a_token_ends_with_its_time(logins: Logins) -> None:
    token = logins.give_token(ACCOUNT, is_long=True, now=NOW)

    assert token.condition_at(NOW + LONG_LASTS - MOMENT) is Condition.LIVE
    assert token.condition_at(NOW + LONG_LASTS) is Condition.ENDED


def test_tokens_that_were_given_are_turned_and_later_ones_are_not(logins: Logins) -> None:
    token = logins.give_token(ACCOUNT, is_long=True, now=NOW)

    logins.turn(Condition.REVOKED)

    assert token.condition_at(NOW) is Condition.REVOKED
    assert logins.give_token(ACCOUNT, is_long=True, now=NOW).condition_at(NOW) is Condition.LIVE


def test_a_token_that_has_expired_is_old_enough_to_be_renewed(logins: Logins) -> None:
    token = logins.give_token(ACCOUNT, is_long=True, now=NOW)

    logins.turn(Condition.EXPIRED)

    assert (token.condition_at(NOW), NOW - token.given_at) == (Condition.EXPIRED, RENEWED_FROM)

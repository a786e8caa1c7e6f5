"""Sources that fall silent are named with the cause; weekends, holidays, new and slow sources are left in peace."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from crawlers.probing.checks import named_pages
from crawlers.source import Source
from flows.alarms import Alarm, Kind, alarms_for
from storage.ledger import Ledger
from storage.ledger_history import SourceHistory, source_history
from tests.flows.simulated_sources import NOW, Life, Volume, by_daylight, source_of, steady, weekly

SIX_WEEKS = NOW - timedelta(weeks=6)


@pytest.fixture(scope="module")
def ledger(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ledger]:
    ledger = Ledger(f"sqlite:///{tmp_path_factory.mktemp('ledger') / 'ledger.db'}")
    yield ledger
    ledger.close()


def alarms(ledger: Ledger, life: Life, now: datetime = NOW) -> list[Alarm]:
    life.write(ledger)
    return alarms_for(life.source, source_history(ledger, life.source.id, named_pages(life.source), now), now)


def kinds(ledger: Ledger, life: Life, now: datetime = NOW) -> list[Kind]:
    return [alarm.kind for alarm in alarms(ledger, life, now)]


def days(count: float) -> datetime:
    return NOW - timedelta(days=count)


def life_of(source: str | Source, began: datetime = SIX_WEEKS, **more: int) -> Life:
    return Life(source_of(source) if isinstance(source, str) else source, began, **more)


def test_a_frozen_feed_that_still_answers_is_named_with_its_last_sign_of_life(ledger: Ledger) -> None:
    life = life_of("frozen").live(days(3), steady(40), backlog=200).live(NOW, steady(40), feed="frozen")
    (alarm,) = alarms(ledger, life)
    assert alarm.kind is Kind.FROZEN
    assert alarm.is_failure
    assert alarm.since is not None
    assert abs(alarm.since - days(3)) < timedelta(hours=12)
    assert 80 < float(alarm.facts["expected"]) < 150


def test_lists_that_change_but_name_nothing_known_are_a_redesign(ledger: Ledger) -> None:
    life = life_of("moved-on").live(days(3), steady(40)).live(NOW, steady(40), feed="moving")
    (alarm,) = alarms(ledger, life)
    assert (alarm.kind, "changes" in alarm.facts) == (Kind.REDESIGNED, True)


def test_a_jump_of_rejections_is_a_redesign_since_its_first_day(ledger: Ledger) -> None:
    life = life_of("redesigned").live(days(2), steady(40)).live(NOW, steady(40), rejected=0.9)
    (alarm,) = alarms(ledger, life)
    assert alarm.kind is Kind.REDESIGNED
    assert alarm.since is not None
    assert timedelta(days=1) <= NOW - alarm.since <= timedelta(days=3)
    assert int(alarm.facts["rejected"]) > int(alarm.facts["read"]) / 2


def test_refusals_are_a_block(ledger: Ledger) -> None:
    life = life_of("barred").live(days(1), steady(40)).live(NOW, steady(40), feed="403")
    (alarm,) = alarms(ledger, life)
    assert (alarm.kind, alarm.facts["status"]) == (Kind.BLOCKED, 403)
    assert alarm.since is not None
    assert NOW - alarm.since <= timedelta(days=1)


def test_one_page_for_every_address_is_a_block_though_it_says_200(ledger: Ledger) -> None:
    life = life_of("challenge").live(days(1), steady(40)).live(NOW, steady(40), challenge=True)
    (alarm,) = alarms(ledger, life)
    assert (alarm.kind, alarm.facts["same"]) == (Kind.BLOCKED, 5)


def test_no_answer_at_all_is_named_so(ledger: Ledger) -> None:
    life = life_of("gone").live(days(1), steady(40)).live(NOW, steady(40), feed="gone")
    (alarm,) = alarms(ledger, life)
    assert (alarm.kind, alarm.facts["runs"]) == (Kind.UNREACHABLE, 4)


def test_months_of_silence_are_not_forgotten(ledger: Ledger) -> None:
    began = days(330)
    life = life_of("nine-months", began).live(days(270), steady(5)).live(NOW, steady(5), feed="frozen")
    (alarm,) = alarms(ledger, life)
    assert alarm.kind is Kind.FROZEN
    assert alarm.since is not None
    assert abs(alarm.since - days(270)) < timedelta(days=2)


def test_a_source_of_two_articles_a_week_needs_weeks_to_be_silent(ledger: Ledger) -> None:
    few = steady(2 / 7)
    began = days(180)
    assert kinds(ledger, life_of("slow", began).live(NOW, few)) == []
    assert kinds(ledger, life_of("slow-pause", began).live(days(8), few).live(NOW, few, feed="frozen")) == []
    assert kinds(ledger, life_of("slow-dead", began).live(days(60), few).live(NOW, few, feed="frozen")) == [Kind.FROZEN]


PEACEFUL: dict[str, Volume] = {
    "steady": steady(40),
    "weekly": weekly(40),
    "closed-on-fridays": weekly(30, rests=(4,), share=0.0),
    "closed-at-weekends": weekly(12, rests=(4, 5), share=0.0),
    "by-day": by_daylight(60),
    "once-a-day": lambda at, chance: 240.0 if at.hour == 3 else 0.0,
    "lumpy": lambda at, chance: chance.choice([2.0, 8.0, 60.0]),
    "five": steady(5),
    "big": by_daylight(400),
}


@pytest.mark.parametrize("name", PEACEFUL)
def test_what_is_usual_raises_no_alarm_at_any_hour_of_the_week(ledger: Ledger, name: str) -> None:
    life = life_of(name, SIX_WEEKS, seed=7).live(NOW, PEACEFUL[name], backlog=100)
    life.write(ledger)
    history = source_history(ledger, name, named_pages(life.source), NOW)
    for hours in range(0, 14 * 24, 11):
        now = NOW - timedelta(hours=hours)
        assert alarms_for(life.source, as_it_was(history, now), now) == [], f"at {now}"


def as_it_was(history: SourceHistory, now: datetime) -> SourceHistory:
    """What had been known at an earlier moment."""
    return replace(
        history,
        found=tuple(each for each in history.found if each[0] <= now),
        looked=tuple(each for each in history.looked if each <= now),
        days=tuple(each for each in history.days if each.started_at <= now),
        last_runs=tuple(each for each in history.last_runs if each.started_at <= now) or history.last_runs[:1],
        pages=tuple(each for each in history.pages if each.at <= now),
    )


def test_a_holiday_that_leaves_a_third_is_none(ledger: Ledger) -> None:
    life = life_of("holiday").live(days(4), steady(40)).live(NOW, steady(17))
    assert kinds(ledger, life) == []


def test_a_tenth_of_the_usual_for_three_days_is_low(ledger: Ledger) -> None:
    life = life_of("low").live(days(4.5), steady(60)).live(NOW, steady(4))
    (alarm,) = alarms(ledger, life)
    assert (alarm.kind, alarm.is_failure) == (Kind.LOW, False)


@pytest.mark.parametrize("age", [0.3, 2, 6, 13])
def test_a_new_source_raises_none_however_it_begins(ledger: Ledger, age: float) -> None:
    began = days(age)
    half = began + (NOW - began) / 2
    for name, feed in (("n-ok", "lively"), ("n-frozen", "frozen")):
        life = Life(source_of(f"{name}-{age}".replace(".", "-")), began, every=timedelta(hours=1))
        life.live(half, steady(30), backlog=500).live(NOW, steady(30), feed=feed)
        assert kinds(ledger, life) == []


def test_what_the_file_expects_needs_no_past(ledger: Ledger) -> None:
    source = source_of("expects", expect={"per_day": [20, 60]})
    life = Life(source, days(4)).live(NOW, steady(5))
    (alarm,) = alarms(ledger, life)
    assert (alarm.kind, alarm.facts["least"]) == (Kind.BELOW, 20)
    many = source_of("expects-less", expect={"per_day": [1, 4]})
    assert kinds(ledger, Life(many, days(4)).live(NOW, steady(30))) == [Kind.ABOVE]
    fine = source_of("expects-fine", expect={"per_day": [5, 200]})
    assert kinds(ledger, Life(fine, days(4)).live(NOW, steady(40))) == []


def test_days_on_which_nobody_looked_are_no_silence(ledger: Ledger) -> None:
    """The crawler was off for a week, and finds afterwards what it missed, with its dates or without."""
    for name, undated in (("off-dated", False), ("off-undated", True)):
        life = life_of(name).live(days(9), steady(30), undated=undated)
        life.live(days(2), steady(30), crawled=False).live(NOW, steady(30), undated=undated)
        assert kinds(ledger, life) == []


def test_a_source_that_is_crawled_no_more_is_ours_to_see_to(ledger: Ledger) -> None:
    life = life_of("forgotten").live(days(4), steady(30)).live(NOW, steady(30), crawled=False)
    (alarm,) = alarms(ledger, life)
    assert (alarm.kind, alarm.is_failure) == (Kind.UNWATCHED, False)
    off = life_of(source_of("switched-off", enabled=False)).live(days(4), steady(30))
    assert kinds(ledger, off) == []


def test_a_source_that_comes_back_is_well_again(ledger: Ledger) -> None:
    life = life_of("back").live(days(9), steady(40)).live(days(5), steady(40), feed="frozen").live(NOW, steady(40))
    assert kinds(ledger, life) == []


def test_a_single_block_or_failed_run_is_no_alarm(ledger: Ledger) -> None:
    life = life_of("hiccup").live(days(1), steady(40)).live(days(0.7), steady(40), feed="503").live(NOW, steady(40))
    assert kinds(ledger, life) == []


def test_a_source_that_was_never_crawled_says_nothing(ledger: Ledger) -> None:
    assert kinds(ledger, life_of("never")) == []

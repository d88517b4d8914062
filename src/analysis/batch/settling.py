"""Runs a batch, and again what gives away what others withhold, until nothing does."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping

from analysis.batch.plan import Plan
from analysis.batch.source import SourceCheck
from analysis.batch.withheld import (
    MOST_ROUNDS,
    Review,
    Withheld,
    read_withheld,
    refuse,
    review,
    write_withheld,
)
from analysis.batch.work import REMADE, Batch, Options, Places
from analysis.engine.events import Listener, Note, Outcome, Planned, State, Target, ignore
from analysis.engine.layout import failed_folder, report_folder
from analysis.engine.stopwatch import Stopwatch
from analysis.engine.store import take_away


class Settling:
    """A batch that runs as often as the disclosure rules ask.

    Attributes
    ----------
    outcomes : dict of Target to Outcome
        How each target came out in the end.
    watch : Stopwatch
    """

    def __init__(
        self,
        plan: Plan,
        options: Options,
        source: SourceCheck,
        *,
        places: Places,
        listener: Listener,
    ) -> None:
        self.outcomes: dict[Target, Outcome] = {}
        self.watch = Stopwatch()
        self._plan = plan
        self._options = options
        self._source = source
        self._places = places
        self._sockets = places.sockets
        self._rounds = 0
        self._listener = listener

    @property
    def remade(self) -> bool:
        """Whether any report is not the one that it was."""
        return any(outcome.state in REMADE for outcome in self.outcomes.values())

    def run(self) -> None:
        """Bring every target up to date, without one that gives another's counts away.

        Raises
        ------
        ParameterError
            If the run follows one that left nothing to read, or is not earlier.
        """
        withheld = self._start_with()
        for _ in range(MOST_ROUNDS):
            self._run_once(withheld)
            found = review(
                self._plan,
                self._places.folder,
                reports=self._options.reports,
                outcomes=self.outcomes,
                withheld=withheld,
            )
            self.watch.lap("looking at all together")
            if not found.news or self._places.wish.to_stop:
                break
            self._listener(Note(_describe(found)))
            self._listener(Planned(self._plan.looked_at))
            withheld = found.withheld
            self._options = dataclasses.replace(self._options, force=False)
        self._refuse(found)
        write_withheld(self._places.folder, withheld)

    def _run_once(self, withheld: Withheld) -> None:
        self._rounds += 1
        sockets = self._sockets / str(self._rounds)  # addresses of the last round may linger
        sockets.mkdir()
        self._places = dataclasses.replace(self._places, sockets=sockets)
        batch = self._batch(withheld, self._listener)
        batch.run()
        for phase, seconds in batch.watch.seconds.items():
            self.watch.add(phase, seconds)
        self.watch.lap("reports", but=sum(batch.watch.seconds.values()))
        self.outcomes = _merge(self.outcomes, batch.outcomes)

    def _batch(self, withheld: Withheld, listener: Listener) -> Batch:
        return Batch(
            self._plan,
            self._options,
            self._source,
            places=self._places,
            listener=listener,
            withheld=withheld,
        )

    def _start_with(self) -> Withheld:
        """Withhold what the last run did, if nothing has changed since; else begin anew."""
        kept = read_withheld(self._places.folder)
        if not kept or not self._batch(kept, ignore).has_changed:
            return kept
        asked = self._plan.asked
        return {target: names for target, names in kept.items() if target.report not in asked}

    def _refuse(self, found: Review) -> None:
        """Take out of its place what still gives something away."""
        folder = self._places.folder
        given_away = found.settled.withhold if found.settled is not None else ()
        for target in sorted(Target(*place) for place in given_away):
            self.outcomes[target] = refuse(self.outcomes[target])
            take_away(
                report_folder(folder, target.report, target.scope),
                failed_folder(folder, target.report, target.scope),
            )


def _merge(
    before: Mapping[Target, Outcome], now: Mapping[Target, Outcome]
) -> dict[Target, Outcome]:
    """Keep how a target came out at first where it did not run again."""
    again = {t: outcome for t, outcome in now.items() if outcome.state is not State.UP_TO_DATE}
    return {**now, **before, **again}


def _describe(found: Review) -> str:
    number = found.settled.given_away if found.settled is not None else 0
    targets = ", ".join(str(target) for target in sorted(found.news))
    return f"Numbers that are withheld follow from others ({number}); withholding more in {targets}"

"""The only door from a notebook to the page."""

from __future__ import annotations

from IPython.display import display

from analysis.answers import Answer, Check, Figure, Finding, Metric, Verdict
from analysis.disclosure import Ledger
from analysis.errors import Problem, ReportError
from analysis.methods import Method
from analysis.params.policy import DisclosurePolicy
from analysis.publish.drawing import draw_svg
from analysis.publish.kept import draw_once
from analysis.publish.payload import AnyPayload, ReportEnd, mime_type
from analysis.publish.preview import preview_html, preview_text
from analysis.publish.wording import Wording
from analysis.tables import Table
from analysis.text import Language


class Publisher:
    """Publishes the outputs of one report, each gated and worded before it is shown.

    Parameters
    ----------
    languages : tuple of {"en", "zh"}
        The analyst's preview is in the first.
    policy : DisclosurePolicy
        The run's disclosure rules.
    withheld : frozenset of str
        Identities of counts that other scopes, reports or periods would give away.
    once : bool
        Refuse a second output of one kind and name. Off by hand, where an analyst
        runs a cell again.
    """

    def __init__(
        self,
        *,
        languages: tuple[Language, ...],
        policy: DisclosurePolicy,
        once: bool,
        withheld: frozenset[str] = frozenset(),
    ) -> None:
        self.wording = Wording(languages, policy, Ledger(policy, withheld), draw_once(draw_svg))
        self._once = once
        self._published: list[str] = []

    def verdict(self, verdict: Verdict) -> None:
        """Publish the answer to the report's question."""
        self.emit(self.wording.verdict(verdict))

    def finding(self, finding: Finding) -> None:
        """Publish a finding."""
        self.emit(self.wording.finding(finding))

    def metric(self, metric: Metric) -> None:
        """Publish a metric."""
        self.emit(self.wording.metric(metric))

    def figure(self, figure: Figure) -> None:
        """Publish a figure in every language, with the table it is drawn from."""
        self.emit(self.wording.figure(figure))

    def table(self, table: Table) -> None:
        """Publish a table."""
        self.emit(self.wording.table(table))

    def check(self, check: Check) -> None:
        """Publish a check."""
        self.emit(self.wording.check(check))

    def method(self, method: Method) -> None:
        """Publish a method, once however many sections use it."""
        payload = self.wording.method(method)
        if _key(payload) not in self._published:
            self.emit(payload)

    def show(self, answer: Answer) -> None:
        """Publish everything that answers a section's question, in the page's order."""
        # tables first: what they withhold, no sentence may say
        for table in (*(figure.table for figure in answer.figures), *answer.tables):
            self.wording.gated(table)
        for finding in answer.findings:
            self.finding(finding)
        for metric in answer.metrics:
            self.metric(metric)
        for figure in answer.figures:
            self.figure(figure)
        for table in answer.tables:
            self.table(table)
        for check in answer.checks:
            self.check(check)
        for method in answer.methods:
            self.method(method)

    def emit(self, payload: AnyPayload) -> None:
        """Display a payload under its own MIME type, with a preview beside it.

        Raises
        ------
        ReportError
            If the report has published one of this kind and name before, in a batch.
        """
        key = _key(payload)
        if self._once and key in self._published:
            raise ReportError(
                Problem(
                    what=f"the {payload.kind} {payload.name!r} is published twice",
                    needed="a name of its own for each",
                    next_step="Rename one of them in the domain's answers.",
                )
            )
        language = self.wording.languages[0]
        display(  # type: ignore[no-untyped-call]
            {
                mime_type(payload.kind): payload.model_dump(mode="json"),
                "text/html": preview_html(payload, language),
                "text/plain": preview_text(payload, language),
            },
            raw=True,
        )
        if key not in self._published:
            self._published.append(key)

    def end(self) -> None:
        """Publish the list of all that was published, so that a lost output is noticed."""
        self.emit(ReportEnd(name="end", published=tuple(self._published)))


def _key(payload: AnyPayload) -> str:
    return f"{payload.kind}:{payload.name}"

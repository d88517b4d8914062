"""What a notebook publishes is typed, gated, worded in each language, and seen by the analyst."""

import json
from typing import Any

import pytest
from matplotlib.figure import Figure as Drawing

from analysis.answers import Answer, Check, Figure, Finding, Metric, Verdict
from analysis.errors import ReportError
from analysis.methods import Method
from analysis.params.policy import DisclosurePolicy
from analysis.publish.door import Publisher
from analysis.publish.palette import INK
from analysis.publish.payload import (
    PublishedFigure,
    PublishedMetric,
    PublishedTable,
    ReportEnd,
    is_payload,
    parse_payload,
)
from analysis.publish.style import canvas
from analysis.results import CheckStatus, Estimate, Strength
from analysis.tables import Counts, Labels, ProtectedTable, Quantities, Table
from analysis.text import Basis, Count, Language, Measure, Quantity, Unit, Words, message

HOSTILE = Words(en='<script>alert("x")</script> $5 & more', zh="<b>甲</b>")
STABLE = message("stable")


def table() -> Table:
    return Table(
        name="stages",
        caption=STABLE,
        unit=Unit.CUSTOMERS,
        columns=(
            Labels(name="stage", title=STABLE),
            Counts(name="customers", title=STABLE),
            Quantities(
                name="mean",
                title=STABLE,
                measure=Measure.AMOUNT_CNY,
                n="customers",
                basis=Basis.GIVEN,
            ),
        ),
        rows=(
            {
                "stage": HOSTILE,
                "customers": 1234,
                "mean": Estimate(value=50.0, low=40.0, high=60.0, confidence=0.95),
            },
            {"stage": STABLE, "customers": 4, "mean": 987654.0},
        ),
    )


def draw(protected: ProtectedTable, language: Language) -> Drawing:
    figure, (axes,) = canvas()
    heights = [row["customers"].number or 0.0 for row in protected.rows]
    axes.bar([HOSTILE.zh if language == "zh" else HOSTILE.en, "b"], heights)
    return figure


def publisher(*, once: bool = True) -> Publisher:
    return Publisher(
        languages=("en", "zh"),
        policy=DisclosurePolicy(minimum_units=10, rounding_base=5),
        once=once,
    )


@pytest.fixture
def displayed(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """The outputs that a notebook would hold."""
    outputs: list[dict[str, Any]] = []
    monkeypatch.setattr("analysis.publish.door.display", lambda data, raw: outputs.append(data))
    return outputs


@pytest.fixture
def published(displayed: list[dict[str, Any]]) -> dict[str, tuple[Any, dict[str, Any]]]:
    """One of everything, by kind: the payload, and the whole output."""
    answer = Answer(
        findings=(
            Finding(
                name="f",
                statement=message("{number} days", number=Count(1234, Unit.CUSTOMERS)),
                strength=Strength.CONCLUSIVE,
                action=STABLE,
            ),
        ),
        metrics=(
            Metric(
                name="m",
                label=STABLE,
                definition=STABLE,
                quantity=Quantity(
                    value=Estimate(value=0.42, low=0.4, high=0.44, confidence=0.95),
                    measure=Measure.SHARE,
                    unit=Unit.CUSTOMERS,
                    n=100_000,
                ),
                change=Quantity(
                    value=Estimate(value=-0.02, low=-0.03, high=-0.01, confidence=0.95),
                    measure=Measure.POINTS,
                    unit=Unit.CUSTOMERS,
                    n=100_000,
                ),
                higher_is="better",
            ),
        ),
        figures=(Figure(name="g", caption=STABLE, alt=STABLE, table=table(), draw=draw),),
        tables=(table(),),
        checks=(Check(name="c", label=STABLE, status=CheckStatus.PASSED, detail=STABLE),),
        methods=(Method(name=STABLE, citation="A (2020)"), Method(name=STABLE, citation="A")),
    )
    door = publisher()
    door.verdict(Verdict(statement=STABLE, strength=Strength.SUGGESTIVE))
    door.show(answer)
    door.end()
    return {payload.kind: (payload, data) for payload, data in map(read, displayed)}


def read(data: dict[str, Any]) -> tuple[Any, dict[str, Any]]:
    (mime,) = (mime for mime in data if is_payload(mime))
    return parse_payload(json.loads(json.dumps(data[mime]))), data


def test_each_kind_has_a_payload_and_a_preview(published: dict[str, Any]) -> None:
    kinds = {"verdict", "finding", "metric", "figure", "table", "check", "method", "end"}
    assert set(published) == kinds
    for _, data in published.values():
        assert data["text/html"]
        assert data["text/plain"]


def test_every_text_is_in_every_language(published: dict[str, Any]) -> None:
    assert published["finding"][0].statement == {"en": "1,235 days", "zh": "1,235天"}
    assert published["verdict"][0].statement == {"en": "stable", "zh": "稳定"}


def test_a_table_is_gated_before_it_is_worded(published: dict[str, Any]) -> None:
    payload: PublishedTable = published["table"][0]
    stage, customers, mean = payload.rows[0]
    assert stage.text["zh"] == "<b>甲</b>"
    assert (customers.value, customers.text["en"]) == (1235, "1,235")
    assert (mean.value, mean.low, mean.high) == (50.0, 40.0, 60.0)
    assert [cell.suppressed for cell in payload.rows[1]] == [False, True, True]
    assert payload.rows[1][1].text == {"en": "withheld", "zh": "不公开"}
    assert "987" not in payload.model_dump_json()


def test_a_figure_is_drawn_from_its_gated_table_in_each_language(published: dict[str, Any]) -> None:
    payload: PublishedFigure = published["figure"][0]
    assert set(payload.svg) == {"en", "zh"}
    assert "甲" in payload.svg["zh"]
    assert "甲" not in payload.svg["en"]
    assert payload.table.rows[1][1].suppressed


def test_figure_text_stays_text_and_data_is_escaped(published: dict[str, Any]) -> None:
    svg = published["figure"][0].svg["en"]
    assert "&lt;script&gt;" in svg
    assert "<script" not in svg
    assert "$5" in svg
    assert INK in svg


def test_drawing_twice_gives_the_same_bytes() -> None:
    figure = Figure(name="g", caption=STABLE, alt=STABLE, table=table(), draw=draw)
    wording = publisher().wording
    assert wording.figure(figure).model_dump_json() == wording.figure(figure).model_dump_json()


def test_a_metric_carries_its_interval_and_a_change_beyond_noise(published: dict[str, Any]) -> None:
    payload: PublishedMetric = published["metric"][0]
    assert payload.text["en"] == "42.0%"
    assert payload.interval_text["zh"] == "40.0% 至 44.0%（95%区间）"
    assert payload.trend == "worse"
    assert payload.change_text["en"].startswith("-2.0 percentage points")


@pytest.mark.parametrize(
    ("change", "higher_is", "trend"),
    [
        ((0.02, 0.01, 0.03), "better", "better"),
        ((0.02, 0.01, 0.03), "worse", "worse"),
        ((0.02, -0.01, 0.05), "better", "unchanged"),
        ((0.02, 0.01, 0.03), "", "unknown"),
    ],
)
def test_only_a_change_beyond_its_interval_is_better_or_worse(
    change: tuple[float, float, float], higher_is: str, trend: str
) -> None:
    value, low, high = change
    metric = Metric(
        name="m",
        label=STABLE,
        definition=STABLE,
        quantity=Quantity(value=0.5, measure=Measure.SHARE, unit=Unit.NONE),
        change=Quantity(
            value=Estimate(value=value, low=low, high=high, confidence=0.95),
            measure=Measure.POINTS,
            unit=Unit.NONE,
        ),
        higher_is=higher_is,
    )
    assert publisher().wording.metric(metric).trend == trend


def test_a_metric_on_few_persons_is_withheld() -> None:
    metric = Metric(
        name="m",
        label=STABLE,
        definition=STABLE,
        quantity=Quantity(value=3, measure=Measure.COUNT, unit=Unit.CUSTOMERS, n=3),
    )
    payload = publisher().wording.metric(metric)
    assert payload.suppressed
    assert payload.value is None
    assert payload.n is None
    assert payload.text["zh"] == "不公开"


def test_previews_escape_text_from_data(published: dict[str, Any]) -> None:
    html = published["table"][1]["text/html"]
    assert "<script>" not in html
    assert "&lt;script&gt;" in html


def test_a_figure_is_shown_as_an_image_that_jupyterlab_keeps(published: dict[str, Any]) -> None:
    html = published["figure"][1]["text/html"]
    assert '<img src="data:image/svg+xml;base64,' in html
    assert 'alt="stable"' in html
    assert "<svg" not in html


def test_the_end_lists_all_that_was_published_and_a_method_once(published: dict[str, Any]) -> None:
    end: ReportEnd = published["end"][0]
    assert end.published == (
        "verdict:verdict",
        "finding:f",
        "metric:m",
        "figure:g",
        "table:stages",
        "check:c",
        "method:stable",
    )


def test_a_batch_refuses_two_outputs_of_one_name_but_by_hand_a_cell_runs_again(
    displayed: list[dict[str, Any]],
) -> None:
    verdict = Verdict(statement=STABLE, strength=Strength.SUGGESTIVE)
    batch, hand = publisher(), publisher(once=False)
    batch.verdict(verdict)
    with pytest.raises(ReportError, match="the verdict 'verdict' is published twice"):
        batch.verdict(verdict)
    hand.verdict(verdict)
    hand.verdict(verdict)
    assert len(displayed) == 3

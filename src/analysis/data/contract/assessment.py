"""Tables of the assessment itself: dimensions, indicators with targets, values, actions."""

from __future__ import annotations

from functools import partial

from analysis.data.schema import Column, ColumnType, Table

_text = partial(Column, type=ColumnType.TEXT)
_decimal = partial(Column, type=ColumnType.DECIMAL)
_date = partial(Column, type=ColumnType.DATE)
_bound = partial(_decimal, required=False, nullable=True)
_named = partial(_text, required=False, nullable=True)

_INDICATOR = _text(
    name="indicator_id",
    meaning="Indicator.",
    meaning_zh="指标。",
    references="indicators.indicator_id",
)
_DIMENSION = _text(
    name="dimension_id",
    meaning="Dimension.",
    meaning_zh="维度。",
    references="dimensions.dimension_id",
)

_DIMENSIONS = Table(
    name="dimensions",
    title="Dimensions of the assessment",
    title_zh="评估维度",
    meaning="One row per dimension of the demand management assessment.",
    meaning_zh="需求管理评估的每个维度一行。",
    key=("dimension_id",),
    columns=(
        _text(name="dimension_id", meaning="Dimension number.", meaning_zh="维度编号。"),
        _text(name="name_en", meaning="Name in English.", meaning_zh="英文名称。"),
        _text(name="name_zh", meaning="Name in Chinese.", meaning_zh="中文名称。", required=False),
        _decimal(
            name="weight",
            meaning="Weight in the index; the weights add up to 1.",
            meaning_zh="在总指数中的权重，合计为1。",
            unit="fraction",
            minimum=0,
            maximum=1,
        ),
    ),
)

_DIMENSION_JUDGEMENTS = Table(
    name="dimension_judgements",
    title="Judgements of experts on dimensions",
    title_zh="维度两两判断",
    meaning="One row per expert and pair of dimensions: how much more the first one matters.",
    meaning_zh="每位专家每对维度一行：前者相对后者的重要程度。",
    key=("expert_id", "dimension_id", "other_dimension_id"),
    columns=(
        _text(name="expert_id", meaning="Expert, under a letter.", meaning_zh="专家代号。"),
        _DIMENSION,
        _text(
            name="other_dimension_id",
            meaning="Second dimension.",
            meaning_zh="第二个维度。",
            references="dimensions.dimension_id",
        ),
        _decimal(
            name="ratio",
            meaning="Importance of the first over the second, 1/9 to 9.",
            meaning_zh="前者与后者重要性之比，1/9至9。",
            minimum=1 / 9,
            maximum=9,
        ),
    ),
)

_INDICATORS = Table(
    name="indicators",
    title="Indicators",
    title_zh="指标",
    meaning="One row per indicator: its dimension, its direction, and where its value is from.",
    meaning_zh="每个指标一行：所属维度、方向与取值来源。",
    key=("indicator_id",),
    columns=(
        _text(name="indicator_id", meaning="Indicator.", meaning_zh="指标编号。"),
        _DIMENSION,
        _text(name="name_en", meaning="Name in English.", meaning_zh="英文名称。"),
        _text(name="name_zh", meaning="Name in Chinese.", meaning_zh="中文名称。", required=False),
        _named(
            name="unit",
            meaning="fraction, points, CNY, days, count, or any other word.",
            meaning_zh="单位：fraction比例、points分、CNY元、days天、count数量，或其他。",
        ),
        _text(
            name="direction",
            meaning="Whether more is better, less is better, or a band is.",
            meaning_zh="方向：越高越好、越低越好或区间最优。",
            allowed=("higher", "lower", "band"),
        ),
        _decimal(
            name="weight",
            meaning="Weight within its dimension; they add up to 1 there.",
            meaning_zh="在所属维度内的权重，合计为1。",
            unit="fraction",
            minimum=0,
            maximum=1,
        ),
        _named(
            name="source_report",
            meaning="Report that publishes it; missing where indicator_values holds it.",
            meaning_zh="发布该指标的报告；由指标值表提供者为空。",
        ),
        _named(
            name="source_metric",
            meaning="Name of the metric in that report.",
            meaning_zh="该报告中的指标名。",
        ),
    ),
)

_TARGETS = Table(
    name="indicator_targets",
    title="Targets of indicators",
    title_zh="指标目标",
    meaning="From a day on, what counts as attained in full, and what counts as nothing attained.",
    meaning_zh="自某日起适用的目标值（视为完全达成）与零值（视为毫无达成）。",
    key=("indicator_id", "valid_from"),
    columns=(
        _INDICATOR,
        _date(name="valid_from", meaning="First day.", meaning_zh="生效日期。"),
        _bound(
            name="target_low",
            meaning="Attained in full from here on up; for higher and band.",
            meaning_zh="达到此值及以上为完全达成（越高越好、区间）。",
        ),
        _bound(
            name="target_high",
            meaning="Attained in full up to here; for lower and band.",
            meaning_zh="不超过此值为完全达成（越低越好、区间）。",
        ),
        _bound(
            name="zero_low",
            meaning="Nothing is attained at or below; for higher and band.",
            meaning_zh="在此值及以下为毫无达成（越高越好、区间）。",
        ),
        _bound(
            name="zero_high",
            meaning="Nothing is attained at or above; for lower and band.",
            meaning_zh="在此值及以上为毫无达成（越低越好、区间）。",
        ),
    ),
)

_VALUES = Table(
    name="indicator_values",
    title="Values of indicators",
    title_zh="指标值",
    meaning="Values that no report computes: one row per indicator, day, and day of stating.",
    meaning_zh="非报告计算的指标值：每指标、截止日与发布日一行。",
    key=("indicator_id", "value_on", "stated_on"),
    columns=(
        _INDICATOR,
        _text(name="period", meaning="Label of the period.", meaning_zh="期间名称。"),
        _date(name="value_on", meaning="Last day of the period.", meaning_zh="期末日期。"),
        _date(
            name="stated_on",
            meaning="Day on which the value was stated; a later one restates it.",
            meaning_zh="发布日期；较晚者为重述值。",
        ),
        _decimal(name="value", meaning="The value.", meaning_zh="指标值。"),
        _bound(name="low", meaning="Lower bound, 95 %.", meaning_zh="95%区间下限。"),
        _bound(name="high", meaning="Upper bound, 95 %.", meaning_zh="95%区间上限。"),
        _bound(
            name="peer_value",
            meaning="Median of peers in the period.",
            meaning_zh="同业同期中位数。",
        ),
    ),
)

_ACTIONS = Table(
    name="actions",
    title="Register of actions",
    title_zh="改进措施台账",
    meaning="One row per action that followed from a finding of an assessment.",
    meaning_zh="由评估发现引出的每项改进措施一行。",
    key=("action_id",),
    columns=(
        _text(name="action_id", meaning="Action number.", meaning_zh="措施编号。"),
        _text(name="title_en", meaning="What is done, in English.", meaning_zh="措施（英文）。"),
        _named(name="title_zh", meaning="What is done, in Chinese.", meaning_zh="措施（中文）。"),
        _named(
            name="source_report",
            meaning="Report whose finding it answers.",
            meaning_zh="引出该措施的报告。",
        ),
        _named(
            name="source_finding",
            meaning="Name of that finding.",
            meaning_zh="引出该措施的发现。",
        ),
        _text(
            name="department_id",
            meaning="Department that answers for it.",
            meaning_zh="责任部门。",
            references="departments.department_id",
        ),
        _date(name="raised_on", meaning="Day of the decision.", meaning_zh="立项日期。"),
        _date(name="due_on", meaning="Day by which it is to be done.", meaning_zh="要求完成日期。"),
        _date(
            name="done_on",
            meaning="Day on which it was done.",
            meaning_zh="完成日期。",
            nullable=True,
        ),
        _date(
            name="dropped_on",
            meaning="Day on which it was given up.",
            meaning_zh="放弃日期。",
            nullable=True,
        ),
        _named(
            name="indicator_id",
            meaning="Indicator that it is meant to move.",
            meaning_zh="拟改善的指标。",
            references="indicators.indicator_id",
        ),
        _bound(
            name="expected_change",
            meaning="Change expected of the indicator, in its unit.",
            meaning_zh="预期指标变动，以指标单位计。",
        ),
    ),
)

TABLES: tuple[Table, ...] = (
    _DIMENSIONS,
    _DIMENSION_JUDGEMENTS,
    _INDICATORS,
    _TARGETS,
    _VALUES,
    _ACTIONS,
)

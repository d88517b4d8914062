"""Tables of the competitor comparison: who else is there, at which terms, with which share.

Every figure on a competitor carries its source, the day it was observed and how
it was obtained.
"""

from __future__ import annotations

from functools import partial

from analysis.data.schema import Column, ColumnType, Table

_text = partial(Column, type=ColumnType.TEXT)
_integer = partial(Column, type=ColumnType.INTEGER)
_decimal = partial(Column, type=ColumnType.DECIMAL)
_boolean = partial(Column, type=ColumnType.BOOLEAN)
_date = partial(Column, type=ColumnType.DATE)

_INSTITUTION = _text(
    name="institution_id",
    meaning="Institution.",
    meaning_zh="机构。",
    references="institutions.institution_id",
)
_SOURCE = _text(
    name="source_id",
    meaning="Where the figure comes from.",
    meaning_zh="数据来源。",
    references="sources.source_id",
)
_OBSERVED = _date(
    name="observed_on", meaning="Day that the figure is true of.", meaning_zh="数据所属日期。"
)
_METHOD = _text(
    name="method",
    meaning="How it was obtained.",
    meaning_zh="获取方式。",
    allowed=("published", "mystery_shopping", "process_data", "survey", "estimate"),
)
_MARKET_FAMILY = _text(
    name="product_family",
    meaning="Kind of product; assets where only total assets are known.",
    meaning_zh="产品类别；仅知总资产时为assets。",
    allowed=("deposit", "loan", "wealth", "card", "assets"),
)
_REGION = _text(name="region", meaning="Region, as in branches.", meaning_zh="地区，与网点表一致。")
_QUARTER = _date(name="quarter", meaning="First day of the quarter.", meaning_zh="季度（首日）。")

_INSTITUTIONS = Table(
    name="institutions",
    title="Institutions",
    title_zh="机构",
    meaning="Our bank and its competitors.",
    meaning_zh="本行及竞争对手。",
    key=("institution_id",),
    columns=(
        _text(name="institution_id", meaning="Institution number.", meaning_zh="机构编号。"),
        _text(name="name_en", meaning="Name in English.", meaning_zh="英文名称。"),
        _text(name="name_zh", meaning="Name in Chinese.", meaning_zh="中文名称。", required=False),
        _text(
            name="kind",
            meaning="Kind of institution.",
            meaning_zh="机构类别。",
            required=False,
            allowed=("state", "joint_stock", "city", "rural", "digital", "foreign"),
        ),
        _boolean(name="own", meaning="True for our bank, once.", meaning_zh="是否本行（仅一家）。"),
    ),
)

_SOURCES = Table(
    name="sources",
    title="Sources",
    title_zh="来源",
    meaning="The register of sources of competitor figures.",
    meaning_zh="竞争对手数据来源登记。",
    key=("source_id",),
    columns=(
        _text(name="source_id", meaning="Source number.", meaning_zh="来源编号。"),
        _text(name="name_en", meaning="Name in English.", meaning_zh="英文名称。"),
        _text(name="name_zh", meaning="Name in Chinese.", meaning_zh="中文名称。", required=False),
        _text(
            name="reliability",
            meaning="How far it is trusted.",
            meaning_zh="可信程度。",
            required=False,
            nullable=True,
            allowed=("official", "good", "doubtful"),
        ),
    ),
)

_CRITERIA = Table(
    name="criteria",
    title="Criteria of the comparison",
    title_zh="比较指标",
    meaning="One row per attribute on which institutions are compared.",
    meaning_zh="每个比较指标一行。",
    key=("criterion_id",),
    columns=(
        _text(name="criterion_id", meaning="Criterion number.", meaning_zh="指标编号。"),
        _text(name="name_en", meaning="Name in English.", meaning_zh="英文名称。"),
        _text(name="name_zh", meaning="Name in Chinese.", meaning_zh="中文名称。", required=False),
        _text(
            name="area",
            meaning="What it belongs to.",
            meaning_zh="所属方面。",
            allowed=("product", "price", "process", "service", "digital"),
        ),
        _text(
            name="better",
            meaning="Whether higher or lower is better for the customer.",
            meaning_zh="对客户而言高好或低好。",
            allowed=("higher", "lower"),
        ),
        _text(
            name="unit",
            meaning="Unit of its values: fraction, CNY, minutes, points, count.",
            meaning_zh="数值单位。",
        ),
        _decimal(
            name="given_weight",
            meaning="Weight given by management; the weights sum to 1.",
            meaning_zh="管理层给定权重，合计为1。",
            unit="fraction",
            required=False,
            nullable=True,
            minimum=0,
            maximum=1,
        ),
    ),
)

_COMPETITOR_OFFERS = Table(
    name="competitor_offers",
    title="Terms and qualities observed",
    title_zh="条件与质量观察",
    meaning="One row per figure observed on an institution, our own included.",
    meaning_zh="每个机构（含本行）每项观察值一行。",
    key=("observation_id",),
    columns=(
        _text(name="observation_id", meaning="Observation number.", meaning_zh="观察编号。"),
        _INSTITUTION,
        _text(
            name="criterion_id",
            meaning="What was observed.",
            meaning_zh="观察指标。",
            references="criteria.criterion_id",
        ),
        _decimal(name="value", meaning="The figure, in the criterion's unit.", meaning_zh="数值。"),
        _decimal(
            name="error",
            meaning="Standard error of the figure; missing where it is exact or unknown.",
            meaning_zh="标准误；精确或未知时为空。",
            required=False,
            nullable=True,
            minimum=0,
        ),
        _integer(
            name="term_months",
            meaning="Term that it holds for.",
            meaning_zh="适用期限。",
            unit="months",
            required=False,
            nullable=True,
            minimum=0,
        ),
        _decimal(
            name="from_amount_cny",
            meaning="Amount from which it holds.",
            meaning_zh="起点金额。",
            unit="CNY",
            required=False,
            nullable=True,
            minimum=0,
        ),
        _text(
            name="conditions",
            meaning="Customers or cases that it holds for.",
            meaning_zh="适用条件。",
            required=False,
            nullable=True,
            allowed=("all", "new_customers", "vip", "salary_account"),
        ),
        _SOURCE,
        _METHOD,
        _OBSERVED,
    ),
)

_MARKET_VOLUMES = Table(
    name="market_volumes",
    title="Volumes of institutions",
    title_zh="机构业务量",
    meaning="One row per figure; two sources may state one volume differently.",
    meaning_zh="每个数据一行；不同来源可能不一致。",
    key=("institution_id", "product_family", "region", "quarter", "source_id"),
    columns=(
        _INSTITUTION,
        _MARKET_FAMILY,
        _REGION,
        _QUARTER,
        _decimal(
            name="volume_cny",
            meaning="Volume at the end of the quarter.",
            meaning_zh="季末业务量。",
            unit="CNY",
            minimum=0,
        ),
        _SOURCE,
        _METHOD,
        _OBSERVED,
    ),
)

_MARKET_TOTALS = Table(
    name="market_totals",
    title="Market totals",
    title_zh="市场总量",
    meaning="What the market as a whole amounts to, those we have no figure of included.",
    meaning_zh="整个市场的总量，包括无单独数据的机构。",
    key=("product_family", "region", "quarter"),
    columns=(
        _MARKET_FAMILY,
        _REGION,
        _QUARTER,
        _decimal(
            name="volume_cny",
            meaning="Volume of the market at the end of the quarter.",
            meaning_zh="季末市场总量。",
            unit="CNY",
            minimum=0,
        ),
        _SOURCE,
    ),
)

_SWITCHING_FLOWS = Table(
    name="switching_flows",
    title="Switching",
    title_zh="客户转换",
    meaning="How many customers moved their main account from one institution to another.",
    meaning_zh="主账户在机构之间转移的客户数。",
    key=("from_institution_id", "to_institution_id", "quarter"),
    columns=(
        _text(
            name="from_institution_id",
            meaning="Institution left.",
            meaning_zh="转出机构。",
            references="institutions.institution_id",
        ),
        _text(
            name="to_institution_id",
            meaning="Institution joined.",
            meaning_zh="转入机构。",
            references="institutions.institution_id",
        ),
        _QUARTER,
        _integer(name="customers", meaning="How many.", meaning_zh="客户数。", minimum=0),
        _SOURCE,
    ),
)

_EXPERT_JUDGEMENTS = Table(
    name="expert_judgements",
    title="Pairwise judgements of experts",
    title_zh="专家两两判断",
    meaning="One row per expert and pair of criteria: how much more the first one matters.",
    meaning_zh="每位专家每对指标一行：前者相对后者的重要程度。",
    key=("expert_id", "criterion_id", "other_criterion_id"),
    columns=(
        _text(name="expert_id", meaning="Expert, under a letter.", meaning_zh="专家代号。"),
        _text(
            name="criterion_id",
            meaning="First criterion.",
            meaning_zh="第一个指标。",
            references="criteria.criterion_id",
        ),
        _text(
            name="other_criterion_id",
            meaning="Second criterion.",
            meaning_zh="第二个指标。",
            references="criteria.criterion_id",
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

_SERVICE_TIMES = Table(
    name="service_times",
    title="Service times",
    title_zh="服务时间",
    meaning="One row per visit or case timed.",
    meaning_zh="每次计时的到访或办理一行。",
    key=("case_id",),
    columns=(
        _text(name="case_id", meaning="Case number.", meaning_zh="案例编号。"),
        _INSTITUTION,
        _text(
            name="process",
            meaning="What was timed.",
            meaning_zh="计时环节。",
            allowed=("waiting", "account_opening", "loan_approval"),
        ),
        _decimal(
            name="minutes", meaning="How long it took.", meaning_zh="耗时。", unit="min", minimum=0
        ),
        _text(
            name="region",
            meaning="Region, as in branches.",
            meaning_zh="地区，与网点表一致。",
            required=False,
            nullable=True,
        ),
        _METHOD,
        _SOURCE,
        _OBSERVED,
    ),
)

_BRAND_PERCEPTIONS = Table(
    name="brand_perceptions",
    title="Brand perceptions",
    title_zh="品牌形象",
    meaning="How many of those asked say that an attribute fits an institution.",
    meaning_zh="认为某形象符合某机构的受访者人数。",
    key=("institution_id", "brand_attribute", "observed_on"),
    columns=(
        _INSTITUTION,
        _text(name="brand_attribute", meaning="Attribute.", meaning_zh="形象特征。"),
        _text(
            name="attribute_en", meaning="Attribute in English.", meaning_zh="形象特征（英文）。"
        ),
        _text(
            name="attribute_zh",
            meaning="Attribute in Chinese.",
            meaning_zh="形象特征（中文）。",
            required=False,
        ),
        _text(
            name="criterion_id",
            meaning="Criterion that measures the same in fact; missing where none does.",
            meaning_zh="对应的事实指标；没有则为空。",
            required=False,
            nullable=True,
            references="criteria.criterion_id",
        ),
        _integer(name="asked", meaning="How many were asked.", meaning_zh="受访人数。", minimum=1),
        _integer(
            name="mentions", meaning="How many said it fits.", meaning_zh="认同人数。", minimum=0
        ),
        _SOURCE,
        _OBSERVED,
    ),
)

TABLES: tuple[Table, ...] = (
    _INSTITUTIONS,
    _SOURCES,
    _CRITERIA,
    _COMPETITOR_OFFERS,
    _MARKET_VOLUMES,
    _MARKET_TOTALS,
    _SWITCHING_FLOWS,
    _EXPERT_JUDGEMENTS,
    _SERVICE_TIMES,
    _BRAND_PERCEPTIONS,
)

"""Tables of market research: whom we asked, what they answered, what they wrote.

The questions on price, choice and features have tables of their own, in
`preferences`.
"""

from __future__ import annotations

from functools import partial

from analysis.data.schema import Column, ColumnType, Identifies, Table

_text = partial(Column, type=ColumnType.TEXT)
_integer = partial(Column, type=ColumnType.INTEGER)
_decimal = partial(Column, type=ColumnType.DECIMAL)
_boolean = partial(Column, type=ColumnType.BOOLEAN)
_date = partial(Column, type=ColumnType.DATE)

_AGE_BANDS = ("18-29", "30-44", "45-59", "60+")
_SEGMENTS = ("student", "employee", "family", "entrepreneur", "retired")

_SURVEY = _text(
    name="survey_id",
    meaning="Wave of the survey.",
    meaning_zh="调查批次。",
    references="surveys.survey_id",
)
_INVITATION = _text(
    name="invitation_id",
    meaning="Invitation that was answered.",
    meaning_zh="对应的邀请。",
    identifies=Identifies.INDIRECTLY,
    references="survey_invitations.invitation_id",
)

_SURVEYS = Table(
    name="surveys",
    title="Survey waves",
    title_zh="调查批次",
    meaning="One row per wave.",
    meaning_zh="每批调查一行。",
    key=("survey_id",),
    columns=(
        _text(name="survey_id", meaning="Wave number.", meaning_zh="批次编号。"),
        _text(name="name_en", meaning="Name in English.", meaning_zh="英文名称。"),
        _text(name="name_zh", meaning="Name in Chinese.", meaning_zh="中文名称。", required=False),
        _date(name="starts_on", meaning="First day in the field.", meaning_zh="开始日期。"),
        _date(name="ends_on", meaning="Last day in the field.", meaning_zh="结束日期。"),
    ),
)

_INVITATIONS = Table(
    name="survey_invitations",
    title="Survey invitations",
    title_zh="调查邀请",
    meaning="One row per invitation, answered or not, with what the frame knows of the person.",
    meaning_zh="每份邀请一行（无论是否回答），含抽样框信息。",
    key=("invitation_id",),
    columns=(
        _text(
            name="invitation_id",
            meaning="Invitation number.",
            meaning_zh="邀请编号。",
            identifies=Identifies.INDIRECTLY,
        ),
        _SURVEY,
        _text(
            name="customer_id",
            meaning="Customer invited; missing where the sample is not of customers.",
            meaning_zh="受邀客户；非客户样本为空。",
            required=False,
            nullable=True,
            identifies=Identifies.INDIRECTLY,
            references="customers.customer_id",
        ),
        _date(name="invited_on", meaning="Day of the invitation.", meaning_zh="邀请日期。"),
        _date(
            name="answered_on",
            meaning="Day of the answer; missing without one.",
            meaning_zh="回答日期；未回答为空。",
            required=False,
            nullable=True,
        ),
        _text(
            name="disposition",
            meaning="Final outcome by the field's standard definitions.",
            meaning_zh="最终结果（行业标准定义）。",
            allowed=(
                "complete",
                "partial",
                "refusal",
                "non_contact",
                "other",
                "unknown_eligibility",
                "not_eligible",
            ),
        ),
        _text(
            name="mode",
            meaning="How the person was asked.",
            meaning_zh="调查方式。",
            required=False,
            nullable=True,
            allowed=("online", "telephone", "branch"),
        ),
        _text(name="stratum", meaning="Stratum of the sample.", meaning_zh="抽样层。"),
        _text(
            name="cluster",
            meaning="First-stage unit in the stratum; missing where people were drawn directly.",
            meaning_zh="层内初级抽样单元；直接抽人时为空。",
            required=False,
            nullable=True,
        ),
        _decimal(
            name="base_weight",
            meaning="Inverse of the probability of being invited.",
            meaning_zh="入样概率的倒数。",
            minimum=0,
        ),
        _text(
            name="age_band",
            meaning="Age band.",
            meaning_zh="年龄段。",
            unit="years",
            allowed=_AGE_BANDS,
        ),
        _text(name="region", meaning="Region, as in branches.", meaning_zh="地区。"),
        _text(
            name="segment",
            meaning="Customer segment.",
            meaning_zh="客户群。",
            required=False,
            nullable=True,
            allowed=_SEGMENTS,
        ),
        _text(
            name="value_tier",
            meaning="Tier by contribution.",
            meaning_zh="价值层级。",
            required=False,
            nullable=True,
            allowed=("vip", "high", "medium", "low"),
        ),
    ),
)

_STRATA = Table(
    name="survey_strata",
    title="Strata of the sample",
    title_zh="抽样层",
    meaning="What the strata amount to in the population.",
    meaning_zh="各层的总体规模。",
    key=("survey_id", "stratum"),
    columns=(
        _SURVEY,
        _text(name="stratum", meaning="Stratum.", meaning_zh="抽样层。"),
        _integer(name="population", meaning="People in it.", meaning_zh="层内总人数。", minimum=0),
        _integer(
            name="population_clusters",
            meaning="First-stage units in it; missing where people were drawn directly.",
            meaning_zh="层内初级单元总数；直接抽人时为空。",
            required=False,
            nullable=True,
            minimum=1,
        ),
    ),
)

_MARGINS = Table(
    name="population_margins",
    title="Population margins",
    title_zh="总体边际分布",
    meaning="How many people of the population have a value of a variable of the frame.",
    meaning_zh="总体中各变量取值的人数。",
    key=("survey_id", "variable", "category"),
    columns=(
        _SURVEY,
        _text(
            name="variable",
            meaning="Column of survey_invitations.",
            meaning_zh="邀请表中的变量。",
            allowed=("age_band", "region", "segment", "value_tier"),
        ),
        _text(name="category", meaning="Value of the variable.", meaning_zh="变量取值。"),
        _integer(name="population", meaning="People with it.", meaning_zh="人数。", minimum=0),
    ),
)

_ITEMS = Table(
    name="survey_items",
    title="Survey questions",
    title_zh="调查题目",
    meaning="One row per question that is answered by a number.",
    meaning_zh="每个以数字作答的题目一行。",
    key=("item_id",),
    columns=(
        _text(name="item_id", meaning="Question number.", meaning_zh="题目编号。"),
        _text(
            name="kind",
            meaning="What the question asks for.",
            meaning_zh="题目类型。",
            allowed=(
                "overall_satisfaction",
                "recommendation",
                "step_satisfaction",
                "channel_satisfaction",
                "product_satisfaction",
                "need",
                "importance",
                "need_satisfaction",
                "scale",
            ),
        ),
        _text(
            name="topic",
            meaning="Service step, channel, product family or need that it is about.",
            meaning_zh="所涉服务环节、渠道、产品或需求。",
            required=False,
            nullable=True,
        ),
        _text(name="wording_en", meaning="Wording in English.", meaning_zh="英文题面。"),
        _text(
            name="wording_zh",
            meaning="Wording in Chinese.",
            meaning_zh="中文题面。",
            required=False,
        ),
        _text(
            name="label_en",
            meaning="Short name in English for tables and figures.",
            meaning_zh="英文简称。",
            required=False,
        ),
        _text(
            name="label_zh",
            meaning="Short name in Chinese for tables and figures.",
            meaning_zh="中文简称。",
            required=False,
        ),
        _integer(name="scale_low", meaning="Lowest answer.", meaning_zh="最低分值。"),
        _integer(name="scale_high", meaning="Highest answer.", meaning_zh="最高分值。"),
        _boolean(
            name="high_is_good",
            meaning="Whether the highest answer is the best one.",
            meaning_zh="高分是否表示好。",
        ),
        _text(
            name="scale_name",
            meaning="Scale that the question is part of; missing where none.",
            meaning_zh="所属量表；无则为空。",
            required=False,
            nullable=True,
        ),
    ),
)

_ANSWERS = Table(
    name="survey_answers",
    title="Survey answers",
    title_zh="调查回答",
    meaning="One row per answer; a question that was not answered has none.",
    meaning_zh="每个回答一行；未答则无此行。",
    key=("invitation_id", "item_id"),
    columns=(
        _INVITATION,
        _text(
            name="item_id",
            meaning="Question.",
            meaning_zh="题目。",
            references="survey_items.item_id",
        ),
        _integer(
            name="value",
            meaning="Answer, within the question's scale.",
            meaning_zh="回答（在题目量程内）。",
        ),
    ),
)

_FEEDBACK = Table(
    name="feedback",
    title="Feedback in free words",
    title_zh="自由反馈文本",
    meaning="One row per open answer, complaint or comment.",
    meaning_zh="每条开放式回答、投诉或评论一行。",
    key=("feedback_id",),
    columns=(
        _text(
            name="feedback_id",
            meaning="Number of the text.",
            meaning_zh="文本编号。",
            identifies=Identifies.INDIRECTLY,
        ),
        _text(
            name="customer_id",
            meaning="Who wrote it, where known.",
            meaning_zh="作者（如已知）。",
            required=False,
            nullable=True,
            identifies=Identifies.INDIRECTLY,
            references="customers.customer_id",
        ),
        _date(name="received_on", meaning="Day of receipt.", meaning_zh="收到日期。"),
        _text(
            name="channel",
            meaning="Channel of receipt.",
            meaning_zh="渠道。",
            required=False,
            nullable=True,
            allowed=("telephone", "online", "social", "mail", "branch", "survey"),
        ),
        _text(
            name="kind",
            meaning="Kind of text.",
            meaning_zh="文本类型。",
            required=False,
            nullable=True,
            allowed=("open_answer", "complaint", "praise", "comment"),
        ),
        _text(name="language", meaning="Language.", meaning_zh="语言。", allowed=("en", "zh")),
        _text(
            name="text",
            meaning="The text as written; may hold names, numbers and addresses.",
            meaning_zh="原文；可能含姓名、号码、地址。",
            identifies=Identifies.DIRECTLY,
        ),
        _text(
            name="region",
            meaning="Region, as in branches.",
            meaning_zh="地区。",
            required=False,
            nullable=True,
        ),
        _integer(
            name="satisfaction",
            meaning="Satisfaction given with the text.",
            meaning_zh="随文给出的满意度。",
            unit="points 1-5",
            required=False,
            nullable=True,
            minimum=1,
            maximum=5,
        ),
    ),
)

_INDICATORS = Table(
    name="external_indicators",
    title="External indicators",
    title_zh="外部指标",
    meaning="One row per indicator of economy, industry or policy and month.",
    meaning_zh="每项经济、行业或政策指标每月一行。",
    key=("indicator_id", "month"),
    columns=(
        _text(name="indicator_id", meaning="Indicator.", meaning_zh="指标编号。"),
        _text(name="name_en", meaning="Name in English.", meaning_zh="英文名称。"),
        _text(name="name_zh", meaning="Name in Chinese.", meaning_zh="中文名称。", required=False),
        _text(name="unit", meaning="Unit of the value.", meaning_zh="单位。"),
        _date(name="month", meaning="First day of the month.", meaning_zh="月份（当月首日）。"),
        _decimal(name="value", meaning="Value.", meaning_zh="数值。"),
    ),
)

_DEMAND = Table(
    name="product_demand",
    title="Demand by product",
    title_zh="产品需求量",
    meaning="Requests and applications by kind of product and month.",
    meaning_zh="各类产品每月的咨询与申请量。",
    key=("product_family", "month"),
    columns=(
        _text(
            name="product_family",
            meaning="Kind of product.",
            meaning_zh="产品类别。",
            allowed=("card", "deposit", "wealth", "loan", "insurance"),
        ),
        _date(name="month", meaning="First day of the month.", meaning_zh="月份（当月首日）。"),
        _integer(name="requests", meaning="Requests.", meaning_zh="申请量。", minimum=0),
    ),
)

TABLES: tuple[Table, ...] = (
    _SURVEYS,
    _INVITATIONS,
    _STRATA,
    _MARGINS,
    _ITEMS,
    _ANSWERS,
    _FEEDBACK,
    _INDICATORS,
    _DEMAND,
)

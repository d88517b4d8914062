"""Tables of the survey's questions on features, prices and choices.

The answers belong to the invitations of `survey`.
"""

from __future__ import annotations

from functools import partial

from analysis.data.schema import Column, ColumnType, Identifies, Table

_text = partial(Column, type=ColumnType.TEXT)
_integer = partial(Column, type=ColumnType.INTEGER)
_decimal = partial(Column, type=ColumnType.DECIMAL)
_boolean = partial(Column, type=ColumnType.BOOLEAN)

_INVITATION = _text(
    name="invitation_id",
    meaning="Invitation that was answered.",
    meaning_zh="对应的邀请。",
    identifies=Identifies.INDIRECTLY,
    references="survey_invitations.invitation_id",
)
_FEATURE = _text(
    name="feature_id",
    meaning="Feature.",
    meaning_zh="功能。",
    references="features.feature_id",
)
_CONCEPT = _text(
    name="concept_id",
    meaning="Product in the making.",
    meaning_zh="构想中的产品。",
    references="concepts.concept_id",
)
_TASK = _integer(name="task", meaning="Task, from 1.", meaning_zh="任务序号。", minimum=1)
_ALTERNATIVE = _integer(
    name="alternative", meaning="Alternative, from 1.", meaning_zh="选项序号。", minimum=1
)

_FEATURES = Table(
    name="features",
    title="Features",
    title_zh="功能",
    meaning="Features that customers were asked about.",
    meaning_zh="受访客户评价的功能。",
    key=("feature_id",),
    columns=(
        _text(name="feature_id", meaning="Feature number.", meaning_zh="功能编号。"),
        _text(name="name_en", meaning="Name in English.", meaning_zh="英文名称。"),
        _text(name="name_zh", meaning="Name in Chinese.", meaning_zh="中文名称。", required=False),
    ),
)

_KANO = Table(
    name="kano_answers",
    title="Kano answers",
    title_zh="卡诺问卷回答",
    meaning="How one would feel with a feature and without it: one row per person and feature.",
    meaning_zh="具备与不具备某功能时的感受，每人每功能一行。",
    key=("invitation_id", "feature_id"),
    columns=(
        _INVITATION,
        _FEATURE,
        _integer(
            name="with_feature",
            meaning="With it: 1 like, 2 expect, 3 neutral, 4 tolerate, 5 dislike.",
            meaning_zh="具备时：1喜欢 2理应如此 3无所谓 4能忍受 5不喜欢。",
            minimum=1,
            maximum=5,
        ),
        _integer(
            name="without_feature",
            meaning="Without it: 1 like, 2 expect, 3 neutral, 4 tolerate, 5 dislike.",
            meaning_zh="不具备时：1喜欢 2理应如此 3无所谓 4能忍受 5不喜欢。",
            minimum=1,
            maximum=5,
        ),
    ),
)

_BEST_WORST = Table(
    name="best_worst_answers",
    title="Best and worst",
    title_zh="最好与最差选择",
    meaning="Features shown together in a task: which one matters most, which least.",
    meaning_zh="每组展示的功能中最重要与最不重要者。",
    key=("invitation_id", "task", "feature_id"),
    columns=(
        _INVITATION,
        _TASK,
        _FEATURE,
        _text(
            name="picked",
            meaning="Picked as best, as worst or not at all; one best and one worst a task.",
            meaning_zh="选为最好、最差或未选；每组各一。",
            allowed=("best", "worst", "neither"),
        ),
    ),
)

_CONCEPTS = Table(
    name="concepts",
    title="Products in the making",
    title_zh="构想中的产品",
    meaning="Products that prices and choices were asked for.",
    meaning_zh="用于价格与选择测试的产品构想。",
    key=("concept_id",),
    columns=(
        _text(name="concept_id", meaning="Concept number.", meaning_zh="构想编号。"),
        _text(name="name_en", meaning="Name in English.", meaning_zh="英文名称。"),
        _text(name="name_zh", meaning="Name in Chinese.", meaning_zh="中文名称。", required=False),
        _text(
            name="price_unit",
            meaning="What a price is paid for.",
            meaning_zh="计价单位。",
            allowed=("CNY/month", "CNY/year", "CNY"),
        ),
    ),
)

_PRICE_POINTS = Table(
    name="price_points",
    title="Price points (van Westendorp)",
    title_zh="价格感受（范韦斯滕多普）",
    meaning="At which price the product seems too cheap, cheap, expensive, too expensive.",
    meaning_zh="受访者认为太便宜、便宜、贵、太贵的价格。",
    key=("invitation_id", "concept_id"),
    columns=(
        _INVITATION,
        _CONCEPT,
        _decimal(
            name="too_cheap_cny",
            meaning="So cheap that the quality is doubted.",
            meaning_zh="便宜到怀疑质量的价格。",
            unit="CNY",
            minimum=0,
        ),
        _decimal(
            name="cheap_cny", meaning="A bargain.", meaning_zh="划算的价格。", unit="CNY", minimum=0
        ),
        _decimal(
            name="expensive_cny",
            meaning="Expensive, but still considered.",
            meaning_zh="偏贵但仍会考虑的价格。",
            unit="CNY",
            minimum=0,
        ),
        _decimal(
            name="too_expensive_cny",
            meaning="Too expensive to consider.",
            meaning_zh="贵到不予考虑的价格。",
            unit="CNY",
            minimum=0,
        ),
    ),
)

_PURCHASE_INTENTIONS = Table(
    name="purchase_intentions",
    title="Purchase at a price (Gabor-Granger)",
    title_zh="给定价格的购买意愿（加博-格兰杰）",
    meaning="Whether the product would be bought at a price: one row per person and price shown.",
    meaning_zh="在所示价格下是否购买，每人每价格一行。",
    key=("invitation_id", "concept_id", "price_cny"),
    columns=(
        _INVITATION,
        _CONCEPT,
        _decimal(
            name="price_cny", meaning="Price shown.", meaning_zh="所示价格。", unit="CNY", minimum=0
        ),
        _boolean(name="would_buy", meaning="Would buy.", meaning_zh="是否会购买。"),
    ),
)

_CHOICE_ATTRIBUTES = Table(
    name="choice_attributes",
    title="Attributes of the choice experiment",
    title_zh="选择实验属性",
    meaning="One row per attribute by which alternatives differ.",
    meaning_zh="区分选项的每个属性一行。",
    key=("attribute_id",),
    columns=(
        _text(name="attribute_id", meaning="Attribute.", meaning_zh="属性编号。"),
        _CONCEPT,
        _text(name="name_en", meaning="Name in English.", meaning_zh="英文名称。"),
        _text(name="name_zh", meaning="Name in Chinese.", meaning_zh="中文名称。", required=False),
        _text(name="unit", meaning="Unit of its levels.", meaning_zh="水平单位。"),
        _boolean(
            name="is_price",
            meaning="The attribute that willingness to pay is measured by.",
            meaning_zh="是否为价格属性。",
        ),
    ),
)

_CHOICE_LEVELS = Table(
    name="choice_levels",
    title="Alternatives shown",
    title_zh="所示选项",
    meaning="The level of each attribute of each alternative that a person was shown.",
    meaning_zh="每位受访者所见各选项各属性的水平。",
    key=("invitation_id", "task", "alternative", "attribute_id"),
    columns=(
        _INVITATION,
        _TASK,
        _ALTERNATIVE,
        _text(
            name="attribute_id",
            meaning="Attribute.",
            meaning_zh="属性。",
            references="choice_attributes.attribute_id",
        ),
        _decimal(
            name="level",
            meaning="Level in the attribute's unit; 1 or 0 for features that are there or not.",
            meaning_zh="水平值；有无类功能为1或0。",
        ),
    ),
)

_CHOICES = Table(
    name="choices",
    title="Choices made",
    title_zh="选择结果",
    meaning="One row per task: the alternative chosen, 0 for none of them.",
    meaning_zh="每个任务一行：所选选项，0表示都不选。",
    key=("invitation_id", "task"),
    columns=(
        _INVITATION,
        _TASK,
        _integer(
            name="chosen",
            meaning="Alternative chosen, 0 for none.",
            meaning_zh="所选选项，0为都不选。",
            minimum=0,
        ),
    ),
)

TABLES: tuple[Table, ...] = (
    _FEATURES,
    _KANO,
    _BEST_WORST,
    _CONCEPTS,
    _PRICE_POINTS,
    _PURCHASE_INTENTIONS,
    _CHOICE_ATTRIBUTES,
    _CHOICE_LEVELS,
    _CHOICES,
)

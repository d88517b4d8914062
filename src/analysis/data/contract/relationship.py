"""Tables of the customer relationship: who the customers are, what they hold, how they buy."""

from __future__ import annotations

from functools import partial

from analysis.data.schema import Column, ColumnType, Identifies, Table

_text = partial(Column, type=ColumnType.TEXT)
_integer = partial(Column, type=ColumnType.INTEGER)
_decimal = partial(Column, type=ColumnType.DECIMAL)
_boolean = partial(Column, type=ColumnType.BOOLEAN)
_date = partial(Column, type=ColumnType.DATE)

LARGEST_PAYMENT_CNY = 1e11
"""A single one above is a mistake of unit, and stops a run."""

_CHANNELS = ("branch", "mobile", "online", "telephone", "machine", "shop")
_FAMILIES = ("account", "card", "deposit", "wealth", "loan", "insurance", "plan")

_CUSTOMERS = Table(
    name="customers",
    title="Customers",
    title_zh="客户",
    meaning="One row per customer, potential, present or former.",
    meaning_zh="每位潜在、现有或已流失的客户一行。",
    key=("customer_id",),
    columns=(
        _text(
            name="customer_id",
            meaning="The bank's number of the customer.",
            meaning_zh="客户编号。",
            identifies=Identifies.INDIRECTLY,
        ),
        _date(
            name="first_contact_on",
            meaning="Day of the first contact, before any account.",
            meaning_zh="首次接触日期（开户之前）。",
            required=False,
            nullable=True,
        ),
        _date(
            name="opened_on",
            meaning="Day on which the relationship began; missing for a potential customer.",
            meaning_zh="关系建立日期；潜在客户为空。",
            required=False,
            nullable=True,
        ),
        _date(
            name="closed_on",
            meaning="Day on which the relationship ended; missing while it lasts.",
            meaning_zh="关系终止日期；仍存续时为空。",
            required=False,
            nullable=True,
        ),
        _integer(
            name="birth_year",
            meaning="Year of birth.",
            meaning_zh="出生年份。",
            required=False,
            nullable=True,
            minimum=1900,
            maximum=2100,
            identifies=Identifies.INDIRECTLY,
        ),
        _text(
            name="segment",
            meaning="Customer segment by way of life.",
            meaning_zh="按生活方式划分的客户群。",
            required=False,
            nullable=True,
            allowed=("student", "employee", "family", "entrepreneur", "retired"),
        ),
        _text(
            name="value_tier",
            meaning="Tier by contribution, VIP on top.",
            meaning_zh="按贡献划分的价值层级，贵宾为最高。",
            required=False,
            nullable=True,
            allowed=("vip", "high", "medium", "low"),
        ),
        _text(
            name="wealth",
            meaning="Tier by assets.",
            meaning_zh="按资产划分的财富层级（大、中、小）。",
            required=False,
            nullable=True,
            allowed=("large", "medium", "small"),
        ),
        _text(
            name="temperament",
            meaning="Financial temperament: cautious, high-growth or consuming.",
            meaning_zh="理财性格：稳妥型、高增长型、消费型。",
            required=False,
            nullable=True,
            allowed=("cautious", "growth", "consuming"),
        ),
        _text(
            name="region",
            meaning="Region of the branch that keeps the relationship.",
            meaning_zh="管户网点所在地区。",
            required=False,
            nullable=True,
        ),
        _text(
            name="branch_id",
            meaning="Branch that keeps the relationship.",
            meaning_zh="管户网点。",
            required=False,
            nullable=True,
            references="branches.branch_id",
        ),
        _text(
            name="acquisition_channel",
            meaning="How the customer was won.",
            meaning_zh="获客渠道。",
            required=False,
            nullable=True,
            allowed=("branch", "mobile", "online", "referral", "employer"),
        ),
        _boolean(
            name="reachable",
            meaning="Has a valid address or number and agrees to be contacted.",
            meaning_zh="有有效联系方式且同意被联系。",
            required=False,
            nullable=True,
        ),
    ),
)

_BRANCHES = Table(
    name="branches",
    title="Branches",
    title_zh="网点",
    meaning="One row per branch.",
    meaning_zh="每个网点一行。",
    key=("branch_id",),
    columns=(
        _text(name="branch_id", meaning="Branch number.", meaning_zh="网点编号。"),
        _text(name="name_en", meaning="Name in English.", meaning_zh="英文名称。"),
        _text(name="name_zh", meaning="Name in Chinese.", meaning_zh="中文名称。", required=False),
        _text(name="region", meaning="Region, as in customers.", meaning_zh="地区，与客户表一致。"),
        _text(
            name="region_zh",
            meaning="Region's name in Chinese.",
            meaning_zh="地区中文名称。",
            required=False,
        ),
        _date(
            name="opened_on",
            meaning="Day on which the branch opened.",
            meaning_zh="网点开业日期。",
            required=False,
            nullable=True,
        ),
    ),
)

_PRODUCTS = Table(
    name="products",
    title="Products",
    title_zh="产品",
    meaning="One row per product, offered now or before.",
    meaning_zh="每个在售或已停售的产品一行。",
    key=("product_id",),
    columns=(
        _text(name="product_id", meaning="Product number.", meaning_zh="产品编号。"),
        _text(name="name_en", meaning="Name in English.", meaning_zh="英文名称。"),
        _text(name="name_zh", meaning="Name in Chinese.", meaning_zh="中文名称。", required=False),
        _text(
            name="family",
            meaning="Kind of product; only products of one family replace each other.",
            meaning_zh="产品类别；同类产品方可互相替代。",
            allowed=_FAMILIES,
        ),
        _boolean(
            name="contractual",
            meaning="The customer must act to end it, so that its end is observed.",
            meaning_zh="是否为合约型产品（终止可被观察到）。",
            required=False,
        ),
        _integer(
            name="renewal_months",
            meaning="Length of a contract period; missing where it does not renew.",
            meaning_zh="合约续期长度；不续期的为空。",
            unit="months",
            required=False,
            nullable=True,
            minimum=1,
        ),
        _date(
            name="launched_on",
            meaning="First day on sale.",
            meaning_zh="上市日期。",
            required=False,
            nullable=True,
        ),
        _date(
            name="withdrawn_on",
            meaning="Day from which it is no longer sold; missing while on sale.",
            meaning_zh="停售日期；在售时为空。",
            required=False,
            nullable=True,
        ),
    ),
)

_HOLDINGS = Table(
    name="holdings",
    title="Holdings",
    title_zh="产品持有",
    meaning="One row per spell of a customer holding a product.",
    meaning_zh="客户每次持有某产品的期间一行。",
    key=("account_id",),
    columns=(
        _text(
            name="account_id",
            meaning="Number of the account or contract.",
            meaning_zh="账户或合约编号。",
            identifies=Identifies.INDIRECTLY,
        ),
        _text(
            name="customer_id",
            meaning="Holder.",
            meaning_zh="持有人。",
            identifies=Identifies.INDIRECTLY,
            references="customers.customer_id",
        ),
        _text(
            name="product_id",
            meaning="Product held.",
            meaning_zh="所持产品。",
            references="products.product_id",
        ),
        _date(name="opened_on", meaning="First day of the holding.", meaning_zh="持有开始日期。"),
        _date(
            name="closed_on",
            meaning="Day on which it ended; missing while it lasts.",
            meaning_zh="持有结束日期；仍持有时为空。",
            nullable=True,
        ),
        _text(
            name="end_reason",
            meaning="Why it ended; missing while it lasts.",
            meaning_zh="结束原因；仍持有时为空。",
            required=False,
            nullable=True,
            allowed=("closed", "fell_dormant", "not_renewed", "relationship_ended"),
        ),
        _decimal(
            name="balance_cny",
            meaning="Balance on the as-of date, or on the last day of an ended holding.",
            meaning_zh="基准日余额；已结束的为最后一日余额。",
            unit="CNY",
            required=False,
            nullable=True,
        ),
    ),
)

_TRANSACTIONS = Table(
    name="transactions",
    title="Card purchases",
    title_zh="刷卡消费",
    meaning="One row per purchase.",
    meaning_zh="每笔消费一行。",
    key=(),
    columns=(
        _text(
            name="transaction_id",
            meaning="Number of the transaction.",
            meaning_zh="交易编号。",
            required=False,
            identifies=Identifies.INDIRECTLY,
        ),
        _text(
            name="customer_id",
            meaning="Who bought.",
            meaning_zh="消费客户。",
            identifies=Identifies.INDIRECTLY,
            references="customers.customer_id",
        ),
        _date(name="occurred_on", meaning="Day of the purchase.", meaning_zh="消费日期。"),
        _decimal(
            name="amount_cny",
            meaning="Amount paid; negative for money given back.",
            meaning_zh="消费金额；退款为负数。",
            unit="CNY",
            minimum=-LARGEST_PAYMENT_CNY,
            maximum=LARGEST_PAYMENT_CNY,
        ),
        _text(
            name="channel",
            meaning="Where it was made.",
            meaning_zh="消费渠道。",
            required=False,
            nullable=True,
            allowed=_CHANNELS,
        ),
        _text(
            name="product_id",
            meaning="Product that was used.",
            meaning_zh="所用产品。",
            required=False,
            nullable=True,
            references="products.product_id",
        ),
    ),
)

_NEEDS = Table(
    name="needs",
    title="Stated needs",
    title_zh="已表达的需求",
    meaning="What customers said they want next when an adviser asked: one row per answer.",
    meaning_zh="客户在顾问询问时表达的下一步需求，每个回答一行。",
    key=("customer_id", "product_family"),
    columns=(
        _text(
            name="customer_id",
            meaning="Who was asked.",
            meaning_zh="被询问的客户。",
            identifies=Identifies.INDIRECTLY,
            references="customers.customer_id",
        ),
        _date(name="asked_on", meaning="Day of the conversation.", meaning_zh="询问日期。"),
        _text(
            name="product_family",
            meaning="Kind of product asked about.",
            meaning_zh="询问的产品类别。",
            allowed=_FAMILIES,
        ),
        _boolean(name="wanted", meaning="Wants it next.", meaning_zh="是否需要。"),
    ),
)

_EVENTS = Table(
    name="events",
    title="Calendar of events",
    title_zh="事件日历",
    meaning="What happened at the bank or around it that a change may coincide with.",
    meaning_zh="可能与指标变化同时发生的行内外事件。",
    key=("event_id",),
    columns=(
        _text(name="event_id", meaning="Number of the event.", meaning_zh="事件编号。"),
        _date(name="happened_on", meaning="First day.", meaning_zh="发生日期。"),
        _text(
            name="kind",
            meaning="Kind of event.",
            meaning_zh="事件类别。",
            allowed=("price", "product", "campaign", "service", "market", "regulation"),
        ),
        _text(name="name_en", meaning="What happened, in English.", meaning_zh="事件（英文）。"),
        _text(
            name="name_zh",
            meaning="What happened, in Chinese.",
            meaning_zh="事件（中文）。",
            required=False,
        ),
    ),
)

TABLES: tuple[Table, ...] = (
    _CUSTOMERS,
    _BRANCHES,
    _PRODUCTS,
    _HOLDINGS,
    _TRANSACTIONS,
    _NEEDS,
    _EVENTS,
)

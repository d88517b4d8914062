"""Tables of incentives: campaigns for customers, programmes for staff, what followed, what it cost.

`campaigns` registers every incentive with the design under which it was given;
the other tables hold who got it, what was measured before and after, and the
money. What the sales staff did stands in `staff`.
"""

from __future__ import annotations

from functools import partial

from analysis.data.schema import Column, ColumnType, Identifies, Table

_text = partial(Column, type=ColumnType.TEXT)
_integer = partial(Column, type=ColumnType.INTEGER)
_decimal = partial(Column, type=ColumnType.DECIMAL)
_boolean = partial(Column, type=ColumnType.BOOLEAN)
_date = partial(Column, type=ColumnType.DATE)

_CAMPAIGN = _text(
    name="campaign_id",
    meaning="Incentive.",
    meaning_zh="激励措施。",
    references="campaigns.campaign_id",
)
_CUSTOMER = _text(
    name="customer_id",
    meaning="Customer.",
    meaning_zh="客户。",
    identifies=Identifies.INDIRECTLY,
    references="customers.customer_id",
)
_BRANCH = _text(
    name="branch_id", meaning="Branch.", meaning_zh="网点。", references="branches.branch_id"
)
_MONTH = _date(name="month", meaning="First day of the month.", meaning_zh="月份（当月首日）。")

_CAMPAIGNS = Table(
    name="campaigns",
    title="Incentives",
    title_zh="激励措施",
    meaning="One row per incentive, for customers or for staff.",
    meaning_zh="每项客户或员工激励一行。",
    key=("campaign_id",),
    columns=(
        _text(name="campaign_id", meaning="Incentive number.", meaning_zh="激励编号。"),
        _text(name="name_en", meaning="Name in English.", meaning_zh="英文名称。"),
        _text(name="name_zh", meaning="Name in Chinese.", meaning_zh="中文名称。", required=False),
        _text(
            name="audience",
            meaning="Whom it addresses.",
            meaning_zh="激励对象。",
            allowed=("customers", "staff"),
        ),
        _text(
            name="kind",
            meaning="Kind of incentive.",
            meaning_zh="激励类别。",
            allowed=(
                "points",
                "preferential_rate",
                "exclusive_product",
                "offer",
                "bonus",
                "commission",
                "recognition",
                "career",
                "team",
            ),
        ),
        _text(
            name="design",
            meaning="How it was decided who gets it.",
            meaning_zh="分配方式。",
            allowed=("randomised", "staggered", "regional", "threshold", "matched", "none"),
        ),
        _date(name="starts_on", meaning="First day.", meaning_zh="开始日期。"),
        _date(
            name="ends_on",
            meaning="Last day; missing while it runs.",
            meaning_zh="结束日期；进行中为空。",
            nullable=True,
        ),
        _decimal(
            name="planned_offer_share",
            meaning="Share that was to get it, where randomised.",
            meaning_zh="计划获得激励的比例（随机设计）。",
            unit="fraction",
            required=False,
            nullable=True,
            minimum=0,
            maximum=1,
        ),
        _decimal(
            name="threshold",
            meaning="Value from which it is given, where a threshold decides.",
            meaning_zh="门槛值（门槛设计）。",
            required=False,
            nullable=True,
        ),
        _text(
            name="outcome",
            meaning="Its main outcome, as named in the table that holds outcomes.",
            meaning_zh="主要结果指标（与结果表命名一致）。",
            required=False,
            nullable=True,
        ),
        _decimal(
            name="margin_per_unit_cny",
            meaning="What one more unit of the main outcome earns.",
            meaning_zh="主要结果每增加一单位的收益。",
            unit="CNY",
            required=False,
            nullable=True,
        ),
        _integer(
            name="planned_looks",
            meaning="How often the result was to be looked at.",
            meaning_zh="计划的查看次数。",
            required=False,
            nullable=True,
            minimum=1,
        ),
    ),
)

_OFFERS = Table(
    name="offers",
    title="Assignments of customers",
    title_zh="客户激励分配",
    meaning="One row per customer and incentive: assigned, reached, taken up.",
    meaning_zh="每位客户每项激励一行：分配、触达、使用。",
    key=("campaign_id", "customer_id"),
    columns=(
        _CAMPAIGN,
        _CUSTOMER,
        _date(name="assigned_on", meaning="Day of the assignment.", meaning_zh="分配日期。"),
        _text(
            name="arm",
            meaning="Offer or not; comparison where the arms were not drawn by lot.",
            meaning_zh="激励组或对照组；非随机时为比较组。",
            allowed=("offer", "holdout", "comparison"),
        ),
        _boolean(
            name="exposed",
            meaning="The offer reached the customer.",
            meaning_zh="是否触达。",
            required=False,
        ),
        _boolean(
            name="taken_up",
            meaning="The customer used the offer.",
            meaning_zh="是否使用。",
            required=False,
        ),
        _decimal(
            name="running_value",
            meaning="What is compared with the campaign's threshold.",
            meaning_zh="与门槛比较的数值。",
            required=False,
            nullable=True,
        ),
        _decimal(
            name="cost_cny",
            meaning="What the offer cost for this customer.",
            meaning_zh="该客户的激励成本。",
            unit="CNY",
            required=False,
            minimum=0,
        ),
    ),
)

_OFFER_OUTCOMES = Table(
    name="offer_outcomes",
    title="Outcomes of customers",
    title_zh="客户激励结果",
    meaning="One row per customer, incentive, outcome and phase; none where it was not seen.",
    meaning_zh="每位客户每项激励的结果，分前后期；未观察到则无此行。",
    key=("campaign_id", "customer_id", "outcome", "phase"),
    columns=(
        _CAMPAIGN,
        _CUSTOMER,
        _text(
            name="outcome",
            meaning="What was measured.",
            meaning_zh="结果指标。",
            allowed=("balance_cny", "signed_up", "complained", "logins"),
        ),
        _text(
            name="phase",
            meaning="Before the assignment or after it.",
            meaning_zh="分配前或分配后。",
            allowed=("before", "after"),
        ),
        _date(name="measured_on", meaning="Day of the measurement.", meaning_zh="测量日期。"),
        _decimal(
            name="value",
            meaning="The measurement; 0 or 1 for yes-or-no outcomes.",
            meaning_zh="测量值；是否类结果为0或1。",
        ),
    ),
)

_INTERIM_LOOKS = Table(
    name="interim_looks",
    title="Interim looks",
    title_zh="中期查看",
    meaning="One row per time a running experiment's result was looked at.",
    meaning_zh="每次查看进行中实验结果一行。",
    key=("campaign_id", "look"),
    columns=(
        _CAMPAIGN,
        _integer(
            name="look", meaning="Number of the look, from 1.", meaning_zh="第几次。", minimum=1
        ),
        _date(
            name="looked_on",
            meaning="Outcomes measured up to this day were seen.",
            meaning_zh="查看日期（含此日之前的结果）。",
        ),
        _decimal(
            name="planned_information",
            meaning="Share of all outcomes that were to be in by then.",
            meaning_zh="计划信息比例。",
            unit="fraction",
            required=False,
            minimum=0,
            maximum=1,
        ),
    ),
)

_ADOPTIONS = Table(
    name="adoptions",
    title="Roll-out over branches",
    title_zh="网点推广",
    meaning="One row per programme and branch: when it began there.",
    meaning_zh="每项激励每个网点一行：何时开始。",
    key=("campaign_id", "branch_id"),
    columns=(
        _CAMPAIGN,
        _BRANCH,
        _date(
            name="adopted_on",
            meaning="First day at the branch; missing where it has not begun.",
            meaning_zh="开始日期；未开始为空。",
            nullable=True,
        ),
    ),
)

_BRANCH_MONTHS = Table(
    name="branch_months",
    title="Branches by month",
    title_zh="网点月度数据",
    meaning="One row per branch and month.",
    meaning_zh="每个网点每月一行。",
    key=("branch_id", "month"),
    columns=(
        _BRANCH,
        _MONTH,
        _integer(name="customers", meaning="Customers kept.", meaning_zh="管户客户数。", minimum=0),
        _decimal(
            name="wealth_sales_cny",
            meaning="Wealth products sold in the month.",
            meaning_zh="当月理财产品销售额。",
            unit="CNY",
            minimum=0,
        ),
        _decimal(
            name="deposits_cny",
            meaning="Deposits at the end of the month.",
            meaning_zh="月末存款余额。",
            unit="CNY",
            required=False,
            nullable=True,
        ),
        _integer(
            name="complaints",
            meaning="Complaints received.",
            meaning_zh="投诉件数。",
            required=False,
            nullable=True,
            minimum=0,
        ),
    ),
)

_INCENTIVE_COSTS = Table(
    name="incentive_costs",
    title="Costs of incentives",
    title_zh="激励成本",
    meaning="One row per incentive, month and kind of cost; offers hold their own cost.",
    meaning_zh="每项激励每月每类成本一行；客户优惠成本见分配表。",
    key=("campaign_id", "month", "kind"),
    columns=(
        _CAMPAIGN,
        _MONTH,
        _text(
            name="kind",
            meaning="Kind of cost.",
            meaning_zh="成本类别。",
            allowed=("reward", "contact", "system", "staff_time"),
        ),
        _decimal(name="amount_cny", meaning="Amount.", meaning_zh="金额。", unit="CNY", minimum=0),
    ),
)

_INCENTIVE_BUDGETS = Table(
    name="incentive_budgets",
    title="Budgets of incentives",
    title_zh="激励预算",
    meaning="One row per incentive: today's split of the budget and its limits.",
    meaning_zh="每项激励一行：当前预算分配及其上下限。",
    key=("campaign_id",),
    columns=(
        _CAMPAIGN,
        _decimal(
            name="budget_cny",
            meaning="Spent per period under today's split.",
            meaning_zh="当前每期预算。",
            unit="CNY",
            minimum=0,
        ),
        _decimal(
            name="minimum_cny",
            meaning="Least that must be spent on it.",
            meaning_zh="最低预算。",
            unit="CNY",
            required=False,
            minimum=0,
        ),
        _decimal(
            name="maximum_cny",
            meaning="Most that can be spent on it.",
            meaning_zh="最高预算。",
            unit="CNY",
            required=False,
            nullable=True,
            minimum=0,
        ),
        _decimal(
            name="staff_hours_per_1000",
            meaning="Staff time that goes with 1,000 CNY spent.",
            meaning_zh="每千元所需员工工时。",
            unit="hours",
            required=False,
            nullable=True,
            minimum=0,
        ),
    ),
)

TABLES: tuple[Table, ...] = (
    _CAMPAIGNS,
    _OFFERS,
    _OFFER_OUTCOMES,
    _INTERIM_LOOKS,
    _ADOPTIONS,
    _BRANCH_MONTHS,
    _INCENTIVE_COSTS,
    _INCENTIVE_BUDGETS,
)

"""Tables of the sales staff: targets, sales, pay and the quality of what was sold."""

from __future__ import annotations

from functools import partial

from analysis.data.schema import Column, ColumnType, Identifies, Table

_text = partial(Column, type=ColumnType.TEXT)
_integer = partial(Column, type=ColumnType.INTEGER)
_decimal = partial(Column, type=ColumnType.DECIMAL)
_boolean = partial(Column, type=ColumnType.BOOLEAN)
_date = partial(Column, type=ColumnType.DATE)

_STAFF = _text(
    name="staff_id",
    meaning="Member of staff.",
    meaning_zh="员工。",
    identifies=Identifies.INDIRECTLY,
    references="staff.staff_id",
)
_BRANCH = _text(
    name="branch_id", meaning="Branch.", meaning_zh="网点。", references="branches.branch_id"
)
_MONTH = _date(name="month", meaning="First day of the month.", meaning_zh="月份（当月首日）。")

_STAFF_TABLE = Table(
    name="staff",
    title="Staff",
    title_zh="员工",
    meaning="One row per member of the sales staff.",
    meaning_zh="每位销售员工一行。",
    key=("staff_id",),
    columns=(
        _text(
            name="staff_id",
            meaning="The bank's number of the member of staff.",
            meaning_zh="员工编号。",
            identifies=Identifies.INDIRECTLY,
        ),
        _BRANCH,
        _text(
            name="role",
            meaning="Role.",
            meaning_zh="岗位。",
            required=False,
            nullable=True,
            allowed=("adviser", "teller", "lender", "manager"),
        ),
        _date(
            name="hired_on",
            meaning="First day of service.",
            meaning_zh="入职日期。",
            required=False,
            nullable=True,
        ),
        _date(
            name="left_on",
            meaning="Last day of service; missing while serving.",
            meaning_zh="离职日期；在职为空。",
            required=False,
            nullable=True,
        ),
    ),
)

_STAFF_MONTHS = Table(
    name="staff_months",
    title="Staff by month",
    title_zh="员工月度数据",
    meaning="One row per member of staff and month of service.",
    meaning_zh="每位员工每月一行。",
    key=("staff_id", "month"),
    columns=(
        _STAFF,
        _MONTH,
        _decimal(
            name="target_points",
            meaning="Sales target from which the bonus is paid.",
            meaning_zh="奖金门槛（销售目标）。",
            unit="points",
            minimum=0,
        ),
        _decimal(
            name="sales_points",
            meaning="Sales booked in the month.",
            meaning_zh="当月入账销售。",
            unit="points",
            minimum=0,
        ),
        _integer(
            name="contracts",
            meaning="Contracts behind the sales.",
            meaning_zh="合约件数。",
            required=False,
            nullable=True,
            minimum=0,
        ),
        _integer(
            name="early_closures",
            meaning="Of these contracts, those closed within 90 days.",
            meaning_zh="其中90天内终止的件数。",
            required=False,
            nullable=True,
            minimum=0,
        ),
        _integer(
            name="complaints",
            meaning="Complaints about these contracts.",
            meaning_zh="相关投诉件数。",
            required=False,
            nullable=True,
            minimum=0,
        ),
        _decimal(
            name="bonus_cny",
            meaning="Bonus paid for reaching the target.",
            meaning_zh="达标奖金。",
            unit="CNY",
            required=False,
            nullable=True,
            minimum=0,
        ),
        _decimal(
            name="commission_cny",
            meaning="Commission paid per unit sold.",
            meaning_zh="计价提成。",
            unit="CNY",
            required=False,
            nullable=True,
            minimum=0,
        ),
    ),
)

_STAFF_ASSESSMENTS = Table(
    name="staff_assessments",
    title="Assessments of staff",
    title_zh="员工考评",
    meaning="One row per assessment: who reached the target score was recognised in public.",
    meaning_zh="每次考评一行：达到目标分数者受到公开表彰。",
    key=("staff_id", "assessed_on"),
    columns=(
        _STAFF,
        _date(name="assessed_on", meaning="Day of the assessment.", meaning_zh="考评日期。"),
        _decimal(
            name="score",
            meaning="Service score, given by mystery shoppers.",
            meaning_zh="服务得分（神秘顾客评定）。",
            unit="points",
        ),
        _decimal(
            name="target_score",
            meaning="Score from which one is recognised.",
            meaning_zh="表彰门槛。",
            unit="points",
        ),
        _boolean(name="recognised", meaning="Was recognised.", meaning_zh="是否受表彰。"),
        _decimal(
            name="sales_before_points",
            meaning="Sales of the quarter before.",
            meaning_zh="前一季度销售。",
            unit="points",
            required=False,
            nullable=True,
        ),
        _decimal(
            name="sales_after_points",
            meaning="Sales of the quarter after.",
            meaning_zh="后一季度销售。",
            unit="points",
            nullable=True,
        ),
    ),
)

TABLES: tuple[Table, ...] = (_STAFF_TABLE, _STAFF_MONTHS, _STAFF_ASSESSMENTS)

"""Tables of demand management: the pipeline of demands, its departments, what audits found."""

from __future__ import annotations

from functools import partial

from analysis.data.schema import Column, ColumnType, Identifies, Table

_text = partial(Column, type=ColumnType.TEXT)
_integer = partial(Column, type=ColumnType.INTEGER)
_decimal = partial(Column, type=ColumnType.DECIMAL)
_boolean = partial(Column, type=ColumnType.BOOLEAN)
_date = partial(Column, type=ColumnType.DATE)
_reached = partial(_date, nullable=True)

_DEPARTMENT = _text(
    name="department_id",
    meaning="Department that answers for it.",
    meaning_zh="责任部门。",
    references="departments.department_id",
)
_DUE = _date(
    name="due_on",
    meaning="Day by which it is to be done; missing where none was set.",
    meaning_zh="要求完成日期；未设定为空。",
    required=False,
    nullable=True,
)

_DEPARTMENTS = Table(
    name="departments",
    title="Departments",
    title_zh="部门",
    meaning="Departments that answer for demands, actions and findings.",
    meaning_zh="负责需求、改进措施与问题整改的部门。",
    key=("department_id",),
    columns=(
        _text(name="department_id", meaning="Department number.", meaning_zh="部门编号。"),
        _text(name="name_en", meaning="Name in English.", meaning_zh="英文名称。"),
        _text(name="name_zh", meaning="Name in Chinese.", meaning_zh="中文名称。", required=False),
    ),
)

_DEMANDS = Table(
    name="demands",
    title="Demands",
    title_zh="需求",
    meaning="One row per demand: the day on which it left each stage of the demand pipeline.",
    meaning_zh="每项需求一行：记录其完成需求管理流程各环节的日期。",
    key=("demand_id",),
    columns=(
        _text(name="demand_id", meaning="Demand number.", meaning_zh="需求编号。"),
        _DEPARTMENT,
        _text(
            name="raised_by",
            meaning="Where it comes from.",
            meaning_zh="需求来源。",
            required=False,
            allowed=("customers", "branches", "head_office", "regulator"),
        ),
        _integer(
            name="priority",
            meaning="1 is the most urgent; missing until it is set.",
            meaning_zh="优先级，1为最高；未定为空。",
            nullable=True,
            minimum=1,
            maximum=9,
        ),
        _date(name="identified_on", meaning="Day of recording.", meaning_zh="识别登记日期。"),
        _reached(
            name="analysed_on",
            meaning="Day on which its analysis was complete.",
            meaning_zh="分析完成日期。",
        ),
        _reached(
            name="prioritised_on",
            meaning="Day on which it got its priority and its place in the plan.",
            meaning_zh="确定优先级并列入规划的日期。",
        ),
        _reached(
            name="agreed_on",
            meaning="Day on which all departments concerned had agreed.",
            meaning_zh="各相关部门沟通协调完成日期。",
        ),
        _reached(name="started_on", meaning="Day on which work began.", meaning_zh="开始实施日期。"),
        _reached(name="delivered_on", meaning="Day of delivery.", meaning_zh="交付日期。"),
        _reached(
            name="evaluated_on",
            meaning="Day on which its effect was evaluated.",
            meaning_zh="效果评估日期。",
        ),
        _reached(
            name="withdrawn_on",
            meaning="Day on which it was turned down or withdrawn.",
            meaning_zh="否决或撤回日期。",
        ),
        _DUE,
        _decimal(
            name="planned_days",
            meaning="Work planned, person-days.",
            meaning_zh="计划投入人天。",
            unit="person-days",
            required=False,
            nullable=True,
            minimum=0,
        ),
        _decimal(
            name="effort_days",
            meaning="Work spent until delivery, person-days.",
            meaning_zh="截至交付实际投入人天。",
            unit="person-days",
            required=False,
            nullable=True,
            minimum=0,
        ),
        _boolean(
            name="met_standard",
            meaning="Whether acceptance found it up to standard; missing until delivery.",
            meaning_zh="验收是否达标；未交付为空。",
            required=False,
            nullable=True,
        ),
        _integer(
            name="defects",
            meaning="Defects found within a month of delivery.",
            meaning_zh="交付后一个月内发现的缺陷数。",
            required=False,
            nullable=True,
            minimum=0,
        ),
        _boolean(
            name="goal_met",
            meaning="Whether the evaluation found its business goal attained.",
            meaning_zh="效果评估是否认定业务目标达成。",
            required=False,
            nullable=True,
        ),
    ),
)

_EMPLOYEE_ANSWERS = Table(
    name="employee_answers",
    title="Answers of employees",
    title_zh="员工满意度调查",
    meaning="One row per answer to the survey of employees, without names.",
    meaning_zh="每份不记名员工调查回答一行。",
    key=("employee_answer_id",),
    columns=(
        _text(
            name="employee_answer_id",
            meaning="Number of the answer; it leads to no member of staff.",
            meaning_zh="回答编号，不对应具体员工。",
            identifies=Identifies.INDIRECTLY,
        ),
        _DEPARTMENT,
        _date(name="answered_on", meaning="Day of the answer.", meaning_zh="回答日期。"),
        _integer(
            name="satisfaction",
            meaning="1 very dissatisfied to 5 very satisfied.",
            meaning_zh="满意度：1很不满意至5很满意。",
            minimum=1,
            maximum=5,
        ),
    ),
)

_COMPLIANCE_FINDINGS = Table(
    name="compliance_findings",
    title="Findings of audits and regulators",
    title_zh="审计与监管发现",
    meaning="One row per finding.",
    meaning_zh="每项发现一行。",
    key=("finding_id",),
    columns=(
        _text(name="finding_id", meaning="Number of the finding.", meaning_zh="发现编号。"),
        _DEPARTMENT,
        _text(
            name="found_by",
            meaning="Who found it.",
            meaning_zh="发现方。",
            allowed=("internal_audit", "outside_assessor", "regulator", "own_review"),
        ),
        _text(
            name="severity",
            meaning="How grave it is.",
            meaning_zh="严重程度。",
            allowed=("high", "medium", "low"),
        ),
        _date(name="opened_on", meaning="Day of the finding.", meaning_zh="发现日期。"),
        _DUE,
        _date(
            name="closed_on",
            meaning="Day on which it was put right; missing while open.",
            meaning_zh="整改完成日期；未完成为空。",
            nullable=True,
        ),
        _text(
            name="evidence",
            meaning="Where the evidence is kept: number of the file.",
            meaning_zh="证据档案编号。",
            required=False,
            nullable=True,
        ),
    ),
)

TABLES: tuple[Table, ...] = (_DEPARTMENTS, _DEMANDS, _EMPLOYEE_ANSWERS, _COMPLIANCE_FINDINGS)

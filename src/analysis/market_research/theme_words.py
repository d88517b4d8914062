"""What themes of a bank's customers are called, by the words that belong to each.

A theme whose strongest words are mostly of one list gets its name, in both languages:
so that Chinese and English texts on the same matter are counted together. A theme that
fits none keeps its words as its name.
"""

from __future__ import annotations

from collections.abc import Sequence

from analysis.text import Message, message

NAMES: dict[str, Message] = {
    "waiting": message("Waiting and queues"),
    "application": message("Mobile and online banking"),
    "fees": message("Fees and charges"),
    "staff": message("Staff and advice"),
    "loan": message("Loans"),
    "security": message("Security and blocked cards"),
    "opening": message("Opening an account"),
    "cash": message("Cash and machines"),
    "wealth": message("Investing and returns"),
    "delivery": message("Delivery and handling"),
}

_ENGLISH: dict[str, str] = {
    "waiting": (
        "wait waiting waited queue line hour minute hold hotline ticket hall counter window "
        "called number lunch endless booking appointment served slow long morning far kept sat "
        "took"
    ),
    "application": (
        "app mobile online login log update menu statement website screen crash crashe face "
        "recognition froze error transfer payment password phone slow fast second clear parent "
        "use"
    ),
    "fees": (
        "fee charge charged charges cost price annual maintenance refund refunded refunde free "
        "notice expensive high unfair unused twice compared told fair"
    ),
    "staff": (
        "staff adviser advisor teller employee rude friendly professional patient listen explain "
        "explained responsible problem pushed insurance case polite helpful question agent "
        "officer product sent away plan saving branch felt"
    ),
    "loan": (
        "loan mortgage approval approved credit interest rate document form application lender "
        "refinance closing paperwork promised refused explanation process step hand handed"
    ),
    "security": (
        "card fraud blocked block stolen abroad code confirmation message security safe password "
        "fingerprint detail scam hacked worried travelling reason warned lost strange useless "
        "reassuring received help loud"
    ),
    "opening": ("open opening account new documents identity sign signed register"),
    "cash": ("cash atm machine deposit withdraw withdrawal coin note"),
    "wealth": ("fund investment invest return wealth portfolio stock bond risk loss market"),
    "delivery": ("delivery delivered food order courier package arrived late"),
}
_CHINESE: dict[str, str] = {
    "waiting": (
        "排队 等待 等候 等号 叫号 取号 窗口 大厅 客服 电话 小时 分钟 四十分钟 "
        "五分钟 大半个 上午 中午 时段 人太多 人接 接通 预约 省去 时间 一个多 太久"
    ),
    "application": (
        "手机 网银 登录 退出 更新 闪退 死机 报错 菜单 账单 人脸 人脸识别 识别 "
        "界面 软件 新版 转账 付款 流畅 清晰 好用 自动 到账 几秒钟 密码"
    ),
    "fees": (
        "手续费 年费 年费涨 管理费 收费 费用 扣费 被扣 扣款 免费 涨价 不合理 通知 "
        "告知 提前 高太多 小额 退回 退款 合理 多收 免手续费 两次 账户"
    ),
    "staff": (
        "经理 客户经理 理财经理 柜员 工作人员 员工 态度 恶劣 耐心 热情 专业 服务 "
        "推销 负责 打发 讲解 周到 细致 了解 储蓄 方案 保险 讲不清楚 产品 理财 "
        "说完 几个 解决 愿意 网点"
    ),
    "loan": (
        "贷款 房贷 审批 利率 额度 放款 材料 还款 借款 申请 被拒 流程 环节 填表 "
        "承诺 解释 批下来 手续 优惠"
    ),
    "security": (
        "盗刷 冻结 验证码 可疑 短信 诈骗 防诈骗 安全 境外 银行卡 个人信息 个人 "
        "信息 泄露 指纹 放心 出差 无故 挂失 安心 提醒 收不到 柜台 大声"
    ),
    "opening": ("开户 销户 新开 资料 证件 办卡"),
    "cash": ("现金 取款 存款机 取款机 柜员机 存钱 取钱 零钱"),
    "wealth": ("基金 收益 亏损 投资 股票 净值 风险"),
    "delivery": ("送餐 外卖 配送 快递 味道 好吃 送到 餐 分量 菜"),
}
WORDS: dict[str, dict[str, frozenset[str]]] = {
    "en": {theme: frozenset(words.split()) for theme, words in _ENGLISH.items()},
    "zh": {theme: frozenset(words.split()) for theme, words in _CHINESE.items()},
}
_FIT = 0.34
"""Share of a theme's weight that a list's words must hold to give it its name."""


def name_theme(words: Sequence[str], weights: Sequence[float], language: str) -> str:
    """Give the list that most of a theme's weight belongs to; empty where none fits.

    Examples
    --------
    >>> name_theme(["queue", "counter", "great"], [1.0, 0.6, 0.1], "en")
    'waiting'
    >>> name_theme(["sunshine", "holiday"], [1.0, 0.6], "en")
    ''
    """
    held = {
        theme: sum(weight for word, weight in zip(words, weights, strict=True) if word in its_words)
        for theme, its_words in WORDS[language].items()
    }
    best = max(held, key=lambda theme: held[theme])
    return best if held[best] >= _FIT * sum(weights) else ""

"""Sentences that the sample bank's customers write, by theme, in both languages."""

from __future__ import annotations

THEMES = ("waiting", "application", "fees", "staff", "loan", "security")

COMPLAINTS: dict[str, dict[str, tuple[str, ...]]] = {
    "en": {
        "waiting": (
            "I waited more than an hour at the counter before anyone called my number",
            "the queue at the branch was far too long and only one window was open",
            "the hotline kept me on hold for forty minutes",
            "there are never enough staff at lunch time, so the waiting is endless",
            "I took a ticket and sat in the hall for most of the morning",
        ),
        "application": (
            "the mobile app crashes every time I try to make a transfer",
            "after the update the app is slow and logs me out again and again",
            "I cannot find my statements in the new app, the menu is confusing",
            "the face recognition in the app does not work on my phone",
            "the app froze in the middle of a payment and showed an error",
        ),
        "fees": (
            "I was charged a maintenance fee that nobody had told me about",
            "the fees for the card are too high compared with other banks",
            "you raised the annual fee without any notice",
            "a small transfer cost me a fee twice in one week",
            "the charge for an unused account is simply unfair",
        ),
        "staff": (
            "the adviser was rude and did not listen to my question",
            "the teller could not explain the product and sent me away",
            "nobody at the branch felt responsible for my problem",
            "the staff pushed me to buy insurance that I did not want",
            "my adviser changes every few months and nobody knows my case",
        ),
        "loan": (
            "the loan approval took three weeks and nobody told me why",
            "I had to hand in the same documents for the loan twice",
            "my mortgage application was refused without an explanation",
            "the loan process has too many steps and too many forms",
            "the interest rate of the loan was higher than promised",
        ),
        "security": (
            "somebody used my card abroad and it took days to block it",
            "I received a strange message about my account and nobody could help",
            "the confirmation code never arrives, so my card is useless",
            "my card was blocked for no reason while I was travelling",
            "I am worried because my details were read out loud at the counter",
        ),
    },
    "zh": {
        "waiting": (
            "在网点排队等了一个多小时才叫到号",
            "排队的人太多，窗口却只开了一个",
            "客服电话等待了四十分钟都没有人接",
            "中午时段柜员太少，等候时间太长",
            "取号以后在大厅坐了大半个上午",
        ),
        "application": (
            "手机银行一转账就闪退",
            "更新以后手机银行很卡，老是自动退出登录",
            "新版手机银行找不到账单，菜单太乱",
            "手机银行的人脸识别总是失败",
            "付款到一半手机银行就死机报错",
        ),
        "fees": (
            "被扣了账户管理费，事先没有人通知",
            "银行卡的手续费比别的银行高太多",
            "年费涨了也不提前告知",
            "一周之内小额转账收了两次手续费",
            "不用的账户还要收费，太不合理",
        ),
        "staff": (
            "理财经理态度恶劣，不听我把话说完",
            "柜员讲不清楚产品，直接把我打发走了",
            "网点没有人愿意负责解决我的问题",
            "工作人员一直推销我不需要的保险",
            "客户经理几个月就换一个，没有人了解我的情况",
        ),
        "loan": (
            "贷款审批拖了三个星期，也不说明原因",
            "办贷款同样的材料要交两遍",
            "房贷申请被拒，没有任何解释",
            "贷款流程环节太多，要填的表太多",
            "贷款利率比当初承诺的高",
        ),
        "security": (
            "银行卡在境外被盗刷，过了几天才冻结",
            "收到可疑的账户短信，没有人能帮我",
            "验证码总是收不到，卡根本没法用",
            "出差途中银行卡被无故冻结",
            "柜台大声念出我的个人信息，很不放心",
        ),
    },
}

PRAISES: dict[str, dict[str, tuple[str, ...]]] = {
    "en": {
        "waiting": (
            "I was served within five minutes, no queue at all",
            "booking a time online saved me the waiting, excellent",
            "the hotline answered at once and solved it quickly",
        ),
        "application": (
            "the mobile app is clear and fast, I like it very much",
            "transfers in the app take seconds, great work",
            "the new app is easy to use even for my parents",
        ),
        "fees": (
            "the fees are fair and clearly explained",
            "glad that transfers are free of charge now",
            "the wrong fee was refunded the same day, thank you",
        ),
        "staff": (
            "the adviser was patient and explained everything, thank you",
            "very friendly and professional staff at the branch",
            "my adviser found a much better plan for my savings",
        ),
        "loan": (
            "the loan was approved within a day, very satisfied",
            "the loan process was simple and well explained",
            "a good interest rate and hardly any paperwork for the loan",
        ),
        "security": (
            "my card was blocked in seconds after I lost it, very reassuring",
            "the bank warned me of a fraud in time, thank you",
            "I feel safe with the new confirmation by fingerprint",
        ),
    },
    "zh": {
        "waiting": (
            "五分钟就办好了，完全不用排队",
            "网上预约省去了等候时间，很方便",
            "客服电话马上接通，很快就解决了",
        ),
        "application": (
            "手机银行清晰流畅，非常喜欢",
            "手机银行转账几秒钟到账，很棒",
            "新版手机银行简单好用，父母也会用",
        ),
        "fees": (
            "收费合理，说明也很清楚",
            "现在转账免手续费，很满意",
            "多收的手续费当天就退回了，谢谢",
        ),
        "staff": (
            "理财经理耐心细致，讲解清楚，谢谢",
            "网点工作人员热情专业，服务周到",
            "客户经理帮我找到更合适的储蓄方案，非常感谢",
        ),
        "loan": (
            "贷款一天就批下来了，非常满意",
            "贷款流程简单，解释得很清楚",
            "贷款利率优惠，手续也少",
        ),
        "security": (
            "卡丢了以后几秒钟就冻结，很安心",
            "银行及时提醒我防诈骗，谢谢",
            "指纹验证很安全，用着放心",
        ),
    },
}

OPENINGS: dict[str, tuple[str, ...]] = {
    "en": ("", "", "Hello, ", "To be honest, ", "As a customer of many years: ", "A remark: "),
    "zh": ("", "", "您好，", "说实话，", "作为老客户，", "想反映一下，"),
}

CLOSINGS: dict[str, dict[bool, tuple[str, ...]]] = {
    "en": {
        True: (".", ". Keep it up!", ". Well done.", ". I will recommend you."),
        False: (
            ".",
            ". Please do something about it.",
            ". I am disappointed.",
            ". If nothing changes I will leave.",
        ),
    },
    "zh": {
        True: ("。", "。继续保持！", "。点赞。", "。会推荐给朋友。"),
        False: ("。", "。请尽快改进。", "。很失望。", "。再这样我就销户了。"),
    },
}

IDENTIFIER_SENTENCES: dict[str, dict[str, str]] = {
    "en": {
        "phone": " Call me on {}.",
        "identity": " My identity number is {}.",
        "card": " My card number is {}.",
        "name": " Regards, {}",
        "email": " Write to {}.",
        "address": " I live at {}.",
        "account": " The account is {}.",
    },
    "zh": {
        "phone": "请打我电话{}。",
        "identity": "我的身份证号是{}。",
        "card": "卡号{}。",
        "name": "我叫{}。",
        "email": "邮箱{}。",
        "address": "家住{}。",
        "account": "账号{}。",
    },
}

SURNAMES_EN = ("Hollis", "Pemberton", "Okafor", "Lindqvist", "Marchetti", "Whitcombe", "Abernathy")
FORENAMES_EN = ("Margaret", "Desmond", "Ingrid", "Tobias", "Priya", "Rosalind", "Callum")
SURNAMES_ZH = ("王", "李", "张", "欧阳", "陈", "赵", "周")
FORENAMES_ZH = ("晓明", "思雨", "建国", "雅琴", "子涵", "文博", "丽华")
STREETS_EN = ("Larkspur Lane", "Mill Road", "Orchard Avenue", "Quayside", "Station Street")
STREETS_ZH = ("幸福路", "建设大街", "滨江道", "梧桐巷", "文昌路")

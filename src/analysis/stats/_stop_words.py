"""Words that say nothing of what a text is about, beyond scikit-learn's English list."""

from __future__ import annotations

from sklearn.feature_extraction.text import ENGLISH_STOP_WORDS

_ENGLISH = """
also bank banking banks can't couldn't customer customers did didn't does doesn't doing don't
get gets getting going got hello honest honestly i'm i've isn't it's just let lot people really
remark said say that's they're thing things wasn't way went won't would year years
"""
_CHINESE = """
我们 你们 他们 她们 它们 自己 这个 那个 这些 那些 这样 那样 这里 那里 这么 那么
什么 怎么 怎样 如何 哪里 为什么 因为 所以 但是 可是 不过 而且 并且 或者 如果 虽然
然后 还有 还是 就是 只是 只有 只能 都是 也是 不是 没有 没什么 不会 不能 可以 可能
应该 需要 已经 一直 一个 一些 一下 一点 一样 一次 有点 有些 有的 很多 许多 非常
特别 十分 比较 最后 最近 时候 之后 以后 以前 当时 现在 今天 昨天 真的 真是 觉得
感觉 知道 希望 请问 您好 你好 说实话 实话 作为 反映 贵行 你行 银行 客户 事情 东西
问题 情况 方面 进行 对于 关于 由于 根据 以及 之间 其他 其它 每次 这次 多次 本人
起来 出来 过来 下来 上来 想反 一下子 甚至 居然 竟然 完全 根本 马上 太多 太长 太高
"""

_MOODS_ENGLISH = """
amazing awesome awful bad best better disappointed disappointing excellent fantastic glad good great
happy horrible leave love nice perfect please poor recommend recommended regard regards satisfied
terrible thank thanked thanks unhappy wonderful worse worst disappoint unfortunately hopefully
"""
_MOODS_CHINESE = """
失望 满意 不满 不满意 点赞 好评 差评 谢谢 感谢 非常感谢 推荐 朋友 继续 保持 改进 尽快 喜欢 很棒 太棒
老客户 太差 很差 很好 不好 不错 开心 高兴 生气 愤怒 无语 垃圾 糟糕 希望
姓名 电话号码 号码 卡号 证件 证件号 身份证 身份证号 邮箱 地址 账号 链接 家住
"""
"""Mood is judged apart, and the names of gaps are no words of the writer."""

ENGLISH = (
    frozenset(ENGLISH_STOP_WORDS) | frozenset(_ENGLISH.split()) | frozenset(_MOODS_ENGLISH.split())
)
CHINESE = frozenset(_CHINESE.split()) | frozenset(_MOODS_CHINESE.split())

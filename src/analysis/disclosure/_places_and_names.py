"""Words by which names and addresses are told, and words that look like names and are none."""

from __future__ import annotations

SURNAMES = (
    "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田任姜范方"
    "石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文庞樊兰殷施陶洪翟安颜倪严牛温芦季俞章鲁葛伍韦申尤毕聂"
    "丛焦向柳邢路岳齐梅莫庄辛管祝左涂谷祁时舒耿牟卜詹关苗凌费纪靳盛童欧甄项曲成游阳裴席卫查屈鲍位覃霍翁隋植甘景薄单包司柏宁柯阮桂闵"
    "解强柴华车冉房边辜吉饶刁瞿戚丘古米池滕晋苑邬臧畅宫来嵺苟全褚廉简娄盖符奚木穆党燕郎邸冀谈姬屠连郜晏栾郁商蒙计喻揭窦迟宇敖糜鄢"
    "冷卓花仇艾蓝都巩稽井练仲乐虞卞封竺冼原官衣楚佟栗匡宗应台巫鞠僧桑荆谌银扬明沙薄伏岑习胥保和蔺"
)
"""The 300 most frequent Chinese surnames of one character."""

COMPOUND_SURNAMES = [
    "欧阳",
    "上官",
    "皇甫",
    "令狐",
    "诸葛",
    "司徒",
    "司马",
    "司空",
    "东方",
    "西门",
    "南宫",
    "夏侯",
    "尉迟",
    "公孙",
    "慕容",
    "长孙",
    "宇文",
    "轩辕",
    "端木",
    "百里",
    "呼延",
    "独孤",
    "濮阳",
    "闻人",
    "澹台",
    "申屠",
    "太史",
    "钟离",
    "淳于",
    "单于",
    "赫连",
    "万俟",
]

STREETS = [
    "street",
    "st",
    "road",
    "rd",
    "avenue",
    "ave",
    "lane",
    "ln",
    "drive",
    "dr",
    "court",
    "ct",
    "close",
    "place",
    "pl",
    "square",
    "sq",
    "terrace",
    "boulevard",
    "blvd",
    "quay",
    "quayside",
    "crescent",
    "gardens",
    "row",
    "hill",
    "mews",
    "walk",
    "parkway",
    "highway",
    "grove",
    "rise",
    "wharf",
    "yard",
]

_DAYS_AND_MONTHS = (
    "monday tuesday wednesday thursday friday saturday sunday january february march april may "
    "june july august september october november december christmas easter"
)
_BANKING = (
    "bank banking app application internet online mobile card visa mastercard unionpay alipay "
    "wechat apple android iphone atm pin iban swift euro euros dollar dollars yuan english chinese "
    "china hello hi dear sir madam thanks thank please regards i i'm i've i'll i'd ok okay"
)
NO_NAMES = frozenset(f"{_DAYS_AND_MONTHS} {_BANKING}".split(" "))
"""Words with a capital that name nobody."""

_OPENINGS = (
    "a after all also although an and another any anyone are as at be because been before being "
    "both but by call can contact could dear did do does don't each either email every everyone "
    "excellent few for friendly from further getting give glad good great had happy has have "
    "having he her here hers his how however i if in into is it it's its just last later like "
    "little many more most much my never next no nobody none not nothing now of often on once one "
    "only or other our out over perhaps please poor quite really regards she since so some "
    "somebody someone sometimes somehow still such terrible thank thanks that the their them then "
    "there these they this those though through to today too two under until up upon us use very "
    "was we well were what when where whether which while who whoever whole why will with within "
    "without would write yes yesterday yet you your"
)
COMMON_OPENINGS = frozenset(_OPENINGS.split(" ")) | NO_NAMES
"""Words that a sentence may begin with before a name."""

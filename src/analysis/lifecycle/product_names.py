"""Names for readers: families and channels, stages and roles of products."""

from __future__ import annotations

from analysis.lifecycle.products import ProductStage, Role
from analysis.text import Message, Words, message

_FAMILIES: dict[str, Message] = {
    "account": message("accounts"),
    "card": message("cards"),
    "deposit": message("deposits"),
    "wealth": message("wealth products"),
    "loan": message("loans"),
    "insurance": message("insurance"),
    "plan": message("plans"),
}
_CHANNELS: dict[str, Message] = {
    "branch": message("at a branch"),
    "mobile": message("mobile"),
    "online": message("online"),
    "telephone": message("by telephone"),
    "machine": message("at a machine"),
    "shop": message("in a shop"),
}
STAGE_NAMES: dict[ProductStage, Message] = {
    ProductStage.INTRODUCTION: message("introduction"),
    ProductStage.GROWTH: message("growth"),
    ProductStage.MATURITY: message("maturity"),
    ProductStage.DECLINE: message("decline"),
}
ROLE_NAMES: dict[Role, Message] = {
    Role.PROMOTE: message("promote"),
    Role.OPTIMISE: message("optimise"),
    Role.EXIT: message("give up"),
    Role.KEEP: message("keep as it is"),
    Role.UNDECIDED: message("undecided"),
}


def family_name(family: str) -> Message | Words:
    """Name a product family for readers.

    Examples
    --------
    >>> family_name("card").pattern
    'cards'
    """
    return _FAMILIES.get(family, Words(en=family, zh=family))


def channel_name(channel: str) -> Message | Words:
    """Name a channel of purchases for readers.

    Examples
    --------
    >>> channel_name("shop").pattern
    'in a shop'
    """
    return _CHANNELS.get(channel, Words(en=channel, zh=channel))


def band_name(first_age: int, last_age: int | None) -> Message:
    """Name an age band for readers.

    Examples
    --------
    >>> band_name(30, 44).pattern
    'ages {first} to {last}'
    """
    if last_age is None:
        return message("ages {first} and over", first=first_age)
    if first_age == 0:
        return message("ages up to {last}", last=last_age)
    return message("ages {first} to {last}", first=first_age, last=last_age)

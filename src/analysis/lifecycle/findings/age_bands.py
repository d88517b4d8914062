"""Findings on what each age band holds, uses and wants next."""

from __future__ import annotations

from analysis.answers import Finding
from analysis.lifecycle.age_bands import LifeStages
from analysis.lifecycle.age_channels import ChannelUse
from analysis.lifecycle.age_needs import Need
from analysis.lifecycle.product_names import channel_name, family_name
from analysis.lifecycle.tables.age_bands import name_of
from analysis.results import Strength
from analysis.text import Count, Measure, Message, Unit, Value, message, on_customers


def need_finding(found: LifeStages) -> Finding:
    """Say which band has the largest unmet need."""
    need = found.largest_unmet
    if need is None:
        return Finding(
            name="unmet_need",
            statement=message(
                "Too few customers were asked what they want next: {asked}.",
                asked=Count(found.asked, Unit.CUSTOMERS),
            ),
            strength=Strength.INCONCLUSIVE,
            action=message("Ask more customers what they want next, in every age band."),
        )
    values = _need_words(found, need)
    if need.stands and need.above_others is not None:
        return Finding(
            name="unmet_need",
            statement=message(
                "The largest unmet need is for {family} among customers of {band}: {unmet} want "
                "it next and do not hold it, {above} more than in the other bands.",
                **values,
                above=on_customers(need.above_others, Measure.POINTS, need.asked),
            ),
            strength=Strength.CONCLUSIVE,
            action=message(
                "Offer {family} first to customers of {band}.",
                family=values["family"],
                band=values["band"],
            ),
        )
    return Finding(
        name="unmet_need",
        statement=message(
            "The largest unmet need is for {family} among customers of {band}: {unmet} want it "
            "next and do not hold it; no band differs from the others beyond noise.",
            **values,
        ),
        strength=Strength.SUGGESTIVE,
        action=message("Offer {family} to all bands alike.", family=values["family"]),
    )


def channel_finding(found: LifeStages) -> Finding:
    """Say which channel separates the bands most."""
    apart, values = _apart(found), _extremes(found)
    return Finding(
        name="channel_by_age",
        statement=message(
            "The age bands differ most in purchases made {channel}: {most} at {first}, {least} at "
            "{second}.",
            **values,
        )
        if apart
        else message("The age bands make their purchases over the same channels within noise."),
        strength=Strength.CONCLUSIVE if apart else Strength.INCONCLUSIVE,
        action=message("Reach each age band over the channel that it uses most.")
        if apart
        else message("Plan channels for all age bands alike."),
    )


def need_caption(found: LifeStages, need: Need) -> Message:
    """Say in a line where the largest unmet need is, beyond noise or not."""
    values = _need_words(found, need)
    if need.stands:
        return message("Unmet need by age band: up to {unmet}, for {family} at {band}", **values)
    return message(
        "Unmet need by age band: up to {unmet}, for {family} at {band}, but no more than others "
        "beyond noise",
        **values,
    )


def _need_words(found: LifeStages, need: Need) -> dict[str, Value | Message]:
    return {
        "family": family_name(need.family),
        "band": name_of(found, need.band),
        "unmet": on_customers(need.unmet_share, Measure.SHARE, need.asked),
    }


def channel_caption(found: LifeStages) -> Message:
    """Say in a line which channel separates the bands most, beyond noise or not."""
    if not _apart(found):
        return message("Purchases by channel: the age bands do not differ beyond noise")
    return message(
        "Purchases by channel: widest apart are those made {channel}, {most} at {first}, {least} "
        "at {second}",
        **_extremes(found),
    )


def _apart(found: LifeStages) -> bool:
    low, high = _widest(found)
    return high.share.low > low.share.high


def _extremes(found: LifeStages) -> dict[str, Value | Message]:
    """Give the words for the channel with the widest span."""
    low, high = _widest(found)
    return {
        "channel": channel_name(high.channel),
        "first": name_of(found, high.band),
        "most": on_customers(high.share, Measure.SHARE, high.customers),
        "second": name_of(found, low.band),
        "least": on_customers(low.share, Measure.SHARE, low.customers),
    }


def _widest(found: LifeStages) -> tuple[ChannelUse, ChannelUse]:
    """Give the lowest and the highest share of the channel with the widest span."""
    spans = []
    for channel in {use.channel for use in found.channels}:
        uses = sorted(
            (use for use in found.channels if use.channel == channel),
            key=lambda use: use.share.value,
        )
        spans.append((uses[-1].share.value - uses[0].share.value, channel, uses[0], uses[-1]))
    _, _, low, high = max(spans, key=lambda span: (span[0], span[1]))
    return low, high

"""What a page says of its review, each with its translation in ``locale/zh_CN/site_review.po``."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from analysis.text import Message, message

REVIEW_WORDS: Mapping[str, Message] = MappingProxyType(
    {
        "review_none": message("Not reviewed"),
        "review_approved": message("Approved"),
        "review_partly": message("Approved in part"),
        "review_changes": message("Changes requested"),
        "review_rejected": message("Rejected"),
        "review_void": message("Void: changed since the review"),
        "review_broken": message("The log of review is damaged"),
        "review_by": message("{name} ({role}), {day}."),
        "review_none_means": message("Nobody has reviewed this report."),
        "review_void_means": message(
            "{name} ({role}) decided on {day}, but the report is no longer the one that was "
            "reviewed. It must be reviewed again."
        ),
        "review_broken_means": message(
            "Entries of the log were altered or are missing, so that no approval holds."
        ),
        "review_altered": message("Changed since then: {files}."),
        "review_and_more": message("{files} and {n} more"),
        "review_log": message("Log of review, entries: {n}"),
        "review_approve": message("Approve"),
        "review_request_changes": message("Request changes"),
        "review_reject": message("Reject"),
        "review_whole": message("the whole report"),
        "review_section": message("section {number}"),
        "review_holds": message("holds"),
        "review_past": message("about an earlier version"),
        "review_who": message("{name}, {role}; {day}, {time} UTC; author: {author}"),
        "review_who_signed": message(
            "{name}, {role}; {day}, {time} UTC; author: {author}; signed with the key {key}"
        ),
        "review_chain": message("Last link of the log's chain:"),
    }
)

"""What the CKAN face refuses, each with a sentence. Part of web's errors, told in CKAN's envelope.

CityhallError
├── NotFound    ActionUnknown, ThingUnknown
├── NotAllowed  SqlRefused, PrivateRefused
└── Invalid     ParameterMissing, ParameterWrong, SearchUnusable, NotMapped
"""

from __future__ import annotations

from cityhall.kernel.errors import Invalid, NotAllowed, NotFound
from cityhall.kernel.text import Text

__all__ = [
    "ActionUnknown",
    "NotMapped",
    "ParameterMissing",
    "ParameterWrong",
    "PrivateRefused",
    "SearchUnusable",
    "SqlRefused",
    "ThingUnknown",
]


class ActionUnknown(NotFound):
    """No action of CKAN's API that this face offers has this name."""

    code = "web.ckan_action_unknown"
    title = Text(en="Action name not known: {action}", zh="未知的操作：{action}")
    remedy = Text(
        en="The actions offered are listed in the interface reference and by help_show.",
        zh="可用操作见接口参考，或调用 help_show 查看。",
    )


class ThingUnknown(NotFound):
    """An organization, group, tag or resource that does not exist."""

    code = "web.ckan_thing_unknown"
    title = Text(en="There is no such {kind}", zh="没有这样的 {kind}")
    remedy = Text(
        en="List what there is with {kind}_list or package_search.",
        zh="请用 {kind}_list 或 package_search 查看。",
    )


class SqlRefused(NotAllowed):
    """Raw SQL from outside is never run."""

    code = "web.ckan_sql_refused"
    title = Text(en="This node runs no SQL from outside", zh="本节点不执行外部 SQL")
    remedy = Text(
        en="Use datastore_search with filters, q and sort, or POST a typed query to /api/v1/datasets/ID/query.",
        zh="请使用 datastore_search 的 filters、q 和 sort，或向 /api/v1/datasets/ID/query 提交结构化查询。",
    )


class PrivateRefused(NotAllowed):
    """Drafts and private entries are not part of anybody's search."""

    code = "web.ckan_private_refused"
    title = Text(en="Private datasets and drafts are not searched", zh="不检索私有数据集和草稿")
    remedy = Text(
        en="Leave out include_private and include_drafts; an agency shows its own drafts with package_show.",
        zh="请去掉 include_private 和 include_drafts；本机构的草稿可用 package_show 查看。",
    )


class ParameterMissing(Invalid):
    """A parameter that the action needs is absent."""

    code = "web.ckan_parameter_missing"
    title = Text(en="Missing value: {name}", zh="缺少参数：{name}")
    remedy = Text(en="Send {name}.", zh="请提供 {name}。")


class ParameterWrong(Invalid):
    """A parameter has a form or a value that the action cannot use."""

    code = "web.ckan_parameter_wrong"
    title = Text(en="{name} cannot be used: {why}", zh="{name} 无法使用：{why}")
    remedy = Text(en="Compare it with the interface reference.", zh="请对照接口参考修改。")


class SearchUnusable(Invalid):
    """A Solr query outside the subset that is understood."""

    code = "web.ckan_search_unusable"
    title = Text(en="The search cannot be understood: {why}", zh="无法理解该检索：{why}")
    remedy = Text(
        en='Use words, "phrases", field:value, ranges [a TO b], AND, OR, NOT and brackets.',
        zh='可使用词语、"短语"、field:value、区间 [a TO b]、AND、OR、NOT 和括号。',
    )


class NotMapped(Invalid):
    """CKAN can do this; a city hall does it in another way, or not at all."""

    code = "web.ckan_not_mapped"
    title = Text(en="{action} is not offered here: {why}", zh="此处不提供 {action}：{why}")
    remedy = Text(en="The interface reference says what to use instead.", zh="替代方式见接口参考。")

"""What this interface refuses, told as the specification has it: a code and a sentence. Part of web's errors.

CityhallError
├── NotFound    FormUnknown, JurisdictionUnknown, ServiceUnknown, RequestUnknown, TokenUnknown
├── NotAllowed  KeyNeeded
└── Invalid     ArgumentMissing
"""

from __future__ import annotations

from cityhall.kernel.errors import Invalid, NotAllowed, NotFound
from cityhall.kernel.text import Text

__all__ = [
    "ArgumentMissing",
    "FormUnknown",
    "JurisdictionUnknown",
    "KeyNeeded",
    "RequestUnknown",
    "ServiceUnknown",
    "TokenUnknown",
]


class JurisdictionUnknown(NotFound):
    """No type of case here belongs to this jurisdiction."""

    code = "web.open311_jurisdiction_unknown"
    title = Text(en="jurisdiction_id {name} was not found", zh="没有 jurisdiction_id {name}")
    remedy = Text(en="Known here: {known}", zh="此处可用：{known}")


class FormUnknown(NotFound):
    """An address that ends in neither .json nor .xml."""

    code = "web.open311_form_unknown"
    title = Text(en="There is no form {name}", zh="没有格式 {name}")
    remedy = Text(en="End the address in .json or .xml", zh="地址应以 .json 或 .xml 结尾")


class ServiceUnknown(NotFound):
    """No service has this code."""

    code = "web.open311_service_unknown"
    title = Text(en="service_code {name} was not found", zh="没有 service_code {name}")
    remedy = Text(en="Take one from the list of services.", zh="请使用服务列表中的代码。")


class RequestUnknown(NotFound):
    """No service request has this id."""

    code = "web.open311_request_unknown"
    title = Text(en="service_request_id {name} was not found", zh="没有 service_request_id {name}")
    remedy = Text(en="Compare it with the answer to the report.", zh="请与提交时返回的编号核对。")


class TokenUnknown(NotFound):
    """A token that this node never gave."""

    code = "web.open311_token_unknown"
    title = Text(en="This token was not found", zh="没有该 token")
    remedy = Text(en="Send it as it was answered to the report.", zh="请原样发送提交时返回的 token。")


class KeyNeeded(NotAllowed):
    """The declaration of this type takes reports of registered programs only."""

    code = "web.open311_key_needed"
    title = Text(en="Missing api_key", zh="缺少 api_key")
    remedy = Text(
        en="Make a key under “My page”, and send it as api_key.",
        zh="请在“我的主页”创建密钥，并作为 api_key 发送。",
    )


class ArgumentMissing(Invalid):
    """An argument that is required was not sent."""

    status = 400
    code = "web.open311_argument_missing"
    title = Text(en="{name} was not provided", zh="缺少参数 {name}")
    remedy = Text(en="Send it with the request.", zh="请在请求中提供。")

"""What can go wrong on the way in: addresses, methods, forms and requests that cannot be understood; what the CKAN
face refuses is in `ckan/errors.py`.

CityhallError
├── NotFound      AddressUnknown, OldRequestUnknown
├── NotAllowed    FormExpired, PageForbidden, PasswordWrong, SecondFactorNeeded, SessionEnded
├── Conflict      FormOvertaken, OfAnotherAccount
├── Invalid       RequestUnusable, FileMissing, PlaceMissing, ParameterUnknown, ParameterUnusable
├── LimitExceeded BodyTooLarge
├── TooMany       TooManyAttempts
└── Unavailable   SomethingBroke
"""

from __future__ import annotations

from cityhall.kernel.errors import (
    Conflict,
    Invalid,
    LimitExceeded,
    NotAllowed,
    NotFound,
    TooMany,
    Unavailable,
)
from cityhall.kernel.text import Text
from cityhall.web.ckan.errors import *  # noqa: F403  (declared with the face, part of the catalogue)
from cityhall.web.open311.errors import *  # noqa: F403  (likewise)

__all__ = [
    "AddressUnknown",
    "BodyTooLarge",
    "FileMissing",
    "FormExpired",
    "FormOvertaken",
    "OfAnotherAccount",
    "OldRequestUnknown",
    "PageForbidden",
    "ParameterUnknown",
    "ParameterUnusable",
    "PasswordWrong",
    "PlaceMissing",
    "RequestUnusable",
    "SecondFactorNeeded",
    "SessionEnded",
    "SomethingBroke",
    "TooManyAttempts",
]


class AddressUnknown(NotFound):
    """No page or interface has this address."""

    code = "web.address_unknown"
    title = Text(en="There is nothing at this address", zh="这个地址没有内容")
    remedy = Text(en="Check the address, or start from the home page.", zh="请检查地址，或从首页开始。")


class OldRequestUnknown(NotFound):
    """The address of a request from before requests were cases names none that is here."""

    code = "web.request_unknown"
    title = Text(en="No request has this address", zh="没有这项申请")
    remedy = Text(
        en="Your own requests stand on your page; others are followed by the number and code of the receipt.",
        zh="您的申请列在“我的主页”；也可凭回执上的编号和查询码查询进度。",
    )


class PageForbidden(NotAllowed):
    """The page exists and is not for this visitor."""

    code = "web.page_forbidden"
    title = Text(en="This page is not for your role", zh="您的角色无权查看此页")
    remedy = Text(en="Sign in with the account that has the right.", zh="请使用有权限的账号登录。")


class FormExpired(NotAllowed):
    """A form came without its token, or with one of another session (CSRF)."""

    code = "web.form_expired"
    title = Text(en="The form has expired; nothing was changed", zh="表单已过期，未做任何更改")
    remedy = Text(
        en="Go back, reload the page and send it again. Cookies must be allowed.",
        zh="请返回并刷新页面后重新提交，并确认浏览器允许 Cookie。",
    )


class FormOvertaken(Conflict):
    """Somebody else has saved the same since the form was opened."""

    code = "web.form_overtaken"
    title = Text(
        en="Somebody else has changed this since you opened the form; nothing was saved",
        zh="您打开表单后，他人已作修改；您的内容尚未保存",
    )
    remedy = Text(
        en="What you typed is still here. Open the page in another window to see what stands there now; saving again puts "
        "your version in its place.",
        zh="您填写的内容仍在表单中。请在新窗口打开本页查看现有内容；再次保存将以您的版本替换。",
    )


class SessionEnded(NotAllowed):
    """What a page sends by itself came after its session had ended."""

    status = 401
    code = "web.session_ended"
    title = Text(en="You are not signed in any more; nothing was changed", zh="登录已失效，未做任何更改")
    remedy = Text(en="Sign in again; what waits is sent then.", zh="请重新登录，待发内容随后自动发送。")


class OfAnotherAccount(Conflict):
    """What a page sends by itself was made by somebody else than the one who is signed in now."""

    code = "web.of_another_account"
    title = Text(
        en="This was made by another account than the one signed in",
        zh="这是由另一账号填写的，与当前登录账号不同",
    )
    remedy = Text(
        en="It is kept, and sent once its own account signs in.", zh="内容已保留，待原账号登录后发送。"
    )


class RequestUnusable(Invalid):
    """Parameters or body are not of the documented form."""

    code = "web.request_unusable"
    title = Text(en="The request cannot be understood: {problem}", zh="无法理解该请求：{problem}")
    remedy = Text(
        en="Compare it with the description at /api/v1/openapi.json.",
        zh="请对照 /api/v1/openapi.json 中的说明。",
    )


class ParameterUnknown(Invalid):
    """A strict interface was given a parameter that it does not have (OGC 17-069r4, 7.6.6)."""

    status = 400
    code = "web.parameter_unknown"
    title = Text(en="There is no parameter {name} here", zh="此处没有参数 {name}")
    remedy = Text(en="Use one of: {known}", zh="可用参数：{known}")


class ParameterUnusable(Invalid):
    """The value of a parameter is not of the documented form."""

    status = 400
    code = "web.parameter_unusable"
    title = Text(en="The value of {name} cannot be used", zh="参数 {name} 的值无法使用")
    remedy = Text(en="Write it as: {form}", zh="写法：{form}")


class FileMissing(Invalid):
    """A form that needs a file came without one."""

    code = "web.file_missing"
    title = Text(en="No file was chosen", zh="没有选择文件")
    remedy = Text(en="Choose the corrected file, then send the form.", zh="请选择更正后的文件再提交。")


class PlaceMissing(Invalid):
    """A report that nobody can act on: it does not say where."""

    code = "web.place_missing"
    title = Text(en="Nobody knows where it is", zh="没有写明地点")
    remedy = Text(en="Write it in words, or show it on the map.", zh="请用文字写明，或在地图上选。")


class BodyTooLarge(LimitExceeded):
    """More bytes in one request than this interface takes."""

    code = "web.body_too_large"
    title = Text(en="The request is larger than {limit}", zh="请求超过 {limit}")
    remedy = Text(
        en="Send fewer rows at once, or use a folder or a file source for big deliveries.",
        zh="请减少单次行数；大批量数据请使用前置机或文件数据源。",
    )


class TooManyAttempts(TooMany):
    """Sign-in was tried too often with a wrong password."""

    code = "web.too_many_attempts"
    title = Text(en="Too many attempts to sign in", zh="登录尝试次数过多")
    remedy = Text(en="Wait 15 minutes, then try again.", zh="请等待 15 分钟后重试。")


class SomethingBroke(Unavailable):
    """An error of the platform itself; it is in the log under the time shown."""

    code = "web.something_broke"
    title = Text(en="Something broke on our side", zh="我们这边出了问题")
    remedy = Text(
        en="Nothing was changed. Try again in a minute; if it stays, tell the operator the time.",
        zh="未做任何更改。请稍后重试；若仍出现，请把时间告诉运营人员。",
    )


class PasswordWrong(NotAllowed):
    """What cannot be taken back is confirmed by the password."""

    code = "web.password_wrong"
    title = Text(en="The password is wrong; nothing was changed", zh="密码不正确，未做任何更改")
    remedy = Text(en="Go back and enter it again.", zh="请返回重新输入。")


class SecondFactorNeeded(NotAllowed):
    """Looking into the tables themselves takes a second factor, everywhere."""

    code = "web.second_factor_needed"
    title = Text(en="This page needs a second factor", zh="查看此页需要两步验证")
    remedy = Text(
        en="Set up an authenticator app under “My page”, then sign in again.",
        zh="请在“我的主页”启用验证器应用，然后重新登录。",
    )

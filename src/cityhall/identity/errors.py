"""What can go wrong in identity."""

from __future__ import annotations

from typing import Any

from cityhall.identity.rules import right_titles
from cityhall.kernel.errors import Conflict, Invalid, NotAllowed, NotFound
from cityhall.kernel.text import Text

__all__ = [
    "AgencyExists",
    "AgencyUnknown",
    "KeyLifetimeWrong",
    "KeyRefused",
    "KeyUnknown",
    "LanguageUnknown",
    "LevelUnknown",
    "PasswordWeak",
    "PersonUnknown",
    "RightMissing",
    "RightUnknown",
    "RoleScopeWrong",
    "RoleUnknown",
    "SecondFactorMissing",
    "UsccWrong",
    "UsernameTaken",
]


class RightMissing(NotAllowed):
    """The actor's roles do not give the right, here."""

    code = "identity.right_missing"
    title = Text(en="This is not open to your account", zh="您的账号不能使用此功能")
    remedy = Text(
        en="It takes the right “{named}” ({right}): sign in with an account that has it, or ask an operator for a role that "
        "includes it.",
        zh="此功能需要“{named}”权限（{right}）：请使用具有该权限的账号登录，或向运营员申请包含该权限的角色。",
    )

    def __init__(self, *, right: str, **facts: Any) -> None:
        super().__init__(right=right, named=right_titles().get(right, right), **facts)


class SecondFactorMissing(NotAllowed):
    """The actor would have the right, if a second factor were enrolled."""

    code = "identity.second_factor_missing"
    title = Text(en="“{right}” needs a second factor", zh="使用“{right}”权限需要双重验证")
    remedy = Text(
        en="Add an authenticator app under Account, then sign in again.",
        zh="请在“账号”中添加身份验证器，然后重新登录。",
    )


class AgencyUnknown(NotFound):
    """No agency has this id or USCC."""

    code = "identity.agency_unknown"
    title = Text(en="No agency is registered as {agency}", zh="没有登记为 {agency} 的机构")
    remedy = Text(
        en="Check the id or the unified social credit code, or register the agency.",
        zh="请核对机构标识或统一社会信用代码，或先登记该机构。",
    )


class AgencyExists(Conflict):
    """Another agency has this USCC."""

    code = "identity.agency_exists"
    title = Text(en="An agency with the code {uscc} is registered already", zh="代码 {uscc} 的机构已经登记")
    remedy = Text(en="Use the registered agency {agency}.", zh="请使用已登记的机构 {agency}。")


class UsccWrong(Invalid):
    """GB 32100-2015: 18 characters of the alphabet of 31, the last one the check character."""

    code = "identity.uscc_wrong"
    title = Text(en="{uscc} is not a unified social credit code", zh="{uscc} 不是有效的统一社会信用代码")
    remedy = Text(
        en="Copy the 18 characters from the certificate; the letters I, O, S, V and Z never occur.",
        zh="请按证书填写 18 位代码；其中不会出现字母 I、O、S、V、Z。",
    )


class LevelUnknown(Invalid):
    """Agencies have one of four levels."""

    code = "identity.level_unknown"
    title = Text(en="{level} is not a level of an agency", zh="{level} 不是机构级别")
    remedy = Text(en="Use one of: {levels}.", zh="请使用以下之一：{levels}。")


class PersonUnknown(NotFound):
    """No person has this id or user name."""

    code = "identity.person_unknown"
    title = Text(en="There is no account {person}", zh="没有账号 {person}")
    remedy = Text(en="Check the spelling, or register the person.", zh="请核对写法，或先登记该人员。")


class UsernameTaken(Conflict):
    """User names are unique."""

    code = "identity.username_taken"
    title = Text(en="The user name {username} is taken", zh="用户名 {username} 已被使用")
    remedy = Text(en="Choose another user name.", zh="请换一个用户名。")


class PasswordWeak(Invalid):
    """The password fails the checks of the settings."""

    code = "identity.password_weak"
    title = Text(en="This password is too weak", zh="密码强度不足")
    remedy = Text(en="{reasons}", zh="{reasons}")


class RoleUnknown(Invalid):
    """Roles are those of `rights.yaml`."""

    code = "identity.role_unknown"
    title = Text(en="{role} is not a role", zh="{role} 不是角色")
    remedy = Text(en="Use one of: {roles}.", zh="请使用以下之一：{roles}。")


class RoleScopeWrong(Invalid):
    """Some roles are for the whole city, some for one agency."""

    code = "identity.role_scope_wrong"
    title = Text(en="The role {role} cannot be granted like this", zh="角色 {role} 不能这样授予")
    remedy = Text(en="It can be granted for: {scope}.", zh="该角色的授予范围为：{scope}。")


class RightUnknown(Invalid):
    """A key cannot be narrowed to a right that no role gives."""

    code = "identity.right_unknown"
    title = Text(en="There is no right “{right}”", zh="没有“{right}”权限")
    remedy = Text(en="Choose from the table of roles and rights.", zh="请从角色权限表中选择。")


class KeyRefused(NotAllowed):
    """Unknown, wrong, expired or revoked: the answer is the same, so that nobody learns which."""

    status = 401
    code = "identity.key_refused"
    title = Text(en="This API key is not accepted", zh="API 密钥无效")
    remedy = Text(
        en="Check that the whole key was sent; if it has expired or was revoked, create a new one.",
        zh="请确认发送了完整的密钥；如已过期或被吊销，请创建新的密钥。",
    )


class KeyUnknown(NotFound):
    """The actor has no such key."""

    code = "identity.key_unknown"
    title = Text(en="There is no key {key}", zh="没有密钥 {key}")
    remedy = Text(en="Look at the list of your keys.", zh="请查看您的密钥列表。")


class KeyLifetimeWrong(Invalid):
    """Keys always expire."""

    code = "identity.key_lifetime_wrong"
    title = Text(en="A key cannot live for {days} days", zh="密钥有效期不能为 {days} 天")
    remedy = Text(en="Choose 1 to {most} days.", zh="请选择 1 至 {most} 天。")


class LanguageUnknown(Invalid):
    """People are written to in one of the site's languages."""

    code = "identity.language_unknown"
    title = Text(en="{language} is not a language of this site", zh="本站不支持语言 {language}")
    remedy = Text(en="Choose Chinese or English.", zh="请选择中文或英文。")

"""Accounts and lines of the audit log, as JSON and as lines for people."""

from typing import TYPE_CHECKING

from ui.console import style
from ui.record.text import local_time
from ui.shapes import Shape

if TYPE_CHECKING:
    from rag.accounts import Account, AuditLine

_ROLES = {"reader": "读者 reader", "editor": "编辑 editor", "admin": "管理员 admin"}
_WHAT = {
    "sign_in": "登录 signed in",
    "sign_out": "退出 signed out",
    "sign_in_refused": "登录被拒 sign-in refused",
    "sessions_ended": "结束会话 sessions ended",
    "account_added": "新增用户 account added",
    "account_changed": "更改用户 account changed",
    "account_removed": "删除用户 account removed",
    "password_changed": "更改密码 password changed",
    "key_added": "新增密钥 key added",
    "key_removed": "删除密钥 key removed",
    "key_refused": "密钥被拒 key refused",
    "document_added": "新增文件 document added",
    "document_changed": "更改文件 document changed",
    "document_removed": "移除文件 document removed",
    "export": "导出 export",
    "backup": "备份 backed up",
    "restored": "恢复 restored from a backup",
}


def account_shape(account: "Account") -> Shape:
    """Return an account as JSON."""
    return {
        "name": account.name,
        "role": account.role,
        "groups": sorted(account.groups),
        "disabled": account.disabled,
        "external": account.external,
        "created_at": account.created_at,
        "signed_in_at": account.signed_in_at,
        "id": account.account_id,
    }


def account_line(account: "Account") -> str:
    """Return an account as a line of a list."""
    facts = [
        style(account.name, bold=True),
        _ROLES[account.role],
        "、".join(sorted(account.groups)),
        "已停用 disabled" if account.disabled else "",
        "外部登录 signs in elsewhere" if account.external else "",
        f"上次登录 last signed in {local_time(account.signed_in_at)}"
        if account.signed_in_at
        else "从未登录 never signed in",
    ]
    return "  ".join(filter(None, facts))


def audit_shape(line: "AuditLine") -> Shape:
    """Return a line of the audit log as JSON."""
    names = ("number", "at", "who", "what", "about", "address")
    return {name: getattr(line, name) for name in names}


def audit_line(line: "AuditLine") -> str:
    """Return a line of the audit log for people."""
    facts = (local_time(line.at), line.who, _WHAT.get(line.what, line.what), line.about, line.address)
    return "  ".join(filter(None, facts))

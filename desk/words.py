"""Words for what the rules have no names for: how clocks stand, how far off days are, sizes."""

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from triage.deadlines import Status
from triage.remaining import Left
from triage.stepform import Does
from triage.submission import Fear

STATUS: Mapping[Status, Any] = {
    Status.RUNNING: _l("Đang chạy"),
    Status.DUE_SOON: _l("Sắp đến hạn"),
    Status.DUE_TODAY: _l("Hết hạn hôm nay"),
    Status.OVERDUE: _l("Quá hạn"),
    Status.PAUSED: _l("Tạm dừng"),
    Status.DONE: _l("Đã xong, đúng hạn"),
    Status.DONE_LATE: _l("Đã xong, quá hạn"),
    Status.VOID: _l("Không còn áp dụng"),
    Status.OPEN_ENDED: _l("Không có ngày hết hạn"),
}
DOES: Mapping[Does, Any] = {
    Does.MEETS: _l("Hoàn thành thời hạn"),
    Does.VOIDS: _l("Không còn áp dụng thời hạn"),
    Does.STARTS: _l("Bắt đầu thời hạn"),
    Does.RESTARTS: _l("Thời hạn tính lại từ đầu"),
    Does.PAUSES: _l("Tạm dừng thời hạn, nếu căn cứ cho phép"),
    Does.RESUMES: _l("Thời hạn chạy tiếp"),
    Does.LENGTHENS: _l("Kéo dài thời hạn"),
}
ONGOING: Mapping[str, Any] = {
    "past": _l("Đã kết thúc"),
    "ongoing": _l("Đang tiếp diễn"),
    "coming": _l("Sắp xảy ra"),
    "unknown": _l("Không rõ"),
}
KNOWN_BY: Mapping[str, Any] = {
    "seen": _l("Tận mắt thấy"),
    "took_part": _l("Là người trong cuộc"),
    "papers": _l("Có hoặc đã xem giấy tờ, tin nhắn, hình ảnh"),
    "told": _l("Người khác kể lại"),
    "public": _l("Đọc trên báo chí, mạng xã hội"),
}
FEARS: Mapping[Fear, Any] = {
    Fear.NONE: "",
    Fear.SOME: _l("Có lo ngại"),
    Fear.THREATENED: _l("Đã bị đe dọa, gây khó dễ"),
    Fear.DANGER: _l("Đang gặp nguy hiểm"),
}
#: Scores of articles from which on a sign is called so; 1.0 is enough to suspect.
_STRONG, _MIDDLING = 1.5, 1.0


def relative(left: Left) -> str:
    """Return how far off a last day is, or how long ago it was."""
    if left.days == 0:
        return _("hết hạn hôm nay")
    if left.days > 0:
        if left.working:
            return ngettext("còn %(num)d ngày làm việc", "còn %(num)d ngày làm việc", left.working)
        return ngettext("còn %(num)d ngày", "còn %(num)d ngày", left.days)
    if left.working:
        return ngettext(
            "quá hạn %(num)d ngày làm việc", "quá hạn %(num)d ngày làm việc", -left.working
        )
    return ngettext("quá hạn %(num)d ngày", "quá hạn %(num)d ngày", -left.days)


def strength(score: float) -> str:
    """Return the score of an article in words."""
    if score >= _STRONG:
        return _("dấu hiệu mạnh")
    return _("dấu hiệu vừa") if score >= _MIDDLING else _("dấu hiệu yếu")

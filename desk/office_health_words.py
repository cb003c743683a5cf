"""How the health of the instance is told: names, how things are, what is to be done."""

from collections.abc import Mapping
from typing import Any

from flask_babel import format_decimal
from flask_babel import lazy_gettext as _l

from triage.condition import Finding, State, What
from web.i18n import day

_MIB = 1024 * 1024
_ANSWERS, _SILENT = _l("trả lời"), _l("không trả lời")

NAMES: Mapping[What, Any] = {
    What.DATABASE: _l("Cơ sở dữ liệu"),
    What.BLOBS: _l("Kho tệp đã khóa"),
    What.REDIS: _l("Redis"),
    What.SCANNER: _l("Quét vi-rút"),
    What.SWEEP: _l("Lượt quét định kỳ"),
    What.LOG: _l("Nhật ký"),
    What.TERMS: _l("Nhắc việc"),
    What.CUSTODIANS: _l("Người giữ khóa danh tính"),
    What.KEYS: _l("Khóa của đơn vị"),
    What.MAIL: _l("Thư tóm tắt"),
    What.RULES: _l("Quy tắc"),
}
#: By what it is and by its case: "none" (not in use), "bad", "well", or "" for all others.
_SAID: Mapping[tuple[What, str], Any] = {
    (What.DATABASE, ""): _l("%(detail)s, %(size)s MiB"),
    (What.DATABASE, "bad"): _SILENT,
    (What.BLOBS, ""): _l("ghi và đọc được, còn trống %(size)s MiB"),
    (What.BLOBS, "none"): _l("ghi và đọc được"),
    (What.BLOBS, "bad"): _l("không ghi hoặc đọc được, hoặc hết chỗ"),
    (What.REDIS, "none"): _l("không dùng"),
    (What.REDIS, ""): _ANSWERS,
    (What.REDIS, "bad"): _SILENT,
    (What.SCANNER, "none"): _l("chưa dùng"),
    (What.SCANNER, ""): _ANSWERS,
    (What.SCANNER, "bad"): _SILENT,
    (What.SWEEP, ""): _l("lần cuối không lỗi: ngày %(day)s"),
    (What.SWEEP, "none"): _l("chưa có lượt nào không lỗi"),
    (What.LOG, ""): _l("%(n)d dòng chờ ghép quá hạn; mốc gần nhất ký ngày %(day)s"),
    (What.TERMS, ""): _l("%(n)d thời hạn đã đến lúc nhắc mà chưa ai được nhắc"),
    (What.CUSTODIANS, ""): _l("%(n)d người được chấp nhận"),
    (What.KEYS, ""): _l("%(n)d đơn vị có hồ sơ mà không ai giữ khóa"),
    (What.MAIL, ""): _l("bản gần nhất gửi ngày %(day)s"),
    (What.MAIL, "none"): _l("chưa đặt máy chủ thư"),
    (What.RULES, ""): _l("%(n)d mục cần kiểm chứng"),
}
_MENDS: Mapping[tuple[What, str], Any] = {
    (What.DATABASE, ""): _l(
        "Kiểm tra máy chủ cơ sở dữ liệu, chỗ trống trên đĩa và DANGVAN_DATABASE_URL."
    ),
    (What.BLOBS, ""): _l(
        "Thêm chỗ trống, hoặc khôi phục thư mục blobs và quyền của nó từ bản sao lưu."
    ),
    (What.REDIS, ""): _l(
        "Khởi động lại Redis. Trong lúc chờ, mỗi tiến trình tự đếm giới hạn riêng."
    ),
    (What.SCANNER, "none"): _l("Cài ClamAV và đặt DANGVAN_CLAMD: tệp gửi đến chưa được quét."),
    (What.SCANNER, ""): _l(
        "Khởi động lại clamd: tệp gửi đến đang bị từ chối cho đến khi quét được."
    ),
    (What.SWEEP, ""): _l("Chạy lệnh dangvan sweep, xem nó báo gì; đặt lịch chạy mỗi giờ."),
    (What.LOG, ""): _l("Chạy lệnh dangvan sequence ở máy giữ khóa ký mốc."),
    (What.TERMS, ""): _l("Chạy lệnh dangvan sweep."),
    (What.CUSTODIANS, ""): _l(
        "Cần ít nhất hai người được chấp nhận thì người dân mới cho biết danh tính được: xem danh "
        "sách ở trang Cán bộ. Hai người đầu tiên được xác nhận trên máy chủ, bằng lệnh "
        "dangvan custodians."
    ),
    (What.KEYS, ""): _l("Xem trang Đơn vị và khóa: bổ nhiệm, trao khóa hoặc khôi phục khóa."),
    (What.MAIL, "none"): _l("Đặt DANGVAN_SMTP_HOST để cán bộ nhận bản tóm tắt thời hạn."),
    (What.MAIL, ""): _l("Kiểm tra máy chủ thư và lượt quét."),
    (What.RULES, ""): _l("Lọc những mục cần kiểm chứng ở trang Quy tắc, đối chiếu với văn bản."),
}


def said(found: Finding) -> str:
    """Return how something is."""
    size = str(format_decimal((found.number or 0) // _MIB))
    on = "–" if found.day is None else day(found.day)
    values = {"n": found.number or 0, "day": on, "size": size, "detail": found.detail}
    return str(_SAID.get((found.what, _case(found)), _SAID[found.what, ""])) % values


def mend(found: Finding) -> str:
    """Return what is to be done; empty if nothing is."""
    if found.state is State.WELL:
        return ""
    return str(_MENDS.get((found.what, _case(found)), _MENDS[found.what, ""]))


def _case(found: Finding) -> str:
    if found.detail == "none":
        return "none"
    return "bad" if found.state is State.WRONG else "well"

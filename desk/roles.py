"""What roles and their places are called at the desk, and what each role may do, in a sentence."""

from collections.abc import Mapping
from typing import Any

from flask_babel import lazy_gettext as _l

from triage.posts import Role
from triage.publickeys import AUDITORS, INVESTIGATORS, PROSECUTORS, PROTECTORS
from web.app import parts
from web.i18n import word

NAMES: Mapping[Role, Any] = {
    Role.INSPECTOR: _l("Người xử lý hồ sơ"),
    Role.HEAD: _l("Người đứng đầu đơn vị"),
    Role.SUPERVISOR: _l("Người theo dõi, đôn đốc"),
    Role.CUSTODIAN: _l("Người giữ khóa danh tính"),
    Role.POLICE_LIAISON: _l("Đầu mối cơ quan điều tra"),
    Role.PROCURACY_LIAISON: _l("Đầu mối viện kiểm sát"),
    Role.PROTECTION_OFFICER: _l("Cán bộ bảo vệ người tố cáo"),
    Role.AUDITOR: _l("Kiểm toán nhật ký"),
    Role.ADMINISTRATOR: _l("Quản trị"),
}
HINTS: Mapping[Role, Any] = {
    Role.INSPECTOR: _l("Đọc và xử lý hồ sơ của đơn vị; không biết danh tính người gửi."),
    Role.HEAD: _l("Như người xử lý, thêm phân công, gia hạn, tạm đình chỉ, kết luận."),
    Role.SUPERVISOR: _l("Xem số liệu, thời hạn của mọi đơn vị; không đọc nội dung."),
    Role.CUSTODIAN: _l("Cùng một người khác cho phép mở danh tính; không đọc nội dung."),
    Role.POLICE_LIAISON: _l("Nhận hồ sơ chuyển cơ quan điều tra; không thấy việc gì khác."),
    Role.PROCURACY_LIAISON: _l("Nhận bản sao hồ sơ chuyển; không thấy việc gì khác."),
    Role.PROTECTION_OFFICER: _l("Nhận yêu cầu bảo vệ được chuyển đến; không thấy hồ sơ khác."),
    Role.AUDITOR: _l("Đọc nhật ký; không đọc nội dung hồ sơ."),
    Role.ADMINISTRATOR: _l("Đơn vị, cán bộ, lịch, sức khỏe hệ thống; không đọc hồ sơ."),
}
#: Circles of people who belong to no unit of the rules here.
CIRCLES: Mapping[str, Any] = {
    AUDITORS: _l("Kiểm toán nhật ký"),
    INVESTIGATORS: _l("Nhóm đầu mối Cơ quan điều tra"),
    PROSECUTORS: _l("Nhóm đầu mối Viện kiểm sát"),
    PROTECTORS: _l("Nhóm bảo vệ người tố cáo"),
}


def unit_name(code: str) -> str:
    """Return the name of a unit or circle as it is shown."""
    return str(CIRCLES[code]) if code in CIRCLES else word(parts().rules.units.by_id[code][-1])

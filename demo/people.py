"""Who works in the demo city. All of them are invented."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from records.staff import Role
from triage.publickeys import AUDITORS, INVESTIGATORS, PROSECUTORS, PROTECTORS


@dataclass(frozen=True)
class Employee:
    """Somebody who works there: how they sign in, who they are, where and as what."""

    login: str
    name: str
    unit: str
    role: Role


ADMINISTRATOR = Employee("quantri", "Phan Thị Măng", "van_phong_ubnd", Role.ADMINISTRATOR)
#: Units with people of their own, heads first: every report of the demo goes to one of them.
CASEWORKERS = (
    Employee("thanhtra.truong", "Trần Thị Bưởi", "thanh_tra", Role.HEAD),
    Employee("thanhtra.1", "Lê Văn Thông", "thanh_tra", Role.INSPECTOR),
    Employee("thanhtra.2", "Nguyễn Thị Sim", "thanh_tra", Role.INSPECTOR),
    Employee("thanhtra.3", "Hoàng Văn Tùng", "thanh_tra", Role.INSPECTOR),
    Employee("ubnd.chutich", "Hồ Thị Sen", "chu_tich_ubnd", Role.HEAD),
    Employee("ubnd.1", "Đặng Văn Dương", "chu_tich_ubnd", Role.INSPECTOR),
    Employee("vanphong.truong", "Võ Văn Bách", "van_phong_ubnd", Role.HEAD),
    Employee("vanphong.1", "Phạm Thị Ngâu", "van_phong_ubnd", Role.INSPECTOR),
    Employee("noivu.truong", "Bùi Văn Sung", "so_noi_vu", Role.HEAD),
    Employee("noivu.1", "Tôn Nữ Tường Vi", "so_noi_vu", Role.INSPECTOR),
    Employee("xaydung.truong", "Ngô Văn Lim", "so_xay_dung", Role.HEAD),
    Employee("xaydung.1", "Dương Thị Mai", "so_xay_dung", Role.INSPECTOR),
    Employee("nongnghiep.truong", "Lý Thị Cau", "so_nong_nghiep_va_moi_truong", Role.HEAD),
    Employee("nongnghiep.1", "Đoàn Văn Tre", "so_nong_nghiep_va_moi_truong", Role.INSPECTOR),
    Employee("giaoduc.truong", "Trương Thị Phượng", "so_giao_duc_va_dao_tao", Role.HEAD),
    Employee("giaoduc.1", "Châu Văn Bàng", "so_giao_duc_va_dao_tao", Role.INSPECTOR),
    Employee("thuanhoa.chutich", "Mai Văn Sến", "phuong_thuan_hoa", Role.HEAD),
    Employee("thuanhoa.1", "Hà Thị Lựu", "phuong_thuan_hoa", Role.INSPECTOR),
    Employee("congan.truong", "Đinh Văn Gụ", "cong_an", Role.HEAD),
    Employee("congan.1", "Cao Thị Nhãn", "cong_an", Role.INSPECTOR),
)
POLICE = Employee("congan.dieutra", "Lương Văn Sồi", INVESTIGATORS, Role.POLICE_LIAISON)
PROCURACY = Employee("kiemsat", "Thái Thị Quế", PROSECUTORS, Role.PROCURACY_LIAISON)
PROTECTION = Employee("baove", "Huỳnh Văn Trắc", PROTECTORS, Role.PROTECTION_OFFICER)
STAFF = (
    *CASEWORKERS,
    POLICE,
    PROCURACY,
    PROTECTION,
    Employee("giamsat", "Tạ Thị Hồi", "chu_tich_ubnd", Role.SUPERVISOR),
    Employee("giukhoa.1", "Quách Văn Đào", "thanh_tra", Role.CUSTODIAN),
    Employee("giukhoa.2", "Kiều Thị Mận", "mat_tran_to_quoc", Role.CUSTODIAN),
    Employee("kiemtoan", "Vương Thị Trà", AUDITORS, Role.AUDITOR),
)
#: The citizens' ward where a report must reach people of the demo.
WARD = "phuong_thuan_hoa"
#: How decisions of a unit are numbered.
MARKS: Mapping[str, str] = MappingProxyType(
    {
        "thanh_tra": "TTr",
        "chu_tich_ubnd": "UBND",
        "van_phong_ubnd": "VP",
        "so_noi_vu": "SNV",
        "so_xay_dung": "SXD",
        "so_nong_nghiep_va_moi_truong": "SNNMT",
        "so_giao_duc_va_dao_tao": "SGDĐT",
        "phuong_thuan_hoa": "UBND-TH",
        "cong_an": "CAT",
    }
)
#: Reporters who give their name.
CITIZENS = (
    ("Nguyễn Thị Rau Má", "kiệt 12 đường Hàng Me, phường Thuận Hóa", "0900 000 001"),
    ("Trần Văn Khoai", "thôn Trung, xã Phú Vinh", "0900 000 002"),
    ("Lê Thị Dâu Tằm", "chợ Đông Ba, gian số 0", "gặp tại chợ, buổi sáng"),
    ("Pham Van Bi", "c/o guesthouse, Thuận Hóa", "bi@thu.example"),
)

"""A dossier with invented content, short or very long."""

import hashlib
from dataclasses import replace
from datetime import date

from papers.dossier import (
    Body,
    DossierPapers,
    Evidence,
    Item,
    Petition,
    Section,
    Sign,
    Signer,
    Template,
)

SENTENCE = (
    "Ngày 12/3, cán bộ tiếp nhận yêu cầu nộp thêm 5.000.000 đồng ngoài biên lai để “được việc”, "
    "nếu không sẽ kéo dài việc cấp giấy chứng nhận quyền sử dụng đất thửa số 118, tờ bản đồ số 7. "
)
SHORT = DossierPapers(
    template=Template.TIP,
    number="HS-2026-K7M4",
    day=date(2026, 2, 5),
    place="Huế",
    sender=Body("Thanh tra thành phố Huế", "Ủy ban nhân dân thành phố Huế"),
    receiver=Body("Cơ quan Cảnh sát điều tra Công an thành phố Huế", "Công an thành phố Huế"),
    procuracy=Body("Viện kiểm sát nhân dân thành phố Huế"),
    subject="chuyển tin báo về tội phạm",
    basis=(
        "khoản 1 Điều 27 Luật Tố cáo số 25/2018/QH14",
        "khoản 4 Điều 146 Bộ luật Tố tụng hình sự số 101/2015/QH13",
    ),
    summary=SENTENCE * 2,
    signs=(
        Sign(
            "Điều 354 Bộ luật Hình sự: Tội nhận hối lộ",
            "Yêu cầu nộp tiền ngoài quy định để làm việc theo yêu cầu của người đưa tiền.",
        ),
    ),
    contents=(
        Item("Đơn, tin đã lược bỏ danh tính"),
        Item("Tài liệu, chứng cứ", note="02 tài liệu"),
        Item("Bảng kê danh mục tài liệu"),
        Item("Biên bản giao nhận hồ sơ"),
    ),
    petition=Petition(
        date(2026, 1, 28),
        (
            Section("Nội dung", SENTENCE + "\n" + SENTENCE),
            Section("Thời gian, địa điểm", "Bộ phận một cửa, phường Thuận Hóa, đầu tháng 3."),
        ),
        struck_out=3,
    ),
    signer=Signer("Phó Chánh Thanh tra", "Trần Thị Bích Ngọc", "KT. Chánh Thanh tra"),
    evidence=(
        Evidence(
            "Ảnh chụp biên lai", ".jpg", "image/jpeg", 1_843_200, hashlib.sha256(b"1").hexdigest()
        ),
        Evidence(
            "Ghi âm cuộc nói chuyện",
            ".mp3",
            "audio/mpeg",
            38_100_000,
            hashlib.sha256(b"2").hexdigest(),
            original=True,
            note="Chưa loại bỏ được thông tin ẩn",
        ),
    ),
)
RECOMMENDATION = replace(
    SHORT,
    template=Template.RECOMMENDATION,
    subject="về hành vi có dấu hiệu tội nhận hối lộ tại Văn phòng đăng ký đất đai",
    reference="45/KN-TTTP",
    basis=(
        "khoản 1 Điều 62 Luật Phòng, chống tham nhũng số 36/2018/QH14",
        "Thông tư liên tịch số 03/2018/TTLT-VKSNDTC-BCA-BQP-TTCP ngày 18 tháng 10 năm 2018",
    ),
    contents=(
        Item("Văn bản kiến nghị khởi tố", "a"),
        Item("Quyết định thanh tra, biên bản, tài liệu xác minh, văn bản giải trình", "b"),
        Item("Báo cáo của Trưởng đoàn thanh tra", "c"),
        Item("Kết luận thanh tra", "d", "chưa kết thúc thanh tra"),
        Item("Tài liệu khác có liên quan", "đ"),
        Item("Bảng kê danh mục tài liệu", "e"),
        Item("Biên bản giao nhận hồ sơ"),
        Item("Bản sao gửi Viện kiểm sát"),
    ),
)


def long(papers: DossierPapers) -> DossierPapers:
    """Return the same with 30 pieces of evidence, much text, and words without an end."""
    evidence = tuple(
        Evidence(
            f"Tài liệu xác minh số {number}: " + SENTENCE[: 20 + 5 * number],
            ".pdf",
            "application/pdf",
            number * 1_700_000,
            hashlib.sha256(str(number).encode()).hexdigest(),
            pages=number * 7,
            note="Có chữ viết tay: đã xem và lược bỏ" if number % 3 == 0 else "",
        )
        for number in range(1, 31)
    )
    text = "\n".join([SENTENCE * 3] * 17) + "\n" + "a" * 400 + " " + "https://vi.du/" + "x" * 200
    return replace(
        papers,
        summary="\n".join([SENTENCE * 3] * 5),
        signs=tuple(
            Sign(f"Điều {353 + number} Bộ luật Hình sự: Tội phạm về chức vụ", SENTENCE)
            for number in range(4)
        ),
        petition=replace(papers.petition, sections=(Section("Nội dung", text),)),
        evidence=evidence,
        copies=("Ban Nội chính Thành ủy", "Ủy ban nhân dân thành phố (để báo cáo)"),
        phoned_on=date(2026, 2, 4),
    )

"""The words in which rules are shown to people: tables, keys and fixed values, in two languages."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Words:
    """Something in both languages."""

    vi: str
    en: str


def _words(text: str) -> Mapping[str, Words]:
    """Read lines of `code | vi | en`."""
    rows = (line.split(" | ") for line in text.strip().splitlines())
    return {code.strip(): Words(vi.strip(), en.strip()) for code, vi, en in rows}


#: Groups of tables in the order in which they are shown.
GROUPS = _words("""
terms | Thời hạn | Terms
kinds | Loại đơn và lĩnh vực | Kinds and subjects
lifecycle | Các bước xử lý | Steps of a case
routing | Nơi tiếp nhận | Where reports go
units | Đơn vị | Units
calendar | Cách tính ngày và ngày nghỉ | Calendar
crimes | Tội danh và dấu hiệu | Crimes and signs
handover | Chuyển cơ quan điều tra, bảo vệ, khen thưởng | Hand-over, protection, rewards
identity | Danh tính người gửi | The reporter's identity
reports | Báo cáo và mẫu trả lời | Reports and replies
laws | Văn bản pháp luật | Laws
principles | Nguyên tắc | Principles
""")
TABLES_OF: Mapping[str, tuple[str, ...]] = {
    "terms": ("deadline", "event", "actor", "suspension", "warning", "criterion", "threshold"),
    "kinds": (
        "kind",
        "detail",
        "intent",
        "category",
        "subject",
        "channel",
        "position",
    ),
    "lifecycle": ("state", "step", "input", "risk", "goes_on"),
    "routing": ("route", "inform", "guard"),
    "units": ("unit",),
    "calendar": ("correction", "statutory", "rest_day", "computation"),
    "crimes": ("crime", "concept", "pattern", "brake", "spelling", "wording"),
    "handover": (
        "ground",
        "template",
        "dossier_item",
        "outcome",
        "protected_person",
        "protected_good",
        "retaliation",
        "likelihood",
        "severity",
        "measure",
        "review",
        "protection_end",
        "reward",
        "way",
        "stage",
        "base_salary",
        "handing_over",
        "malice",
        "liability",
    ),
    "identity": ("identity_ground", "answer_time", "reading_time", "identity_exception"),
    "reports": ("period", "form", "column", "assessment", "figure", "placeholder", "reply"),
    "laws": ("law",),
    "principles": ("principle",),
}
TABLES = _words("""
deadline | Thời hạn | Terms
event | Sự kiện bắt đầu thời hạn | Events that start terms
actor | Người phải thực hiện | Who must act
suspension | Căn cứ tạm dừng thời hạn | Grounds to suspend
warning | Mức nhắc | Warnings
criterion | Tiêu chí phức tạp | Criteria of complexity
threshold | Ngưỡng phức tạp | Thresholds of complexity
kind | Loại đơn theo luật | Kinds in law
detail | Nội dung luật yêu cầu | Details that the law asks for
intent | Lời của người dân | The reporter's words
category | Lĩnh vực | Categories
subject | Cơ quan bị phản ánh | Organisations reported on
channel | Kênh tiếp nhận | Channels
position | Chức vụ bị phản ánh | Positions reported on
state | Trạng thái | States
step | Bước xử lý | Steps
input | Nội dung phải nhập | Inputs
risk | Mức nguy cơ trù dập | Risks of retaliation
goes_on | Căn cứ giải quyết tiếp khi rút tố cáo | Grounds to go on after a withdrawal
route | Nơi tiếp nhận | Routes
inform | Nơi được thông báo | Who is informed
guard | Chốt chặn | Guards
unit | Đơn vị | Units
correction | Ngày nghỉ, ngày làm bù đã công bố | Announced days
statutory | Ngày lễ theo Bộ luật Lao động | Statutory holidays
rest_day | Ngày nghỉ hằng tuần | Weekly rest days
computation | Cách tính thời hạn | How time is counted
crime | Tội danh | Crimes
concept | Cách nói nhận biết dấu hiệu | Concepts
pattern | Dấu hiệu tội phạm | Patterns
brake | Dấu hiệu loại trừ | Brakes
spelling | Cách viết tắt, tiếng địa phương | Spellings
wording | Trọng số từ ngữ | Weights of words
ground | Căn cứ chuyển cơ quan điều tra | Grounds of hand-over
template | Biểu mẫu chuyển | Forms of hand-over
dossier_item | Thành phần hồ sơ chuyển | Items of the dossier
outcome | Kết quả | Outcomes
protected_person | Người được bảo vệ | Protected persons
protected_good | Điều được bảo vệ | Protected goods
retaliation | Hình thức trù dập | Forms of retaliation
likelihood | Khả năng xảy ra trù dập | Likelihood of retaliation
severity | Mức độ thiệt hại | Severity of retaliation
measure | Biện pháp bảo vệ | Measures of protection
review | Kết quả xem lại việc bảo vệ | Outcomes of a review
protection_end | Căn cứ chấm dứt bảo vệ | Grounds to end protection
reward | Khen thưởng | Rewards
identity_ground | Căn cứ yêu cầu biết danh tính | Grounds to ask for an identity
answer_time | Thời gian người giữ khóa trả lời | Time for custodians to answer
reading_time | Thời gian được xem danh tính | Time to read an identity
identity_exception | Căn cứ chưa báo ngay cho người gửi | Grounds to tell the reporter later
way | Cách thu hồi tài sản | Ways of recovery
stage | Giai đoạn thu hồi tài sản | Stages of recovery
base_salary | Mức lương cơ sở | Base salary
handing_over | Cách trao thưởng | Ways to hand a reward over
malice | Lợi dụng quyền tố cáo | Abuse of the right to denounce
liability | Trách nhiệm người đứng đầu | Responsibility of heads
period | Kỳ báo cáo | Periods
form | Biểu mẫu báo cáo | Forms of reports
column | Chỉ tiêu báo cáo | Columns
assessment | Nhóm đánh giá | Assessments
figure | Chỉ số đánh giá | Figures
placeholder | Chỗ điền | Placeholders
reply | Mẫu trả lời có sẵn | Replies
law | Văn bản pháp luật | Laws
principle | Nguyên tắc | Principles
""")
KEYS = _words("""
above_base_salaries | trên mức (lần lương cơ sở) | above (base salaries)
accuses | có nêu người vi phạm | accuses
accusing | nêu người vi phạm | accusing
actor | người thực hiện | actor
after | sau trạng thái | after
alarm | báo động nội bộ | internal alarm
anew | chọn lại biện pháp | chosen anew
amount_at_least | số tiền từ (đồng) | amount from (VND)
ask_before | phải đề nghị trước | to be asked for before
at_least | ít nhất | at least
at_most | là mức tối đa | is a ceiling
at_most_base_salaries | tối đa (lần lương cơ sở) | at most (base salaries)
base_salaries | lần lương cơ sở | base salaries
becomes | trở thành loại | becomes
books | ghi tiền, đất | records money or land
begins_year_before | bắt đầu từ năm trước | begins in the year before
below | dưới (đồng) | below (VND)
bias | mức nền | bias
body_en | nội dung tiếng Anh | text in English
body_vi | nội dung tiếng Việt | text in Vietnamese
by_ward | theo phường, xã | by ward
calendar | lịch | calendar
categories | lĩnh vực | categories
channels | kênh | channels
code | mã địa bàn | code
collective | là nhóm đơn vị | is a group
compensates | bù cho ngày | compensates
concerns | cơ quan liên quan | concerns
corruption | có thể là tham nhũng | may be corruption
counting | cách cộng | counting
crime | tội danh | crime
crimes | tội danh | crimes
days | số ngày | days
enabled | đang áp dụng | applied
ends | kết thúc các thời hạn còn lại | ends what still runs
extends | gia hạn | extends
extension | gia hạn | extension
fields | nội dung phải có | details
final | là kết thúc | final
first | từ | from
fixed_yearly | ấn định từng năm | fixed each year
forwarded_by | đơn vị chuyển đi | forwarded by
future | phải là ngày tới | in the future
good | điều được bảo vệ | good
group | nhóm | group
head_en | người đứng đầu (tiếng Anh) | head (English)
head_vi | người đứng đầu | head (Vietnamese)
hint_en | giải thích (tiếng Anh) | hint (English)
hint_vi | giải thích | hint (Vietnamese)
keeps | giữ nguyên trạng thái | keeps
kind | loại | kind
kinds | loại đơn | kinds
last | đến | to
length | thời gian | length
letter | điểm | letter
level | mức | level
longer | dài hơn khi | longer
managed_by | đơn vị quản lý | managed by
marked | chỉ khi có dấu | with diacritics only
may | có thể nhập | may have
meets | hoàn thành thời hạn | meets
minimum_en | mức tiền (tiếng Anh) | amount (English)
minimum_mark | mức chắc chắn của số tiền | mark of the amount
minimum_vi | mức tiền | amount (Vietnamese)
minimum_vnd | mức tiền (đồng) | amount (VND)
model | theo mẫu | model
named | được nêu tên | named
month_day | tháng-ngày | month-day
moves | chuyển sang đơn vị khác | moves to another unit
needs | cần có | needs
number | số hiệu | number
of | cho thời hạn | of
on_breach | tự động khi quá hạn | on breach
once | chỉ bắt đầu một lần | once
online | trực tuyến | online
only | chỉ các dòng | only
open | ghi công khai trong hệ thống | stands in the open
ordinary | phản ánh thông thường | ordinary
outlives | còn chạy sau khi kết thúc | outlives the case
outside | ngoài hệ thống | outside
parent | cấp trên | superior
past | không được là ngày tới | not in the future
pauses | tạm dừng | pauses
percent | phần trăm | percent
phrases | cách nói | phrases
place | địa bàn | place
points | điểm | points
positions | chức vụ | positions
posting | niêm yết, công khai | posting
posting_days | số ngày công khai | posting days
prolongs | kéo dài | prolongs
protected | được bảo vệ như người tố cáo | protected
recurs_months | lặp lại (tháng) | recurs (months)
replaces | thay cho thời hạn | replaces
remedy_en | có thể làm gì tiếp (tiếng Anh) | remedy (English)
remedy_vi | có thể làm gì tiếp | remedy (Vietnamese)
required | bắt buộc | required
requires | phải đã làm bước | requires
requires_any | phải đã làm một trong các bước | requires one of
responsible | người thực hiện | carried out by
resumes | tính tiếp thời hạn | resumes
root | không có cấp trên | has no superior
route | cách giải quyết | route
sense | vai trò trong câu | sense
settled | chỉ khi đã giải quyết xong | once settled
settled_by | người giải quyết | settled by
short | cách viết | short
stage | giai đoạn | stage
start | bắt đầu từ | starts from
starts | bắt đầu thời hạn | starts
steps | các bước | steps
stops | làm dừng | stops
subjects | cơ quan bị phản ánh | subjects
suspected | có dấu hiệu tội phạm | suspected
table | chọn trong bảng | table
tells | gửi lời cho người gửi đơn | tells the reporter
template | biểu mẫu | form
term | thời hạn | term
times | số lần | times
to | đến | to
told_en | lời cho người gửi (tiếng Anh) | told (English)
told_vi | lời cho người gửi | told (Vietnamese)
track | tuyến | track
type | loại | type
unit | đơn vị | unit
unit_types | loại đơn vị | types of units
unless | trừ khi có | unless
until | đến ngày nhập ở | until the day of
until_signed | khi chưa ký, tính là | counts as until signed
upon_outcome | chỉ khi kết quả là | only where the outcome is
upon_findings | chỉ khi kết luận là | only if the finding is
urgent | khẩn | urgent
vnd | đồng | VND
voids | hủy thời hạn | voids
ward | có nêu phường, xã | a ward is given
way | cách thu hồi | way of recovery
weekday | thứ | weekday
weight | trọng số (%) | weight (%)
weights | trọng số | weights
when | khi | when
when_en | khi (tiếng Anh) | when (English)
when_vi | khi | when (Vietnamese)
who | người thực hiện | who
within | trong phạm vi | within
word | từ đầy đủ | word
""")
VALUES = _words("""
any | mọi loại | any kind
open | mọi trạng thái chưa kết thúc | any open state
always | luôn luôn | always
at_once | ngay | at once
denunciation | tố cáo | denunciation
inspection | thanh tra, kiểm tra | inspection
feedback | phản ánh | feedback
corruption_report | báo cáo tham nhũng | corruption report
complaint | khiếu nại | complaint
police | cơ quan điều tra | police
protection | bảo vệ | protection
guidance | hướng dẫn | guidance
by_category | tùy lĩnh vực | by category
never | không bao giờ | never
complex | phức tạp | complex
very_complex | đặc biệt phức tạp | very complex
total | tính cả kỳ | total
on_top | cộng thêm | on top
holiday | ngày nghỉ lễ | holiday
comp_off | nghỉ bù, hoán đổi | compensatory day off
working_saturday | làm bù | worked day
solar | dương lịch | solar
lunar | âm lịch | lunar
monday | thứ hai | Monday
tuesday | thứ ba | Tuesday
wednesday | thứ tư | Wednesday
thursday | thứ năm | Thursday
friday | thứ sáu | Friday
saturday | thứ bảy | Saturday
sunday | chủ nhật | Sunday
chairman | Chủ tịch | chairman
city_office | văn phòng | office
department | sở | department
inspectorate | thanh tra | inspectorate
ward | phường | ward
commune | xã | commune
procuracy | viện kiểm sát | procuracy
court | tòa án | court
enforcement | thi hành án | enforcement
front | mặt trận | front
party | đảng | Party
association | hội, đoàn thể | association
public_service | đơn vị sự nghiệp | public service
enterprise | doanh nghiệp | enterprise
outside | cơ quan ngoài thành phố | outside the city
unit | đơn vị | unit
superior | cấp trên trực tiếp | superior
person | cần người xem xét | a person looks
case | hồ sơ | case
reporter | người gửi đơn | reporter
inspector | người xử lý | inspector
head | người đứng đầu | head
protection_officer | cán bộ bảo vệ | protection officer
system | hệ thống | system
text | chữ; toàn văn | text
day | ngày | day
article | căn cứ pháp lý | legal basis
one | một mục | one
several | nhiều mục | several
yes | xác nhận | yes
corruption | tham nhũng | corruption
office | chức vụ | office
economy | kinh tế | economy
property | sở hữu | property
order | trật tự | order
fact | sự việc | fact
frame | khung câu | frame
negator | phủ định | negator
decoy | dễ nhầm | decoy
sentence | cùng câu | sentence
near | gần nhau | near
concerned | đơn vị liên quan | the unit concerned
top | đơn vị không có cấp trên | a unit without superior
body | cơ quan dưới đơn vị | a body below a unit
none | không rõ | none
conclusion | kết luận | conclusion
C | đã đối chiếu văn bản | confirmed
K | đã biết | known
U | chưa chắc chắn | unsure
""")
LENGTHS = _words("""
WD | %d ngày làm việc | %d working days
D | %d ngày | %d days
M | %d tháng | %d months
H | %d giờ | %d hours
at_once | ngay | at once
entered | đến ngày đã hẹn | until the day set
none | không có thời hạn | no term
""")
YES, NO = Words("có", "yes"), Words("không", "no")

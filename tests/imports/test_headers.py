# ruff: noqa: E501
import pytest

from tests.imports.workbooks import xlsx
from training.imports.headers import Kind, normal, recognise
from training.imports.rows import RowKind, data_rows
from training.imports.sheets import Limits, open_book


def sheet(rows, merged=()):
    return open_book(xlsx(rows, merged=merged), Limits()).sheets[0]


def headed(header, merged=()):
    rows = [line.split("|") for line in header.split("\n")]
    return recognise(sheet([[cell.strip() or None for cell in row] for row in rows] + [["1"] * len(rows[-1])], merged))


ROSTERS = [
    ("序号|姓名|性别|身份证号码|项目部|岗位|入职日期|联系电话|持证情况|备注", "seq name gender id_number site post hire_date phone certs_text remark"),
    ("序号|姓名|性别|出生日期|身份证号|所属部门|职务|入职日期|联系电话|备注", "seq name gender birth_date id_number site post hire_date phone remark"),
    ("编号|员工姓名|性别|民族|年龄|文化程度|政治面貌|所在社区|工种|进公司日期|合同起始日期|合同终止日期|手机号", "seq name gender ethnicity age education political site post hire_date contract_start contract_end phone"),
    ("NO.|小区|班组|姓  名|公民身份号码|学历|到岗日期|在职状态|离职日期|证书名称|证书编号", "seq site department name id_number education hire_date status leave_date certs_text -"),
    ("No|Name|Sex|ID number|Site|Position|Hire date|Phone|Remark", "seq name gender id_number site post hire_date phone remark"),
]  # fmt: skip
LEDGERS = [
    ("序号|姓名|项目部|岗位|证书名称|证书编号|发证机关|发证日期|有效期至|复审日期|备注", "seq name site post cert_name cert_number issuer issue_date valid_to review_due remark"),
    ("序号|姓名|身份证号|作业类别|准操项目|初领日期|有效期限|应复审日期|实际复审日期|是否有效", "seq name id_number cert_item - first_issue_date valid_to review_due last_review status"),
    ("姓名|证号|初领日期|有效日期|复审日期|操作证状态|证照附件", "name cert_number first_issue_date valid_to review_due status scan"),
    ("序号|小区|持证人|证件类别|等级|证件编号|发证单位|领证日期|到期日期|原件保管|状态", "seq site name cert_name cert_level cert_number issuer issue_date valid_to scan status"),
    ("Name|ID number|Certificate|Certificate number|Issued by|Issued on|Valid until", "name id_number cert_name cert_number issuer issue_date valid_to"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "header", "fields"),
    [(Kind.ROSTER, *variant) for variant in ROSTERS]
    + [(Kind.CERTIFICATES, *variant) for variant in LEDGERS]
    + [(Kind.SCORES, "序号|姓名|部门|理论成绩|实操成绩|总分|是否合格|补考成绩|备注", "seq name site theory_score practical_score total result resit remark")],
)  # fmt: skip
def test_a_header_is_recognised(kind, header, fields):
    layout = headed(header)

    assert layout.kind == kind
    assert layout.columns == {field: at for at, field in enumerate(fields.split()) if field != "-"}


def test_a_roster_header_of_two_rows():
    layout = headed(
        "序号|姓名|部门|岗位|身份信息||合同信息||电话|用工形式\n||||身份证号|户籍地址|起|止||",
        merged=["A1:A2", "B1:B2", "C1:C2", "D1:D2", "E1:F1", "G1:H1", "I1:I2", "J1:J2"],
    )

    assert (layout.kind, layout.first_data_row) == (Kind.ROSTER, 3)
    assert layout.columns == {
        "seq": 0, "name": 1, "site": 2, "post": 3, "id_number": 4, "hukou": 5, "contract_start": 6, "contract_end": 7,
        "phone": 8, "employment_type": 9,
    }  # fmt: skip


def test_a_wide_ledger_keeps_each_certificates_columns_together():
    layout = headed(
        "序号|姓名|工种|特种作业证|||消防证||健康证\n|||编号|发证日期|复审日期|等级|编号|到期日",
        merged=["A1:A2", "B1:B2", "C1:C2", "D1:F1", "G1:H1"],
    )

    assert (layout.kind, layout.columns) == (Kind.CERTIFICATES, {"seq": 0, "name": 1, "post": 2})
    assert [(block.title, block.columns) for block in layout.blocks] == [
        ("特种作业证", {"cert_number": 3, "issue_date": 4, "review_due": 5}),
        ("消防证", {"cert_level": 6, "cert_number": 7}),
        ("健康证", {"valid_to": 8}),
    ]


def test_a_title_above_the_header_is_passed_over():
    layout = recognise(
        sheet([["2026年花名册"], [], ["制表日期：2026-11-01"], ["姓名", "身份证号", "岗位"], ["张三", "1", "保洁"]])
    )

    assert (layout.first_data_row, layout.title) == (5, "2026年花名册")


def test_what_is_no_list_is_not_recognised():
    assert recognise(sheet([["a", "b"], ["姓名", "喜欢的颜色"], ["张三", "红"]])) is None


def test_a_column_that_is_not_understood_is_told():
    assert headed("姓名|身份证号|岗位|血型").unknown == ("血型",)


@pytest.mark.parametrize(
    ("written", "expected"),
    [(" 姓\u3000名 ", "姓名"), ("*身份证号码：", "身份证号码"), ("岗位（工种）", "岗位"), ("（备注）", "(备注)"), ("发证\n日期", "发证日期"), ("ＮＯ．", "no")],
)  # fmt: skip
def test_headers_are_compared_without_decoration(written, expected):
    assert normal(written) == expected


def test_rows_that_hold_no_person_are_told_apart_and_merged_cells_filled():
    header = ["序号", "姓名", "身份证号", "项目部", "岗位", "备注"]
    rows = [
        ["花名册"],
        header,
        [1, "张三", "11010519491231002X", "南海家园一里", "保洁"],
        [2, "李四", "440524188001010014", None, "保洁"],
        [None, "小计", None, "南海家园一里", None, "2人"],
        [],
        header,
        [3, "王五", "无", "兴海园", "电工"],
        [4, None, None, None, None],
        ["合计：3人"],
        ["注：以上人员均已核对"],
        ["制表人：赵六", None, None, "审核人："],
    ]

    found = [(number, kind, cells[3]) for number, kind, cells in _read(rows, merged=["D3:D4"])]

    assert found == [
        (3, RowKind.DATA, "南海家园一里"),
        (4, RowKind.DATA, "南海家园一里"),
        (5, RowKind.SUBTOTAL, "南海家园一里"),
        (6, RowKind.BLANK, None),
        (7, RowKind.HEADER, "项目部"),
        (8, RowKind.DATA, "兴海园"),
        (9, RowKind.BLANK, None),
        (10, RowKind.SUBTOTAL, None),
        (11, RowKind.NOTE, None),
        (12, RowKind.FOOTER, "审核人："),
    ]


def _read(rows, merged):
    book = sheet(rows, merged)
    return data_rows(book, recognise(book))

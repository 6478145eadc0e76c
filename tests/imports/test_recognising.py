import pytest

from training.certificates.reference import built_in_types
from training.imports.recognising import Recogniser, ambiguous_names

TYPES = built_in_types()
RECOGNISER = Recogniser(TYPES, ambiguous_names())


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("低压电工作业", "SO_ELEC_LV"),
        ("特种作业操作证（低压电工作业）", "SO_ELEC_LV"),
        ("特种作业操作证-低压电工作业", "SO_ELEC_LV"),
        ("消防设施操作员（四级/中级 监控）", "FIRE_FACILITY_4_MON"),
        ("消防设施操作员（四级）监控方向", "FIRE_FACILITY_4_MON"),
        ("消防设施操作员（中级 检测维修保养）", "FIRE_FACILITY_4_MAINT"),
        ("消防设施操作员五级", "FIRE_FACILITY_5_MON"),
        ("消防设施操作员（三级/高级，消防设施监控操作）", "FIRE_FACILITY_3_MON"),
        ("特种设备安全管理A", "SE_A"),
        ("特种设备安全管理（A）", "SE_A"),
        ("特种设备作业人员证（叉车司机）", "SE_N1"),
        ("保安员证", "SECURITY_GUARD"),
        ("红十字救护员", "FIRST_AID_RC"),
    ],
)
def test_a_certain_name(name, code):
    assert RECOGNISER.recognise(name).code == code


@pytest.mark.parametrize("type_", TYPES, ids=lambda type_: type_.code)
def test_every_official_name_and_every_unambiguous_alias_leads_to_its_type(type_):
    ambiguous = set(ambiguous_names())
    shared = [alias for other in TYPES if other.code != type_.code for alias in other.aliases]

    for name in (type_.name_zh, type_.name_en, type_.code):
        assert RECOGNISER.recognise(name).code == type_.code, name
    for alias in type_.aliases:
        found = RECOGNISER.recognise(alias)
        if alias not in ambiguous and alias not in shared and "消防设施操作员" not in alias:
            assert found.code == type_.code, alias


@pytest.mark.parametrize("name", sorted(ambiguous_names()))
def test_an_ambiguous_name_is_never_decided(name):
    found = RECOGNISER.recognise(name)

    assert (found.code, found.ambiguous) == ("", True)
    assert found.candidates


@pytest.mark.parametrize(
    ("name", "said", "candidates"),
    [
        ("消防证", {"level": "中级"}, ("FIRE_FACILITY_4_MON", "FIRE_BUILDING_LEGACY_4")),
        ("消防设施操作员（中级）", {}, ("FIRE_FACILITY_4_MON", "FIRE_FACILITY_4_MAINT")),
        ("电工证", {"number": "T11010519491231002X"}, ("SO_ELEC_LV", "SO_ELEC_HV")),
    ],
)
def test_what_else_is_said_narrows_the_choice(name, said, candidates):
    assert RECOGNISER.recognise(name, **said).candidates == candidates


def test_a_number_decides_only_when_it_fits_one():
    found = RECOGNISER.recognise("电工证", number="Y" + "1" * 21)

    assert (found.code, found.by_number) == ("SKILL_ELECTRICIAN", True)


@pytest.mark.parametrize(
    ("name", "item", "code"),
    [
        ("特种作业操作证", "低压电工作业", "SO_ELEC_LV"),
        ("特种设备作业人员证", "N1", "SE_N1"),
        ("", "低压电工作业", "SO_ELEC_LV"),
    ],
)
def test_an_item_decides(name, item, code):
    assert RECOGNISER.recognise(name, item=item).code == code


def test_an_unknown_name_is_asked_with_what_is_alike():
    assert RECOGNISER.recognise("焊工").candidates == ("SO_WELD",)
    assert RECOGNISER.recognise("厨师证").code == ""


def test_several_names_in_one_cell_are_told_apart():
    assert RECOGNISER.recognise("低压电工、高处作业").parts == ("低压电工", "高处作业")
    assert RECOGNISER.recognise("高处安装、维护、拆除作业").code == "SO_HEIGHT"

"""The floors of the building: nothing imports from above itself, and a rule does no I/O."""

import ast
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parent.parent / "training"
PURE = ["words", "calendar", "access"]  # ground that even a rule may stand on
GROUND = [*PURE, "errors", "settings", "sealing", "db"]
ROOMS = [  # a room may use the rooms before it
    "journal",
    "people",
    "accounts",
    "files",
    "certificates",
    "courses",
    "sessions",
    "enrolments",
    "exams",
    "completion",
    "renewals",
    "imports",
    "reports",
]
KINDS = ["rules", "tables", "queries", "actions"]  # a kind may use those before it; other files stand with queries
TOP = ["piccolo_app", "web", "jobs", "commands", "cli"]
IMPURE = {"piccolo", "litestar", "jinja2", "httpx", "asyncpg", "os", "pathlib", "socket", "subprocess", "random"}


def place(module: str) -> tuple[int, int, int]:
    """Where a module stands: (floor, room, kind)."""
    _, first, *rest = [*module.split("."), ""]
    if first in GROUND:
        return (0, GROUND.index(first), 0)
    if first in ROOMS:
        kind = rest[0] if rest else ""
        return (1, ROOMS.index(first), KINDS.index(kind if kind in KINDS else "queries") if kind else 0)
    return (2, TOP.index(first), 0)


def imported(path: Path) -> set[str]:
    """Every training module that a file imports, wherever in the file it does so."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.ImportFrom) and node.module and node.module.split(".")[0] == "training":
            shallow = node.module.count(".") <= 1
            found |= {f"{node.module}.{alias.name}" if shallow else node.module for alias in node.names}
        elif isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names if alias.name.startswith("training.")}
    return found


FILES = [path for path in sorted(PACKAGE.rglob("*.py")) if "migrations" not in path.parts]


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_imports_only_from_below(path: Path) -> None:
    module = ".".join(path.relative_to(PACKAGE.parent).with_suffix("").parts).removesuffix(".__init__")
    if module == "training":
        return
    floor, room, kind = place(module)
    for other in imported(path):
        other_floor, other_room, other_kind = place(other)
        assert other_floor <= floor, f"{other} is on a floor above"
        if floor == other_floor == 1:
            assert other_room <= room, f"{other} is a later room"
            assert other_kind <= kind, f"{KINDS[kind]} may not use {KINDS[other_kind]}"


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_imports_stand_at_the_top(path: Path) -> None:
    functions = [
        n for n in ast.walk(ast.parse(path.read_text())) if isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef)
    ]
    inside = [n for f in functions for n in ast.walk(f) if isinstance(n, ast.ImportFrom | ast.Import)]
    hidden = [n for n in inside if isinstance(n, ast.ImportFrom) and (n.module or "").split(".")[0] == "training"]
    if module_may_import_lazily(path):
        return
    assert hidden == [], "an import inside a function hides a cycle"


def module_may_import_lazily(path: Path) -> bool:
    """The command line imports what a command needs only when it runs, so that `--help` is quick."""
    return path.relative_to(PACKAGE).parts[0] in {"cli.py", "commands"}


@pytest.mark.parametrize(
    "path",
    [*sorted(PACKAGE.glob("*/rules.py")), *(PACKAGE / f"{name}.py" for name in PURE)],
    ids=lambda path: str(path.relative_to(PACKAGE)),
)
def test_rules_do_no_io(path: Path) -> None:
    tree = ast.parse(path.read_text())
    roots = {
        name.split(".")[0]
        for node in ast.walk(tree)
        for name in (
            [node.module or ""]
            if isinstance(node, ast.ImportFrom)
            else [alias.name for alias in node.names]
            if isinstance(node, ast.Import)
            else []
        )
    }

    assert not [node for node in ast.walk(tree) if isinstance(node, ast.AsyncFunctionDef | ast.Await)]
    assert {m for m in imported(path) if place(m)[0] == 0} <= {m for m in imported(path) if m.split(".")[1] in PURE}, (
        "rules stand on nothing but rules and the pure ground"
    )
    assert not roots & IMPURE
    assert not {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)} & {"today", "now", "utcnow"}

"""The few files of npm packages that pages use, copied from node_modules to static/vendor. Standard library only."""

import re
import shutil
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parent.parent
PACKAGES = CHECKOUT / "node_modules"
VENDOR = CHECKOUT / "static" / "vendor"

# Source maps come along, because the names in `sourceMappingURL` are checked when static files are collected.
COPIED = {
    "tabler.min.css": "@tabler/core/dist/css/tabler.min.css",
    "tabler.min.css.map": "@tabler/core/dist/css/tabler.min.css.map",
    "tabler.min.js": "@tabler/core/dist/js/tabler.min.js",
    "tabler.min.js.map": "@tabler/core/dist/js/tabler.min.js.map",
    "chart.umd.js": "chart.js/dist/chart.umd.js",
    "chart.umd.js.map": "chart.js/dist/chart.umd.js.map",
    "tom-select.complete.min.js": "tom-select/dist/js/tom-select.complete.min.js",
    "tom-select.complete.min.js.map": "tom-select/dist/js/tom-select.complete.min.js.map",
    "tom-select.bootstrap5.min.css": "tom-select/dist/css/tom-select.bootstrap5.min.css",
    "tom-select.bootstrap5.min.css.map": "tom-select/dist/css/tom-select.bootstrap5.min.css.map",
    "fonts/tabler-icons.woff2": "@tabler/icons-webfont/dist/fonts/tabler-icons.woff2",
}
INTER_WEIGHTS = (400, 500, 600)
INTER_SUBSETS = ("latin-ext", "latin")
OLDER_FONT_FORMATS = re.compile(r",\s*url\([^)]*\.(?:woff|ttf)(?:\?[^)]*)?\)\s*format\([^)]*\)")


def copy_assets() -> int:
    """Fill static/vendor afresh; returns how many files it now holds. A half-done earlier copy is replaced."""
    fresh = VENDOR.with_name("vendor.new")
    shutil.rmtree(fresh, ignore_errors=True)
    for name, source in COPIED.items():
        _copy(PACKAGES / source, fresh / name)
    icons = (PACKAGES / "@tabler/icons-webfont/dist/tabler-icons.min.css").read_text(encoding="utf-8")
    (fresh / "tabler-icons.min.css").write_text(_modern_fonts_only(icons), encoding="utf-8")
    _assemble_inter(fresh)
    shutil.rmtree(VENDOR, ignore_errors=True)
    fresh.rename(VENDOR)
    return sum(path.is_file() for path in VENDOR.rglob("*"))


def _assemble_inter(folder: Path) -> None:
    """One style sheet for the weights and alphabets in use, and their font files beside it."""
    package = PACKAGES / "@fontsource" / "inter"
    faces = []
    for weight in INTER_WEIGHTS:
        sheet = (package / f"{weight}.css").read_text(encoding="utf-8")
        for subset in INTER_SUBSETS:
            name = f"inter-{subset}-{weight}-normal"
            faces.append(_font_face(sheet, name))
            _copy(package / "files" / f"{name}.woff2", folder / "files" / f"{name}.woff2")
    (folder / "inter.css").write_text(_modern_fonts_only("\n".join(faces)), encoding="utf-8")


def _font_face(sheet: str, name: str) -> str:
    """The rule that follows the comment with the face's name; it says for which characters the file is loaded."""
    start = sheet.index(f"/* {name} */")
    return sheet[start : sheet.index("}", start) + 1]


def _modern_fonts_only(css: str) -> str:
    """Every browser in use reads woff2; what else a font rule names is not copied."""
    return OLDER_FONT_FORMATS.sub("", css)


def _copy(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(source, target)

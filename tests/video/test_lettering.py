"""Text: shaped, measured, wrapped, fitted, never cut."""

from __future__ import annotations

import pickle

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.video.boards import ROOT, face_files, faces, kit
from vitalreel.edges.typefaces import FaceFiles
from vitalreel.errors import BadConfiguration, Refused
from vitalreel.video.breaking import joined, tokens
from vitalreel.video.faces import Faces
from vitalreel.video.lettering import Lettering, Style

LETTERING = Lettering(faces())
HEAD = Style("serif", 68, 78)
LABEL = Style("sans", 34, 42)
NAUGHTY = ROOT.parent / "shared" / "data" / "names" / "blns" / "blns.txt"


def test_letters_are_kerned() -> None:
    """ "AV" set by advance widths alone gapes."""
    pair, apart = LETTERING.width("AV", HEAD), LETTERING.width("A", HEAD) + LETTERING.width("V", HEAD)

    assert pair < apart - 1


def test_tabular_figures_are_of_one_width_and_only_where_asked() -> None:
    """A counting number must not shake."""
    tabular, running = Style("display", 150, tnum=True), Style("display", 150)
    widths = {round(LETTERING.width(d, tabular), 3) for d in "0123456789"}

    assert 1 == len(widths)
    assert LETTERING.width("111", running) < LETTERING.width("111", tabular)


@given(st.text("abcdefg hij,.-", min_size=1, max_size=120), st.floats(200, 1500))
def test_wrapping_keeps_every_word_and_stays_inside(text: str, width: float) -> None:
    """Lines joined again are the text; none is wider than the measure."""
    lines = LETTERING.wrap(text, LABEL, width)

    assert "".join(LETTERING.clean(text, "sans").split()) == "".join("".join(lines).split())
    assert all(LETTERING.width(line, LABEL) <= width + 0.01 for line in lines)


def test_two_lines_break_after_punctuation_where_that_leaves_both_long_enough() -> None:
    """A headline is read in one breath a line."""
    lines = LETTERING.wrap("Weekly use is up 38% since March, and now past four seats in five", HEAD, 1400)

    assert ("Weekly use is up 38% since March,", "and now past four seats in five") == lines


def test_a_name_shrinks_before_it_wraps_and_a_sentence_wraps_before_it_shrinks() -> None:
    """Names stay whole as long as they can; headlines stay large as long as they can."""
    text = "Gemeinschaftsklinikum Mittelrhein"
    width = LETTERING.width(text, HEAD) * 0.85
    name, sentence = LETTERING.fit(text, HEAD, width, 2, one_line_first=True), LETTERING.fit(text, HEAD, width, 2)

    assert (1, 2) == (len(name.lines), len(sentence.lines))
    assert name.style.size < sentence.style.size == 68


def test_text_that_does_not_fit_is_refused_by_name() -> None:
    """Never an ellipsis, never a cut (V14)."""
    with pytest.raises(Refused, match="Mittelrhein"):
        LETTERING.fit("Gemeinschaftsklinikum Mittelrhein-Südeifel", HEAD, 300, 1)


def test_a_letter_no_face_has_is_refused_and_a_pictograph_left_out() -> None:
    """Dropping a letter would change a name; dropping a rocket does not."""
    assert "Rocket Labs" == LETTERING.clean("Rocket 🚀 Labs 👩‍💻", "sans")
    with pytest.raises(Refused, match="U\\+1208"):
        LETTERING.clean("ለ", "sans")


def test_spaces_that_hold_numbers_together_stay() -> None:
    """1 234,5 € in French typography."""
    assert "1\u202f234,5\u00a0€" == LETTERING.clean("1\u202f234,5\u00a0€", "sans")


def test_arabic_is_joined() -> None:
    """The same letters held apart by non-joiners take other forms."""
    assert LETTERING.width("محمد", LABEL) != LETTERING.width("\u200c".join("محمد"), LABEL)


def test_a_missing_face_says_which_and_what_to_do() -> None:
    """The first file of a role must be there; fallbacks may be missing."""
    files = {name: data for name, data in face_files().items() if name != "Newsreader-500.ttf"}

    with pytest.raises(BadConfiguration, match=r"Newsreader-500\.ttf.*assets"):
        Faces(files, kit())


@settings(max_examples=150)
@given(st.text(max_size=60))
def test_any_text_is_either_set_inside_its_measure_or_refused(text: str) -> None:
    """Names come from customers' systems: nothing in them may crash a film or leave the picture."""
    _set_or_refused(text)


@pytest.mark.skipif(not NAUGHTY.exists(), reason=f"the list of naughty strings is not in {NAUGHTY}")
def test_naughty_strings_are_set_or_refused() -> None:
    """The public list of strings that break software."""
    rows = NAUGHTY.read_text(encoding="utf-8").splitlines()
    done = sum(_set_or_refused(row) for row in rows)

    assert done > len(rows) // 2


def _set_or_refused(text: str) -> bool:
    try:
        block = LETTERING.fit(text, LABEL, 900, 3)
    except Refused:
        return False
    for line in block.lines:
        shaped = LETTERING.shape(line, block.style)
        assert shaped.advance <= 900.01
    return True


@pytest.mark.parametrize(
    "name", ["渡邊 美智子記念病院", "髙﨑 𠮷野", "北京协和医院", "衛生福利部桃園醫院", "서울대학교병원"]
)
def test_names_of_east_asia_are_drawn_by_every_installation(name: str) -> None:
    """In every role, by the faces that set-up brings: no letter of a name is refused (V10)."""
    for role in kit().faces:
        assert name == faces().drawable(role, name)
        assert LETTERING.width(name, Style(role, 40)) > 100


def test_a_face_is_read_when_a_letter_needs_it() -> None:
    """The file of East Asian faces is four times all others: a film without such letters does not pay for it."""
    read = list[str]()

    class Watched(FaceFiles):
        def __getitem__(self, name: str) -> bytes:
            read.append(name)
            return super().__getitem__(name)

    lettering = Lettering(Faces(Watched(face_files().folder), kit()))
    lettering.width("Halden Health", HEAD)
    without = "NotoSansCJK-400.ttc" in read
    lettering.width("渡邊", HEAD)

    assert (False, True) == (without, "NotoSansCJK-400.ttc" in read)


def test_font_files_cross_process_borders_as_a_folder_s_name() -> None:
    """24 MB would go to a worker with every scene otherwise."""
    sent = pickle.dumps(face_files())

    assert len(sent) < 2000
    assert dict(face_files()).keys() == dict(pickle.loads(sent)).keys()


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("佐藤様、勤務表についてのご報告", "佐藤様、|勤務表についての|ご報告"),
        ("ハルデン総合病院で最初の病棟", "ハルデン|総合病院で|最初の|病棟"),
        ("「募集」を開きます。", "「募集」を|開きます。"),
        ("利用者は8月の71人から", "利用者は|8月の|71人から"),
        ("いっしょにスイッチを（オン）", "いっしょに|スイッチを|（オン）"),
        ("北京协和医院", "北|京|协|和|医|院"),
        ("使用率（周）", "使|用|率|（周）"),
        ("서울대학교병원 응급실", "서울대학교병원 |응급실"),
        ("Kings Quay", "Kings |Quay"),
    ],
)
def test_east_asian_text_breaks_where_its_readers_expect(text: str, parts: str) -> None:
    """V10: Japanese after its phrases, Chinese between ideographs, Korean between words; no line begins with a closing mark or
    a small kana, and none ends with an opening bracket."""
    assert tuple(parts.split("|")) == tokens(text)
    assert text == "".join(tokens(text))


def test_lines_of_east_asian_text_are_joined_without_a_space() -> None:
    """A title's two lines, set anew."""
    assert "勤務表についてのご報告" == joined(("勤務表に", "ついてのご報告"))
    assert "Priya, a short note" == joined(("Priya, a", "short note"))
    assert "佐藤様 Halden" == joined(("佐藤様", "Halden"))


def test_lines_are_not_evened_out_by_breaking_a_word() -> None:
    """The longest word is the narrowest a line may be."""
    text, style = "Contract with Gemeinschaftsklinikum Mittelrhein", Style("sans", 34, 42)
    lines = LETTERING.wrap(text, style, LETTERING.width("Gemeinschaftsklinikum", style) + 2)

    assert ("Contract with", "Gemeinschaftsklinikum", "Mittelrhein") == lines

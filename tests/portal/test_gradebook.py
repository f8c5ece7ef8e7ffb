"""A teacher gets another system's gradebook back with the marks in it, and sees before what is written."""

from __future__ import annotations

import io
import re
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.signing import TimestampSigner
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from openpyxl import Workbook, load_workbook

from grading.core.actor import Actor
from grading.core.models import Job
from grading.exams.models import Exam, Student
from grading.marking import services as marking
from grading.marking.models import Answer, Decision
from grading.reports.gradebook_carrying import MAX_BYTES
from tests.portal.conftest import Graded
from tests.reports.gradebook_samples import BLACKBOARD, CANVAS, ILIAS, MOODLE, WORKSHEET

pytestmark = pytest.mark.django_db


@pytest.fixture
def marked(graded: Graded, bob_actor: Actor) -> Graded:
    """Ada has 11 of 11 marks, Ben 9 and Cleo no sheet; all have an e-mail address."""
    for answer in Answer.objects.filter(exam=graded.exam, status=Answer.Status.REVIEW):
        wrong = (answer.sheet_id, answer.question) == (graded.sheets[1].pk, "1")
        kind = Decision.Kind.WRONG if wrong else Decision.Kind.RIGHT
        marking.decide(actor=bob_actor, answer=answer, kind=kind)
    for name, whole in (("Ada", "Ada Lovelace"), ("Ben", "Ben Bitdiddle"), ("Cleo", "Cleo Patra")):
        Student.objects.filter(name=name).update(name=whole, email=f"{name.lower()}@example.org")
    return graded


def shown(client: Client, graded: Graded, content: bytes, name: str = "g.csv") -> Any:
    """The preview of an uploaded file."""
    page = reverse("reports:gradebook", args=[graded.exam.pk])
    answer: Any = client.post(page, {"upload": SimpleUploadedFile(name, content)})
    assert answer.status_code == 200, answer.context["form"].errors
    return answer


def sent(answer: Any, **other: str) -> dict[str, str]:
    """What the form of a preview sends, with some of it chosen otherwise."""
    hidden = {name: answer.context[name] for name in ("carried", "shown")}
    form = answer.context["form"]
    fields = {name: form[name].value() for name in ("who", "into", "write", "most", "sign")}
    return hidden | {name: value or "" for name, value in fields.items()} | other


def taken(client: Client, graded: Graded, answer: Any, **other: str) -> Any:
    """What comes of asking for the file."""
    return client.post(reverse("reports:gradebook-file", args=[graded.exam.pk]), sent(answer, **other))


def fates(answer: Any) -> dict[str, tuple[str, str, str]]:
    """By first name: what the cell holds, what the mark is, what becomes of it."""
    return {
        line.student.name.split()[0]: (line.old, "" if line.new is None else f"{line.new:f}", line.fate)
        for line in answer.context["filling"].lines
    }


def test_a_gradebook_of_canvas_is_filled(marked: Graded, alice_client: Client) -> None:
    preview = shown(alice_client, marked, CANVAS, "2026 Grades.csv")
    assert preview.context["system"] == "canvas"
    assert (preview.context["form"]["who"].value(), preview.context["form"]["into"].value()) == ("2", "6")
    assert fates(preview) == {
        "Ada": ("", "10", "write"),  # out of the ten points that Canvas knows of
        "Ben": ("", "8.18", "write"),
        "Cleo": ("", "", "absent"),
    }
    assert preview.context["filling"].strangers == ("Student, Test, 88999, 4e5f",)
    answer = taken(alice_client, marked, preview)
    assert answer["Content-Disposition"] == 'attachment; filename="2026 Grades.csv"'
    wanted = CANVAS.replace(b"Physics 1,9.00,,", b"Physics 1,9.00,10,").replace(b",EX,,", b",EX,8.18,")
    assert answer.content == wanted


def test_grades_of_moodle_are_filled(marked: Graded, alice_client: Client) -> None:
    preview = shown(alice_client, marked, MOODLE)
    assert (preview.context["system"], preview.context["kind"]) == ("moodle", "number")
    wanted = MOODLE.replace(b"7.50,-,", b"7.50,11,").replace(b"ben@example.org,-,-,", b"ben@example.org,-,9,")
    assert taken(alice_client, marked, preview).content == wanted


def test_a_grading_worksheet_of_moodle_is_filled_with_decimal_commas(
    marked: Graded, alice_client: Client
) -> None:
    preview = shown(alice_client, marked, WORKSHEET)
    assert (preview.context["system"], preview.context["kind"]) == ("worksheet", "email")
    assert fates(preview)["Ben"] == ("12,50", "16.36", "other")
    first = WORKSHEET.replace(b"Abgegeben;;", b"Abgegeben;20;", 1)
    assert taken(alice_client, marked, preview).content == first
    both = first.replace(b"12,50", b"16,36")
    assert taken(alice_client, marked, preview, overwrite="on").content == both


def test_a_gradebook_of_blackboard_is_filled(marked: Graded, alice_client: Client) -> None:
    preview = shown(alice_client, marked, BLACKBOARD, "gc_course.xls")
    assert (preview.context["system"], preview.context["kind"]) == ("blackboard", "number")
    row = '"{}"\t"Yes"\t"{}"\t""'
    wanted = BLACKBOARD
    for last, essay, mark in (("2026-11-23 08:00:00", "9.00", "100"), ("", "", "81.82")):
        before = row.format(last, essay)
        after = f'{before[:-2]}"{mark}"'
        wanted = wanted.replace(before.encode("utf-16-le"), after.encode("utf-16-le"), 1)
    assert taken(alice_client, marked, preview).content == wanted


def test_a_table_without_a_column_for_the_exam_gets_one(marked: Graded, alice_client: Client) -> None:
    preview = shown(alice_client, marked, ILIAS)
    wanted = ILIAS.replace(b"Bemerkung\r", b"Bemerkung;A small exam\r")
    wanted = wanted.replace(b"Ada;\r", b"Ada;;11\r").replace(b"Ben;x\r", b"Ben;x;9\r")
    assert taken(alice_client, marked, preview).content == wanted


def test_a_new_column_in_canvas_says_what_it_is_out_of(marked: Graded, alice_client: Client) -> None:
    Exam.objects.update(title="=Quiz (2026)")
    content = CANVAS.replace(b"A small exam (502)", b"Lab (502)").replace(
        b"Physics 1,9.00,,", b"Physics 1,9.00,7,"
    )
    first = shown(alice_client, marked, content)
    assert first.context["form"]["into"].value() == "9"
    lines = taken(alice_client, marked, first).content.decode().splitlines()
    assert [line.rpartition(",")[2] for line in lines] == ["Quiz 2026", "", "11", "11", "9", "", ""]


def test_a_workbook_is_filled(marked: Graded, alice_client: Client) -> None:
    book = Workbook()
    sheet: Any = book.active
    for row in (
        ["User name", "Points", "Sum"],
        ["ada", None, "=B2"],
        ["ben@other.org", 3, None],
        ["zed", 1, None],
    ):
        sheet.append(row)
    buffer = io.BytesIO()
    book.save(buffer)
    preview = shown(alice_client, marked, buffer.getvalue(), "g.xlsx")
    assert preview.context["kind"] == "username"
    filled = taken(alice_client, marked, preview, overwrite="on").content
    after: Any = load_workbook(io.BytesIO(filled)).active
    assert [[cell.value for cell in row] for row in after][1:] == [
        ["ada", 11, "=B2"],
        ["ben@other.org", 9, None],
        ["zed", 1, None],
    ]
    formulas = shown(alice_client, marked, buffer.getvalue(), "g.xlsx")
    looked = alice_client.post(reverse("reports:gradebook", args=[marked.exam.pk]), sent(formulas, into="2"))
    assert fates(looked)["Ada"][2] == "computed"


def test_what_is_undecided_stays_empty_and_is_said(graded: Graded, alice_client: Client) -> None:
    preview = shown(alice_client, graded, MOODLE)
    assert {fate for *_cells, fate in fates(preview).values()} == {"open", "absent"}
    assert "not released yet" in preview.content.decode()
    assert "There is nothing to write" in preview.content.decode()
    assert taken(alice_client, graded, preview).content == MOODLE


def test_a_released_exam_needs_no_warning(marked: Graded, alice_client: Client) -> None:
    Exam.objects.update(state=Exam.State.RELEASED)
    assert "not released yet" not in shown(alice_client, marked, MOODLE).content.decode()


def test_marks_that_differ_from_the_release_are_said(
    marked: Graded, alice_client: Client, bob_actor: Actor
) -> None:
    drop = reverse("scans:drop", args=[marked.exam.pk, marked.odd.pk])
    alice_client.post(drop, {"state": "blank"})
    Job.objects.all().delete()
    alice_client.post(reverse("reports:release-change", args=[marked.exam.pk]))
    said = "differ from what was released; the file gets those of now."
    assert said not in shown(alice_client, marked, MOODLE).content.decode()
    seen = Decision.objects.get(sheet=marked.sheets[0], question="1").pk
    answer = marked.answer(0, "1")
    marking.decide(actor=bob_actor, answer=answer, kind=Decision.Kind.WRONG, seen=seen)
    changed = shown(alice_client, marked, MOODLE)
    assert "The results of 1 student " + said in changed.content.decode()
    assert fates(changed)["Ada"] == ("-", "9", "write")


def test_both_columns_and_the_manner_can_be_chosen(marked: Graded, alice_client: Client) -> None:
    page = reverse("reports:gradebook", args=[marked.exam.pk])
    first = shown(alice_client, marked, MOODLE)
    chosen = {"who": "0+1", "into": "4", "write": "percent", "sign": ","}
    refused = taken(alice_client, marked, first, **chosen)
    assert "look at it before you take the file" in refused.content.decode()
    assert refused.context["kind"] == "name"
    second = alice_client.post(page, sent(first, **chosen))
    assert fates(second) == {"Ben": ("-", "81.82", "write"), "Cleo": ("3.00", "", "absent")}
    wanted = MOODLE.replace(b"ben@example.org,-,", b'ben@example.org,"81,82",')
    assert taken(alice_client, marked, second).content == wanted
    third = alice_client.post(page, sent(first, write="own", most="22"))
    assert fates(third)["Ben"] == ("-", "18", "write")
    assert b",18," in taken(alice_client, marked, third).content
    asked = alice_client.post(page, sent(first, write="own", most=""))
    assert asked.status_code == 422
    assert "does not say what this column is out of" in asked.content.decode()
    assert alice_client.post(page, sent(first, who="4", into="4")).status_code == 422
    assert alice_client.post(page, sent(first, into="77")).status_code == 422


def test_names_alone_are_taken_only_where_they_are_one_persons(marked: Graded, alice_client: Client) -> None:
    content = b'Name,Mark\n"Lovelace, Ada",\nben  BITDIDDLE,\nCleo Patra,\nCleo Patra,\n'
    Student.objects.create(exam=marked.exam, student_id="1004", name="Ben Bitdiddle")
    preview = shown(alice_client, marked, content)
    assert preview.context["kind"] == "name"
    assert fates(preview) == {"Ada": ("", "11", "write")}
    assert preview.context["filling"].doubtful == ("ben BITDIDDLE", "Cleo Patra", "Cleo Patra")


def test_first_and_last_name_identify_together(marked: Graded, alice_client: Client) -> None:
    unknown = [(number, b"9" + number) for number in (b"0001001", b"0001002", b"0001003")]
    content = BLACKBOARD.decode("utf-16-le").encode()
    for number, other in (*unknown, (b'"ada"', b'"u1"'), (b'"ben"', b'"u2"'), (b'"cleo"', b'"u3"')):
        content = content.replace(number, other)
    preview = shown(alice_client, marked, content)
    assert preview.context["form"]["who"].value() == "1+0"
    assert list(fates(preview)) == ["Ada", "Ben", "Cleo"]


def test_user_names_are_found_anywhere_in_the_file(marked: Graded, alice_client: Client) -> None:
    others = "".join(f"zz{letter},,\n" for letter in "abcdefgh" * 60)
    preview = shown(alice_client, marked, f"login,note,mark\n{others}ada,,\nben,,\n".encode())
    assert preview.context["kind"] == "username"
    assert preview.context["form"]["who"].value() == "0"
    assert list(fates(preview)) == ["Ada", "Ben"]


def test_leading_zeros_that_a_spreadsheet_took_do_no_harm(marked: Graded, alice_client: Client) -> None:
    Student.objects.filter(student_id="1001").update(student_id="0012")
    preview = shown(alice_client, marked, b"id,mark\n12,\n1002,\n")
    assert fates(preview)["Ada"] == ("", "11", "write")
    Student.objects.filter(student_id="1002").update(student_id="012")
    assert fates(shown(alice_client, marked, b"id,mark\n12,\n1003,\n")).keys() == {"Cleo"}


def test_a_number_beside_another_name_is_pointed_out(marked: Graded, alice_client: Client) -> None:
    content = b"id,name,mark\n1001,Ada Lovelace,\n1002,Sue Storm,\n1003,Cleo Patra,\n"
    preview = shown(alice_client, marked, content)
    assert [line.beside for line in preview.context["filling"].odd] == ["1002, Sue Storm"]
    assert "has another name" in preview.content.decode()
    canvas = CANVAS.replace(b"Bitdiddle, Ben", b"Storm, Sue")  # whose login still says ben
    odd = shown(alice_client, marked, canvas).context["filling"].odd
    assert [line.student.name for line in odd] == ["Ben Bitdiddle"]
    content = WORKSHEET.replace(b"Ben Bitdiddle", b"Sue Storm")  # whose address still says ben
    assert [line.student.name for line in shown(alice_client, marked, content).context["filling"].odd] == [
        "Ben Bitdiddle"
    ]
    assert shown(alice_client, marked, b"id,mark\n1001,\n1002,\n").context["filling"].odd == ()


def test_marks_above_the_columns_own_maximum_are_pointed_out(marked: Graded, alice_client: Client) -> None:
    first = shown(alice_client, marked, CANVAS)
    page = reverse("reports:gradebook", args=[marked.exam.pk])
    second = alice_client.post(page, sent(first, write="points"))
    assert "some marks are above that" in second.content.decode()


def test_a_column_that_holds_no_marks_is_pointed_out(marked: Graded, alice_client: Client) -> None:
    said, page = b"are no marks", reverse("reports:gradebook", args=[marked.exam.pk])
    first = shown(alice_client, marked, WORKSHEET)
    assert said not in first.content
    assert said in alice_client.post(page, sent(first, into="0")).content


def test_columns_that_canvas_computes_are_not_offered(marked: Graded, alice_client: Client) -> None:
    offered = dict(shown(alice_client, marked, CANVAS).context["form"].fields["into"].choices)
    assert not any("Score" in label for label in offered.values())
    assert offered["5"] == "F · Essay (501)"


def test_nobody_found_can_be_helped_by_choosing_a_column(marked: Graded, alice_client: Client) -> None:
    preview = shown(alice_client, marked, b"code;mark\nx1;\nx2;\n")
    assert "Nobody of this exam is found" in preview.content.decode()
    assert 'name="carried"' in preview.content.decode()


def test_a_name_that_is_markup_or_a_formula_does_no_harm(marked: Graded, alice_client: Client) -> None:
    Student.objects.filter(student_id="1002").update(name="=cmd|' /C calc'!A0")
    content = b'id,name,mark\n1001,"=HYPERLINK(""x"")",\n1002,<script>alert(1)</script>,\n'
    preview = shown(alice_client, marked, content, "<b>.csv")
    assert b"<script>alert" not in preview.content
    answer = taken(alice_client, marked, preview)
    assert answer.content == content.replace(b'""x"")",', b'""x"")",11').replace(
        b"</script>,", b"</script>,9"
    )


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"\n", "is empty"),
        (b'id,mark\n1001,"\n', "is not CSV"),
        (b"x" * (MAX_BYTES + 1), "larger than 3000 kB"),
        (b"\xd0\xcf\x11\xe0", "old Excel file"),
    ],
)
def test_a_file_that_cannot_be_used_is_refused(
    content: bytes, said: str, marked: Graded, alice_client: Client
) -> None:
    page = reverse("reports:gradebook", args=[marked.exam.pk])
    answer = alice_client.post(page, {"upload": SimpleUploadedFile("g.csv", content)})
    assert answer.status_code == 422
    assert said in answer.content.decode()


def test_the_largest_file_comes_back(marked: Graded, alice_client: Client) -> None:
    noise = "".join(chr(0x4E00 + (n * n * 7919) % 20000) for n in range(40_000))  # packs badly
    rows = "".join(f"x{n},{noise[n * 20 : n * 20 + 20]},\n" for n in range(2000))
    content = f"id,name,mark\n1001,Ada,\n{rows}".encode()
    content += b"y,," + b"z" * (MAX_BYTES - len(content) - 4) + b"\n"
    assert len(content) == MAX_BYTES
    answer = taken(alice_client, marked, shown(alice_client, marked, content), into="2")
    assert answer.content == content.replace(b"1001,Ada,", b"1001,Ada,11", 1)


def test_the_upload_is_kept_nowhere(marked: Graded, alice_client: Client) -> None:
    before, queries = stored(), CaptureQueriesContext(connection)
    with queries:
        taken(alice_client, marked, shown(alice_client, marked, MOODLE))
    assert stored() == before
    written = [
        query["sql"] for query in queries if not query["sql"].startswith(("SELECT", "SAVEPOINT", "RELEASE"))
    ]
    assert written == []


def stored(folder: str = "") -> list[str]:
    if not default_storage.exists(folder or "."):
        return []
    folders, files = default_storage.listdir(folder)
    return sorted(files + [name for each in folders for name in stored(f"{folder}{each}/")])


def test_the_carried_file_is_signed_bound_to_its_exam_and_grows_old(
    marked: Graded, alice_client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    preview = shown(alice_client, marked, MOODLE)
    value = preview.context["carried"]
    other = TimestampSigner(salt="gradebook/0").sign_object({"a": 1})
    for carried in (value[:-1] + ("A" if value[-1] != "A" else "B"), other, "", "x:y:z"):
        answer = taken(alice_client, marked, preview, carried=carried)
        assert answer.status_code == 422
        assert "Choose the file" in answer.content.decode()
    late = (timezone.now() + timedelta(hours=13)).timestamp()
    monkeypatch.setattr("django.core.signing.time.time", lambda: late)
    assert taken(alice_client, marked, preview).status_code == 422


def test_a_longer_file_asks_the_database_no_oftener(marked: Graded, alice_client: Client) -> None:
    def asked(content: bytes) -> int:
        with CaptureQueriesContext(connection) as seen:
            shown(alice_client, marked, content)
        return len(seen)

    few = asked(b"id,mark\n1001,\n")
    students = [Student(exam=marked.exam, student_id=f"2{n:03}", name=f"N {n}") for n in range(50)]
    Student.objects.bulk_create(students)
    rows = "".join(f"2{n:03},\n" for n in range(50))
    assert asked(f"id,mark\n1001,\n1002,\n{rows}".encode()) <= few <= 20


def test_results_and_release_lead_here(marked: Graded, alice_client: Client) -> None:
    link = reverse("reports:gradebook", args=[marked.exam.pk])
    Exam.objects.update(state=Exam.State.RELEASED)
    for name in ("results", "release"):
        page = alice_client.get(reverse(f"reports:{name}", args=[marked.exam.pk])).content.decode()
        assert re.search(rf'<a [^>]*href="{link}"', page), name

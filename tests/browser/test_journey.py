"""One sitting of a new teacher: from the login to the report of a class, by what the pages say alone."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import PATIENCE, Desk, Service, context, desk_of, log_in, open_page
from tests.conftest import ROOT

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.xdist_group("browser")]
QUIZ = ROOT / "examples" / "physics-quiz" / "exam.yaml"
ROSTER = (ROOT / "examples" / "physics-quiz" / "roster.csv").read_text(encoding="utf-8").splitlines()[:4]


def set_up(page: Page, code: str) -> str:
    """An exam from the example file with three students, whose faults are shown first; its home."""
    page.get_by_role("link", name="New exam").or_(page.get_by_role("link", name="Set up an exam")).click()
    page.get_by_role("link", name="Paste an exam file instead").click()
    text = QUIZ.read_text(encoding="utf-8").replace("id: phys-quiz-3", f"id: {code}")
    box = page.get_by_label("Exam file as text")
    box.fill(text.replace("tolerance: 1%", "tolerance: lots"))
    page.get_by_role("button", name="Set up this exam").click()
    expect(page.locator(".lines .says")).to_contain_text("expected a number such as 2 or 0.5")
    box.fill(text)
    page.get_by_role("button", name="Set up this exam").click()
    page.get_by_text("The exam is set up.").wait_for()
    home = page.url
    page.get_by_role("link", name="Add the roster").click()
    page.get_by_label("Roster as text").fill("\n".join(ROSTER))
    page.get_by_role("button", name="See what changes").click()
    page.get_by_role("button", name="Save this roster").click()
    page.get_by_text("3 added, 0 changed, 0 removed").wait_for()
    return home


def print_sheets(page: Page, home: str, folder: Path) -> None:
    """Makes the PDF and keeps it, with its layout, in ``folder``."""
    page.goto(home)
    page.get_by_role("link", name="Print sheets").click()
    page.get_by_role("button", name="Make the PDF").click()
    for name, file in (("Download the PDF", "sheets.pdf"), ("layout.json", "layout.json")):
        with page.expect_download() as download:
            page.get_by_role("link", name=name).click()
        download.value.save_as(folder / file)


def write_the_exam(folder: Path) -> Path:
    """Three students fill the sheets in, and a scanner scans them, by the paper simulator."""
    (folder / "roster.csv").write_text("\n".join(ROSTER) + "\n", encoding="utf-8")
    command = [
        sys.executable,
        "-m",
        "recognition.paper",
        "--preset=mild",
        "--seed=7",
        "--workers=2",
        "--no-faults",
    ]
    files = {"layout": "layout.json", "sheets": "sheets.pdf", "roster": "roster.csv"}
    named = [f"--{option}={folder / name}" for option, name in files.items()]
    subprocess.run([*command, *named, f"--exam={QUIZ}", f"--out={folder}"], cwd=ROOT, check=True)
    return folder / "scans.pdf"


def scan_in(page: Page, home: str, scans: Path) -> None:
    """Drops the file and waits until the machine is through with it."""
    page.goto(f"{home}scan/")
    page.get_by_label("Drop your scans here").set_input_files(scans)
    page.locator("#files").get_by_text("taken in").wait_for()
    page.locator("#wall:not([data-busy])").get_by_text("every page is settled").wait_for(timeout=5 * PATIENCE)
    expect(page.locator(".sum")).to_have_text("6 pages in = 6 used", use_inner_text=True)
    expect(page.locator(".steps [aria-current] .count")).to_have_count(0)
    # What waits at the other steps is told without a reload, and where to go on.
    expect(page.locator(".steps .count").first).to_be_visible()
    expect(page.locator("#wall [data-key=next]")).to_contain_text("Next step: the review.")


def review_by_keyboard(page: Page, home: str) -> int:
    """Decides four items without the mouse, takes one back; how many are decided in the end."""
    open_page(page, f"{home}review/next/?size=each")
    bench = page.locator("[data-place] [data-answer]:not([inert])")
    for keys in (
        ["Enter"],
        ["ArrowRight"],
        ["Backspace"],
        ["1", "Enter"],
        ["r", "Control+A", "4", "2", "Enter"],
    ):
        before = bench.get_attribute("data-answer")
        for key in keys:
            page.keyboard.press(key)
        expect(bench).not_to_have_attribute("data-answer", before or "")
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keys")).to_contain_text("Right: full marks")
    page.keyboard.press("Escape")
    expect(page.locator("dialog[open]")).to_have_count(0)
    bench.wait_for()  # no key acts on an item that waits to be replaced
    page.keyboard.press("u")
    # It comes back once all that was decided before has arrived; what one leaves behind on its way waits.
    expect(bench).to_have_attribute("data-answer", before or "")
    return 3


@pytest.fixture(scope="module")
def home(chromium: Browser, service: Service, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The home of an exam that was set up, printed, written and scanned in, all in the browser."""
    folder = tmp_path_factory.mktemp("paper")
    with desk_of(chromium, service) as desk:
        address = set_up(desk.page, "phys-quiz-3")
        print_sheets(desk.page, address, folder)
        scan_in(desk.page, address, write_the_exam(folder))
        assert not desk.complaints
    return address


def test_a_teacher_gets_from_nothing_to_the_report_of_a_class(home: str, desk: Desk) -> None:
    page = desk.page
    by_people = page.locator(".figures div", has_text="by people").locator("dd")
    page.goto(f"{home}results/")
    before = int(by_people.inner_text())
    decided = review_by_keyboard(page, home)
    page.goto(f"{home}results/")
    expect(page.locator("tbody tr")).to_have_count(3)
    expect(by_people).to_have_text(str(before + decided))
    with page.expect_download() as download:
        page.get_by_role("link", name="Class report").click()
    assert Path(download.value.path()).read_bytes()[:5] == b"%PDF-"
    page.get_by_role("link", name=ROSTER[1].split(",")[1]).click()
    expect(page.locator(".answer img")).to_have_count(12)
    page.locator(".answer img").first.scroll_into_view_if_needed()
    page.wait_for_function("document.querySelector('.answer img').naturalWidth > 0")
    assert not desk.complaints


def test_a_phone_shows_every_page_whole(home: str, chromium: Browser, service: Service) -> None:
    with context(chromium, width=390) as phone:
        page = phone.new_page()
        log_in(page, service)
        parts = ("", "questions/", "roster/", "print/", "scan/", "sure/", "review/", "results/", "log/")
        for part in (*parts, "review/next/", "results/questions/", "release/", "students/"):
            open_page(page, f"{home}{part}")
            assert page.evaluate("document.documentElement.scrollWidth") <= 390, part


def test_an_exam_is_made_without_any_script(chromium: Browser, service: Service) -> None:
    with context(chromium, script=False) as plain:
        page = plain.new_page()
        log_in(page, service)
        page.goto(f"{service.address}/exams/new/")
        page.get_by_label("Title").fill("By hand")
        page.get_by_label("Short name").fill("by-hand")
        first = page.locator("fieldset").first
        first.get_by_label("Key").fill("42")
        first.get_by_label("Marks", exact=True).fill("2")
        page.get_by_role("button", name="Set up this exam").click()
        expect(page.get_by_role("heading", name="By hand")).to_be_visible()
        expect(page.get_by_text("1 question · 2 marks")).to_be_visible()

"""The versions of an exam, one of them taken up again, and the copy of an exam."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from grading.accounts.access import READERS, TEACHERS, actor_of, requires
from grading.core.errors import UserError
from grading.exams import services
from grading.exams.examfile import ExamFileError, dump_exam
from grading.exams.forms import CopyForm
from grading.exams.gate import exam_or_404
from grading.exams.models import Exam, ExamVersion
from grading.exams.printed_changes import NewPrintNeeded
from grading.exams.refusals import in_words
from grading.exams.versions import Entries

VERSIONS_A_PAGE = 25


@requires(READERS)
def versions(request: HttpRequest, exam_id: int) -> HttpResponse:
    """Every saved state: who, when, what changed, and which prints were made of it."""
    return _versions_page(request, exam_or_404(request, exam_id))


@requires(READERS)
def version_file(request: HttpRequest, exam_id: int, number: int) -> HttpResponse:
    """EXAM.yaml as it was."""
    exam = exam_or_404(request, exam_id)
    text = dump_exam(_version(exam, number).load_spec())
    name = f'attachment; filename="{exam.code}-version-{number}.yaml"'
    return HttpResponse(
        text, content_type="application/yaml; charset=utf-8", headers={"Content-Disposition": name}
    )


@requires(TEACHERS)
def restore(request: HttpRequest, exam_id: int, number: int) -> HttpResponse:
    """Take an earlier version up again."""
    exam = exam_or_404(request, exam_id)
    version = _version(exam, number)
    if request.method != "POST":
        return redirect("exams:versions", exam.pk)
    new_print = "new_print" in request.POST
    try:
        services.restore_version(actor=actor_of(request), exam=exam, version=version, new_print=new_print)
    except NewPrintNeeded as error:
        return _versions_page(request, exam, asked=version.number, words=in_words(error))
    except UserError as error:
        messages.error(request, in_words(error))
    else:
        messages.success(request, _("Version %(n)d is the exam again.") % {"n": number})
    return redirect("exams:versions", exam.pk)


@requires(TEACHERS)
def copy(request: HttpRequest, exam_id: int) -> HttpResponse:
    """The same questions as a new exam."""
    exam = exam_or_404(request, exam_id)
    first = {"title": exam.title, "code": f"{exam.code[:22]}-2", "with_roster": False}
    form = CopyForm(request.POST or None, initial=first)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            copied = services.copy_exam(
                actor=actor_of(request),
                exam=exam,
                code=data["code"],
                title=data["title"],
                with_roster=data["with_roster"],
            )
        except ExamFileError as error:
            for fault in error.faults:
                form.add_error("code" if fault.place == ("id",) else None, fault.message)
        except UserError as error:
            form.add_error("code", in_words(error))
        else:
            messages.success(request, _("This is the copy. Nothing of it is printed yet."))
            return redirect("portal:exam", copied.pk)
    status = 422 if request.method == "POST" else 200
    return render(request, "exams/copy.html", {"exam": exam, "form": form}, status=status)


def _version(exam: Exam, number: int) -> ExamVersion:
    found = ExamVersion.objects.filter(exam=exam, number=number).first()
    if found is None:
        raise Http404("There is no such version.")
    return found


def _versions_page(request: HttpRequest, exam: Exam, *, asked: int = 0, words: str = "") -> HttpResponse:
    page = Paginator(Entries(exam), VERSIONS_A_PAGE).get_page(request.GET.get("page"))
    context = {"exam": exam, "page": page, "asked": asked, "words": words}
    return render(request, "exams/versions.html", context, status=422 if asked else 200)

"""Open answers as a whole: which questions people mark, how far they are, and how well markers agree."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from grading.accounts.access import READERS, REVIEWERS, actor_of, requires
from grading.exams.gate import exam_or_404
from grading.exams.models import Exam
from grading.exams.spec import Question
from grading.marking.rubric_rules import Rules, open_questions, rules_for, rules_of
from grading.review.assignments import assigned
from grading.review.coming import behind_open_question
from grading.review.open_agreement import twice_marked
from grading.review.open_queue import progress, waiting_for
from grading.review.open_services import next_open


@requires(REVIEWERS)
def questions(request: HttpRequest, exam_id: int) -> HttpResponse:
    """The questions that people mark, with what waits in each."""
    exam = exam_or_404(request, exam_id)
    spec = exam.load_spec()
    rules = rules_of(exam, spec)
    found = open_questions(spec, rules)
    far, asked = progress(exam, [question.id for question in found]), assigned(exam)
    rows = [(q, rules[q.id], far[q.id], asked.get(q.id, ())) for q in found]
    machine = [question for question in spec.questions if not rules[question.id].by_people]
    return render(request, "review/open_list.html", {"exam": exam, "rows": rows, "machine": machine})


@requires(REVIEWERS)
def overview(request: HttpRequest, exam_id: int, question: str) -> HttpResponse:
    """One question: progress, criteria, second marking."""
    exam, actor = exam_or_404(request, exam_id), actor_of(request)
    chosen, rules = question_or_404(exam, question)
    reads = actor.role in READERS
    context = {
        "exam": exam,
        "question": chosen,
        "rules": rules,
        "progress": progress(exam, [chosen.id])[chosen.id],
        "may_go_on": waiting_for(actor, exam, chosen.id, timezone.now()).exists(),
        "twice": twice_marked(exam, chosen, rules) if reads and rules.second_share else None,
    }
    return render(request, "review/open_question.html", context)


@requires(REVIEWERS)
def next_one(request: HttpRequest, exam_id: int, question: str) -> HttpResponse:
    """Borrow the next answer and go there; to the overview when nothing is left."""
    exam, actor = exam_or_404(request, exam_id), actor_of(request)
    chosen, _rules = question_or_404(exam, question)
    answer = next_open(actor=actor, exam=exam, question=chosen.id)
    if answer is None:
        messages.success(request, _("Nothing is left for you to mark in this question."))
        return redirect(behind_open_question(actor, exam, chosen.id))
    return redirect("review:open-item", exam.pk, answer.pk)


def question_or_404(exam: Exam, name: str) -> tuple[Question, Rules]:
    """A question of the exam with its rules."""
    try:
        question = exam.load_spec().question(name)
    except KeyError as missing:
        raise Http404("There is no such question.") from missing
    return question, rules_for(exam, question)

"""What lies on the bench: answers with everything that helps to decide them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from uuid import UUID, uuid4

from grading.accounts.models import User
from grading.core.actor import Actor
from grading.exams.key_text import key_text, leniency
from grading.exams.models import Exam
from grading.exams.spec import ExamSpec, Question, TextQuestion
from grading.marking.acting import histories
from grading.marking.key_state import key_state
from grading.marking.likeness import ODD
from grading.marking.models import Answer
from grading.review import known_items, spot_checks
from grading.review.addresses import crop_url
from grading.review.queue import starting_after
from grading.review.services import Lent

WORTH_SAYING = 0.005  # an alternative less probable than this helps nobody
BADLY_READ = 0.8  # members of a group whose reading is believed less are pointed out
AHEAD = 3  # crops that a spot check fetches before they are needed
PARTIALS = 3  # partial credits that have a key
Typed = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Item:
    """One answer on the bench; ``typed`` is what the reviewer had entered when saving was refused.

    ``seen``: the newest decision on it, which a decision sends back. ``act``: the name of the decision that
    is made here, so that sending it twice counts once. ``partials``: partial credits in marks. ``told``: a
    known item that the reviewer has decided already.
    """

    answer: Answer
    question: Question
    key: str
    also: Sequence[str]
    partials: Sequence[Decimal]
    alternatives: Sequence[tuple[str, float]] = ()
    crop: str = ""
    seen: int | None = None
    act: UUID = field(default_factory=uuid4)
    taken_by: User | None = None
    typed: Typed = field(default_factory=dict)
    refusal: str = ""
    blind: bool = False
    told: bool = False

    @property
    def by_key(self) -> str:
        """The key that is shown, as a decision sends it back."""
        return key_state(self.question)

    @property
    def risk(self) -> float | None:
        """Probability that the machine's mark would be wrong; None when it has none to offer."""
        return self.answer.risk if 0 < self.answer.risk < 1 else None

    @property
    def is_counted(self) -> bool:
        """Whether deciding it is one more that is done."""
        return self.answer.status == Answer.Status.REVIEW and not self.told

    @property
    def stake(self) -> Answer.Stake:
        """What deciding it can change."""
        return Answer.Stake(self.answer.stake)

    @property
    def looks_odd(self) -> bool:
        """Whether it does not look like the rest of its group."""
        return self.answer.oddity >= ODD

    @property
    def read_badly(self) -> bool:
        """Whether the machine hardly believes its reading: it may belong to another group."""
        return self.answer.confidence < BADLY_READ

    def refused(self, why: str, typed: Typed) -> Item:
        """The same item with a refusal above it, and what was typed still there."""
        return replace(self, refusal=why, typed=typed)


@dataclass(frozen=True, slots=True)
class GroupBench:
    """A group of like answers: ``first`` stands for all, ``members`` are what is decided."""

    number: int
    first: Item
    members: Sequence[Item]
    more: int
    typed: Typed = field(default_factory=dict)
    refusal: str = ""


def lay_out(exam: Exam, answers: Sequence[Answer], spec: ExamSpec | None = None) -> list[Item]:
    """What is shown of each of ``answers``; one query for all of them."""
    spec, decided = spec or exam.load_spec(), histories(answers)
    return [
        replace(
            _item(answer, spec.question(answer.question)),
            alternatives=_alternatives(answer),
            seen=decided[answer.pk][-1].pk if decided[answer.pk] else None,
        )
        for answer in answers
    ]


def lay_out_for(actor: Actor, exam: Exam, answers: Sequence[Answer]) -> list[Item]:
    """The same for one person, who sees known items as if nobody had decided them."""
    known = known_items.among(actor, exam, [answer.pk for answer in answers])
    told = known_items.told(actor, exam, known)
    items = lay_out(exam, known_items.shown(answers, known))
    return [
        replace(item, seen=None, told=item.answer.pk in told) if item.answer.pk in known else item
        for item in items
    ]


def lay_out_group(exam: Exam, lent: Lent) -> GroupBench:
    """What is shown of a group that was lent."""
    members = lay_out(exam, lent.members)
    return GroupBench(lent.number, members[0], members, lent.more)


def lay_out_check(exam: Exam, answer: Answer) -> Item:
    """What a spot check shows: nothing that the machine read or gave."""
    return replace(_item(answer, exam.load_spec().question(answer.question)), blind=True)


def behind_check(exam: Exam, answer: Answer) -> list[str]:
    """The crops of the next spot checks, to be fetched ahead."""
    behind = next(starting_after(spot_checks.waiting(exam), answer))
    return [crop_url(coming) for coming in behind[:AHEAD]]


def partial_credits(question: Question) -> list[Decimal]:
    """The marks between none and all that the key speaks of, most first; half of them where it is silent."""
    shares = {entry.credit for entry in getattr(question, "accept", ())}
    if isinstance(question, TextQuestion) and question.max_edits:
        shares.add(question.edit_credit)
    given = {_marks(question, share) for share in shares if 0 < share < 1}
    return sorted(given or _halves(question), reverse=True)[:PARTIALS]


def _halves(question: Question) -> Iterable[Decimal]:
    return {_marks(question, Decimal("0.5"))} if question.marks else ()


def _marks(question: Question, share: Decimal) -> Decimal:
    return (question.marks * share).quantize(Decimal("0.01")).normalize()


def _item(answer: Answer, question: Question) -> Item:
    return Item(
        answer=answer,
        question=question,
        key=key_text(question),
        also=leniency(question),
        partials=partial_credits(question),
        crop=crop_url(answer),
    )


def _alternatives(answer: Answer) -> list[tuple[str, float]]:
    evidence = answer.reading.evidence if answer.reading else {}
    found = [(text, float(p)) for text, p in evidence.get("alternatives", ())]
    return [(text, p) for text, p in found if text != answer.read and p >= WORTH_SAYING][:3]

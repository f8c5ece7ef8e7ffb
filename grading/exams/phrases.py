"""The words that are printed on sheets, in the languages an exam file may ask for."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Phrases:
    """One language's words; ``{}`` marks what is filled in."""

    name: str
    student_number: str
    not_your_name: str
    sheet: str
    page: str
    mark: str
    marks: str
    question: str
    questions: str
    several: str
    write_digits: str
    choose: str
    correct_choice: str
    correct_writing: str
    decimal_sign: str

    def of_marks(self, marks: Decimal) -> str:
        """``2 marks``, ``1 Punkt``, ``0,5 point``."""
        number = f"{marks.normalize():f}".replace(".", self.decimal_sign)
        return f"{number} {self.mark if marks == 1 else self.marks}"

    def of_questions(self, count: int) -> str:
        """``12 questions``."""
        return f"{count} {self.question if count == 1 else self.questions}"


PHRASES: dict[str, Phrases] = {
    "en": Phrases(
        name="Name",
        student_number="Student number",
        not_your_name="Not your name? Then write your own number here.",
        sheet="Sheet {}",
        page="page {} of {}",
        mark="mark",
        marks="marks",
        question="question",
        questions="questions",
        several="several may be right",
        write_digits="Write digits like these, one in each box, with a dark pen:",
        choose="cross your choice",
        correct_choice="to correct: fill it, cross another",
        correct_writing="A slip of the pen? Strike it out with one line and write the answer beside it.",
        decimal_sign=".",
    ),
    "de": Phrases(
        name="Name",
        student_number="Teilnehmernummer",
        not_your_name="Nicht Ihr Name? Dann hier die eigene Nummer eintragen.",
        sheet="Bogen {}",
        page="Seite {} von {}",
        mark="Punkt",
        marks="Punkte",
        question="Frage",
        questions="Fragen",
        several="mehrere können richtig sein",
        write_digits="Ziffern bitte so schreiben, eine je Kästchen, mit dunklem Stift:",
        choose="Antwort ankreuzen",
        correct_choice="Korrektur: ausfüllen, neu ankreuzen",
        correct_writing="Verschrieben? Mit einer Linie durchstreichen und das Richtige daneben schreiben.",
        decimal_sign=",",
    ),
    "fr": Phrases(
        name="Nom",
        student_number="Numéro d’étudiant",
        not_your_name="Ce n’est pas votre nom ? Écrivez ici votre numéro.",
        sheet="Feuille {}",
        page="page {} sur {}",
        mark="point",
        marks="points",
        question="question",
        questions="questions",
        several="plusieurs réponses possibles",
        write_digits="Écrivez les chiffres ainsi, un par case, au stylo foncé :",
        choose="cochez votre choix",
        correct_choice="corriger : noircir, cocher l’autre",
        correct_writing="Une erreur ? Barrez-la d’un trait et écrivez la bonne réponse à côté.",
        decimal_sign=",",
    ),
}

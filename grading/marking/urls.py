"""Addresses of the error budget, of claims, and of whose sheets they are."""

from __future__ import annotations

from django.urls import path

from grading.marking import (
    rubric_urls,
    views_budget,
    views_claims,
    views_identity,
    views_lost,
    views_rekey,
    views_replay,
)

app_name = "marking"
urlpatterns = [
    path("exams/<int:exam_id>/sure/", views_budget.budget, name="budget"),
    path("exams/<int:exam_id>/sure/choose/", views_budget.choose, name="budget-choose"),
    path("exams/<int:exam_id>/questions/<slug:question_id>/key/", views_rekey.rekey, name="rekey"),
    path("exams/<int:exam_id>/reader/", views_replay.replay, name="replay"),
    path("exams/<int:exam_id>/reader/compare/", views_replay.ask, name="replay-ask"),
    path("exams/<int:exam_id>/reader/take/", views_replay.take, name="replay-take"),
    path("exams/<int:exam_id>/lost-pages/", views_lost.lost_pages, name="lost-pages"),
    path("exams/<int:exam_id>/lost-pages/say/", views_lost.say, name="lost-pages-say"),
    path("exams/<int:exam_id>/claims/", views_claims.claims, name="claims"),
    path("exams/<int:exam_id>/claims/<int:claim_id>/settle/", views_claims.settle, name="claim-settle"),
    path("exams/<int:exam_id>/answers/<int:answer_id>/claim/", views_claims.claim, name="claim"),
    path("exams/<int:exam_id>/students/", views_identity.identities, name="identities"),
    path("exams/<int:exam_id>/students/swap/", views_identity.swap, name="identities-swap"),
    path("exams/<int:exam_id>/students/<int:sheet_id>/", views_identity.identify, name="identities-say"),
    *rubric_urls.patterns,
]

"""Who gets what at every address: one line an address, one column a person, GET/POST in each.

Numbers are statuses; `login` is a redirect to the log-in page. 302 elsewhere is work done, or a way on;
422 is a form that was not filled in; 405 a method that the address does not know, whoever asks.
The teacher logs in in two steps and has an upload under way, which even the owner of the school does not see;
``elsewhere`` owns another school. A new address is missing here until its line is written: the test says it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

PEOPLE = ("owner", "teacher", "reviewer", "examiner", "elsewhere", "nobody")


class Cell(NamedTuple):
    """The answers to GET and to POST."""

    get: str
    post: str


NOTHING_THERE = ("openid_connect_callback", "openid_connect_login", "socialaccount_signup")
"""Addresses at which there is nothing for anybody: no server for single sign-on is named in tests."""


def table_line(name: str, cells: Mapping[str, Cell]) -> str:
    """One line of the table."""
    return f"{name:<36} " + "".join(f"{'/'.join(cells[who]):<12}" for who in PEOPLE).rstrip()


def _read(text: str) -> dict[str, dict[str, Cell]]:
    rows = [line.split() for line in text.splitlines() if line.strip() and not line.startswith("#")]
    return {
        name: {who: Cell(*cell.split("/")) for who, cell in zip(PEOPLE, cells, strict=True)}
        for name, *cells in rows
    }


TABLE = _read("""
# address                            owner       teacher     reviewer    examiner    elsewhere   nobody
account_change_password              200/200     200/200     200/200     200/200     200/200     login/login
account_inactive                     200/405     200/405     200/405     200/405     200/405     200/405
account_login                        302/302     302/302     302/302     302/302     302/302     200/200
account_logout                       200/login   200/login   200/login   200/login   200/login   login/login
account_reauthenticate               200/200     200/200     200/200     200/200     200/200     login/login
account_reset_password               200/200     200/200     200/200     200/200     200/200     200/200
account_reset_password_done          200/405     200/405     200/405     200/405     200/405     200/405
account_reset_password_from_key      302/302     302/302     302/302     302/302     302/302     302/302
account_reset_password_from_key_done 200/405     200/405     200/405     200/405     200/405     200/405
account_set_password                 302/302     302/302     302/302     302/302     302/302     login/login
account_signup                       302/302     302/302     302/302     302/302     302/302     200/200
accounts:choose-school               405/302     405/302     405/302     405/302     405/404     login/login
accounts:course                      200/302     200/302     403/403     403/403     404/404     login/login
accounts:course-remove               405/302     405/302     403/403     403/403     405/404     login/login
accounts:courses                     200/302     200/302     403/403     403/403     200/302     login/login
accounts:invitation                  200/302     200/302     200/302     200/302     200/302     200/200
accounts:invitation-revoke           405/302     403/403     403/403     403/403     405/404     login/login
accounts:invite                      405/302     403/403     403/403     403/403     405/302     login/login
accounts:member-password             405/200     403/403     403/403     403/403     405/404     login/login
accounts:member-remove               405/302     403/403     403/403     403/403     405/404     login/login
accounts:member-role                 405/302     403/403     403/403     403/403     405/404     login/login
accounts:member-second-factor        405/302     403/403     403/403     403/403     405/404     login/login
accounts:members                     200/200     403/403     403/403     403/403     200/200     login/login
accounts:profile                     200/302     200/302     200/302     200/302     200/302     login/login
appearance                           405/302     405/302     405/302     405/302     405/302     405/302
components                           200/200     200/200     200/200     200/200     200/200     login/login
exams:change-file                    200/422     200/422     403/403     403/403     404/404     login/login
exams:change-form                    200/422     200/422     403/403     403/403     404/404     login/login
exams:change-roster                  302/422     302/422     403/403     403/403     404/404     login/login
exams:copy                           200/422     200/422     403/403     403/403     404/404     login/login
exams:download                       200/200     200/200     403/403     200/200     404/404     login/login
exams:draft                          405/422     405/422     403/403     403/403     404/404     login/login
exams:new-draft                      405/422     405/422     403/403     403/403     405/422     login/login
exams:new-file                       200/422     200/422     403/403     403/403     200/422     login/login
exams:new-form                       200/422     200/422     403/403     403/403     200/422     login/login
exams:preview                        200/200     200/200     403/403     200/200     404/404     login/login
exams:print                          200/200     200/200     403/403     200/200     404/404     login/login
exams:print-layout                   200/200     200/200     403/403     200/200     404/404     login/login
exams:print-new                      302/422     302/422     403/403     403/403     404/404     login/login
exams:print-pdf                      200/200     200/200     403/403     200/200     404/404     login/login
exams:restore                        302/302     302/302     403/403     403/403     404/404     login/login
exams:roster                         200/200     200/200     403/403     200/200     404/404     login/login
exams:scanner-test                   200/200     200/200     403/403     200/200     404/404     login/login
exams:sharing                        200/302     200/302     403/403     403/403     404/404     login/login
exams:version                        200/200     200/200     403/403     200/200     404/404     login/login
exams:versions                       200/200     200/200     403/403     200/200     404/404     login/login
exams:withdraw                       302/302     302/302     403/403     403/403     404/404     login/login
healthz                              200/200     200/200     200/200     200/200     200/200     200/200
marking:budget                       200/200     200/200     403/403     200/200     404/404     login/login
marking:budget-choose                302/302     302/302     403/403     403/403     404/404     login/login
marking:claim                        405/302     405/302     403/403     403/403     405/404     login/login
marking:claim-settle                 405/302     405/302     405/302     403/403     405/404     login/login
marking:claims                       200/200     200/200     200/200     200/200     404/404     login/login
marking:identities                   200/200     200/200     403/403     403/403     404/404     login/login
marking:identities-say               405/302     405/302     403/403     403/403     405/404     login/login
marking:identities-swap              405/302     405/302     403/403     403/403     405/404     login/login
marking:lost-pages                   200/200     200/200     403/403     403/403     404/404     login/login
marking:lost-pages-say               405/302     405/302     403/403     403/403     405/404     login/login
marking:rekey                        200/422     200/422     403/403     403/403     404/404     login/login
marking:replay                       200/200     200/200     403/403     403/403     404/404     login/login
marking:replay-ask                   405/302     405/302     403/403     403/403     405/404     login/login
marking:replay-take                  405/302     405/302     403/403     403/403     405/404     login/login
marking:rubric                       200/200     200/200     403/403     200/200     404/404     login/login
marking:rubric-change                302/409     302/409     403/403     403/403     404/404     login/login
marking:rubric-rules                 302/302     302/302     403/403     403/403     404/404     login/login
mfa_activate_totp                    302/302     302/302     302/302     302/302     302/302     login/login
mfa_authenticate                     302/302     302/302     302/302     302/302     302/302     login/login
mfa_deactivate_totp                  404/404     302/302     404/404     404/404     404/404     login/login
mfa_download_recovery_codes          404/404     302/302     404/404     404/404     404/404     login/login
mfa_generate_recovery_codes          302/302     302/302     302/302     302/302     302/302     login/login
mfa_index                            200/405     200/405     200/405     200/405     200/405     login/login
mfa_reauthenticate                   302/302     200/200     302/302     302/302     302/302     login/login
mfa_view_recovery_codes              404/405     302/405     404/405     404/405     404/405     login/login
openid_connect_callback              404/404     404/404     404/404     404/404     404/404     404/404
openid_connect_login                 404/404     404/404     404/404     404/404     404/404     404/404
portal:exam                          200/200     200/200     302/302     200/200     404/404     login/login
portal:exams                         200/200     200/200     200/200     200/200     200/200     login/login
portal:log                           200/200     200/200     403/403     200/200     404/404     login/login
portal:log-csv                       200/200     200/200     403/403     200/200     404/404     login/login
portal:school-log                    200/200     403/403     403/403     403/403     200/200     login/login
reports:absent                       405/302     405/302     403/403     403/403     405/404     login/login
reports:archive                      200/200     200/200     403/403     200/200     404/404     login/login
reports:archive-changed              200/200     200/200     403/403     200/200     404/404     login/login
reports:archive-file                 200/200     200/200     403/403     200/200     404/404     login/login
reports:archive-make                 405/302     405/302     403/403     403/403     405/404     login/login
reports:class-pdf                    200/200     200/200     403/403     200/200     404/404     login/login
reports:csv                          200/200     200/200     403/403     200/200     404/404     login/login
reports:gradebook                    200/422     200/422     403/403     200/422     404/404     login/login
reports:gradebook-file               405/422     405/422     403/403     405/422     405/404     login/login
reports:question                     200/200     200/200     403/403     200/200     404/404     login/login
reports:questions                    200/200     200/200     403/403     200/200     404/404     login/login
reports:release                      200/200     200/200     403/403     200/200     404/404     login/login
reports:release-change               405/302     405/302     403/403     403/403     405/404     login/login
reports:results                      200/200     200/200     403/403     200/200     404/404     login/login
reports:sheet                        200/200     200/200     403/403     200/200     404/404     login/login
reports:student-pdf                  200/200     200/200     403/403     200/200     404/404     login/login
review:assign                        200/302     200/302     403/403     403/403     404/404     login/login
review:check                         200/302     200/302     200/302     403/403     404/404     login/login
review:check-next                    302/302     302/302     302/302     403/403     404/404     login/login
review:decide                        405/302     405/302     405/302     403/403     405/404     login/login
review:flag                          405/302     405/302     405/302     403/403     405/404     login/login
review:group                         200/200     200/200     200/200     403/403     404/404     login/login
review:group-decide                  405/302     405/302     405/302     403/403     405/404     login/login
review:group-skip                    405/302     405/302     405/302     403/403     405/404     login/login
review:hold                          405/200     405/200     405/200     403/403     405/404     login/login
review:item                          200/200     200/200     200/200     403/403     404/404     login/login
review:keys                          200/302     200/302     200/302     403/403     404/404     login/login
review:more                          405/200     405/200     405/200     403/403     405/404     login/login
review:next                          302/302     302/302     302/302     403/403     404/404     login/login
review:open-hold                     405/200     405/200     405/200     403/403     405/404     login/login
review:open-item                     200/200     200/200     200/200     403/403     404/404     login/login
review:open-list                     200/200     200/200     200/200     403/403     404/404     login/login
review:open-mark                     405/302     405/302     405/302     403/403     405/404     login/login
review:open-marked                   200/200     200/200     200/200     200/200     404/404     login/login
review:open-more                     405/200     405/200     405/200     403/403     405/404     login/login
review:open-next                     302/302     302/302     302/302     403/403     404/404     login/login
review:open-question                 200/200     200/200     200/200     403/403     404/404     login/login
review:open-skip                     405/302     405/302     405/302     403/403     405/404     login/login
review:open-undo                     405/302     405/302     405/302     403/403     405/404     login/login
review:page                          200/302     200/302     403/403     403/403     404/404     login/login
review:page-next                     302/302     302/302     403/403     403/403     404/404     login/login
review:progress                      200/200     200/200     200/200     200/200     404/404     login/login
review:queue                         200/200     200/200     200/200     403/403     404/404     login/login
review:reviewers                     200/302     200/302     403/403     403/403     404/404     login/login
review:sheet                         302/302     302/302     403/403     403/403     404/404     login/login
review:sheet-next                    302/302     302/302     403/403     403/403     404/404     login/login
review:skip                          405/302     405/302     405/302     403/403     405/404     login/login
review:undo                          405/302     405/302     405/302     403/403     405/404     login/login
review:whole-page                    200/200     200/200     200/200     403/403     404/404     login/login
scans:crop                           200/200     200/200     200/200     200/200     404/404     login/login
scans:drop                           405/302     405/302     403/403     403/403     405/404     login/login
scans:give-code                      405/302     405/302     403/403     403/403     405/404     login/login
scans:image                          200/200     200/200     200/200     200/200     404/404     login/login
scans:own-sheet                      405/302     405/302     403/403     403/403     405/404     login/login
scans:aside                          405/302     405/302     403/403     403/403     405/404     login/login
scans:count                          405/302     405/302     403/403     403/403     405/404     login/login
scans:page                           200/200     200/200     200/200     200/200     404/404     login/login
scans:pages                          200/200     200/200     403/403     200/200     404/404     login/login
scans:replace                        405/302     405/302     403/403     403/403     405/404     login/login
scans:rescan                         405/302     405/302     403/403     403/403     405/404     login/login
scans:retry                          405/302     405/302     403/403     403/403     405/404     login/login
scans:scan                           200/200     200/200     403/403     200/200     404/404     login/login
scans:thumbnail                      200/200     200/200     200/200     200/200     404/404     login/login
scans:upload                         405/302     405/302     403/403     403/403     405/404     login/login
scans:upload-begin                   405/201     405/201     403/403     403/403     405/404     login/login
scans:upload-finish                  405/404     405/409     403/403     403/403     405/404     login/login
scans:upload-part                    404/405     200/405     403/403     403/403     404/405     login/login
scans:work                           200/200     200/200     403/403     200/200     404/404     login/login
socialaccount_connections            200/200     200/200     200/200     200/200     200/200     login/login
socialaccount_login_cancelled        200/405     200/405     200/405     200/405     200/405     200/405
socialaccount_login_error            401/405     401/405     401/405     401/405     401/405     401/405
socialaccount_signup                 login/login login/login login/login login/login login/login login/login
""")

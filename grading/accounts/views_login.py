"""Sign-up as one transaction, and the forgotten password where no mail can be sent."""

from __future__ import annotations

from typing import Any

from allauth.account.views import PasswordResetView, SignupView
from django.conf import settings
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _

from grading.accounts.forms import SignUpForm
from grading.core.errors import UserError


class SignUp(SignupView):  # type: ignore[misc]
    """A new person with a school: both, or neither."""

    def form_valid(self, form: SignUpForm) -> HttpResponse:
        """Save and log in; an address or an invitation that was used a moment ago is said in the form."""
        try:
            with transaction.atomic():
                answer: HttpResponse = super().form_valid(form)
                return answer
        except UserError as error:
            form.add_error(None, str(error))
        except IntegrityError:
            form.add_error("email", _("There is an account with this address already. Log in instead."))
        refused: HttpResponse = self.form_invalid(form)
        return refused


class Forgotten(PasswordResetView):  # type: ignore[misc]
    """Mails a link, or says who can make one."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Without a mail server there is nothing to fill in."""
        if not settings.SENDS_MAIL:
            return render(request, "account/password_reset.html")
        answer: HttpResponseBase = super().dispatch(request, *args, **kwargs)
        return answer

"""The pages of the site: allauth's own, and one that only members with a second factor see."""

from allauth.mfa.models import Authenticator
from allauth.mfa.utils import is_mfa_enabled
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import include, path, reverse


def everybody_has_a_second_factor(answer):
    """Sends who is logged in without a second factor to the page that enrols one, wherever they go."""

    def middleware(request):
        free = [reverse(name) for name in ("mfa_activate_totp", "account_logout", "account_reauthenticate")]
        # A browser asks for it by itself; led to the page that enrols, it would get a new secret behind the visible one.
        free.append("/favicon.ico")
        lacks = request.user.is_authenticated and not is_mfa_enabled(request.user, [Authenticator.Type.TOTP])
        return redirect("mfa_activate_totp") if lacks and request.path not in free else answer(request)

    return middleware


@login_required
def members(request):
    """Says who is logged in."""
    return HttpResponse(f"<!doctype html><title>Club</title><h1>Members</h1><p>Welcome, {request.user.email}</p>")


urlpatterns = [path("", members), path("accounts/", include("allauth.urls"))]

"""A site that asks a second factor of everybody: Django with allauth, as they come from their makers.

    party.py serve EMAIL PASSWORD    makes a member, serves on loopback and prints its address
    party.py reset                   takes every second factor away, as an administrator does for who lost it

All that it keeps lies in the folder that PARTY_FOLDER names. It holds no rule of its own about codes.
"""

import os
import sys

import django
from django.core.management import call_command


def make_member(email: str, password: str) -> None:
    """Makes the one member, who has no second factor yet."""
    from allauth.account.models import EmailAddress
    from django.contrib.auth.models import User

    user = User.objects.create_user("member", email, password)
    EmailAddress.objects.create(user=user, email=email, verified=True, primary=True)


def serve(email: str, password: str) -> None:
    """Serves until it is killed; the first line that it prints is its address."""
    from django.core.servers.basehttp import ThreadedWSGIServer, WSGIRequestHandler
    from django.core.wsgi import get_wsgi_application

    call_command("migrate", verbosity=0)
    make_member(email, password)
    server = ThreadedWSGIServer(("127.0.0.1", 0), WSGIRequestHandler)
    server.set_app(get_wsgi_application())
    print(f"http://127.0.0.1:{server.server_port}", flush=True)
    server.serve_forever()


def reset() -> None:
    """Takes every second factor away: who logs in next must enrol again."""
    from allauth.mfa.models import Authenticator

    if Authenticator.objects.all().delete()[0] == 0:
        sys.exit("nobody had a second factor")


if __name__ == "__main__":
    os.environ["DJANGO_SETTINGS_MODULE"] = "settings"
    django.setup()
    {"reset": reset, "serve": serve}[sys.argv[1]](*sys.argv[2:])

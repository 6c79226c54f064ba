"""Runs inside juntagrico: looks at its pages as its administrator and prints what they answer.

One line per page: its path, a tab, and what is wrong ("" for nothing).
"""

import sys

import django

django.setup()

from django.core.management import call_command  # noqa: E402 - needs the set-up
from django.test import Client  # noqa: E402 - needs the set-up
from juntagrico.entity.jobs import Job  # noqa: E402 - models need the set-up
from juntagrico.entity.member import Member  # noqa: E402 - models need the set-up
from juntagrico.entity.share import Share  # noqa: E402 - models need the set-up
from juntagrico.entity.subs import Subscription  # noqa: E402 - models need the set-up

PATHS = [
    *("/", "/my/profile", "/my/jobs", "/my/memberjobs", "/my/areas", "/my/contact"),
    *("/manage/member", "/manage/member/active", "/manage/member/canceled"),
    *("/manage/subscription", "/manage/subscription/recent", "/manage/subscription/pending"),
    *("/manage/subscription/inconsistencies", "/manage/assignments", "/manage/share/canceled"),
    *("/manage/share/unpaid", "/list", "/email/sent", "/my/future", "/my/deliveries", "/config/"),
    *("/admin/", "/admin/juntagrico/member/", "/admin/juntagrico/share/", "/admin/auth/user/"),
    *("/admin/juntagrico/subscription/", "/admin/juntagrico/assignment/"),
]
DETAILS = [
    ("/admin/juntagrico/member/{}/change/", Member),
    ("/admin/juntagrico/subscription/{}/change/", Subscription),
    ("/admin/juntagrico/share/{}/change/", Share),
    ("/my/jobs/{}/", Job),
]


def look(client: Client, path: str) -> str:
    try:
        status = client.get(path, follow=True).status_code
    except Exception as error:  # whatever the page raises is what is wrong with it
        return f"{type(error).__name__}: {error}".splitlines()[0]
    return "" if status == 200 else f"HTTP {status}"


call_command("check", verbosity=0)
client = Client()
entered = client.post(
    "/accounts/login/", {"username": "admin@cooperative.example", "password": "for-the-trial"}
)
if entered.status_code != 302:
    client.login(username="admin", password="for-the-trial")
paths = PATHS + [
    form.format(pk)
    for form, model in DETAILS
    for pk in model.objects.order_by("pk").values_list("pk", flat=True)[:6]
]
for path in paths:
    sys.stdout.write(f"{path}\t{look(client, path)}\n")

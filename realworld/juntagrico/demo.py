"""Runs inside juntagrico: its tables, its own two sets of demo data, and an administrator."""

import random

import django

django.setup()

from django.contrib.auth.models import User  # noqa: E402 - models need the set-up
from django.core.management import call_command  # noqa: E402 - models need the set-up
from faker import Faker  # noqa: E402 - juntagrico's own demo data needs it
from juntagrico.entity.member import Member  # noqa: E402 - models need the set-up

random.seed(1)
Faker.seed(1)
call_command("check")
call_command("migrate", verbosity=0)
call_command("generate_testdata_advanced", subs_per_depot=10)
call_command("generate_testdata")
admin = User.objects.create_superuser("admin", "admin@cooperative.example", "for-the-trial")
Member.objects.bulk_create(
    [
        Member(
            user=admin,
            first_name="Root",
            last_name="Vegetable",
            email="admin@cooperative.example",
            addr_street="Field 1",
            addr_zipcode="8000",
            addr_location="Z",
            phone="0",
            confirmed=True,
        )
    ]
)

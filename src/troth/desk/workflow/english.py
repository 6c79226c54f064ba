"""Letters to a person, in English."""

from __future__ import annotations

ENGLISH = {
    "months": "January February March April May June July August September October November "
    "December",
    "code.subject": "Your code for {name}",
    "code.body": "Hello,\n\n"
    "to be sure that it is you who writes, we ask you for this code:\n\n    {code}\n\n"
    "It counts for {minutes} minutes, for your request {number}. Type it on the page of your "
    "request, or answer with it.\n\n"
    "If you have asked for nothing, ignore this mail: nothing happens without the code.\n\n"
    "{name}\n",
}

"""Which right a mail asks for: by hand, in both languages."""

from __future__ import annotations

import pytest

from troth.desk.mailbox.cues import read_right

SAID = {
    "please delete my data": ("erasure", "sure", "en"),
    "What do you hold on me?": ("access", "likely", "en"),
    "Where did you get my e-mail address? I never signed up.": ("access", "likely", "en"),
    "Please don't delete my account, I only want a copy of my data.": ("access", "sure", "en"),
    "I withdraw my consent to the survey": ("withdrawal", "sure", "en"),
    "Take me off your mailing list, please.": ("opt-out", "sure", "en"),
    "The address you have is wrong, I have moved to Lyon": ("rectification", "likely", "en"),
    "I object to the processing of my data for profiling": ("objection", "sure", "en"),
    "Could you send me my data in a machine-readable format?": ("portability", "sure", "en"),
    "When does the shop open on Sunday?": ("unclear", "unknown", "en"),
    "Our SEO services: we delete my data from the index": ("erasure", "unknown", "en"),
    "Je souhaite exercer mon droit d’accès.": ("access", "sure", "fr"),
    "Quelles données avez-vous sur moi ?": ("access", "likely", "fr"),
    "Art. 17 RGPD : merci d'effacer mes données": ("erasure", "sure", "fr"),
    "Je demande la suppression de mon compte client.": ("erasure", "sure", "fr"),
    "Je ne veux pas que vous supprimiez mes données, merci de me les garder": (
        "erasure",
        "likely",
        "fr",
    ),
    "Merci de me désabonner de la newsletter.": ("opt-out", "sure", "fr"),
    "Mon nom est mal orthographié, merci de corriger mon nom": ("rectification", "sure", "fr"),
    "Je m’oppose au traitement de mes données": ("objection", "sure", "fr"),
    "Cessez d'utiliser mes données pendant l'enquête": ("restriction", "likely", "fr"),
    "Je retire mon consentement.": ("withdrawal", "sure", "fr"),
    "Bonjour, quels sont vos horaires ?": ("unclear", "unknown", "fr"),
}


@pytest.mark.parametrize("text", SAID)
def test_the_right_that_is_asked_for(text: str) -> None:
    read = read_right("", text)
    assert (read.right, read.sureness, read.language) == SAID[text]


def test_two_rights_are_never_chosen_between_silently() -> None:
    read = read_right("", "Supprimez toutes mes données et envoyez-moi une copie de mes données")
    assert (read.right, read.sureness, read.others) == ("erasure", "likely", ("access",))

"""The language of a text, by its function words: English, French, or neither."""

from __future__ import annotations

import re
from collections import Counter

from troth.errors import Refused

_WORDS = {
    "en": "the of and to in you your we our that is are for with this or be may by as on not from "
    "it have will which any us has can if such when these all",
    "fr": "le la les de des du et à au aux en vous votre vos nous notre nos que qui est sont pour "
    "avec ce cette ou dans par sur ne pas une un il elle son sa ses leur ces se peut",
    "de": "der die das und zu den dem von ist nicht mit für auf ein eine wir sie ihre werden oder",
    "es": "el los las y del para por que con una sus su se es como usted nuestro datos o al",
    "it": "il lo gli e di che per con una sono dei delle della nel al non si i suoi dati o",
    "pt": "o os as e do da dos das para por que com uma não se são você seus ao em",
    "nl": "de het een en van voor met niet zijn wij uw of die dat op aan wordt door",
    "pl": "i w na do z że się nie jest są przez dla oraz lub danych o od",
    "sv": "och att det som en på är av för med den till inte ett vi du eller om",
    "tr": "ve bir bu için ile olarak veya de da olan gibi daha kişisel",
}
_SETS = {language: frozenset(words.split()) for language, words in _WORDS.items()}
_NAMES = {
    "de": "German",
    "es": "Spanish",
    "it": "Italian",
    "pt": "Portuguese",
    "nl": "Dutch",
    "pl": "Polish",
    "sv": "Swedish",
    "tr": "Turkish",
}
_WORD = re.compile(r"[^\W\d_]+")
_MOST_READ = 60_000  # characters that decide
_ENOUGH = 0.12  # share of function words in running text of the language
_SHORT = 12  # words below which a text is taken as it is


def language_of(characters: str, name: str) -> str:
    """ "en" or "fr".

    Raises Refused (`document-language`) where the text is mostly in another language.
    """
    words = [word.lower() for word in _WORD.findall(characters[:_MOST_READ])]
    counted = Counter(words)
    found = {language: sum(counted[word] for word in known) for language, known in _SETS.items()}
    best = max(found, key=lambda language: found[language])
    if best not in ("en", "fr") and found[best] > 1.2 * max(found["en"], found["fr"]):
        raise _other(f"the text is in {_NAMES[best]}", name)
    ours = max(("en", "fr"), key=lambda language: found[language])
    if len(words) >= _SHORT and found[ours] < _ENOUGH * len(words) / 2:
        raise _other("the text is neither in English nor in French", name)
    latin = sum(1 for char in characters[:_MOST_READ] if char.isalpha() and char < "\u0250")
    letters = sum(1 for char in characters[:_MOST_READ] if char.isalpha())
    if latin < letters / 2:
        raise _other("the text is neither in English nor in French", name)
    return ours


def _other(what: str, name: str) -> Refused:
    return Refused(
        "document-language",
        what,
        place=name,
        help="give its English or French version; other languages are not read",
    )

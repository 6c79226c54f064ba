"""The small words of a language, by which the head of a phrase is found."""

from __future__ import annotations

import re
from dataclasses import dataclass


@dataclass(frozen=True)
class Grammar:
    """Small words of a language that the head of a phrase is found by."""

    before: re.Pattern[str]  # articles, and adjectives that say nothing of the event
    dates: re.Pattern[str]  # "date of", "day on which": the event follows
    clause: re.Pattern[str]  # an auxiliary, with its verb as `head`
    pronoun: re.Pattern[str]  # a pronoun, with its verb as `head`
    relative: re.Pattern[str]  # opens a clause about the noun before it
    stops: re.Pattern[str]  # what ends the noun phrase
    articles: re.Pattern[str]
    times: re.Pattern[str]  # "closing date": the event stands before it
    noun_first: bool  # "clôture définitive" against "final closure"
    turns: re.Pattern[str]  # the end or the start of something
    complement: re.Pattern[str]  # that something
    light: re.Pattern[str]  # verbs that say nothing of the event
    any_data: re.Pattern[str]  # subjects of which the verb tells more
    choice: re.Pattern[str]  # joins two events
    telling: re.Pattern[str]  # somebody tells that it happens
    passes: re.Pattern[str]  # nouns that tell of another event: "notification of the decision"
    ended: re.Pattern[str]  # verbs by which their subject ends


_ENGLISH = Grammar(
    before=re.compile(
        r"\W*(?:(?:his or her|the|a|an|any|each|every|your|our|their|his|her|its|my|this|that|these"
        r"|those|such|said|relevant|respective|actual|effective|very|same|full|both|all|to|of|on|when)\b\W+"
        r"|\w+(?:'s|s') (?=(?:\w+ )?(?:date|day)\b))+"
    ),
    dates=re.compile(
        r"\W*(?:effective |exact |later |latest |earlier |due )?(?:date|day|moment|time|point"
        r"|instant|occasion|later|latest|anniversary|morning|evening|month(?! of)|week(?! of)"
        r"|end of the (?:day|month|week))s?"
        r"(?: in time)?\W+"
        r"(?:of\b|on which|at which|in which|when|where|that\b|(?=(?:the|you|we|they|it|he|she|your"
        r"|our|their|a|an)\b))\W*"
    ),
    clause=re.compile(
        r"\b(?:is|are|was|were|has|have|had|been|be|being|gets?|got|becomes?|became|will|shall|comes?"
        r"|came|can|does|do|did)\b(?:\W+(?:not|no|longer|been|be|being|also|fully|finally|either|in"
        r"|the|a|had|have|once|last|first|marked|deemed|considered|declared|as|\w+ly)\b)*\W+(?P<head>\w+(?:-\w+)*)"
    ),
    pronoun=re.compile(
        r"\W*(?:you|we|they|he|she|it|i|someone|nobody|one|somebody)(?:'ve|'s|'re)?\W+"
        r"(?:(?:have|has|had|is|are|was|were|been|be|last|first|no|not|longer|\w+ly)\W+)*"
        r"(?P<head>\w+(?:-\w+)*)"
    ),
    relative=re.compile(r"\b(?:that|which|who|whom|whose|where)\b"),
    stops=re.compile(
        r"of|by|to|from|with|for|in|on|at|into|without|under|between|who|which|that"
        r"|whose|where|and|or|if|unless|about|regarding|concerning|against|over|during"
        r"|as|onto|via|through|is|are|was|were|has|have|had|been|be|will|gets|got"
        r"|becomes"
    ),
    articles=re.compile(
        r"the|a|an|your|our|their|his|her|its|this|that|these|those|any|all|it|them|you"
        r"|us|they|we|he|she|i"
    ),
    times=re.compile(r"date|day|dates|time|moment"),
    noun_first=False,
    turns=re.compile(
        r"end|ending|close|closing|closure|conclusion|expiry|expiration|completion|termination"
        r"|cancellation|start|beginning|commencement|cessation|execution|performance|making"
    ),
    complement=re.compile(
        r"(?: date)?\W+(?:of|to|from)\W+(?:[\w'-]+\W+){0,3}?(?:[\w'-]+)(?=\W|$)(?: [\w'-]+){0,2}"
    ),
    light=re.compile(r"impos|made|carri|held|took|giv|gave|occur|happen|perform|effect|over|place"),
    any_data=re.compile(r"data|information|details|entry|entries|record|it|they"),
    choice=re.compile(r"\b(?:or|and)\b"),
    telling=re.compile(
        r"\W*(?:\w+\W+){1,4}?(?:confirms?|learns?|states?|tells? us|informs? us|notif\w+ us"
        r"|aware)\W+that\b"
    ),
    passes=re.compile(r"(?:notif|communicat|announc)\w*"),
    ended=re.compile(
        r"(?:end(?:s|ed)?|expire[sd]?|close[sd]?|terminate[sd]?|over|completed?|finish(?:es|ed)?"
        r"|lapse[sd]?|ceases?|ceased)\b"
    ),
)
_FRENCH = Grammar(
    before=re.compile(
        r"\W*(?:(?:(?:le|la|les|un|une|des|du|de|votre|vos|notre|nos|mon|ma|mes|ton|ta|tes"
        r"|son|sa|ses|leurs?|ce|cet|cette|ces|chaque|toute?|tous|ladite|ledit|au|aux|à|que|éventuel\w*|complète?|parfaite?|effecti\w+"
        r"|définitive|totale?|bonne|simple|seule?)\b|[ld]'|qu')\W*)+"
    ),
    dates=re.compile(
        r"\W*(?:date|jour|moment|lendemain|instant|mois|terme|fait générateur)\W+"
        r"(?:effective |exacte |anniversaire |limite )?"
        r"(?:de (?:la |l')?|du |des |d'|où |à laquelle |auquel |duquel |à partir duquel )"
    ),
    clause=re.compile(
        r"\b(?:est|sont|a|ont|avez|avons|ait|aient|aura|auront|soit|soient|êtes|fut|sera|seront|était)\b"
        r"(?:\W+(?:été|pas|plus|jamais|rendue?s?|réputée?s?|considérée?s? comme"
        r"|\w+ment)\b)*\W+(?P<head>[\wà-ÿ]+)"
    ),
    pronoun=re.compile(
        r"\W*(?:vous|nous|ils?|elles?|on)\W+(?:(?:vous|nous|s'|se|l'|les?|la|y|en|ne|n'|avez|avons|a"
        r"|ont|aura|auront|aurez|êtes|est|sont|soient|été)\b\W*)*(?P<head>[\wà-ÿ]{3,})"
    ),
    relative=re.compile(r"\b(?:qui|que|qu'|dont|laquelle|lequel|duquel|auquel|où)\b"),
    stops=re.compile(
        r"de|du|des|d'|par|en|dans|pour|sur|à|au|aux|avec|sans|et|ou|qui|que|est|sont|a"
        r"|ont"
    ),
    articles=re.compile(
        r"ils|il|elle|elles|vous|nous|on|le|la|les|l'|un|une|votre|vos|notre|nos|ton|ta"
        r"|tes|son|sa|ses|leur|leurs"
    ),
    times=re.compile(r"(?!)"),
    noun_first=True,
    turns=re.compile(
        r"fin|terme|issue|expiration|clôture|échéance|cessation|résiliation|achèvement|début|départ"
        r"|commencement|fermeture|arrêt|conclusion|exécution|réalisation|survenance|déroulement"
    ),
    complement=re.compile(
        r"\W+(?:de (?:la |l')?|du |des |d'|à (?:la |l')?|au |aux )(?:[\w-]+ ?){1,3}"
    ),
    light=re.compile(
        r"effectu|intervenu|eu|fait|réalis|surven|prononc|lieu|pass[ée]|pris|donn|formul"
    ),
    any_data=re.compile(r"donnée|information|saisie|il|elle"),
    choice=re.compile(r"\b(?:ou|et)\b"),
    telling=re.compile(
        r"\W*(?:\w+\W+){1,4}?(?:confirm\w*|appren\w*|inform\w*|constat\w*)\W+qu(?:e\b|')"
    ),
    passes=re.compile(r"(?:notif|annonc|prononc)\w*"),
    ended=re.compile(
        r"(?:clos|close|clôturée?|termin(?:e|é|ée)|expire|expirée?|achev(?:e|é|ée)|pris|prend|échue?"
        r"|cesse|cessée?|fini|finit|arrive|arrivée?)s?\b"
    ),
)
OF_LANGUAGE = {"en": _ENGLISH, "fr": _FRENCH}
LEADING = re.compile(
    r"dernière?s?|premi(?:er|ère)s?|plus|récente?|prochaine?|nouve(?:au|lle)"
    r"|seconde?|ultime|éventuelle?|compl[eè]te?|enti[eè]re?|intégrale?|totale?|plein|parfaite?"
    r"|effecti(?:f|ve)|définiti(?:f|ve)"
)

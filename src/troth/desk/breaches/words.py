"""The words of notifications and letters about breaches, in the languages that Troth writes."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from troth.language import Language

WORDS: Mapping[Language, Mapping[str, str]] = {
    "en": {
        "title": "Notification of a personal data breach",
        "article": "Art. 33 of Regulation (EU) 2016/679 (GDPR)",
        "controller": "Controller",
        "number": "Our reference",
        "aware": "Aware since",
        "noticed": "Noticed",
        "processor": "Processor that informed us",
        "due": "72 hours end",
        "state": "State of",
        "phase": "Earlier notifications",
        "reasons": "Reasons for the delay",
        "nature": "Nature of the breach (Art. 33(3)(a))",
        "facts": "What happened",
        "subjects": "Categories of persons",
        "people": "Approximate number of persons",
        "categories": "Categories of data",
        "records": "Approximate number of records",
        "tables": "Where the data lies",
        "special": "special category, Art. 9",
        "contact": "Contact for more information (Art. 33(3)(b))",
        "consequences": "Likely consequences (Art. 33(3)(c))",
        "measures": "Measures taken or proposed (Art. 33(3)(d))",
        "risk": "Risk to persons",
        "risk.none": "unlikely",
        "risk.risk": "likely",
        "risk.high": "high",
        "risk.": "not assessed yet",
        "persons": "Communication to the persons (Art. 34)",
        "persons.letters": "letters to {n} addresses",
        "persons.communicated": "told otherwise",
        "persons.excused": "not told one by one, Art. {article}: {reason}",
        "persons.open": "to be told without undue delay",
        "persons.none": "not required",
        "unknown": "not known yet; follows without undue further delay (Art. 33(4))",
        "page": "{n}",
        "letter.subject": "Your data: a security incident at {who}",
        "letter.after": "What we found out about the security incident at {who}",
        "letter.hello": "Hello,",
        "letter.intro": "we write to you because of an incident that concerns your personal data "
        "(Art. 34 GDPR).",
        "letter.intro.after": "we wrote to you about an incident that concerns your personal data. "
        "Its causes have been examined.",
        "letter.facts": "What happened",
        "letter.cause": "The cause",
        "letter.categories": "Which data",
        "letter.consequences": "What it may mean for you",
        "letter.measures": "What we have done, and what you can do",
        "letter.contact": "Who answers your questions",
        "letter.note": "This message is not an admission of fault; it takes away none of your "
        "rights.",
    },
    "fr": {
        "title": "Notification d’une violation de données à caractère personnel",
        "article": "Art. 33 du règlement (UE) 2016/679 (RGPD)",
        "controller": "Responsable du traitement",
        "number": "Notre référence",
        "aware": "Connaissance depuis",
        "noticed": "Constatée",
        "processor": "Sous-traitant qui nous a informés",
        "due": "Fin des 72 heures",
        "state": "État au",
        "phase": "Notifications précédentes",
        "reasons": "Motifs du retard",
        "nature": "Nature de la violation (art. 33.3 a)",
        "facts": "Ce qui s’est passé",
        "subjects": "Catégories de personnes",
        "people": "Nombre approximatif de personnes",
        "categories": "Catégories de données",
        "records": "Nombre approximatif d’enregistrements",
        "tables": "Où se trouvent les données",
        "special": "catégorie particulière, art. 9",
        "contact": "Contact pour en savoir plus (art. 33.3 b)",
        "consequences": "Conséquences probables (art. 33.3 c)",
        "measures": "Mesures prises ou proposées (art. 33.3 d)",
        "risk": "Risque pour les personnes",
        "risk.none": "peu probable",
        "risk.risk": "probable",
        "risk.high": "élevé",
        "risk.": "pas encore évalué",
        "persons": "Communication aux personnes (art. 34)",
        "persons.letters": "lettres à {n} adresses",
        "persons.communicated": "informées autrement",
        "persons.excused": "non informées une à une, art. {article} : {reason}",
        "persons.open": "à informer dans les meilleurs délais",
        "persons.none": "non requise",
        "unknown": "pas encore connu ; suivra sans autre retard indu (art. 33.4)",
        "page": "{n}",
        "letter.subject": "Vos données : un incident de sécurité chez {who}",
        "letter.after": "Ce que nous avons appris de l’incident de sécurité chez {who}",
        "letter.hello": "Bonjour,",
        "letter.intro": "nous vous écrivons à la suite d’un incident qui concerne vos données à "
        "caractère personnel (art. 34 du RGPD).",
        "letter.intro.after": "nous vous avons écrit à propos d’un incident qui concerne vos "
        "données à caractère personnel. Ses causes ont été examinées.",
        "letter.facts": "Ce qui s’est passé",
        "letter.cause": "La cause",
        "letter.categories": "Quelles données",
        "letter.consequences": "Ce que cela peut entraîner pour vous",
        "letter.measures": "Ce que nous avons fait, et ce que vous pouvez faire",
        "letter.contact": "Qui répond à vos questions",
        "letter.note": "Ce message n’est pas une reconnaissance de faute ; il ne vous retire aucun "
        "droit.",
    },
}


def moment(at: datetime) -> str:
    """An instant as every reader understands it, with its offset."""
    return f"{at:%Y-%m-%d %H:%M} ({at:%Z})" if at.tzinfo else f"{at:%Y-%m-%d %H:%M}"

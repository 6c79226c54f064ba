"""The report's texts in French."""

from __future__ import annotations

FRENCH: dict[str, str] = {
    "month.1": "janvier",
    "month.2": "février",
    "month.3": "mars",
    "month.4": "avril",
    "month.5": "mai",
    "month.6": "juin",
    "month.7": "juillet",
    "month.8": "août",
    "month.9": "septembre",
    "month.10": "octobre",
    "month.11": "novembre",
    "month.12": "décembre",
    "rows.one": "{number} ligne",
    "rows.many": "{number} lignes",
    "promise.never-stored": "Aucune donnée « {label} » n’est conservée.",
    "undeclared.table": "{table} existe dans la base et la carte ne la connaît pas",
    "undeclared.column": "{table} : colonnes que la carte ne connaît pas : {columns}",
    "undeclared.category": "{table} ({columns}) : aucun traitement déclaré ne couvre {category}",
    "why.no-table": "aucune table de la carte ne contient de données visées par cet engagement",
    "how.no-table": "ajoutez la table à la carte, ou retirez l’engagement de la politique",
    "why.missing-table": "la base n’a pas de table {table}",
    "how.missing-table": "corrigez la carte ; troth check --schema montre chaque écart",
    "why.missing-column": "{table} n’a pas de colonne {column} dans la base",
    "how.missing-column": "corrigez la carte ; troth check --schema montre chaque écart",
    "why.depends-on-missing": "{table} dépend d’une table que la base n’a pas",
    "how.depends-on-missing": "corrigez la carte ; troth check --schema montre chaque écart",
    "why.refused": "la table n’a pas pu être examinée ({error})",
    "how.refused": "corrigez la carte, ou les droits accordés par la base",
    "why.event-unbound": "la carte ne dit pas où {table} montre l’événement {event}",
    "how.event-unbound": "déclarez-le dans map.yaml, sous events de {table}",
    "why.event-null": "la colonne {column} est vide : le jour de {event} n’est pas connu",
    "how.event-null": (
        "renseignez la colonne, ou dites dans la carte ce que vide signifie (absent: not-yet…)"
    ),
    "why.event-unreadable": (
        "la colonne {column} ne contient pas de jour valable pour {event} : autre format, ou date "
        "antérieure à l’organisation ou postérieure à aujourd’hui"
    ),
    "how.event-unreadable": "corrigez les valeurs, ou leur forme et leur fuseau dans la carte",
    "why.event-without-row": "rien ne se trouve au bout de {path} : {event} n’a pas de jour",
    "how.event-without-row": (
        "dites dans la carte ce que signifie l’absence (none: not-yet, never…)"
    ),
    "why.event-undecided": "le jour de {event} ne se lit pas dans ce que {table} désigne",
    "how.event-undecided": "corrigez les valeurs dont il est tiré, ou la liaison dans la carte",
    "why.parent-missing": "la ligne désignée par {path} manque : {event} n’a pas de jour",
    "how.parent-missing": "dites dans la carte ce que signifie l’absence (none: …), ou réparez-la",
    "why.event-of-parent": "sa ligne dans {table} ne montre pas le jour de {event}",
    "how.event-of-parent": "faites-le d’abord connaître dans cette table",
    "why.fact-missing": (
        "le registre ne contient aucun jour de {fact}, ce que la carte tient pour inconnu"
    ),
    "how.fact-missing": "consignez-le : troth fact set",
    "why.never-ends": "rien ne peut terminer {rule} ici : chacun de ses événements vaut « jamais »",
    "how.never-ends": "dites dans la carte ce que leur absence signifie dans {table} (not-yet…)",
    "why.no-period": "le traitement {activity} le couvre sans déclarer de durée de conservation",
    "how.no-period": "ajoutez une règle de conservation à la politique",
    "why.condition-unbound": "la carte ne dit pas où {table} montre la condition {condition}",
    "how.condition-unbound": "déclarez-la dans map.yaml, sous conditions de {table}",
    "why.consent-unknown": "aucun consentement {consent}, donné ou retiré, n’est consigné",
    "how.consent-unknown": "consignez-le : troth consent add",
    "why.choice-unbound": (
        "la carte ne nomme aucune colonne de {table} pour {choice}, qui fixe la durée"
    ),
    "how.choice-unbound": "nommez-la dans map.yaml, sous choices de {table}",
    "why.hold-unresolved": "un gel juridique vise une personne qu’aucune base ne connaît",
    "how.hold-unresolved": (
        "cherchez de qui il s’agit ; corrigez ou levez le gel (troth hold list)"
    ),
    "why.no-role": "la carte ne dit pas de qui {table} contient les données, ou lesquelles",
    "how.no-role": "ajoutez le rôle et la catégorie dans map.yaml",
    "why.no-activity": "aucun traitement de la politique ne couvre {category} dans {table}",
    "how.no-activity": "déclarez le traitement dans la politique, ou supprimez les données",
    "why.nobody": "aucun des rôles de {table} ne convient à la ligne",
    "how.nobody": "complétez les rôles dans map.yaml, ou protégez ces lignes",
    "why.archive-unmapped": (
        "les données doivent rejoindre l’archive, et la carte n’en nomme pas pour {table}"
    ),
    "how.archive-unmapped": "nommez-la dans map.yaml, sous archives",
    "why.undecided": "leur sort ne peut être décidé",
    "how.undecided": "vérifiez les liaisons de {table} dans map.yaml",
}

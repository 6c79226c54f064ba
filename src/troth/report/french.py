"""The report's texts in French."""

from __future__ import annotations

FRENCH: dict[str, str] = {
    "short.1": "janv.",
    "short.2": "févr.",
    "short.3": "mars",
    "short.4": "avr.",
    "short.5": "mai",
    "short.6": "juin",
    "short.7": "juil.",
    "short.8": "août",
    "short.9": "sept.",
    "short.10": "oct.",
    "short.11": "nov.",
    "short.12": "déc.",
    "reason.rows": "{rows}\u202f: {why}",
    "reason.same": "pour les mêmes raisons que : {promise}",
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
    "why.json-unreadable": (
        "la colonne {column} ne contient pas de JSON, ou une autre forme que celle de la carte : "
        "ce qu’elle renferme ne peut être distingué"
    ),
    "how.json-unreadable": "corrigez les valeurs, ou les chemins sous inside dans la carte",
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
    "why.hold-unresolved": (
        "un gel juridique vise une personne ou une ligne qu’aucune base ne connaît"
    ),
    "how.hold-unresolved": (
        "cherchez de qui ou de quoi il s’agit ; corrigez ou levez le gel (troth hold list)"
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
    "page.title": "Engagements et réalité",
    "page.stand": (
        "Ce que la politique de confidentialité promet sur la conservation des données, et ce "
        "que contiennent les bases au {day}."
    ),
    "score.title": "Le bilan",
    "score.kept": "engagements tenus",
    "score.rows": "des valeurs sont là à bon droit",
    "score.due": "lignes qui devraient avoir disparu",
    "sign.kept": "✓",
    "sign.broken": "✗",
    "sign.unknown": "?",
    "status.kept.one": "{number} tenu",
    "status.kept.many": "{number} tenus",
    "status.broken.one": "{number} rompu",
    "status.broken.many": "{number} rompus",
    "status.unknown.one": "{number} inconnu",
    "status.unknown.many": "{number} inconnus",
    "summary.clean": "Tous les engagements de durée de conservation sont tenus aujourd’hui.",
    "summary.broken": (
        "Des données sont encore là après le jour où la politique promet leur disparition. "
        "Chaque cas figure ci-dessous, avec le passage de la politique, le lieu et le nombre "
        "de lignes. Une commande les répare, une fois lu et approuvé ce qu’elle fera."
    ),
    "summary.unknown": (
        "Rien n’a été trouvé qui devrait avoir disparu. Pour certaines données, rien ne permet "
        "de décider ; ce qui ne peut être montré n’est pas compté comme tenu."
    ),
    "broken.title": "Engagements rompus",
    "broken.caption": "Où l’engagement est rompu",
    "rows.due.one": "{number} ligne échue",
    "rows.due.many": "{number} lignes échues",
    "rows.unknown.one": "{number} ligne inconnue",
    "rows.unknown.many": "{number} lignes inconnues",
    "since": "depuis le {day}",
    "clauses": "Politique : {clauses}",
    "rests": "repose sur une hypothèse de notre part : {names}",
    "head.table": "Table et colonnes",
    "head.due": "Échues",
    "head.since": "Depuis le",
    "head.unknown": "Inconnues",
    "head.month": "Mois",
    "head.sum": "Total",
    "head.parameter": "Paramètre",
    "head.value": "Nous retenons",
    "head.says": "La politique dit",
    "head.clauses": "Politique",
    "repair.title": "Pour réparer :",
    "repair.text": "établir un plan, le lire, l’approuver, l’exécuter.",
    "unknown.title": "Ce qui est inconnu, et comment le connaître",
    "unknown.text": (
        "Là où manque un jour, un consentement ou une décision, rien n’est supprimé et "
        "l’engagement n’est pas compté comme tenu."
    ),
    "unseen.one": "{number} engagement qu’aucune base ne montre",
    "unseen.many": "{number} engagements qu’aucune base ne montre",
    "chart.title": "Ce qui arrive à échéance dans les deux ans",
    "chart.text": (
        "{rows} de plus arriveront à leur terme si rien de nouveau ne survient : ni commande, "
        "ni connexion, ni donnée nouvelle."
    ),
    "chart.rest": "Tous les autres engagements",
    "chart.figures": "Les chiffres du graphique",
    "chart.caption": (
        "Lignes arrivant à échéance, par mois et par engagement, dans l’ordre de la légende"
    ),
    "chart.spread": "Comptées par semestre et réparties également sur ses mois : {tables}.",
    "undeclared.title": "Données que personne n’a déclarées",
    "undeclared.text": (
        "Elles sont dans les bases, et la politique ou la carte n’en parle pas. Déclarez-les, "
        "ou supprimez-les."
    ),
    "waiting.title": "En attente d’une invitation",
    "waiting.text": "{table} : {rows} en attente d’une invitation au titre de la règle {rule}",
    "waiting.unreachable": "dont {rows} pour toujours : aucune adresse de la personne n’est connue",
    "waiting.no-column": (
        "menez la personne du rôle {role} à une ligne qui porte une adresse électronique, au "
        "besoin dans une autre base, et donnez à cette colonne identity et compare: email"
    ),
    "waiting.no-value": "renseignez {columns} chez la personne, ou réparez le lien qui y mène",
    "archives.title": "Qui lit les archives",
    "archives.list": "{place} ({store}) n’est que pour {readers}",
    "remarks.title": "Remarques sur la carte",
    "remarks.text": (
        "La carte fonctionne telle quelle. Ces endroits laissent une chose inconnue ou empêchent "
        "de la modifier ; quelqu’un devrait les regarder."
    ),
    "silent.title": "Règles devenues muettes",
    "silent.text": (
        "{rule} ne concerne plus aucune ligne de {table} ; au dernier contrôle qui en a vu, le "
        "{last}, il y en avait {rows}, et il y en avait depuis le {since}"
    ),
    "silent.how": (
        "voyez si un mot ou une colonne de la base a changé, sur lequel les filtres de la carte "
        "s’appuient ; une table vide n’est plus signalée après 90 jours"
    ),
    "kept.title": "Engagements tenus",
    "ours.title": "Ce que nous supposons",
    "ours.text": (
        "La politique laisse ces durées ouvertes ou vagues. Tant que l’organisation n’a pas "
        "décidé, une valeur prudente s’applique ; elle est de notre fait, non de la politique."
    ),
    "ours.caption": "Durées que la politique laisse ouvertes",
    "effects.title": "Ce qu’une réparation touche en dehors des données",
    "effects.text": (
        "Effets secondaires des bases elles-mêmes, lus dans leurs schémas (en anglais)."
    ),
    "footer.how": (
        "Les lignes ont été comptées dans les bases mêmes et rien n’a été modifié. Ce rapport "
        "ne contient ni nom, ni adresse, ni autre donnée personnelle."
    ),
    "year.one": "{number} an",
    "year.many": "{number} ans",
    "months.one": "{number} mois",
    "months.many": "{number} mois",
    "days.one": "{number} jour",
    "days.many": "{number} jours",
    "period.zero": "aussitôt",
}

"""Letters to a person, in French."""

from __future__ import annotations

FRENCH = {
    "months": "janvier février mars avril mai juin juillet août septembre octobre novembre "
    "décembre",
    "code.subject": "Votre code pour {name}",
    "code.body": "Bonjour,\n\n"
    "pour être sûrs que c’est bien vous qui écrivez, nous vous demandons ce code :\n\n"
    "    {code}\n\n"
    "Il vaut {minutes} minutes, pour votre demande {number}. Saisissez-le sur la page de votre "
    "demande, ou répondez avec lui.\n\n"
    "Si vous n’avez rien demandé, ignorez ce message : rien n’est fait sans le code.\n\n{name}\n",
}

"""What the desk refuses, in French, by the code of the error: the sentence, and what helps."""

from __future__ import annotations

FRENCH: dict[str, tuple[str, str]] = {
    # the steps of a request
    "step-not-now": (
        "Cette étape ne vient pas maintenant.",
        "Les étapes possibles sont sur la page.",
    ),
    "request-closed": ("La demande est close.", "Ce qui vient ensuite est une nouvelle demande."),
    "request-open": ("La demande n’est pas à son terme.", "Voyez ce qui est encore dû."),
    "unknown-request": ("Cette demande n’existe pas.", "Cherchez-la dans la liste."),
    "stores-needed": (
        "Les bases de données ne sont pas ouvertes.",
        "Leurs adresses manquent dans troth.yaml.",
    ),
    "unknown-step": ("Cette étape n’existe pas.", "Rouvrez la page."),
    "file-missing": ("Aucun fichier n’a été joint.", "Joignez ce que la personne a envoyé."),
    "attachment-too-large": ("Le fichier est trop grand.", "Joignez une numérisation plus légère."),
    "document-kind": (
        "Un document est un PDF, un PNG ou un JPEG.",
        "Joignez une numérisation ou une photographie ; ce qui n’est pas nécessaire peut être masqué.",
    ),
    "unknown-document": (
        "La demande n’a pas ce document.",
        "Il a peut-être été détruit avec la décision.",
    ),
    "document-altered": (
        "Le document ne s’ouvre pas : il a été modifié, ou la clé du bureau est une autre.",
        "Restaurez le fichier de la clé (postbox.key) depuis sa sauvegarde.",
    ),
    "document-gone": ("La clé de la demande a été détruite, et le document avec elle.", ""),
    "look-without-reason": ("Qui regarde dit pourquoi.", "Écrivez la raison."),
    # identity
    "code-too-often": (
        "Trop de codes ont été envoyés.",
        "Demandez autrement : appelez le numéro connu, ou notez un doute.",
    ),
    "no-mail-server": (
        "Un code part par courriel, et troth.yaml ne nomme aucun serveur de messagerie.",
        "Ajoutez « mail » à troth.yaml.",
    ),
    "address-not-on-file": (
        "La demande n’a pas été écrite depuis une adresse connue.",
        "Envoyez un code par courriel.",
    ),
    "identity-without-reason": (
        "La façon dont on sait qui demande doit être notée.",
        "Par exemple : rappelé au numéro connu.",
    ),
    "doubt-without-reason": (
        "Une pièce n’est demandée qu’en cas de doute raisonnable (art. 12(6)).",
        "Notez ce qui vous fait douter, ou envoyez plutôt un code.",
    ),
    "identity-not-asked": (
        "On n’a jamais demandé à la personne qui elle est.",
        "Envoyez d’abord un code, ou choisissez une autre façon.",
    ),
    "wrong-code": ("Ce n’est pas le code qui a été envoyé.", "Demandez-le encore une fois."),
    "unknown-way": ("Dites comment on sait qui demande.", "Choisissez une des façons."),
    "mail-unsent": (
        "Le serveur de messagerie n’a pas pris la lettre.",
        "Réessayez dans un moment.",
    ),
    "two-persons": (
        "L’adresse et la référence de la demande sont celles de deux personnes.",
        "Nommez la personne qui a été identifiée.",
    ),
    # what is asked
    "nobody-found": (
        "Aucune base ne connaît quelqu’un par ce que dit la demande.",
        "Cherchez sous « Personnes », puis nommez la personne ici.",
    ),
    "nothing-recorded": (
        "On n’a pas encore noté de qui il s’agit.",
        "Notez d’abord ce que la personne demande.",
    ),
    "question-empty": ("Une question dit ce qui n’est pas clair.", "Écrivez-la."),
    "right-without-reason": (
        "La raison pour laquelle c’est un autre droit doit être notée.",
        "Par exemple : la lettre demande une copie, pas un effacement.",
    ),
    "unknown-right": ("Dites ce que la personne demande.", "Choisissez un des droits."),
    "same-right": ("La demande est déjà comprise ainsi.", ""),
    "unknown-event": (
        "Dites quel événement met fin au compte.",
        "Choisissez-en un de la politique.",
    ),
    "unknown-consent": ("La politique n’a pas ce consentement.", "Choisissez-en un de la liste."),
    "not-objectable": (
        "Personne ne peut s’opposer à cette activité (art. 21(1)).",
        "Dites-le à la personne, avec la base légale et les voies de recours.",
    ),
    "unknown-act": ("Cet acte n’existe pas.", "Rouvrez la page."),
    "unknown-namespace": (
        "La carte n’identifie personne par ce genre d’identifiant.",
        "Les identifiants connus sont sur la page de la carte.",
    ),
    "not-a-person": ("Une personne s’écrit genre=valeur.", "Par exemple : email=jo@client.example"),
    "nobody-asked": (
        "Il n’y a rien à chercher.",
        "Donnez une adresse, un numéro de téléphone ou de client, ou un nom.",
    ),
    # the decision
    "decision-unclear": (
        "Dites ce qui est accordé et ce qui est refusé.",
        "Une partie nomme les activités pour lesquelles on refuse.",
    ),
    "decision-incomplete": (
        "La décision laisse le reste ouvert.",
        "Accordez ou refusez aussi le reste.",
    ),
    "excessive-without-proof": (
        "Que la demande est excessive, c’est à vous de le prouver (art. 12(5)).",
        "Nommez les demandes antérieures de la même personne ; sinon, répondez à celle-ci.",
    ),
    "refusal-without-proof": (
        "Ce motif est à vous de le prouver (art. 12(5)).",
        "Dites ce qui le montre et où cela se trouve ; sinon, répondez à la demande.",
    ),
    "unknown-refusal-ground": (
        "Ce motif n’est pas opposable à cette demande.",
        "Choisissez-en un autre : la loi les énumère.",
    ),
    "refusal-without-reason": (
        "Un refus dit ses faits et comment ils ont été pesés.",
        "Écrivez-les sous « Faits et mise en balance ».",
    ),
    "refusal-without-second-approver": (
        "Une deuxième personne approuve un refus.",
        "Demandez à un collègue.",
    ),
    "refusal-without-case": (
        "La défense de droits en justice suppose un dossier ouvert.",
        "Donnez son numéro.",
    ),
    "refusal-untold": (
        "Un refus compte une fois que la personne en a été informée, avec les voies de recours.",
        "Envoyez d’abord la lettre.",
    ),
    "refusal-too-late": (
        "Le délai est passé : la demande a pris effet sans décision.",
        "Le souhait de la personne est exécuté.",
    ),
    "marketing-is-granted": (
        "C’est de la prospection : ce que la personne demande est accordé aussitôt.",
        "Refusez pour les autres activités seulement.",
    ),
    "nothing-to-decide": ("Il n’y a rien à décider : cela prend effet de soi-même.", ""),
    "wish-without-proof": (
        "Le souhait de la personne dit où il se trouve : lettre, message, dossier.",
        "Par exemple : lettre du 3 mars, dossier 2026-7.",
    ),
    "nothing-to-approve": (
        "Rien n’attend cette approbation.",
        "La page dit ce que la demande attend.",
    ),
    "same-person": ("Qui l’a fait ne l’approuve pas.", "Demandez à un collègue."),
    "return-without-reason": ("Ce que l’on rend dit pourquoi.", "Écrivez la raison."),
    # time
    "nothing-to-extend": ("Rien n’attend plus de réponse.", ""),
    "extended-before": (
        "La réponse a déjà été reportée une fois (art. 12(3)).",
        "La loi ne le permet qu’une fois.",
    ),
    "extension-without-reason": (
        "Un report dit pourquoi : la complexité, ou le nombre des demandes.",
        "Écrivez la raison.",
    ),
    "extension-untold": (
        "Un report compte une fois que la personne en a été informée.",
        "Envoyez d’abord la lettre, puis dites quel jour.",
    ),
    "extension-too-late": (
        "La personne devait l’apprendre avant la fin du premier délai.",
        "Répondez maintenant ; le retard est à expliquer.",
    ),
    "extension-not-allowed": ("Ce délai ne peut pas être allongé.", "Répondez dans le délai."),
    "extension-too-long": (
        "La réponse ne peut pas être reportée jusque-là.",
        "Choisissez un jour permis.",
    ),
    # execution
    "plan-stale": (
        "Les bases ou les règles ne sont plus comme lorsque le plan a été montré.",
        "Refaites le plan.",
    ),
    "rectify-unclear": (
        "Dites ce qui est juste : une rectification écrit les valeurs que donne la personne.",
        "Choisissez ce qui est corrigé, et la nouvelle valeur.",
    ),
    "carried-out-elsewhere": (
        "Aucun plan n’a été fait ici.",
        "Faites le plan, ou notez sous quelle référence cela a été fait ailleurs.",
    ),
    "carried-out-here": ("Cette demande est exécutée par son plan.", "Exécutez le plan."),
    "reference-empty": ("Ce qui l’a exécuté a un nom.", "Écrivez la référence."),
    "not-carried-out-whole": (
        "Il reste quelque chose à faire.",
        "La même étape reprend là où elle s’est arrêtée.",
    ),
    "unknown-ground": (
        "Dites pourquoi le traitement est limité.",
        "L’article 18(1) énumère les motifs.",
    ),
    "task-empty": ("Une tâche dit ce qui est à faire.", "Écrivez-le."),
    "proof-empty": (
        "Une preuve dit ce qui a été fait, et où cela se voit.",
        "Par exemple : dossier 17 détruit, procès-verbal du 3 mars.",
    ),
    "unknown-task": ("Cette tâche n’existe pas.", "Rouvrez la page."),
    "task-done": ("La tâche est déjà faite.", ""),
    "acknowledgement-unclear": (
        "Un accusé a soit une preuve, soit la raison pour laquelle c’est impossible.",
        "Écrivez l’une des deux.",
    ),
    "unknown-notice": ("Aucun avis n’est ouvert pour ce destinataire.", ""),
    "unknown-recipient": ("La politique n’a pas ce destinataire.", ""),
    "unknown-place": ("La politique n’a pas ce lieu.", ""),
    # rectification
    "rectify-day-moved": (
        "Un déclencheur de la base déplace un jour à partir duquel une règle compte ; rien n’a été écrit.",
        "Voyez avec un ingénieur.",
    ),
    "affected-rows-differ": (
        "La base a changé un autre nombre de lignes que prévu ; le lot a été annulé.",
        "Un déclencheur ou une règle de la base détourne l’écriture : voyez avec un ingénieur.",
    ),
    "rectify-empty": (
        "La nouvelle valeur est vide.",
        "Faire enlever une valeur est un effacement.",
    ),
    "rectify-unreadable": (
        "Une correction s’écrit NOM=VALEUR.",
        "Par exemple : phone=+33612345678",
    ),
    "rectify-nothing": (
        "Aucune ligne de la personne n’a cette valeur.",
        "Laissez l’ancienne valeur vide pour voir s’il y en a une autre.",
    ),
    "rectify-several-values": (
        "Les lignes de la personne ont des valeurs différentes.",
        "Dites laquelle, par l’ancienne valeur.",
    ),
    "rectify-not-in-enum": (
        "La nouvelle valeur n’est pas de celles que la colonne accepte.",
        "Écrivez-la comme la base la connaît.",
    ),
    "rectify-too-long": (
        "La nouvelle valeur est trop longue pour la colonne.",
        "Abrégez-la, ou exceptez cette copie.",
    ),
    "rectify-type": (
        "La nouvelle valeur n’est pas du type de la colonne.",
        "Donnez une valeur de ce type, ou exceptez cette copie.",
    ),
    "rectify-generated": (
        "La base calcule cette colonne.",
        "Corrigez celles dont elle est calculée, et exceptez celle-ci.",
    ),
    "rectify-not-unique": (
        "Une autre ligne a déjà cette valeur, qui doit être unique.",
        "Voyez de qui est cette ligne : peut-être de la même personne.",
    ),
    "rectify-no-transactions": (
        "La table n’a pas de transactions : un échec en laisserait la moitié.",
        "Un ingénieur change son moteur.",
    ),
    "rectify-referenced": (
        "D’autres lignes renvoient à cette valeur et l’empêchent de changer.",
        "Voyez avec un ingénieur.",
    ),
    "rectify-paper-follows": (
        "Des pièces émises renvoient à cette valeur et changeraient avec elle.",
        "Voyez avec un ingénieur.",
    ),
    "rectification-unfinished": (
        "Une rectification précédente a été interrompue.",
        "Terminez-la d’abord.",
    ),
    "unknown-category": ("La politique n’a pas cette catégorie.", "Choisissez-en une de la liste."),
    "unknown-column": (
        "La carte n’a pas cette colonne personnelle.",
        "Écrivez base.table.colonne comme sur la page de la carte.",
    ),
    # letters and packages
    "letter-too-early": (
        "Il n’y a encore rien à dire.",
        "La page de la demande dit ce qui vient d’abord.",
    ),
    "letter-waits": (
        "Une lettre de ce genre est écrite et n’est pas partie.",
        "Envoyez-la, ou notez qu’elle a été postée.",
    ),
    "unknown-letter": ("Aucune lettre n’attend d’être postée ce jour-là.", "Rouvrez la page."),
    "pages-without-address": (
        "troth.yaml ne dit pas où se trouvent les pages publiques.",
        "Ajoutez-y portal: {address: …}.",
    ),
    "no-package": ("La demande n’a pas d’envoi.", "Faites-le d’abord."),
    "package-hidden": (
        "L’envoi peut contenir des catégories particulières, que seul le praticien voit.",
        "Demandez-lui de le sortir, ou déposez-le sur la page de la personne.",
    ),
    # requests that are written down
    "unknown-channel": ("Dites comment la demande est arrivée.", "Choisissez une des voies."),
    "unknown-behalf": ("Dites pour qui elle est faite.", "Choisissez dans la liste."),
    "request-without-contact": (
        "Une réponse doit pouvoir arriver quelque part.",
        "Écrivez une adresse électronique ou postale.",
    ),
    "request-too-long": (
        "Un texte est trop long.",
        "Notez ce qui est demandé, et gardez la lettre au dossier.",
    ),
    "request-in-the-future": (
        "Une demande ne peut pas être arrivée plus tard qu’aujourd’hui.",
        "Corrigez le jour.",
    ),
    "request-too-old": ("La demande serait arrivée il y a très longtemps.", "Regardez l’année."),
    "not-a-day": ("Ce n’est pas un jour.", "Écrivez-le AAAA-MM-JJ."),
    # wishes for after death
    "directive-without-person": (
        "Une directive nomme la personne dont elle tient les volontés.",
        "Par exemple : email=zoe@mail.example",
    ),
    "directive-without-form": (
        "Une directive est recueillie par un formulaire signé à part (loi 78-17, art. 85(I)).",
        "Dites où se trouve le formulaire.",
    ),
    "directive-without-instruction": (
        "Une directive dit ce qui est à faire.",
        "Cochez au moins une volonté.",
    ),
    "directive-without-trusted": (
        "Une directive nomme la personne chargée de l’exécuter (loi 78-17, art. 85(I)).",
        "Écrivez Nom <adresse>.",
    ),
    "directive-in-the-future": (
        "Une directive ne peut pas être donnée plus tard que maintenant.",
        "Corrigez l’instant.",
    ),
    "directive-ended": (
        "Cette version a déjà pris fin.",
        "Une nouvelle volonté est une nouvelle version.",
    ),
    "unknown-directive": ("Cette directive n’existe pas.", "Rouvrez la page."),
    "keep-unclear": (
        "Ce qui est conservé se dit par catégories ou par lieux, pas par les deux.",
        "Faites deux versions.",
    ),
    "hand-over-without-recipient": (
        "Une remise nomme qui reçoit les données.",
        "Écrivez Nom <adresse>.",
    ),
    "not-designated": (
        "La volonté en vigueur désigne quelqu’un d’autre (loi 78-17, art. 85(I)).",
        "Un héritier peut faire clore le compte.",
    ),
    "heir-limited": (
        "Sans volonté de la personne, un héritier n’a ni copie ni effacement (loi 78-17, art. 84 et 85(II)).",
        "Il peut faire clore le compte et régler la succession.",
    ),
    "not-a-death": (
        "Une volonté pour après la mort n’a pas d’effet avant (loi 78-17, art. 85(I)).",
        "Notez d’abord le décès.",
    ),
    "death-without-person": (
        "La personne décédée est nommée : qui l’annonce est en vie.",
        "Nommez-la, par exemple email=anna@mail.example",
    ),
    "unknown-order": (
        "Cet ordre de remise n’existe pas.",
        "Voyez ce qui a été ordonné sur la page des décès.",
    ),
    "store-unreachable": (
        "Une base de données ne répond pas.",
        "La demande reste ouverte et reprend d’elle-même dès qu’elle répondra.",
    ),
    "lifting-halted": (
        "Des lignes ont changé entre-temps et restent scellées.",
        "Dites quelles valeurs comptent, et levez de nouveau.",
    ),
    "nothing-to-lift": (
        "Personne n’a décidé la fin de cette limitation.",
        "Décidez-la, avec sa raison.",
    ),
    "death-unproven": (
        "Un décès est noté avec ce qui le prouve (loi 78-17, art. 85).",
        "Nommez l’acte, et où il se trouve.",
    ),
    "no-directive": (
        "Aucune directive n’était en vigueur (loi 78-17, art. 84).",
        "Un héritier peut faire clore le compte.",
    ),
    "identity-unproven": (
        "Qui demande prouve qui il est (loi 78-17, art. 85).",
        "Écrivez ce qui a été vu, sans en garder de copie.",
    ),
    "directive-replaced-designee": (
        "Une version plus récente désigne quelqu’un d’autre (loi 78-17, art. 85(I)).",
        "Seule la personne qu’elle nomme peut la faire exécuter.",
    ),
    "estate-without-scope": (
        "Un héritier reçoit ce que demande la succession, pas tout (loi 78-17, art. 85(II)(1)).",
        "Cochez ce qui est nécessaire.",
    ),
    "heir-unproven": (
        "Un héritier prouve qui il est et qu’il hérite (loi 78-17, art. 85(II)).",
        "Par exemple : l’acte de notoriété vu chez le notaire.",
    ),
    # holds and restrictions
    "hold-without-scope": (
        "Un gel nomme les personnes ou les lignes que demande l’affaire, jamais tout.",
        "Écrivez genre=valeur, ou base.table:clé.",
    ),
    "hold-without-reason": ("Lever un gel a une raison.", "Écrivez-la."),
    "hold-already-lifted": ("Ce gel a déjà été levé.", ""),
    "unknown-hold": ("Ce gel n’existe pas.", "Rouvrez la page."),
    "not-a-table": ("Ce n’est pas une table.", "Écrivez base.table."),
    "not-rows": ("Des lignes s’écrivent base.table:clé.", "Par exemple : shop.invoice:17,18"),
    "unknown-table": ("La carte n’a pas cette table.", "Écrivez-la comme sur la page de la carte."),
    "not-a-restriction": ("Ce n’est pas une limitation.", ""),
    "restriction-untold": (
        "La personne l’apprend avant que la limitation soit levée (art. 18(3)).",
        "Envoyez d’abord la lettre.",
    ),
    "lift-without-reason": ("Lever une limitation a une raison.", "Écrivez-la."),
    "lift-without-notice": (
        "La personne l’apprend avant que la limitation soit levée (art. 18(3)).",
        "Envoyez l’avis, puis dites quel jour.",
    ),
    "lift-too-early": (
        "La politique promet un avis qui court encore.",
        "Levez-la une fois l’avis passé.",
    ),
    "restriction-lifted": ("Cette limitation a déjà été levée.", ""),
    "restriction-being-lifted": (
        "Un autre processus lève cette limitation.",
        "Attendez qu’il ait fini.",
    ),
    # breaches
    "nothing-noted": ("Dites ce qui a été fait.", "Écrivez-le."),
    "not-an-instant": ("Dites quand elle a été constatée.", "Écrivez le jour et l’heure."),
    "breach-in-the-future": (
        "Une violation ne peut pas avoir été constatée plus tard que maintenant.",
        "Corrigez le jour et l’heure.",
    ),
    "breach-not-finished": (
        "La violation ne peut pas être close : quelque chose est encore ouvert.",
        "La page dit quoi.",
    ),
    "breach-closed": (
        "La violation est close.",
        "Ce qui apparaît plus tard est noté dans une nouvelle.",
    ),
    "unknown-breach": ("Cette violation n’existe pas.", "Rouvrez la liste."),
    # plans and work
    "unknown-plan": (
        "Ce plan n’existe plus.",
        "Les plans ne sont gardés que leur jour : faites-en un nouveau.",
    ),
    "own-plan": ("Qui a fait un plan ne l’approuve pas.", "Demandez à une deuxième personne."),
    "plan-not-approved": (
        "Personne n’a approuvé ce plan, ou l’approbation a expiré.",
        "Une deuxième personne l’approuve sur sa page.",
    ),
    "plan-edited": ("Le plan a été modifié après avoir été fait.", "Faites-en un nouveau."),
    "plan-of-a-future-day": ("Le plan est pour un autre jour.", "Refaites-le ce jour-là."),
    "more-rows-than-approved": (
        "Plus de lignes sont échues que ce qui a été approuvé.",
        "Faites un nouveau plan et regardez-le.",
    ),
    "another-run": ("Une autre exécution écrit dans cette base.", "Attendez qu’elle ait fini."),
    "facts-keep-changing": (
        "Les faits du registre changent trop vite.",
        "Réessayez quand on en note moins.",
    ),
    "clock-before-journal": (
        "L’horloge est en retard sur le journal.",
        "Réglez l’horloge : rien n’est effacé par une horloge en retard.",
    ),
    "clocks-differ": (
        "L’horloge d’une base et celle de cette machine diffèrent de plus d’un jour.",
        "Réglez celle qui est fausse.",
    ),
    "missing-table": (
        "La base n’a pas une table comme la carte la décrit.",
        "Voyez la page de la carte.",
    ),
    "store-missing": (
        "Le fichier d’une base n’est pas là.",
        "Vérifiez son chemin dans troth.yaml.",
    ),
    "lease-lost": (
        "Un autre processus a pris le travail.",
        "Celui-ci n’a rien écrit ; l’autre continue.",
    ),
    "work-begun": ("Il n’attend plus.", "Ce qui a commencé va jusqu’à son terme."),
    "work-died": (
        "Le processus qui le faisait est mort plusieurs fois.",
        "Voyez le journal du serveur.",
    ),
    # lists, accounts and keys of systems
    "unknown-filter": ("Ce filtre n’a pas cette valeur.", "Choisissez dans la liste."),
    "view-without-name": ("Une vue enregistrée a un nom.", "Donnez-lui-en un."),
    "many-views": ("Il y a déjà trop de vues enregistrées.", "Supprimez-en une d’abord."),
    "own-account": (
        "Personne ne change son propre rôle ni ne ferme son propre compte.",
        "Demandez à un collègue.",
    ),
    "unknown-account": ("Ce compte n’existe pas.", "Regardez la liste."),
    "account-exists": (
        "Ce nom est pris, ou l’a été.",
        "Prenez-en un autre : qui a fait quoi doit rester dit.",
    ),
    "account-name": (
        "Le nom d’un compte a 2 à 40 lettres, chiffres, points et traits d’union.",
        "Par exemple : anne.martin",
    ),
    "account-email": ("Ce n’est pas une adresse électronique.", "Par exemple : a@b.example"),
    "account-shut": ("Ce compte est fermé.", ""),
    "no-such-role": ("Ce rôle n’existe pas.", "Choisissez dans la liste."),
    "token-name": (
        "Une clé nomme le système qui la tient, et ce qu’elle permet.",
        "Donnez un nom et cochez au moins une permission.",
    ),
    "token-lasts": ("Cette durée n’est pas permise.", "Faites-en une nouvelle avant sa fin."),
    "unknown-scope": ("Cette permission n’existe pas.", "Choisissez dans la liste."),
    "unknown-token": ("Cette clé n’existe pas.", "Rouvrez la page."),
    # what Troth stands on
    "ledger-locked": (
        "Un autre processus tient le registre.",
        "Attendez qu’il ait fini, et réessayez.",
    ),
    "ledger-full": (
        "Il n’y a plus de place pour le registre.",
        "Rien n’a été écrit à moitié ; faites de la place et réessayez.",
    ),
    "ledger-read-only": (
        "Le registre ne peut qu’être lu.",
        "Un ingénieur donne le droit d’y écrire.",
    ),
    "ledger-unreachable": ("Le registre ne répond pas.", "Réessayez dans un moment."),
    "ledger-io": (
        "Le disque du registre n’a pas pu lire ou écrire.",
        "Rien n’a été écrit à moitié ; un ingénieur regarde le disque.",
    ),
}

"""Letters to a person, in French."""

from __future__ import annotations

FRENCH = {
    "hello": "Bonjour,",
    "page": "page {n}",
    "reference": "Votre demande {number}, reçue le {day}",
    "and": "et",
    "ask.access": "de voir les données que nous avons sur vous",
    "ask.portability": "vos données sous une forme que vous puissiez emporter ailleurs",
    "ask.rectification": "de corriger vos données",
    "ask.erasure": "d’effacer vos données",
    "ask.restriction": "de mettre vos données de côté sans les utiliser",
    "ask.objection": "de ne plus utiliser vos données",
    "ask.opt-out": "de ne plus vous envoyer de publicité",
    "ask.withdrawal": "de mettre fin à l’utilisation de vos données à laquelle vous aviez consenti",
    "ask.human-decision": "de faire réexaminer par une personne une décision prise par une machine",
    "ask.account-closure": "de fermer votre compte",
    "ask.directives-after-death": "de suivre votre volonté pour vos données après votre mort",
    "ask.hand-over": "les données qui doivent vous être remises après un décès",
    "ask.death": "de tenir compte d’un décès",
    "code.subject": "Votre code pour {name}",
    "code.body": "Bonjour,\n\n"
    "pour être sûrs que c’est bien vous qui écrivez, nous vous demandons ce code :\n\n"
    "    {code}\n\n"
    "Il vaut {minutes} minutes, pour votre demande {number}. Saisissez-le sur la page de votre "
    "demande, ou répondez avec lui.\n\n"
    "Si vous n’avez rien demandé, ignorez ce message : rien n’est fait sans le code.\n\n{name}\n",
    "receipt.subject": "Nous avons reçu votre demande",
    "receipt.asked": "Le {day}, vous nous avez demandé {ask}. Votre demande porte le numéro "
    "{number}.",
    "receipt.due": "Vous aurez notre réponse au plus tard le {due}. Elle ne vous coûte rien.",
    "receipt.channel": "La prochaine fois, vous pouvez nous écrire ici : {channels}. Être passé par "
    "un autre chemin ne change rien : votre demande est reçue, et son délai court depuis son "
    "arrivée.",
    "page.subject": "La page de votre demande",
    "page.what": "Votre demande a une page, qui montre où elle en est, et où vous pouvez ajouter "
    "quelque chose ou retirer ce que nous vous envoyons :",
    "page.secret": "Qui a cette adresse voit la page : gardez-la pour vous. Un envoi s’y retire une "
    "seule fois, avec le code que notre réponse vous donne.",
    "identity.subject": "Qui vous êtes : une question sur votre demande",
    "identity.why": "Nous ne pouvons pas encore être sûrs que c’est vous qui demandez : {reason}",
    "identity.ask": "Envoyez-nous, s’il vous plaît, de quoi le montrer, par exemple la copie d’une "
    "carte où tout est masqué sauf votre nom. Nous n’avons besoin que de votre nom.",
    "identity.kept": "Ce que vous envoyez est verrouillé, peu de personnes peuvent l’ouvrir, et il "
    "est supprimé dès que nous savons.",
    "identity.clock": "Jusqu’à votre réponse, le délai de la nôtre est suspendu ; puis il reprend.",
    "clarification.subject": "Une question sur votre demande",
    "clarification.scope": "Nous avons beaucoup de données sur vous. Pour que vous receviez ce que "
    "vous cherchez, dites-nous, s’il vous plaît :",
    "clarification.wish": "Nous voulons faire ce que vous voulez dire, et rien d’autre. Dites-nous, "
    "s’il vous plaît :",
    "clarification.scope.clock": "Jusqu’à votre réponse, le délai de la nôtre est suspendu. Vous "
    "pouvez aussi répondre que vous voulez tout.",
    "clarification.wish.clock": "Cela ne retarde pas notre réponse.",
    "extension.subject": "Il nous faut plus de temps pour votre demande",
    "extension.until": "Vous deviez avoir notre réponse au plus tard le {first}. Il nous faut "
    "jusqu’au {until}, parce que :",
    "delay.subject": "Votre demande est en cours, et attend un système",
    "delay.what": "Ce que vous avez demandé est accordé. Depuis le {day}, l’un de nos systèmes ne "
    "répond pas. Ailleurs, c’est fait ou cela suit ; là, ce sera fait dès qu’il répondra, sans que "
    "vous ayez à le redemander.",
    "delay.due": "Vous aurez notre réponse au plus tard le {day}, comme prévu.",
    "lifting.subject": "Vos données qui étaient mises de côté",
    "lifting.before": "Vos données sont mises de côté et personne ne les utilise. À partir du {day}, "
    "nous les utiliserons de nouveau, parce que :",
    "lifting.disagree": "Si vous y voyez une objection, écrivez-nous avant ce jour. Vous pouvez aussi "
    "vous opposer à l’utilisation, ou demander de nouveau la limitation.",
    "lifting.wish": "Vous avez demandé que vos données soient de nouveau utilisées. Depuis le {day}, "
    "elles ne sont plus mises de côté.",
    "decision.subject": "Ce que nous avons décidé sur votre demande",
    "answer.subject": "La réponse à votre demande",
    "asked": "Le {day}, vous nous avez demandé {ask}.",
    "done.heading": "Ce que nous avons fait",
    "done.unidentified": "Nous avons demandé qui vous êtes et n’avons pas eu de réponse qui le "
    "montre. Nous n’avons donc pas pu savoir quelles données sont les vôtres, et n’avons rien fait. "
    "Écrivez-nous de nouveau quand vous pourrez le montrer.",
    "done.refused": "Nous ne pouvons pas le faire ; voici pourquoi.",
    "done.waits": "Nous faisons ce que vous avez demandé, sauf ce qui suit ; nous vous écrirons "
    "quand ce sera fait.",
    "done.withdrawn-request": "Vous nous avez dit que vous ne le demandez plus. Nous avons arrêté.",
    "done.access": "Vous recevez une copie de vos données, avec la raison pour laquelle nous les "
    "avons, d’où elles viennent, qui les a reçues et jusqu’à quand elles restent.",
    "done.portability": "Vous recevez vos données sous une forme que d’autres services savent lire.",
    "done.portability.to": "Vous recevez vos données sous une forme que d’autres services savent "
    "lire, et nous envoyons la même chose à {to}, comme vous l’avez demandé.",
    "done.hand-over": "Vous recevez les données que la personne décédée voulait vous remettre, ou "
    "dont le règlement de la succession a besoin, et aucune autre.",
    "done.package": "Elle vous attend sur la page de votre demande jusqu’au {day}, pour être prise "
    "une fois. Ce code l’ouvre : {code}",
    "done.package.other": "Vous la recevez séparément.",
    "done.rectification": "Nous avons corrigé vos données partout où nous les avons. Les pièces que "
    "la loi veut inchangées, comme les factures, ont reçu une correction à côté d’elles.",
    "done.erasure": "Nous avons effacé vos données à {rows} endroits de nos fichiers, sauf ce qui "
    "suit.",
    "done.erasure.none": "Nous avons cherché partout où nous avons des données. Il n’y avait rien "
    "à effacer.",
    "done.objection": "Nous n’utilisons plus vos données pour ce à quoi vous vous êtes opposé.",
    "done.opt-out": "Vous ne recevrez plus de publicité de notre part. Nous gardons un code tiré de "
    "votre adresse, que personne ne peut lire, pour ne plus jamais vous écrire par erreur.",
    "done.withdrawal": "Ce à quoi vous aviez consenti a pris fin. Ce qui a été fait avant reste "
    "licite.",
    "done.restriction": "Vos données sont mises de côté. Personne ne les utilise ni ne les supprime "
    "avant que vous ayez de nos nouvelles.",
    "done.human-decision": "Une personne vous a entendu et a réexaminé la décision qu’une machine "
    "avait prise ; vous lisez ci-dessous ce qu’il en est.",
    "done.account-closure": "Votre compte a pris fin au jour de votre demande. Les données dont seul "
    "le compte avait besoin partent selon les durées de notre politique, sans nouvelle demande.",
    "done.directives-after-death": "Nous avons enregistré ce que vous souhaitez pour vos données "
    "après votre mort. Rien n’en découle de votre vivant. Vous pouvez le modifier ou le révoquer à "
    "tout moment ; la dernière version compte. La personne de confiance ne l’apprend qu’ensuite, et "
    "la fait exécuter en montrant qui elle est.",
    "done.directives-after-death.revoked": "Nous avons révoqué ce que vous aviez souhaité pour vos "
    "données après votre mort. Aucune version antérieure ne revit ; seule la loi compte.",
    "done.death": "Nous avons enregistré le décès. Ce que la personne avait souhaité pour ses données "
    "compte ; à défaut, la loi permet aux héritiers de régler la succession et de faire fermer les "
    "comptes.",
    "done.restriction.none": "Nous avons cherché partout où nous détenons des données. Il n’y avait "
    "rien de vous à mettre de côté.",
    "done.other": "Nous avons fait ce que vous demandiez.",
    "tasks.heading": "À la main",
    "task": "{what} : fait le {day}",
    "told.heading": "Qui nous avons informé",
    "told.done": "{name} : l’a confirmé",
    "told.sent": "{name} : a été informé",
    "told.open": "{name} : nous l’informons",
    "told.impossible": "{name} : n’a pas pu être informé",
    "kept.heading": "Ce qui reste, et pourquoi",
    "kept.intro": "Nous devons ou pouvons garder certaines données. Personne ne les utilise pour "
    "autre chose :",
    "kept.one": "{purpose} ({categories}) : {bases}. {clauses}{until}",
    "kept.archive": "{place} ({categories}) : {told}",
    "kept.clauses": "Notre politique, point {clauses}. ",
    "kept.until.open": "Elles restent tant que cela dure.",
    "kept.on": "Elles partent le {day}.",
    "kept.between": "Elles partent à partir du {first}, les dernières le {last}.",
    "kept.nothing": "Rien n’en reste chez nous.",
    "refused.heading": "Ce que nous avons refusé, et pourquoi",
    "refused.all": "Le tout",
    "refused.one": "{what} : {ground} ({article}). {reason}",
    "refused.before": "Vous aviez déjà demandé la même chose : {numbers}.",
    "refused.case": "Dossier {case}.",
    "left.heading": "Ce qui reste tel quel, et pourquoi",
    "left.one": "{rows} inscriptions : {why}",
    "refused.proof": "Ce qui le montre : {proof}.",
    "rights.heading": "Si vous n’êtes pas d’accord",
    "rights.us": "Écrivez-nous : {contacts}.",
    "rights.authority": "Vous pouvez à tout moment, sans frais, adresser une réclamation à "
    "{authorities}, ou à l’autorité du pays où vous vivez ou travaillez.",
    "rights.any-authority": "Vous pouvez à tout moment, sans frais, adresser une réclamation à "
    "l’autorité de protection des données du pays où vous vivez ou travaillez.",
    "rights.court": "Vous pouvez aussi saisir un juge (art. 79 du RGPD).",
    "rights.free": "Cette réponse ne vous coûte rien.",
    "ground.legal-obligation": "une loi nous oblige à les garder",
    "ground.legal-claims": "il nous les faut pour un droit en justice dont le dossier est ouvert",
    "ground.freedom-of-expression": "la liberté d’expression et d’information",
    "ground.public-health": "un intérêt public de santé publique",
    "ground.public-interest-archives": "des archives, des recherches ou des statistiques d’intérêt "
    "public",
    "ground.compelling-grounds": "des motifs impérieux qui l’emportent sur les vôtres",
    "ground.manifestly-unfounded": "la demande est manifestement infondée",
    "ground.manifestly-excessive": "la demande est manifestement excessive",
    "ground.unfounded-or-excessive": "la demande est manifestement infondée ou excessive",
}

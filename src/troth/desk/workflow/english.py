"""Letters to a person, in English."""

from __future__ import annotations

ENGLISH = {
    "hello": "Hello,",
    "page": "page {n}",
    "reference": "Your request {number}, received on {day}",
    "and": "and",
    # What was asked, after "you asked us".
    "ask.access": "to see the data that we hold about you",
    "ask.portability": "for your data in a form that you can take elsewhere",
    "ask.rectification": "to correct your data",
    "ask.erasure": "to erase your data",
    "ask.restriction": "to set your data aside and not use it",
    "ask.objection": "to stop using your data",
    "ask.opt-out": "to send you no more advertisements",
    "ask.withdrawal": "to end the use of your data to which you had agreed",
    "ask.human-decision": "to have a person look at a decision that a machine made",
    "ask.account-closure": "to close your account",
    "ask.directives-after-death": "to follow your wish for your data after your death",
    "ask.hand-over": "for the data that are to be handed over to you after a death",
    "ask.death": "to take a death into account",
    "code.subject": "Your code for {name}",
    "code.body": "Hello,\n\n"
    "to be sure that it is you who writes, we ask you for this code:\n\n    {code}\n\n"
    "It counts for {minutes} minutes, for your request {number}. Type it on the page of your "
    "request, or answer with it.\n\n"
    "If you have asked for nothing, ignore this mail: nothing happens without the code.\n\n"
    "{name}\n",
    "receipt.subject": "We have your request",
    "receipt.asked": "On {day} you asked us {ask}. Your request has the number {number}.",
    "receipt.due": "You will have our answer by {due}. It costs you nothing.",
    "receipt.channel": "Next time you can write to us here: {channels}. That you came another way "
    "changes nothing: your request is received, and its day is counted from when it came.",
    "page.subject": "The page of your request",
    "page.what": "Your request has a page, which shows how far it is, and where you can add something "
    "or fetch what we send you:",
    "page.secret": "Whoever has this address sees the page, so keep it for yourself. A package can be "
    "fetched there once, with the code that our answer brings.",
    "identity.subject": "Who you are: a question on your request",
    "identity.why": "We cannot be sure yet that it is you who asks: {reason}",
    "identity.ask": "Please send us something that shows it, such as a copy of a card on which "
    "everything but your name is covered. We need no more than your name.",
    "identity.kept": "What you send is locked, few people can open it, and it is deleted as soon as "
    "we know.",
    "identity.clock": "Until you answer, the time for our answer stands still; then it runs on.",
    "clarification.subject": "A question on your request",
    "clarification.scope": "We hold much data about you. So that you get what you are looking for, "
    "please tell us:",
    "clarification.wish": "We want to do what you mean, and nothing else. Please tell us:",
    "clarification.scope.clock": "Until you answer, the time for our answer stands still. You may "
    "also answer that you want everything.",
    "clarification.wish.clock": "This does not put off our answer.",
    "extension.subject": "We need more time for your request",
    "extension.until": "You were to have our answer by {first}. We need until {until}, because:",
    "delay.subject": "Your request is under way, and waits for a system",
    "delay.what": "What you asked is granted. Since {day} one of our systems cannot be reached. What "
    "lies elsewhere is done or follows; there it is done as soon as the system answers again, without "
    "your asking.",
    "delay.due": "You will have our answer by {day}, as before.",
    "lifting.subject": "Your data that was set aside",
    "lifting.before": "Your data is set aside, and nobody uses it. From {day} on we use it again, "
    "because:",
    "lifting.disagree": "If you see a reason against it, write to us before that day. You may also "
    "object to the use, or ask again that your data be set aside.",
    "lifting.wish": "You asked that your data be used again. Since {day} it is set aside no longer.",
    "decision.subject": "What we decided on your request",
    "answer.subject": "The answer to your request",
    "asked": "On {day} you asked us {ask}.",
    "done.heading": "What we did",
    "done.unidentified": "We asked who you are and have had no answer that shows it. So we could not "
    "find out which data is yours, and have done nothing. Write to us again whenever you can show "
    "it.",
    "done.refused": "We cannot do this; below is why.",
    "done.waits": "We do what you asked, apart from what is listed below; you will hear from us when "
    "it is done.",
    "done.withdrawn-request": "You told us that you no longer ask for this. We have stopped.",
    "done.access": "You get a copy of your data, with why we hold it, where it came from, who "
    "received it and until when it stays.",
    "done.portability": "You get your data in a form that other services can read.",
    "done.portability.to": "You get your data in a form that other services can read, and we send "
    "the same to {to}, as you asked.",
    "done.hand-over": "You get the data that the person who died wished you to have, or that settling "
    "the estate needs, and no other.",
    "done.package": "It waits for you on the page of your request until {day}, to be fetched once. "
    "This code opens it: {code}",
    "done.package.other": "You receive it separately.",
    "done.rectification": "We corrected your data everywhere where we hold it. Papers that the law "
    "wants unchanged, such as invoices, have got a correction beside them.",
    "done.erasure": "We erased your data in {rows} places of our records, apart from what is listed "
    "below.",
    "done.erasure.none": "We looked everywhere where we hold data. There was nothing to erase.",
    "done.objection": "We no longer use your data for what you objected to.",
    "done.opt-out": "You get no more advertisements from us. We keep a code made from your address "
    "that nobody can read, so that we never write to you again by mistake.",
    "done.withdrawal": "What you had agreed to has ended. What was done before stays lawful.",
    "done.restriction": "Your data is set aside. Nobody uses it, and nobody deletes it, until you "
    "hear from us.",
    "done.human-decision": "Somebody has heard you and looked again at the decision that a machine "
    "had made; below is what came of it.",
    "done.account-closure": "Your account has ended on the day of your request. Data that only the "
    "account needed goes by the periods of our policy, without your asking again.",
    "done.directives-after-death": "We have recorded what you wish for your data after your death. It "
    "has no effect while you live. You may change it or take it back at any time; the newest one "
    "counts. Whom you trust hears of it only afterwards, and has it carried out by showing who they "
    "are.",
    "done.directives-after-death.revoked": "We have taken back what you had wished for your data "
    "after your death. No earlier wish comes back; the law alone counts.",
    "done.death": "We have recorded the death. What the person had wished for their data counts; "
    "where there is no wish, the law lets heirs settle the estate and have the accounts shut.",
    "done.restriction.none": "We looked everywhere where we hold data. There was nothing of yours to "
    "set aside.",
    "done.other": "We have done what you asked.",
    "tasks.heading": "By hand",
    "task": "{what}: done on {day}",
    "told.heading": "Whom we told",
    "told.done": "{name}: has confirmed it",
    "told.sent": "{name}: has been told",
    "told.open": "{name}: we are telling them",
    "told.impossible": "{name}: could not be told",
    "kept.heading": "What stays, and why",
    "kept.intro": "Some data we must or may keep. Nobody uses it for anything else:",
    "kept.one": "{purpose} ({categories}): {bases}. {clauses}{until}",
    "kept.archive": "{place} ({categories}): {told}",
    "kept.clauses": "Our policy, point {clauses}. ",
    "kept.until.open": "It stays as long as this lasts.",
    "kept.on": "It goes on {day}.",
    "kept.between": "It goes from {first} on, the last of it on {last}.",
    "kept.nothing": "Nothing of it stays with us.",
    "refused.heading": "What we refused, and why",
    "refused.all": "The whole of it",
    "refused.one": "{what}: {ground} ({article}). {reason}",
    "refused.before": "You asked for the same before: {numbers}.",
    "refused.case": "File {case}.",
    "left.heading": "What stays as it is, and why",
    "left.one": "{rows} entries: {why}",
    "refused.proof": "What shows it: {proof}.",
    "rights.heading": "If you do not agree",
    "rights.us": "Write to us: {contacts}.",
    "rights.authority": "You may complain, free of charge and at any time, to {authorities}, or to "
    "the authority of the country where you live or work.",
    "rights.any-authority": "You may complain, free of charge and at any time, to the data "
    "protection authority of the country where you live or work.",
    "rights.court": "You may also go to court (Art. 79 GDPR).",
    "rights.free": "This answer costs you nothing.",
    "ground.legal-obligation": "a law obliges us to keep it",
    "ground.legal-claims": "we need it for a legal claim that is open",
    "ground.freedom-of-expression": "freedom of expression and information",
    "ground.public-health": "a public interest in public health",
    "ground.public-interest-archives": "archives, research or statistics in the public interest",
    "ground.compelling-grounds": "compelling reasons that outweigh yours",
    "ground.manifestly-unfounded": "the request is manifestly unfounded",
    "ground.manifestly-excessive": "the request is manifestly excessive",
    "ground.unfounded-or-excessive": "the request is manifestly unfounded or excessive",
}

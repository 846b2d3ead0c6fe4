"""French."""

from handoff.authority import Remedy
from handoff.models import Reason
from handoff.texts.texts import RemedyTexts, Texts

FRENCH = Texts(
    heard={
        Reason.SAFETY: "Si vous êtes sur la route, arrêtez-vous d’abord en lieu sûr.",
        Reason.LEGAL: "Je vois à quel point c’est sérieux pour vous.",
        Reason.HUMAN_REQUEST: "Avec plaisir.",
        Reason.REPEAT: "Je vous comprends, cela dure depuis assez longtemps.",
        Reason.EMOTION: "Je vous comprends, et vous méritez mieux que cela.",
        Reason.OTHER: "Ceci est pour quelqu’un de mon équipe.",
    },
    joining="Une personne vous rejoint ; tout ce que vous avez écrit la suit.",
    back="Notre équipe revient {when} et vous répond en premier. D’ici là, je continue à vous aider.",
    back_sometime="Votre message est le premier dans la file de notre équipe, et la réponse arrive ici. D’ici là, je"
    " continue à vous aider.",
    joined="{name} est avec vous.",
    taken_over="{name} est avec vous et a tout lu.",
    to_queue="{name} vous confie à quelqu’un d’autre. Votre place dans la file est gardée ; la prochaine personne sait"
    " tout ceci.",
    to_person="{name} vous confie à {to}, qui sait tout ceci. Un instant.",
    to_team="{name} vous confie à {to}. Votre place dans la file est gardée ; la prochaine personne sait tout ceci.",
    snoozed="{name} y revient {when}. Écrivez ici quand vous voulez, et quelqu’un vient plus tôt.",
    taken_back="Votre place dans la file est gardée ; la prochaine personne sait tout ceci.",
    late="Cela prend plus de temps que prévu. Vous restez en tête de file, et nous pouvons vous appeler à l’heure de"
    " votre choix ou vous écrire un e-mail : que préférez-vous ?",
    to_bot="{name} vous laisse avec moi. Demandez-moi ce que vous voulez, et une personne quand vous voulez.",
    resolved="{name} a fermé cette conversation. Écrivez ici quand vous voulez : elle reprend avec tout ce qu’elle"
    " contient.",
    offer="Voulez-vous que quelqu’un de l’équipe nous rejoigne ? Tout ce que vous avez écrit suit.",
    call="Nous vous appelons",
    call_promised="Un appel au {phone}",
    call_booked="Avec plaisir. Nous vous appelons {when}.",
    call_taken_back="L’appel est annulé. Votre place dans la file est gardée.",
    our_team="Notre équipe",
    steps_in="{backup} prend le relais si {by} est absent.",
    looks_into="{who} s’en occupe maintenant et vous le dit ici.",
    remedies=RemedyTexts(
        heads={
            Remedy.LOANER: "Vous continuez à rouler",
            Remedy.RUSH_SHIPPING: "Express, à nos frais",
            Remedy.SPARE: "Une pièce pour vous, offerte",
            Remedy.REPLACEMENT: "Un remplacement pour vous, offert",
            Remedy.REMAKE: "Refait pour vous",
            Remedy.CREDIT: "Un avoir pour vous",
            Remedy.REFUND: "Votre remboursement",
        },
        several="Nous réparons cela",
        by=", au plus tard {moment}",
        refunded="{money} reviennent sur votre moyen de paiement. Votre banque les affiche sous quelques jours ouvrés.",
        credited="{money} pour votre prochaine commande : entrez le code {code} au paiement.",
        under_way="{thing} est en route vers vous, gratuitement.",
        it="Votre envoi",
        loaner="{who} vous trouve {thing}{when}. C’est à nos frais.",
        a_loaner="un véhicule de prêt ou un trajet",
        rush="{who} fait partir votre colis en express{when}. L’envoi est à nos frais.",
        sends="{who} vous envoie {thing}{when}. C’est gratuit pour vous.",
        a_spare="une pièce",
        a_replacement="votre remplacement",
        the_piece="la pièce",
        remake="{who} fait refaire {thing} pour vous et commence{when}. C’est gratuit pour vous.",
        credit="{who} met {money} sur votre compte{when}.",
        refund="{who} renvoie {money} sur votre moyen de paiement{when}.",
        free="{what} : {who} s’en charge{when}.",
    ),
)

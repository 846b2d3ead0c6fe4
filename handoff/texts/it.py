"""Italian."""

from handoff.authority import Remedy
from handoff.models import Reason
from handoff.texts.texts import RemedyTexts, Texts

ITALIAN = Texts(
    heard={
        Reason.SAFETY: "Se sei in strada, prima fermati e mettiti al sicuro.",
        Reason.LEGAL: "Sento quanto è serio per te.",
        Reason.HUMAN_REQUEST: "Volentieri.",
        Reason.REPEAT: "Ti capisco, dura già abbastanza.",
        Reason.EMOTION: "Ti capisco, e meriti di meglio.",
        Reason.OTHER: "Questo è per qualcuno del mio team.",
    },
    joining="Una persona arriva da te; tutto ciò che hai scritto la accompagna.",
    back="Il nostro team torna {when} e risponde prima a te. Intanto continuo ad aiutarti.",
    back_sometime="Il tuo messaggio è il primo nella fila del nostro team, e la risposta arriva qui. Intanto continuo"
    " ad aiutarti.",
    joined="{name} è con te.",
    taken_over="{name} è con te e ha letto tutto.",
    to_queue="{name} ti passa a qualcun altro. Il tuo posto in fila resta tuo; la prossima persona sa già tutto.",
    to_person="{name} ti passa a {to}, che sa già tutto. Un momento.",
    to_team="{name} ti passa a {to}. Il tuo posto in fila resta tuo; la prossima persona sa già tutto.",
    snoozed="{name} ci torna {when}. Scrivi qui quando vuoi, e qualcuno arriva prima.",
    taken_back="Il tuo posto in fila resta tuo; la prossima persona sa già tutto.",
    late="Ci vuole più di quanto ti ho detto. Resti il primo in fila, e possiamo chiamarti all’ora che scegli o"
    " scriverti un’e-mail: cosa preferisci?",
    to_bot="{name} ti lascia con me. Chiedimi pure tutto, e una persona quando vuoi.",
    resolved="{name} ha chiuso questa conversazione. Scrivi qui quando vuoi: si riapre con tutto ciò che contiene.",
    offer="Chiamo qualcuno del team? Tutto ciò che hai scritto ti accompagna.",
    call="Ti chiamiamo",
    call_promised="Una chiamata al {phone}",
    call_booked="Volentieri. Ti chiamiamo {when}.",
    call_taken_back="La chiamata è annullata. Il tuo posto in fila resta tuo.",
    our_team="Il nostro team",
    steps_in="{backup} subentra se {by} è via.",
    looks_into="{who} se ne occupa ora e te lo dice qui.",
    remedies=RemedyTexts(
        heads={
            Remedy.LOANER: "Resti in strada",
            Remedy.RUSH_SHIPPING: "Espresso, offerto da noi",
            Remedy.SPARE: "Un ricambio per te, gratis",
            Remedy.REPLACEMENT: "Una sostituzione per te, gratis",
            Remedy.REMAKE: "Rifatto per te",
            Remedy.CREDIT: "Un credito per te",
            Remedy.REFUND: "Il tuo rimborso",
        },
        several="Sistemiamo tutto",
        by=", al più tardi {moment}",
        refunded="{money} tornano al tuo metodo di pagamento. La tua banca li mostra in pochi giorni lavorativi.",
        credited="{money} per il tuo prossimo ordine: inserisci il codice {code} alla cassa.",
        under_way="{thing} è in viaggio verso di te, gratis.",
        it="La spedizione",
        loaner="{who} ti procura {thing}{when}. Offriamo noi.",
        a_loaner="un mezzo sostitutivo o un passaggio",
        rush="{who} manda il tuo pacco con l’espresso{when}. La spedizione la offriamo noi.",
        sends="{who} ti manda {thing}{when}. Per te è gratis.",
        a_spare="un ricambio",
        a_replacement="la tua sostituzione",
        the_piece="il pezzo",
        remake="{who} fa rifare {thing} per te e comincia{when}. Per te è gratis.",
        credit="{who} mette {money} sul tuo conto{when}.",
        refund="{who} rimanda {money} al tuo metodo di pagamento{when}.",
        free="{what}: se ne occupa {who}{when}.",
    ),
)

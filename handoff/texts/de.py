"""German."""

from handoff.authority import Remedy
from handoff.models import Reason
from handoff.texts.texts import RemedyTexts, Texts

GERMAN = Texts(
    heard={
        Reason.SAFETY: "Falls du unterwegs bist: Halt bitte zuerst an und bring dich in Sicherheit.",
        Reason.LEGAL: "Ich merke, wie ernst es dir damit ist.",
        Reason.HUMAN_REQUEST: "Gerne.",
        Reason.REPEAT: "Ich verstehe dich, das dauert lange genug.",
        Reason.EMOTION: "Ich verstehe dich, und du hast Besseres verdient.",
        Reason.OTHER: "Das ist etwas für jemanden aus unserem Team.",
    },
    joining="Ein Mensch kommt dazu; alles, was du geschrieben hast, geht mit.",
    back="Unser Team ist wieder da: {when}. Es antwortet dir als Erstes; bis dahin helfe ich weiter.",
    back_sometime="Deine Nachricht steht bei unserem Team an erster Stelle, und die Antwort kommt hierher. Bis dahin"
    " helfe ich weiter.",
    joined="{name} ist jetzt bei dir.",
    taken_over="{name} ist jetzt bei dir und hat alles gelesen.",
    to_queue="{name} gibt dich weiter. Dein Platz in der Reihe bleibt dir; wer als Nächstes kommt, weiß das alles.",
    to_person="{name} gibt dich weiter an {to}, mit allem, was hier steht. Einen Moment.",
    to_team="{name} gibt dich weiter an {to}. Dein Platz in der Reihe bleibt dir; wer als Nächstes kommt, weiß das"
    " alles.",
    snoozed="{name} kommt darauf zurück: {when}. Schreib hier jederzeit, dann ist früher jemand bei dir.",
    taken_back="Dein Platz in der Reihe bleibt dir; wer als Nächstes kommt, weiß das alles.",
    late="Es dauert länger, als ich gesagt habe. Du bleibst ganz vorn in der Reihe, und wir rufen dich gern an, wann es"
    " dir passt, oder schreiben dir eine E-Mail: Was ist dir lieber?",
    to_bot="{name} gibt dich an mich zurück. Frag mich alles, und verlang einen Menschen, wann immer du magst.",
    resolved="{name} hat diese Unterhaltung geschlossen. Schreib hier jederzeit: Sie geht weiter, mit allem, was darin"
    " steht.",
    offer="Soll ich jemanden aus dem Team dazuholen? Alles, was du geschrieben hast, geht mit.",
    call="Wir rufen dich an",
    call_promised="Ein Anruf bei {phone}",
    call_booked="Gerne. Wir rufen dich an: {when}.",
    call_taken_back="Der Anruf ist abgesagt. Dein Platz in der Reihe bleibt dir.",
    our_team="Unser Team",
    steps_in="{backup} springt ein, falls {by} weg ist.",
    looks_into="{who} geht dem jetzt nach und sagt es dir hier.",
    remedies=RemedyTexts(
        heads={
            Remedy.LOANER: "Du bleibst mobil",
            Remedy.RUSH_SHIPPING: "Express, auf uns",
            Remedy.SPARE: "Ein Ersatzteil für dich, gratis",
            Remedy.REPLACEMENT: "Ersatz für dich, gratis",
            Remedy.REMAKE: "Für dich neu gemacht",
            Remedy.CREDIT: "Ein Guthaben für dich",
            Remedy.REFUND: "Dein Geld zurück",
        },
        several="Wir bringen es in Ordnung",
        by=", spätestens {moment}",
        refunded="{money} sind auf dem Weg zurück, wie du bezahlt hast. Deine Bank zeigt es in wenigen Werktagen.",
        credited="{money} für deine nächste Bestellung: Gib an der Kasse den Code {code} ein.",
        under_way="{thing} ist gratis auf dem Weg zu dir.",
        it="Es",
        loaner="{who} besorgt dir {thing}{when}. Das geht auf uns.",
        a_loaner="ein Leihfahrzeug oder eine Mitfahrt",
        rush="{who} schickt dein Paket per Express{when}. Der Versand geht auf uns.",
        sends="{who} schickt dir {thing}{when}. Für dich ist es gratis.",
        a_spare="ein Ersatzteil",
        a_replacement="deinen Ersatz",
        the_piece="es",
        remake="{who} lässt {thing} für dich neu machen und fängt damit an{when}. Für dich ist es gratis.",
        credit="{who} schreibt deinem Konto {money} gut{when}.",
        refund="{who} schickt {money} zurück, wie du bezahlt hast{when}.",
        free="{what}: {who} kümmert sich darum{when}.",
    ),
)

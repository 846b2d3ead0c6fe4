"""Spanish."""

from handoff.authority import Remedy
from handoff.models import Reason
from handoff.texts.texts import RemedyTexts, Texts

SPANISH = Texts(
    heard={
        Reason.SAFETY: "Si estás en la carretera, para y ponte a salvo primero.",
        Reason.LEGAL: "Veo lo serio que es esto para ti.",
        Reason.HUMAN_REQUEST: "Con gusto.",
        Reason.REPEAT: "Te entiendo, esto ya ha durado bastante.",
        Reason.EMOTION: "Te entiendo, y mereces algo mejor que esto.",
        Reason.OTHER: "Esto es para alguien de mi equipo.",
    },
    joining="Una persona viene contigo; todo lo que escribiste va con ella.",
    back="Nuestro equipo vuelve {when} y te responde primero. Mientras tanto sigo ayudando.",
    back_sometime="Tu mensaje es el primero en la cola de nuestro equipo, y la respuesta llega aquí. Mientras tanto"
    " sigo ayudando.",
    joined="{name} ya está contigo.",
    taken_over="{name} ya está contigo y lo ha leído todo.",
    to_queue="{name} te pasa a alguien más. Tu lugar en la cola se guarda; la próxima persona sabe todo esto.",
    to_person="{name} te pasa a {to}, que sabe todo esto. Un momento.",
    to_team="{name} te pasa a {to}. Tu lugar en la cola se guarda; la próxima persona sabe todo esto.",
    snoozed="{name} vuelve con esto {when}. Escribe aquí cuando quieras y alguien viene antes.",
    taken_back="Tu lugar en la cola se guarda; la próxima persona sabe todo esto.",
    late="Esto tarda más de lo que te dije. Sigues primero en la cola, y podemos llamarte a la hora que elijas o"
    " escribirte un correo: ¿qué prefieres?",
    to_bot="{name} te deja conmigo. Pregúntame lo que sea, y pide una persona cuando quieras.",
    resolved="{name} ha cerrado esta conversación. Escribe aquí cuando quieras y se abre de nuevo con todo dentro.",
    offer="¿Llamo a alguien del equipo? Todo lo que escribiste va contigo.",
    call="Te llamamos",
    call_promised="Una llamada al {phone}",
    call_booked="Con gusto. Te llamamos {when}.",
    call_taken_back="La llamada queda anulada. Tu lugar en la cola se guarda.",
    our_team="Nuestro equipo",
    steps_in="{backup} te atiende si {by} está fuera.",
    looks_into="{who} lo mira ahora y te lo cuenta aquí.",
    remedies=RemedyTexts(
        heads={
            Remedy.LOANER: "Sigues en marcha",
            Remedy.RUSH_SHIPPING: "Exprés, por nuestra cuenta",
            Remedy.SPARE: "Un repuesto para ti, gratis",
            Remedy.REPLACEMENT: "Un recambio para ti, gratis",
            Remedy.REMAKE: "Hecho de nuevo para ti",
            Remedy.CREDIT: "Un saldo para ti",
            Remedy.REFUND: "Tu reembolso",
        },
        several="Lo arreglamos",
        by=", a más tardar {moment}",
        refunded="{money} vuelven a tu forma de pago. Tu banco los muestra en unos días laborables.",
        credited="{money} para tu próximo pedido: escribe el código {code} al pagar.",
        under_way="{thing} va en camino, gratis.",
        it="Tu envío",
        loaner="{who} te consigue {thing}{when}. Va por nuestra cuenta.",
        a_loaner="un vehículo o un viaje",
        rush="{who} pone tu paquete en exprés{when}. El envío va por nuestra cuenta.",
        sends="{who} te envía {thing}{when}. Para ti es gratis.",
        a_spare="un repuesto",
        a_replacement="tu recambio",
        the_piece="la pieza",
        remake="{who} manda hacer {thing} de nuevo para ti y empieza con ello{when}. Para ti es gratis.",
        credit="{who} pone {money} en tu cuenta{when}.",
        refund="{who} devuelve {money} a tu forma de pago{when}.",
        free="{what}: {who} se ocupa{when}.",
    ),
)

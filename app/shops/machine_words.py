"""Words in the names of machines that do not tell a machine on their own."""

from __future__ import annotations


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


TRIM = _words(
    """
    abs ace airbag ann anniv anniversary aprc army audio auto automatic black blue bronze camo carbon cbs chrome
    classic comfort competition cooled custom cvo dark dct deluxe dlx dps edition efi electric eps es exclusive
    executive factory fi gpscape gray grey icon ie irs le light limited lite long lt ltd metallic new old orange
    package pearl plus police premium pro race racing red replica rr s se sg sge silver sp special sport standard
    start steering suspension touring ultra unlimited white xt
    """
)
"""Versions, colours and equipment: a rider who leaves them out means the plain machine."""

ORDINARY = _words(
    """
    ace act adrenaline adventure adventurer air alaska america apex arizona army assault atlantic atlas attack
    audio avenger back badger balance ball bear beat bee big bill black blackbird blast blaze blazer bolt bones
    boss boxer boy bracket breakout breeze build bulldog california camo cannibal carb carbon cat chief chieftain
    chopper class classic climb coast cobra comfort commander compact competition concept condor conquest cooled
    core corsa cosmos counter countr country coyote crew cross crossfire cruiser cube cup custom cyclone daily
    dakota dark dawn dealer delivery deluxe desert destroyer deuce diesel dirt discovery dominator downtown dragon
    dream drifter dual duty dyno eagle early edge edition eiger eight elect electric eliminator elite energy euro
    evolution exclusive exit exodus expedition expert explorer express extreme factory falcon fan fat fighter
    firecat fit florida fly force foreman forest formula fortune four free freedom freestyle frontier full fun
    fusion future genesis germany giant glide gold good gran grand grizzly hammer hard hawk heritage high highland
    hill horse hours hunter icon independent iron italia italy jackal jackpot jazz jet jog judge killer king kit
    knight legend light lightning limi limit limited line lite long loss low luxury lynx magic magna magnum
    majesty mana marathon master matrix maximum mean medium metal metro midnight mild military million mini
    mission mist model modern montana moto motor mountain mud muscle nevada new night noble nomad off ohio open
    orange original outdoors outfit outlaw over package panther park part peak pearl people phoenix pilot pioneer
    pit plus polaris police power prairie predator premium prime prince pro project prowler pure pursuit quest
    race racer racing rage raider rally rancher range ranger rapid raptor ready rebel recon red reflex renegade
    rental replica response retro return returns reverse review ride rider ridge right road roadster rock rocket
    rod roll rover royal runner rush sand savage scout sense series session shadow shark shift shop short sierra
    signature silver single size slim small smart smooth solo sound special speed spirit sport sports sportsman
    spring springer sprint stage stalker standard star start state statesman status stealth steel steering stem
    sting stock stone storm street strike stroke super supreme swift switch tank tech terrain texas thunder tiger
    touch tour tourer touring town track tracker tracking tractor trail trailer train trans transport traveller
    trek trial trike trip triple trophy truck tundra turbo turf twin two ultimate ultra unlimited urban used
    utility vector velocity venture victor victory vintage viper virus vision vitality volunteer voyage voyager
    wake walker warranty warrior wave way wheel white wide wild win wind wing winter wolf worker world zero zone
    """
)
"""Words people also say about other things: a name only beside a make, a year, a number or "my"."""

NEVER = _words(
    """
    a about all also am an and any are around as at be been bike but by can come could do does exhaust fit fits
    for from full gen get go good got had has have header headers help how i if in into is it its just kit know
    like loud make master me mine model models more muffler my need next no not now of off ok on one onto or order
    our out over part parts pipe please ship silencer single slip so some sound spring springs stock string
    strings system than thanks that the them then there they this to too up us use used versus very want was way
    we what when where which will with work would year yes you your
    """
)
"""Words that are never heard as a part of a machine's name, nor as a misspelt one."""

MAKES = {
    "aprilia": ("aprillia", "ape"),
    "bmw": ("beemer", "bimmer", "motorrad"),
    "can-am": ("canam", "can am"),
    "ducati": ("duc",),
    "harley-davidson": ("harley", "hd", "harley davidson"),
    "harley davidson": ("harley", "hd", "harley-davidson"),
    "husqvarna": ("husky", "husq"),
    "kawasaki": ("kawi", "kwak", "kawa"),
    "moto guzzi": ("guzzi",),
    "mv agusta": ("mv",),
    "royal enfield": ("enfield",),
    "suzuki": ("suzi", "zook"),
    "triumph": ("trumpet",),
    "yamaha": ("yam", "yammy"),
}
"""Makes as riders call them, to tell machines of one name apart."""

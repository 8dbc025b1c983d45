"""Words in the names of streets: kinds of road, what is written short, and what is not said as it is written. Pure."""

_KINDS = {
    "alley": "alley",
    "approach": "approach",
    "arcade": "arcade",
    "avenue": "ave av aven",
    "bank": "bank",
    "buildings": "bldgs bdgs",
    "close": "cl clo cls",
    "common": "common",
    "court": "ct crt",
    "crescent": "cres cr cresc",
    "croft": "croft",
    "cuttings": "cuttings",
    "drive": "dr drv",
    "end": "end",
    "estate": "est",
    "gardens": "gdns gdn garden gds",
    "gate": "gate",
    "green": "grn",
    "grove": "gr grv gro",
    "hill": "hl",
    "hollow": "hollow",
    "lane": "ln la",
    "mews": "mws mew muse",
    "parade": "pde",
    "park": "pk",
    "passage": "psge",
    "path": "path",
    "place": "pl",
    "rise": "rise",
    "road": "rd rode",
    "row": "row",
    "square": "sq sqr",
    "street": "st str",
    "terrace": "ter terr tce",
    "vale": "vale",
    "view": "view",
    "walk": "wk wlk",
    "way": "wy",
    "yard": "yd",
}
KINDS = frozenset(_KINDS)
KIND_OF = {short: kind for kind, shorts in _KINDS.items() for short in (kind, *shorts.split())}
LONG = {
    "st": "saint",
    "ste": "saint",
    "snt": "saint",
    "sant": "saint",
    "gt": "great",
    "lt": "little",
    "upr": "upper",
    "lwr": "lower",
    "nth": "north",
    "sth": "south",
    "mt": "mount",
    "olde": "old",
    "ye": "the",
}

# Names of English streets whose sound nobody would guess from their letters, as somebody writes them who has only heard them.
_SAID = """
alnwick annick; auchinleck affleck; beauchamp beecham; beaulieu bewley; belvoir beaver; berwick berrick
bicester bister; bohun boon; brougham broom; caius keys; cholmondeley chumley; cirencester siren sester
cockburn coburn; colquhoun cahoon; coke cook; cowper cooper; dalziel deeyell; daventry daintry
dulwich dullidge; featherstonehaugh fanshaw; frome froom; gough goff; greenwich grennidge; harwich harridge
hertford hartford; holborn hoburn; home hume; keighley keethly; leominster lemster; lough lock
loughborough luffbura; magdalen maudlin; magdalene maudlin; mainwaring mannering; majoribanks marchbanks; marjoribanks marchbanks
marylebone marlybun; menzies mingis; norwich norridge; pepys peeps; plaistow plarstow; pontefract pomfret
pugh pew; ruthven riven; salisbury solsbury; shrewsbury shrowsbury; southwark suthuck; strachan strawn
teignmouth tinmuth; towcester toaster; vaughan vawn; wemyss weems; woolwich woolidge; worcester wooster
wriothesley rizzly; wymondham windum
"""
SAID_AS = dict(one.strip().split(" ", 1) for line in _SAID.strip().splitlines() for one in line.split(";"))

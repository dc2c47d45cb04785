"""What titles, names and texts of an invented catalog are put together from."""


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


ADJECTIVES = _words(
    "Amber Ancient Bitter Blue Borrowed Bright Broken Burning Careful Cold Crooked Crystal Dark Distant Dusty Early"
    " Empty Endless Faded Falling Final First Floating Forgotten Frozen Gentle Gilded Golden Green Grey Half Hidden"
    " Hollow Honest Hungry Idle Invisible Iron Last Late Little Lonely Long Lost Loud Lucky Midnight Missing Modest"
    " Narrow Noble Northern Old Open Painted Pale Paper Patient Plain Proud Quiet Rapid Reckless Red Restless Rusty"
    " Sacred Salted Scarlet Second Secret Seventh Shallow Sharp Silent Silver Sleeping Slow Small Soft Southern"
    " Stolen Strange Sudden Tender Third Tired Unwritten Velvet Wandering Warm Weary White Wicked Wild Winter Wooden"
)
NOUNS = _words(
    "Accord Alphabet Anchor Apple Archive Arrow Ash Attic Autumn Balcony Bargain Beacon Bell Bicycle Border Bottle"
    " Bridge Cabin Candle Canyon Captain Carnival Cartographer Cathedral Chapter Chorus Circle Clockwork Coast Compass"
    " Cradle Crossing Crown Current Dancer Daughter Diary Divide Door Dream Echo Eclipse Elevator Ember Engine Envelope"
    " Estuary Evening Falcon Farewell Feast Fence Ferry Field Fire Flood Forest Fountain Fox Frontier Garden Gate Ghost"
    " Glacier Glass Hammer Harbor Harvest Heart Heir Hill Horizon Hotel Hour House Hunter Inheritance Island Journey"
    " Judge Kingdom Kite Ladder Lake Lantern Letter Library Light Lighthouse Line Machine Map Market Meadow Measure"
    " Memory Merchant Message Mill Mirror Mountain Museum Neighbour Night Oath Observatory Ocean Orchard Orchestra"
    " Palace Passenger Path Pilot Pine Planet Portrait Postcard Promise Quarry Queen Question Railway Rain Raven"
    " Recipe Reef Refuge Return Riddle River Road Roof Room Route Sailor Salt Season Shadow Shelter Shore Signal Sister"
    " Sky Sleep Snow Song Sparrow Spring Square Staircase Station Stone Storm Stranger Street Summer Tailor Tide Tower"
    " Trail Train Translator Tree Tunnel Valley Verdict Village Violin Visitor Voice Voyage Wall Watchman Water Weather"
    " Well Widow Wind Window Winter Witness Wolf Word Workshop Year"
)
PLACES = _words(
    "Aldermoor Bellhaven Brackwater Carrowick Dunmarch Eastmere Fallowfield Glenorrin Hartsmouth Ilverton Karsund"
    " Lindesay Marrowgate Nethercombe Orrin-on-Sea Pinehollow Quillan Ravensby Saltmarsh Thornquay Ulverwick"
    " Vallombre Westering Yarrowdale"
)
FIRST_NAMES = _words(
    "Ada Agnes Aino Akira Alba Amara Anders Anouk Arlo Asa Beatriz Bela Bo Bruno Camille Carys Chidi Clara Dai Dalia"
    " Dario Edda Elias Emeka Esther Farah Felix Fenna Filip Freya Gaspard Greta Hana Hugo Ida Idris Ines Ivo Jamal"
    " Jana Jonas Juno Kaito Kamala Kasper Keiko Lars Leila Levi Lucia Magnus Maeve Malik Mara Mateo Mei Mila Nadia"
    " Naoki Nils Noor Odile Olga Omar Orla Otto Pilar Priya Quentin Rafael Rania Rosa Rune Sadie Sanjay Selma Silas"
    " Simone Sora Stella Tariq Tess Thea Tomas Uma Vera Viggo Wanda Wim Xavier Yara Yusuf Zora"
)
# Surnames are a beginning and an end of these.
SURNAME_STARTS = _words(
    "Ab Al An Bar Bel Ber Bjor Bran Cal Car Cas Dal Dan Del Dor Eb El Er Fal Far Fen Gar Gil Gon Hal Har Hel Hol Ib In"
    " Jan Jor Kal Kar Ken Kor Lan Lar Lin Lun Mal Mar Men Mor Nak Nor Ob Ol Or Pal Par Per Quin Ran Ros Sal San Sel Sor"
    " Tan Tar Tor Ul Val Var Ven Wal War Wes Yar Zan"
)
SURNAME_ENDS = _words(
    "adze aki ander ano ard assi aux bach berg bright by croft dahl den dottir elli ero eswari etti field fors gaard"
    " gate ham hart hi imov ing ins kin lake land ley lo lund man mann mark mere mont moto nen nik oglu ora ova ovic"
    " quist ric rud sen shaw ski son stad stein sund ter thorpe ton urai vala vik ville way wick wood worth zadeh"
)
GENRES = _words(
    "Drama Comedy Thriller Action Romance Crime Adventure Horror Mystery Family Fantasy Animation Documentary History"
    " Music War Western Biography Sport"
)
NETWORK_WORDS = ("Channel", "Television", "Network", "Public", "Broadcasting")
STUDIO_WORDS = ("Pictures", "Films", "Studio", "Productions", "Entertainment")
SENTENCES = (
    "{name} comes back to {place} after years abroad and finds the {noun} gone.",
    "In {place}, a {adjective} {noun} turns the lives of three families upside down.",
    "When a {noun} is stolen on the eve of the {adjective} {other}, everybody has a reason to lie.",
    "{name} has one week to find a {noun} that nobody in {place} admits to having seen.",
    "Between the {noun} and the {other}, {name} has to choose whom to believe.",
    "What begins as a dispute over a {adjective} {noun} ends far from {place}.",
    "A retired {noun} keeper teaches {name} all there is to know about the {other}.",
    "Nobody leaves {place} before the {adjective} {noun} has been heard.",
)
TAGLINES = (
    "Every {noun} has its {other}.",
    "Keep the {noun} in sight.",
    "The {adjective} part is only beginning.",
    "Some {noun}s can't be undone.",
    "Nothing in {place} stays {adjective}.",
)
# Titles in other languages: of each word its own would be a dictionary, so they are put together from these.
FOREIGN = {
    "de": ("Das {a} am {b}", "Der {a} von {b}", "Die {a}"),
    "fr": ("Le {a} de {b}", "La {a}", "Un {a} à {b}"),
    "es": ("El {a} de {b}", "La {a}", "Un {a} en {b}"),
    "ja": ("{a}の{b}", "{b}", "{a}物語"),
}
FOREIGN_WORDS = {
    "de": _words("Leuchtturm Garten Brief Spiegel Bahnhof Winter Schatten Kompass Herbst Hafen Turm Fluss"),
    "fr": _words("phare jardin miroir hiver voyage fleuve silence village orage sentier palais rivage"),
    "es": _words("faro jardín espejo invierno viaje silencio pueblo camino puerto sueño muelle huerto"),
    "ja": _words("灯台 庭 鏡 冬 旅 川 静けさ 村 港 夢 手紙 山"),
}

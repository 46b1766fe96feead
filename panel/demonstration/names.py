"""Names of people who do not exist: common given names and family names, put together by chance.

Each family name stands with given names of its own tongue, as families do. Some are long, some use letters outside Latin-1,
some are not in Latin letters at all: a letter must print every one of them.
"""

import random
from dataclasses import dataclass

from panel.importing.codes import Sex


@dataclass(frozen=True, slots=True)
class Stock:
    """Given names by sex, and family names, that go together."""

    girls: tuple[str, ...]
    boys: tuple[str, ...]
    families: tuple[str, ...]
    weight: int


def words(text: str) -> tuple[str, ...]:
    """A list of names from a line of them."""
    return tuple(text.split())


STOCKS = (
    Stock(
        words(
            "Ada Alice Amelia Beatrix Bethany Carys Chloe Daisy Edith Eliza Ella Emily Erin Esme Evie Florence Freya Georgia"
            " Gracie Hannah Harriet Holly Imogen Iris Isla Ivy Jasmine Jessica Kitty Lily Lottie Lucy Mabel Maisie Martha"
            " Matilda Maya Millie Molly Nancy Niamh Orla Phoebe Poppy Rosie Ruby Scarlett Sienna Thea Violet Willow Zara"
        ),
        words(
            "Albie Alfie Archie Arthur Barnaby Ben Blake Callum Charlie Connor Daniel Dylan Edward Elliot Ethan Felix Finley"
            " Frankie Freddie George Harley Harrison Harry Henry Hugo Isaac Jack Jacob Jake Jenson Joey Jude Kai Kieran Leo"
            " Lewis Logan Louie Luca Mason Max Nathan Noah Ollie Oscar Owen Ralph Reuben Riley Rory Sam Stanley Teddy Toby Zac"
        ),
        words(
            "Abbott Appleyard Arkwright Ashdown Baldry Barlow Birchall Blackmore Brook Burridge Cartwright Chalke Coppard"
            " Crowhurst Dawes Denyer Drewett Eastwood Farrant Fielder Garland Gatley Greenaway Harding Hartnell Haslett"
            " Hobden Holloway Ingram Jupp Kemble Kenward Lambourn Langrish Lockyer Marchant Mayhew Merritt Moody Netley"
            " O'Dowd Oakden Parfitt Peskett Pickard Quested Rapley Redfern Sayers Shepherd Stenning Tanner Tidy Upperton"
            " Vickers Wadey Weller Whitcomb Wickens Woolgar Yeates"
        ),
        weight=74,
    ),
    Stock(
        words("Gwenllian Ffion Siân Lowri Nerys"),
        words("Iolo Gethin Dafydd Rhŷs Osian"),
        words("Llŷr-Bowen Ŵyn Prŷs-Tudur Siôn-Rees"),
        weight=3,
    ),
    Stock(
        words("Żaneta Zofia Łucja Małgorzata Kinga"),
        words("Błażej Kacper Józef Mikołaj Stanisław"),
        words("Wiśniewicz Brzęczyk Żółkoś Gołąbek Śliwak"),
        weight=6,
    ),
    Stock(
        words("Amina Fatima Noor Sana Zainab Maryam"),
        words("Bilal Hamza Ibrahim Idris Yusuf Zayd"),
        words("Chowdhari Haidari Mirzai Rahmanov Saadi Tariqi"),
        weight=7,
    ),
    Stock(("ليلى", "نور", "مريم"), ("يوسف", "سامي", "آدم"), ("عبد الرحمن", "الخطيب", "حداد"), weight=1),
    Stock(
        words("Adaeze Ama Efua Ifeoma Temi Zawadi"),
        words("Chidi Emeka Jomo Kofi Kwame Tunde"),
        words("Adeyemo Boatenga Okonjo Mensa-Darko Nwachi"),
        weight=5,
    ),
    Stock(
        words("Ana Beatriz Ioana Leonor Mihaela Andreea"),
        words("Andrei Duarte Matei Nuno Radu Tiago"),
        words("Albuquer Carvalhal Dumitrache Ionescu-Pop Vasconce"),
        weight=4,
    ),
)

# The longest a form should meet: four given names and a double family name.
LONG_FORENAME = "Wilhelmina-Anastasia Evangeline Josephine Philippa"
LONG_FAMILY = "Featherstonehaugh-Cholmondeley von Hohenberg-Wetterstein"

ADULT_WOMEN = words(
    "Angela Bronwen Carol Clare Deborah Diane Fiona Gemma Helen Jackie Joanne Karen Kate Kelly Laura Lisa Lorraine Louise Mandy"
    " Michelle Nicola Paula Rachel Rebecca Sarah Shelley Stacey Tanya Tracy Vicky"
)
ADULT_MEN = words(
    "Adrian Alan Andrew Barry Craig Darren David Gareth Gary Graham Ian Jason Keith Kevin Lee Mark Martin Neil Paul Peter"
    " Phil Richard Robert Scott Simon Steve Stuart Terry Tim Wayne"
)


def stock(chance: random.Random) -> Stock:
    """The stock a family's names come from."""
    return chance.choices(STOCKS, weights=[one.weight for one in STOCKS])[0]


def given_name(names: Stock, sex: Sex, chance: random.Random) -> str:
    """A child's given name."""
    return chance.choice(names.girls if sex == Sex.FEMALE else names.boys)


def parent_name(names: Stock, sex: Sex, chance: random.Random) -> str:
    """A parent's given name: of another generation where the stock is large enough to show one."""
    if names is STOCKS[0]:
        return chance.choice(ADULT_WOMEN if sex == Sex.FEMALE else ADULT_MEN)
    return given_name(names, sex, chance)

"""The proportions of the demonstration authority: small tables, each with its source, and how a table becomes a list.

England and West Sussex figures: Department for Education, "Education, health and care plans", Open Government Licence v3.0.
What no publication gives is marked as ours.
"""

import random
from collections import Counter
from collections.abc import Hashable, Mapping
from itertools import pairwise
from typing import TypeVar

from panel.importing.codes import Need, Sex, Source

Item = TypeVar("Item", bound=Hashable)

# New EHC plans in England in 2024 by primary need: 97,563, reporting year 2025, data set "Number of new EHC plans during the
# calendar year, by their primary type of need". Down syndrome was not yet counted apart. None: not known.
NEEDS: Mapping[Need | None, int] = {
    Need.SLCN: 27_058,
    Need.ASD: 26_856,
    Need.SEMH: 25_640,
    Need.MLD: 7_359,
    Need.PD: 2_266,
    Need.SPLD: 2_222,
    Need.SLD: 1_224,
    Need.OTH: 1_168,
    Need.HI: 705,
    Need.PMLD: 623,
    Need.VI: 457,
    Need.MSI: 177,
    None: 1_808,
}

# New EHC plans in England in 2020 by age in completed years, from and to: 60,097, reporting year 2021, data set "New EHC
# plans - by age - 2009 to 2020", the newest by age band that we could read. That nobody is under 2 is ours. Within a band every year is as likely as another: ours.
AGES: Mapping[tuple[int, int], int] = {
    (2, 4): 13_359,
    (5, 10): 27_999,
    (11, 15): 15_473,
    (16, 19): 3_045,
    (20, 24): 221,
}

# Who asks: no national table is published yet (the item is new in the return). Ours.
SOURCES: Mapping[Source, int] = {
    Source.SETTING: 60,
    Source.FAMILY: 33,
    Source.HEALTH: 3,
    Source.SOCIAL_CARE: 2,
    Source.OTHER: 2,
}

# Seven boys in ten: ours.
SEXES: Mapping[Sex, int] = {Sex.MALE: 7, Sex.FEMALE: 3}

# Of the open cases, those that wait for the first decision: 168 requests beside 1,312 assessments under way
# (West Sussex, scrutiny paper of November 2025).
WAITING_SHARE = 168 / (168 + 1_312)

# West Sussex 2024: 1,512 of 2,393 first decisions were told within six weeks.
TOLD_IN_SIX_WEEKS = 1_512 / (1_512 + 881)

# West Sussex 2024, 1,495 plans: 171 within 20 weeks, 850 later but within the year, 474 later still. An open assessment is
# as old as the plans still to come let it be, so its age in weeks follows the share of plans that took longer: from week 6
# to 20 that share falls from all to 1,324 of 1,495, and to 474 at week 52; none after week 78: ours.
STILL_OPEN: tuple[tuple[int, float], ...] = ((6, 1.0), (20, 1_324 / 1_495), (52, 474 / 1_495), (78, 0.0))

# West Sussex 2024: 1,797 of 1,822 assessments ended with a plan. Of the open ones past week 16, the share whose plan has
# been agreed and is being written: ours.
WRITING_SHARE = 0.4


def apportion(table: Mapping[Item, int], size: int) -> list[Item]:
    """`size` items in the proportions of the table, by largest remainder: never a case more than a share allows."""
    total = sum(table.values())
    shares = {item: size * count / total for item, count in table.items()}
    counts = {item: int(share) for item, share in shares.items()}
    by_remainder = sorted(shares, key=lambda item: counts[item] - shares[item])
    for item in by_remainder[: size - sum(counts.values())]:
        counts[item] += 1
    return [item for item, count in counts.items() for _ in range(count)]


def weeks_open(chance: random.Random) -> float:
    """How old an open assessment is, in weeks, drawn from `STILL_OPEN`."""
    pieces = list(pairwise(STILL_OPEN))
    areas = [(to - start) * (high + low) / 2 for (start, high), (to, low) in pieces]
    (start, high), (to, low) = chance.choices(pieces, weights=areas)[0]
    # Within a piece the share falls in a straight line: take the point if it lies under it, else its mirror image.
    place, height = chance.random(), chance.random() * (high + low)
    if height > high + (low - high) * place:
        place = 1 - place
    return start + (to - start) * place


# How far from the youngest a need tends to lie. The pairing of needs with ages is ours; both columns stay as published.
LEANS: Mapping[Need | None, float] = {
    Need.SLCN: -1.0,
    Need.PMLD: -0.8,
    Need.SLD: -0.4,
    Need.SPLD: 0.6,
    Need.SEMH: 0.9,
}


def needs_for(ages: list[int], chance: random.Random) -> list[Need | None]:
    """One need for each age, in the published proportions, younger children leaning to speech and older to mental health."""
    needs = apportion(NEEDS, len(ages))
    leaning = sorted(needs, key=lambda need: LEANS.get(need, 0.0) + chance.gauss(0, 0.7))
    order = sorted(range(len(ages)), key=lambda at: (ages[at] + chance.random(), at))
    given: dict[int, Need | None] = dict(zip(order, leaning, strict=True))
    return [given[at] for at in range(len(ages))]


def ages(size: int, chance: random.Random) -> list[int]:
    """Ages in completed years, in the published bands and evenly within each, in no order."""
    bands = Counter(apportion(AGES, size))
    spread = [start + at % (to - start + 1) for (start, to), count in bands.items() for at in range(count)]
    chance.shuffle(spread)
    return spread

"""What families, children and professionals say in the demonstration's papers. All of it is invented."""

import random
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from panel.importing.codes import Need


class Group(StrEnum):
    """Needs that are written about alike."""

    COMMUNICATION = "communication"
    LEARNING = "learning"
    WELLBEING = "wellbeing"
    PHYSICAL = "physical"


GROUPS: Mapping[Need | None, Group] = {
    Need.SLCN: Group.COMMUNICATION,
    Need.ASD: Group.COMMUNICATION,
    Need.SEMH: Group.WELLBEING,
    Need.PD: Group.PHYSICAL,
    Need.HI: Group.PHYSICAL,
    Need.VI: Group.PHYSICAL,
    Need.MSI: Group.PHYSICAL,
}


@dataclass(frozen=True, slots=True)
class Phrases:
    """Sentences to choose from, all about one group of needs. `{name}` is how the paper names the child."""

    needs: tuple[str, ...]
    tried: tuple[str, ...]
    family: tuple[str, ...]
    child: tuple[str, ...]
    advice: tuple[str, ...]


PHRASES: Mapping[Group, Phrases] = {
    Group.COMMUNICATION: Phrases(
        needs=(
            "{name} follows instructions with one key word and loses the thread when two are given together.",
            "{name} talks at length about a favourite subject and finds it hard to take turns in a conversation.",
            "Changes to the day that are not announced lead to long periods of distress.",
            "{name} rarely asks for help and leaves tasks unfinished rather than say that a word was not understood.",
            "Noise in the hall and the corridors is hard to bear; {name} covers both ears or leaves the room.",
        ),
        tried=(
            "A visual timetable and now-and-next cards are used in every lesson.",
            "A small language group meets three times a week for twenty minutes with a trained assistant.",
            "A quiet place to start the day has shortened arrival from forty minutes to about fifteen.",
            "Instructions are given one at a time and checked by asking {name} to say them back.",
        ),
        family=(
            "At home we prepare every outing with pictures. Without them we do not get out of the door.",
            "Mornings are the hardest. By the time we reach the gate everybody is exhausted.",
            "There is so much understanding there that nobody sees, because the words do not come out in time.",
            "We would like people to know how funny and how kind our child is.",
        ),
        child=(
            "I like it when I know what happens next.",
            "I like maps and trains. I do not like it when everybody talks at once.",
            "Break time is too loud. I would like somewhere to sit with one friend.",
        ),
        advice=(
            "Understanding of spoken language lies well below what is expected at this age, while reasoning with pictures is sound.",
            "{name} needs adults who slow their speech, name the topic first and leave time for an answer.",
            "Support should be built into lessons every day rather than added in separate sessions.",
        ),
    ),
    Group.LEARNING: Phrases(
        needs=(
            "{name} reads about twenty common words and relies on pictures for the rest.",
            "Number facts that were secure last week are often gone on Monday and have to be taught again.",
            "Written work is short and takes three times as long as that of classmates.",
            "{name} works well beside an adult and stops as soon as the adult moves on.",
        ),
        tried=(
            "A daily reading programme of fifteen minutes has run for two terms; progress is four months in that time.",
            "Tasks are broken into three steps on a card, with a tick for each.",
            "Overlearning in a group of four takes place before the whole-class lesson.",
            "A laptop with speech-to-text is available for longer writing.",
        ),
        family=(
            "Homework ends in tears, so we stopped it and read together instead.",
            "Our child has noticed being behind the others and says so. That worries us more than the marks.",
            "We see how hard the school works. It does not seem to be enough on its own.",
        ),
        child=(
            "I am good at drawing and at looking after the guinea pigs.",
            "I do not want to read aloud. My friends help me when I ask.",
            "It goes too fast and then I do not know what to do.",
        ),
        advice=(
            "Attainment in reading and number lies below the second percentile and the gap has widened over two years.",
            "{name} learns new material when it is met little and often, in the same words, with things to handle.",
            "Working memory is a particular difficulty; strategies that lighten its load are set out below.",
        ),
    ),
    Group.WELLBEING: Phrases(
        needs=(
            "{name} has attended fewer than half of the sessions this term, after a settled year before.",
            "When a lesson becomes difficult {name} leaves the room, on most days more than once.",
            "Friendships break down quickly and {name} then spends breaks alone.",
            "There have been two short suspensions since the spring, both after disputes in unsupervised time.",
        ),
        tried=(
            "A key adult meets {name} at the gate and again after lunch.",
            "A reduced timetable was agreed for six weeks with a plan for its end, which could not be kept.",
            "Emotional literacy sessions took place weekly for a term and were valued by {name}.",
            "A card allows {name} to leave for ten minutes and come back without explanation.",
        ),
        family=(
            "We have not had a full night’s sleep on a Sunday for a year.",
            "Our child wants to go to school. Getting through the door is what fails.",
            "The key adult has made more difference than anything else. We are afraid of losing her.",
        ),
        child=(
            "My stomach hurts before school. It is better on the days when I know who will be there.",
            "I would like people to ask me what happened before they decide.",
            "I want to be in the football team again.",
        ),
        advice=(
            "Anxiety is at a level that keeps {name} from learning for much of the week.",
            "Relationships with a few steady adults are the strongest protective factor and should be planned for.",
            "A return to full attendance needs small steps that {name} has helped to choose.",
        ),
    ),
    Group.PHYSICAL: Phrases(
        needs=(
            "{name} tires by late morning and needs planned rest to take part in the afternoon.",
            "Moving between buildings takes {name} about twice as long as classmates, and stairs need an adult.",
            "{name} misses what is said from the side or from behind, above all in the hall.",
            "Dressing, eating and toileting need the help of one adult, at times of two.",
        ),
        tried=(
            "Lessons have been moved to the ground floor and a quiet route is open five minutes early.",
            "Seating, lighting and the place of the teacher have been changed on a specialist teacher’s advice.",
            "An adapted keyboard and a sloped board are used in every lesson with writing.",
        ),
        family=(
            "We want school to be about learning and friends, not about getting from one room to the next.",
            "Every new adult has to learn the equipment first. That costs weeks each September.",
            "Our child never complains, so people do not see how tired the day makes the evening.",
        ),
        child=(
            "I can do it myself if I have time.",
            "I would like to go on the trip like everybody else.",
            "Please stand where I can see you.",
        ),
        advice=(
            "Access to the curriculum depends on equipment being ready and on adults trained in its use.",
            "Fatigue should be treated as part of the condition and planned for, not as lack of effort.",
            "{name} is able to give a clear account of what helps and should be asked first.",
        ),
    ),
}


def phrases_for(need: Need | None) -> Phrases:
    """The sentences that fit a need."""
    return PHRASES[GROUPS.get(need, Group.LEARNING)]


def some(sentences: tuple[str, ...], count: int, name: str, chance: random.Random) -> str:
    """A short paragraph of different sentences, in their own order."""
    chosen = chance.sample(range(len(sentences)), min(count, len(sentences)))
    said = (sentences[at].format(name=name) for at in sorted(chosen))
    return " ".join(sentence[:1].upper() + sentence[1:] for sentence in said)

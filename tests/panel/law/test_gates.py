import pytest

from panel.law.gates import mentioned_gates, unsafe_reasons
from panel.law.legal import Answer, LimbAnswer, Outcome
from panel.law.reasons import answer_problems, conditions_mentioned

ONLY_GATES = [
    ("The school has not yet spent the first £6,000.", ["spend"]),
    ("School must use its notional SEN budget before a request is made.", ["spend"]),
    ("No educational psychologist has been involved.", ["educational_psychologist"]),
    ("An EP has not seen the pupil.", ["educational_psychologist"]),
    ("Two full cycles of assess-plan-do-review are needed first.", ["cycles"]),
    ("There is no proof of a graduated approach.", ["cycles"]),
    ("There is no diagnosis.", ["diagnosis_or_delay"]),
    ("The child is not three years behind.", ["diagnosis_or_delay"]),
    ("The request was not on the council's form.", ["form_or_source"]),
    ("Please use the council’s form.", ["form_or_source"]),
    ("It isn’t supported by the school.", ["form_or_source"]),
    ("He doesn't meet the criteria.", ["criteria"]),
    ("He doesn’t meet the criteria.", ["criteria"]),
    ("The request is not supported by the school.", ["form_or_source"]),
    ("She is academically able and attends well.", ["kind_of_child"]),
    ("He is home-educated.", ["kind_of_child"]),
    ("Only one cycle of support was done", ["cycles"]),
    ("There was only 1 cycle.", ["cycles"]),
    ("A single cycle of SEN support has been tried so far.", ["cycles"]),
    ("There has been no second cycle yet.", ["cycles"]),
    ("The school is still in its first cycle of intervention.", ["cycles"]),
    ("Another full cycle is needed.", ["cycles"]),
    ("There were not enough cycles.", ["cycles"]),
    ("The cycle of support hasn’t been completed.", ["cycles"]),
    ("She has only had one round of support.", ["cycles"]),
    ("He has had just one term of SEN support.", ["cycles"]),
    ("The school has not yet given two terms of support.", ["cycles"]),
    ("She is making good academic progress so cannot have special needs", ["kind_of_child"]),
    ("He is making expected progress, so no assessment is needed.", ["kind_of_child"]),
    ("They make good progress in all subjects.", ["kind_of_child"]),
    ("His academic progress is good.", ["kind_of_child"]),
    ("Her academic attainment is above average.", ["kind_of_child"]),
    ("Progress is as expected for her age.", ["kind_of_child"]),
    ("He is doing well academically.", ["kind_of_child"]),
    ("She is bright.", ["kind_of_child"]),
    ("Robin is a bright boy with good grades.", ["kind_of_child"]),
    ("Her parents educate her at home", ["kind_of_child"]),
    ("He is educated at home.", ["kind_of_child"]),
    ("They choose to educate their daughter at home.", ["kind_of_child"]),
    ("She is making at least expected progress.", ["kind_of_child"]),
    ("He is home schooled by his mother.", ["kind_of_child"]),
    ("The family chose home education.", ["kind_of_child"]),
    ("This child is EHE.", ["kind_of_child"]),
    ("She is taught at home.", ["kind_of_child"]),
    ("A plan would be too costly for the council.", ["cost"]),
    ("There is no money in the budget for another plan.", ["cost"]),
    ("The council cannot afford it.", ["cost"]),
    ("The high needs block is overspent.", ["cost"]),
    ("Attendance is poor and this is a parenting matter.", ["blame"]),
    ("Behaviour is the parents’ fault, English is an additional language.", ["blame"]),
    ("This is only behaviour.", ["blame"]),
    ("The school has not spent its 6,000 pounds.", ["spend"]),
    ("She is working at age related expectations.", ["kind_of_child"]),
    ("The school must first make a costed provision map.", ["cycles"]),
    ("Needs can be met from school resources.", ["school_resources"]),
    ("The needs can be met within the school's existing resources.", ["school_resources"]),
    ("A request was already refused last year.", ["earlier_refusal"]),
    ("The child does not meet the criteria.", ["criteria"]),
    ("There is insufficient evidence.", ["thin_evidence"]),
    (
        "The school has not demonstrated that it has exhausted its resources under the graduated approach as expected by the "
        "local authority's guidance.",
        ["cycles"],
    ),
    (
        "The panel considered all papers. There is no diagnosis; no EP has been involved. Therefore we will not assess.",
        ["diagnosis_or_delay", "educational_psychologist"],
    ),
]


@pytest.mark.parametrize(("text", "codes"), ONLY_GATES)
def test_reasons_that_are_only_a_gate_are_named(text, codes):
    assert [gate.code for gate in unsafe_reasons(text)] == codes


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Her reading age rose by fourteen months in a year with the group she joined in January.",
        "There is no diagnosis. Her reading age rose by fourteen months in a year with the group she joined.",
        "No educational psychologist has been involved, but his speech caught up with the block of therapy in spring.",
        "Two cycles of assess-plan-do-review show gains: writing in full sentences, friends at lunch, calm mornings by timetable.",
        "His needs are met in school by ten hours of speech therapy a week and he has made fourteen months of progress",
        "The panel considered the papers.",
        # Words that are also a gate's, in reasons that are about the child.
        "Poor attendance in autumn came with pain; since the clinic treated it she sleeps, eats lunch with friends and reads daily.",
        "One cycle of speech therapy brought her words on by a year.",
        "The only cycle he rides is a trike, which helps him sit.",
        "Only one cycle of support was done, and it worked: she now reads with her group and eats lunch with two friends.",
        "He makes good progress with the daily reading group.",
        "She makes good progress in reading with a daily lesson.",
        "His first cycle of speech therapy ended in May with clear words.",
        "She has made good progress since the speech therapy began.",
        "She makes expected progress because two adults sign each lesson, prompt every answer and stay near at lunch and play.",
        "She is making good academic progress. A dyslexia tutor sits beside her three mornings a week.",
        "He is able to follow lessons by a visual timetable.",
        "Her parents educate her at home, where the council’s tutor taught her to read, write her name and count to fifty.",
        "A teaching assistant sends sounds to practise at home.",
        "Two terms of support brought her reading on by a year.",
        "At home his behaviour has been calm since the visual timetable began, and he writes whole sentences with his group.",
    ],
)
def test_reasons_that_say_something_of_the_child_are_left_to_the_reader(text):
    assert unsafe_reasons(text) == []


def test_a_gate_beside_good_reasons_is_still_mentioned():
    text = (
        "There is no diagnosis. Her reading age rose by fourteen months in a year with the group she joined."
    )
    assert [gate.code for gate in mentioned_gates(text)] == ["diagnosis_or_delay"]


def test_every_gate_says_what_to_do():
    sentences = {gate.sentence for text, _ in ONLY_GATES for gate in unsafe_reasons(text)}
    assert len(sentences) == 12
    assert all(sentence.endswith(".") for sentence in sentences)


GOOD = (
    "He reads with his group, asks for help and has caught up by a year since the spring with a daily lesson."
)


@pytest.mark.parametrize(
    ("outcome", "answers", "wanted"),
    [
        (Outcome.NOT_ASSESS, [(Answer.NO, "There is no diagnosis.")], ["unsafe_diagnosis_or_delay"]),
        (Outcome.NOT_ASSESS, [(Answer.YES, "There is no diagnosis.")], []),
        (Outcome.NOT_ASSESS, [(Answer.NO, GOOD)], []),
        (Outcome.ASSESS, [(Answer.NO, "There is no diagnosis.")], []),
    ],
)
def test_each_answer_of_no_rests_on_its_own_reasons(outcome, answers, wanted) -> None:
    given = [LimbAnswer("b", answer, reasons) for answer, reasons in answers]
    assert [problem.code for problem in answer_problems(outcome, given)] == wanted


def test_reader_is_told_what_a_refusal_mentions_that_is_no_condition() -> None:
    text = f"{GOOD} There is no diagnosis."
    assert len(conditions_mentioned(Outcome.NOT_ASSESS, text)) == 1
    assert conditions_mentioned(Outcome.ASSESS, text) == ()
    assert conditions_mentioned(Outcome.NOT_ASSESS, GOOD) == ()

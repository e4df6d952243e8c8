"""Generated texts without loops: prose and code, the same in every run."""

import random
from collections.abc import Iterator
from itertools import count

from tests.scripted_server import tokens

_COMMON = (
    "the a of to and in that is was for it with as his on be at by had not are but from or have an they which "
    "one you were her all she there would their we him been has when who will more no if out so said what up "
    "its about into than them can only other new some could time these two may then do first any my now such "
    "like our over man me even most made after also did many before must through back years where much your "
    "way well down should because each just those people how too little state good very make world still own "
    "see men work long get here between both life being under never day same another know while last might us "
    "great old year off come since against go came right used take three "
)
WORDS = _COMMON.split()
CHINESE = "的一是不了人我在有他这为之大来以个中上们到说国和地也子时道出而要于就下得可你年生自会那后能对着事其里所去行过"
EMOJI = "😂😭🎉🚀👍🔥💡🤔😅✨🙏🎯"


def prose(number: int) -> list[str]:
    """Return `number` tokens of English sentences."""
    draw = random.Random(1)
    ends = [". ", ". ", ", ", "? ", ".\n\n"]
    sentences = ((" ".join(draw.choices(WORDS, k=draw.randint(6, 18))) + draw.choice(ends)) for _ in count())
    return _cut_tokens((sentence.capitalize() for sentence in sentences), number)


def code(number: int) -> list[str]:
    """Return `number` tokens of code with many `<`."""
    draw = random.Random(2)
    forms = ["<{0} {1}='{2}'>\n", "  if {0} < {1}:\n", "</{0}>\n", "  {0}[{1}] = {2} << 3\n", "map<{0}, {1}> {2};\n"]
    return _cut_tokens((draw.choice(forms).format(*draw.choices(WORDS, k=3)) for _ in count()), number)


def javascript(number: int) -> list[str]:
    """Return `number` tokens of JavaScript, with a blank line after each function."""
    draw = random.Random(5)
    form = (
        "export function {0}{1}({2}, {3}) {{\n  const {4} = {2}.map((each) => each.{5});\n\n"
        "  if ({4}.length > {6}) {{\n    return `${{{3}}} {5}`;\n  }}\n  return {4}.filter(Boolean);\n}}\n\n"
    )
    functions = (form.format(*draw.choices(WORDS, k=6), draw.randint(1, 999)) for _ in count())
    return _cut_tokens(functions, number)


def letters(alphabet: str, number: int) -> list[str]:
    """Return `number` tokens, each of one or two of these letters, in lines."""
    draw = random.Random(3)
    return ["".join(draw.choices(alphabet, k=draw.randint(1, 2))) + "\n" * (place % 40 == 0) for place in range(number)]


def _cut_tokens(pieces: Iterator[str], number: int) -> list[str]:
    said: list[str] = []
    for piece in pieces:
        said += tokens(piece)
        if len(said) >= number:
            return said[:number]
    raise AssertionError

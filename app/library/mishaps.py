"""What is said of files that couldn't be read; for those, too, who open none and needn't load what opens them."""

from app.library.problems import Problem, Reason
from app.library.questions import Answer, Question

OUT_OF_MEMORY = "reading it takes more memory than allowed. It is left alone until it changes"


def failed(question: Question, error: Exception) -> Answer:
    """A fault of ours is a problem of the file that brought it about."""
    message = f"Reading it failed unexpectedly: {type(error).__name__}."
    return Answer(None, Problem(question.path, Reason.UNREADABLE, message))


def out_of_memory(question: Question) -> Answer:
    return Answer(None, Problem(question.path, Reason.OUT_OF_MEMORY, sentence(OUT_OF_MEMORY)))


def sentence(words: str) -> str:
    return f"{words[:1].upper()}{words[1:]}."

"""What can be wrong with an edit, each with a sentence for the person who asked."""


class EditError(ValueError):
    """A request that cannot be carried out. `message` is for people, `code` for programs."""

    code = "edit_unusable"

    def __init__(self, message: str, **extra: object) -> None:
        super().__init__(message)
        self.message = message
        self.extra = extra


class NothingAsked(EditError):
    """No constraint at all, or only ones that hold already by definition."""

    code = "nothing_asked"


class Contradiction(EditError):
    """Two constraints ask for different things in the same place."""

    code = "contradiction"


class EmptyRegion(EditError):
    """A painted region or a part that covers nothing of the product."""

    code = "empty_region"


class OutOfReach(EditError):
    """An attribute that cannot be brought to this product: nothing like it was ever learned."""

    code = "out_of_reach"


class CutOff(EditError):
    """A pull away from the photo's edge, where the product is cut off: nothing is known of what it would uncover."""

    code = "cut_off"


class TooFewExamples(EditError):
    """An attribute of which too little is known for what is asked."""

    code = "too_few_examples"


class WrongLatent(EditError):
    """A latent that belongs to another manifold, or is not one."""

    code = "wrong_latent"


class Diverged(EditError):
    """The solver found no finite solution."""

    code = "diverged"

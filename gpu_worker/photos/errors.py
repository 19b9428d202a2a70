"""What can be wrong with a photo, each with a sentence for the person who sent it."""


class PhotoError(ValueError):
    """A photo that cannot be used. `message` is for people, `code` for programs."""

    code = "photo_unusable"

    def __init__(self, message: str, **extra: object) -> None:
        super().__init__(message)
        self.message = message
        self.extra = extra


class UnreadablePhoto(PhotoError):
    """Not a JPEG, PNG or WebP, or one that is broken."""

    code = "photo_unreadable"


class PhotoTooLarge(PhotoError):
    """More bytes or pixels than we accept."""

    code = "photo_too_large"


class PhotoTooSmall(PhotoError):
    """Too few pixels to show a product."""

    code = "photo_too_small"


class NotOneProduct(PhotoError):
    """The photo does not show one product on a plain background; `message` says what it shows instead."""

    code = "not_one_product"


class NothingThere(NotOneProduct):
    """The photo is one even colour, so that no other eye can find a product in it either."""


class WrongMask(PhotoError):
    """A given mask does not fit the photo."""

    code = "wrong_mask"

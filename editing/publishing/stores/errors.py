class StoreRefused(Exception):
    """A store did not do what was asked; the sentence is for the merchant."""

    def __init__(self, message: str, *, worth_retrying: bool = False) -> None:
        super().__init__(message)
        self.message = message
        self.worth_retrying = worth_retrying

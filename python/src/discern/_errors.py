class DiscernError(RuntimeError):
    """What the library says of a failure; `code` is the exit code that the command line would have."""

    def __init__(self, message, code):
        super().__init__(message)
        self.code = code

    def __reduce__(self):
        return type(self), (self.args[0], self.code)


class DiscernWarning(UserWarning):
    """What is worth knowing of a model, or of rows that could not be read."""

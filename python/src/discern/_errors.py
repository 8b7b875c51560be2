class DiscernError(RuntimeError):
    """An error reported by the library; `code` is the exit code that the command line would have."""

    def __init__(self, message, code):
        super().__init__(message)
        self.code = code

    def __reduce__(self):
        return type(self), (self.args[0], self.code)


class DiscernWarning(UserWarning):
    """A note about a model, or about rows that could not be read."""

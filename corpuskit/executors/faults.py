"""What can go wrong with a worker, as opposed to with the code that it runs.

    WorkerError (RuntimeError)
    ├── WorkerDied          its process ended; one task is lost, the pool goes on
    ├── StepTimedOut        it was killed for staying on one step; likewise
    └── WorkerStartError    workers cannot start at all; the pool is of no more use

An exception raised by a task is none of these: it reaches the task's future as it is.
"""

import signal


class WorkerError(RuntimeError):
    """The root: a worker, not the code in it, failed."""


class WorkerDied(WorkerError):  # noqa: N818 - an event that callers match on, told in the past tense
    """A worker process ended while it ran a task.

    Attributes:
        step: The last step that the task marked, 0-based; None when it had marked none.
        exitcode: As in `subprocess`: −N when signal N ended the process.
        phase: The phase of that step, 0 unless the task marked another.
    """

    def __init__(self, step: int | None, exitcode: int, phase: int = 0) -> None:
        super().__init__(step, exitcode, phase)
        self.step = step
        self.exitcode = exitcode
        self.phase = phase

    @property
    def cause(self) -> str:
        """How the process ended, without its id or the time: the same loss reads the same."""
        if self.exitcode >= 0:
            return f"exit code {self.exitcode}"
        try:
            return f"killed by {signal.Signals(-self.exitcode).name}"
        except ValueError:  # a real-time signal has no name
            return f"killed by signal {-self.exitcode}"

    def __str__(self) -> str:
        return f"worker died {_where(self.step)}: {self.cause}"


class StepTimedOut(WorkerError):  # noqa: N818 - as above
    """A worker was killed because a task stayed on one step for too long.

    Attributes:
        step: The step it stayed on, 0-based; None when it had marked none.
        seconds: The limit that was passed, not the time measured.
        phase: The phase of that step, 0 unless the task marked another.
    """

    def __init__(self, step: int | None, seconds: float, phase: int = 0) -> None:
        super().__init__(step, seconds, phase)
        self.step = step
        self.seconds = seconds
        self.phase = phase

    @property
    def cause(self) -> str:
        """The limit in words; the measured time would differ from run to run."""
        return f"not done after {self.seconds:g} s"

    def __str__(self) -> str:
        return f"worker was ended {_where(self.step)}: {self.cause}"


class WorkerStartError(WorkerError):
    """Workers cannot start: an import or the initialiser fails or hangs, or they die at once."""


def _where(step: int | None) -> str:
    return "before any step" if step is None else f"on step {step}"

from django.db import models


class SweepClock(models.Model):
    """One row: when the sweep last ran, and since when it has run without a gap.

    Silence means something only while somebody listens. After an outage of the database, the broker or the results
    workers, every running job gets a whole lease to give a sign of life, counted from `steady_since`.
    """

    last_at = models.DateTimeField()
    steady_since = models.DateTimeField()

    def __str__(self) -> str:
        return f"steady since {self.steady_since}"

"""The statistics of a comparison: median of the pairwise ratios, and an interval for it.

Noise on a shared machine is lopsided, so nothing here uses a mean or a standard deviation. The
interval assumes no distribution; it is the classical one of the sign test: between two order
statistics of the sample, chosen by the binomial distribution (for 20 pairs, the 6th smallest and
the 6th largest ratio, which hold the true median with probability 0.959).
"""

import math
from typing import NamedTuple


class Interval(NamedTuple):
    """Bounds of a median, and the probability with which they hold it."""

    low: float
    high: float
    confidence: float


def median(values):
    """The middle value; of an even number the mean of the two in the middle."""
    ordered = sorted(values)
    if not ordered:
        raise ValueError("the median of nothing")
    middle = len(ordered) // 2
    return ordered[middle] if len(ordered) % 2 else (ordered[middle - 1] + ordered[middle]) / 2


def quantile(values, fraction):
    """The value at `fraction` (0 to 1) of the ordered sample, interpolated between neighbours."""
    ordered = sorted(values)
    if not ordered:
        raise ValueError("a quantile of nothing")
    position = fraction * (len(ordered) - 1)
    below = math.floor(position)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (ordered[above] - ordered[below]) * (position - below)


def coverage(count, rank):
    """Probability that the median of `count` values lies between the rank-th from either end."""
    outside = sum(math.comb(count, hits) for hits in range(rank)) / 2**count
    return 1 - 2 * outside


def median_interval(values, confidence=0.95):
    """The narrowest interval of order statistics that holds the median with at least `confidence`.

    Fewer than six values cannot give 0.95: then the whole range is returned with the confidence
    that it has.
    """
    ordered = sorted(values)
    count = len(ordered)
    if count == 0:
        raise ValueError("an interval of nothing")
    rank = 1
    while rank + 1 <= count // 2 and coverage(count, rank + 1) >= confidence:
        rank += 1
    return Interval(ordered[rank - 1], ordered[count - rank], coverage(count, rank))


def verdict(interval, goal, higher_is_better):
    """'met': the whole interval is at or beyond the goal; 'reached': it holds it; else 'MISSED'."""
    if higher_is_better:
        best, worst = interval.high, interval.low
    else:
        best, worst = -interval.low, -interval.high
    bound = goal if higher_is_better else -goal
    if worst >= bound:
        return "met"
    return "reached" if best >= bound else "MISSED"

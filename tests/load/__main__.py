"""`python -m tests.load ADDRESS [PEOPLE] [SECONDS] [THINK_S]`: a class of people at an app that runs already.

For a server somewhere else, or several behind a balancer. Prints how long they waited, and what they saw amiss. The
app must have the weights xception/kitchenware, and so must this machine.
"""

import asyncio
import sys
from statistics import median, quantiles

from tests.load.people.class_of_people import class_of_people
from tests.load.people.truth import truths


def main(address: str, people: str = "30", seconds: str = "60", think_s: str = "5") -> None:
    """Runs the class; ends with 1 if anybody saw what must not be."""
    own = truths(int(people), networks=7, lengths=3, layers=2)
    record = asyncio.run(class_of_people(address.rstrip("/"), own, float(seconds), float(think_s)))
    for what, times in record.waits.items():
        most = quantiles(times, n=20)[-1] if len(times) > 1 else times[0]
        print(
            f"{what:28} {len(times):6,}  median {median(times):6.2f} s  95 % {most:6.2f} s  worst {max(times):6.2f} s"
        )
    print(f"{record.deeds:,} deeds, {len(record.faults)} faults", *record.faults, sep="\n")
    sys.exit(bool(record.faults))


if __name__ == "__main__":
    main(*sys.argv[1:])

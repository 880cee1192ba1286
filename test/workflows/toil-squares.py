"""Toil: a root job, three children, and a follow-on that adds up what they answered; with --break, a child that fails."""

import os

from toil.common import Toil
from toil.job import Job

ASKS = {"cores": 1, "memory": "512M", "disk": "10M"}


def square(_job, number, fails):
    assert os.environ["AWS_BATCH_JOB_ID"]
    if fails:
        raise ValueError("a child that fails")
    return number * number


def add(_job, squares):
    return sum(squares)


def root(job, fails):
    squares = [job.addChildJobFn(square, n, fails and n == 3, **ASKS).rv() for n in (2, 3, 4)]
    return job.addFollowOnJobFn(add, squares, **ASKS).rv()


# jobs import this file for its functions
if __name__ == "__main__":
    parser = Job.Runner.getDefaultArgumentParser()
    parser.add_argument("--break", dest="fails", action="store_true")
    options = parser.parse_args()
    with Toil(options) as toil:
        print("sum:", toil.start(Job.wrapJobFn(root, options.fails, **ASKS)))

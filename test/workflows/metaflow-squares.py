"""Metaflow: steps that run as jobs: a foreach of three, their join, and one that is tried again; with --broken, one that fails."""

import os

from metaflow import FlowSpec, Parameter, batch, current, environment, retry, step

# the object store takes these keys, and python is where it is here
PASSED = {name: os.environ[name] for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "PATH")}


class Squares(FlowSpec):
    broken = Parameter("broken", default=False, type=bool)

    @step
    def start(self):
        self.numbers = [2, 3, 4]
        self.next(self.square, foreach="numbers")

    @environment(vars=PASSED)
    @batch(cpu=1, memory=1024, shared_memory=64)
    @step
    def square(self):
        assert os.environ["AWS_BATCH_JOB_ID"]
        self.squared = self.input**2
        print("the square of", self.input, "is", self.squared)
        self.next(self.add)

    @environment(vars=PASSED)
    @batch(cpu=1, memory=1024)
    @step
    def add(self, inputs):
        self.sum = sum(each.squared for each in inputs)
        self.next(self.again)

    @environment(vars=PASSED)
    @retry(times=1, minutes_between_retries=0)
    @batch(cpu=1, memory=1024)
    @step
    def again(self):
        if self.broken or current.retry_count == 0:
            raise RuntimeError("an attempt that fails")
        self.next(self.end)

    @step
    def end(self):
        print("the sum is", self.sum)


if __name__ == "__main__":
    Squares()

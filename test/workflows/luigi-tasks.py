"""Luigi: two tasks, one after the other, then one that fails. Prints the errors of the tasks that failed."""

import os

import luigi
from luigi.contrib.batch import BatchClient, BatchTask

FOLDER = os.environ["HOME"]
failures = []


class Print(BatchTask):
    job_definition = "luigi"
    job_queue = "q"
    poll_time = 1
    word = luigi.Parameter()
    code = luigi.Parameter(default="0")

    @property
    def parameters(self):
        return {"word": self.word, "code": self.code}

    def run(self):
        super().run()
        with self.output().open("w") as done:
            done.write(self.word)

    def output(self):
        return luigi.LocalTarget(f"{FOLDER}/{self.word}")


class PrintAfter(Print):
    before = luigi.Parameter()

    def requires(self):
        return Print(word=self.before)


@Print.event_handler(luigi.Event.FAILURE)
def failed(_task, error):
    failures.append(str(error))


BatchClient(1).register_job_definition(f"{FOLDER}/definition.json")
assert luigi.build([PrintAfter(word="second", before="first")], local_scheduler=True)
assert not luigi.build([Print(word="broken", code="3")], local_scheduler=True)
print("failures:", failures)

"""Fits keep BLAS to one thread, whatever it may use outside."""

from threadpoolctl import threadpool_info

from graftwood.fewshot import MomentSubspace
from graftwood.fewshot.planted import plant_tasks


def threads():
    return [library["num_threads"] for library in threadpool_info() if library["user_api"] == "blas"]


class Spy(MomentSubspace):
    def _find(self, rows, rank):
        self.seen_ = threads()
        return super()._find(rows, rank)


def test_a_fit_keeps_blas_to_one_thread_and_gives_the_others_back():
    tasks = plant_tasks(n_tasks=20, n_rows=5, n_inputs=4, rank=2, noise=0.1, seed=0)
    before = threads()
    spy = Spy(2).fit(tasks.X, tasks.y, tasks.task)
    assert spy.seen_ and set(spy.seen_) == {1}
    assert threads() == before

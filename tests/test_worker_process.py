"""Workers: where their memory comes from, and what they do not import."""

from __future__ import annotations

import os
from importlib.util import find_spec

import pytest

from corpuskit.parse_rules import BatchRules, ParseRules
from corpuskit.schema import Schema
from corpuskit.workers.processes import start_pool

RULES = BatchRules(ParseRules(Schema("demo", ())))
POOL_OF_ARROW = "__import__('pyarrow').default_memory_pool().backend_name"


def test_arrow_in_a_worker_takes_memory_where_python_does() -> None:
    with start_pool(1, RULES) as pool:
        assert pool.submit(eval, POOL_OF_ARROW).result() == "system"


def test_a_worker_imports_no_numpy_though_it_is_installed() -> None:
    assert find_spec("numpy") is not None, "else this would show nothing"
    with start_pool(1, RULES) as pool:
        assert not pool.submit(eval, "'numpy' in __import__('sys').modules").result()


def test_a_worker_keeps_what_it_frees_unless_the_user_says_otherwise(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv("MALLOC_TRIM_THRESHOLD_", raising=False)
    monkeypatch.setenv("MALLOC_MMAP_THRESHOLD_", "1048576")
    with start_pool(1, RULES) as pool:
        found = [
            pool.submit(os.getenv, f"MALLOC_{n}_THRESHOLD_").result() for n in ("TRIM", "MMAP")
        ]
    assert found == ["67108864", "1048576"]

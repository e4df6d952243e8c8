"""The server of these tests: each test runs with and without a reasoning parser, and only one server runs at a time."""

from collections.abc import Iterator

import pytest

from tests.vllm.server import CACHE, Server, serving


@pytest.fixture(scope="session", params=["parser", "no parser"])
def vllm(request: pytest.FixtureRequest) -> Iterator[Server]:
    """pytest sorts the tests by server, and ends the first server before it starts the second.

    A test for one of the two: `@pytest.mark.parametrize("vllm", ["parser"], indirect=True)`.
    """
    if not (CACHE / "model" / "stamp").exists():
        pytest.skip("vLLM is not installed: run 'make test-vllm'")
    with serving(parser=request.param == "parser") as server:
        yield server

"""The made-up place of the tests of this folder."""

from siting_world import place  # noqa: F401 - a fixture

"""Where cover comes from and where it goes, in words."""

from types import SimpleNamespace

import pytest

from pipeline.report import words
from pipeline.report.course import year_met

ZH = SimpleNamespace(say=lambda key, **params: words.WORDS[key][0].format(**params))


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (
            {"state": "estimable", "year_met": 2029.3, "year_met_low": 2027.0000000001, "year_met_high": 2033.01},
            "约 2030 年（2027–2034 年）",
        ),
        ({"state": "no_interval", "year_met": 2069.0}, "约 2069 年（无区间，仅供参考）"),
        ({"state": "not_estimable"}, "不可估计"),
    ],
)
def test_the_year_a_target_is_met_is_a_whole_year(row, said):
    assert year_met(ZH, row) == said

"""Fields of KML: read under the names the file gives them."""

import re

import numpy as np
import pytest

from pipeline.core import archives
from pipeline.core.config import LayerRef
from pipeline.core.layers import find
from pipeline.core.paths import Paths
from pipeline.core.vectors import read_features


@pytest.fixture(autouse=True)
def own_scratch(tmp_path_factory, monkeypatch):
    folder = tmp_path_factory.mktemp("scratch")
    (folder / "unpacked").mkdir()
    monkeypatch.setattr(archives, "scratch", lambda: folder)


def read(path):
    return read_features(find(LayerRef(file=path.name), "x", Paths(path.parent), "features"))


DATA = '<Data name="{}"><displayName>x</displayName><value>{}</value></Data>'
POINT = "<Placemark><name>甲 &amp; 乙</name><description><![CDATA[<b>1</b>]]></description>{}<Point><coordinates>{},35.05</coordinates></Point></Placemark>"
FIRST = f"<ExtendedData>{DATA.format('编号', 'S1')}\n{DATA.format('类型', '光伏')}{DATA.format('装机（MW）', '1&lt;2')}</ExtendedData>"
SECOND = f"<ExtendedData>{DATA.format('类型', '风电')}{DATA.format('备 注', '')}</ExtendedData>"


@pytest.mark.parametrize(
    "around", ["<Document><name>d</name><Folder>{}</Folder></Document>", "<Document>{}</Document>", "<Folder>{}</Folder>"]
)
@pytest.mark.parametrize("first", ["", POINT.format("", 110.9)])
@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_fields_of_a_kml_keep_their_chinese_names(tmp_path, around, first, encoding):
    """GDAL alone makes ``__`` of both 编号 and 类型, and so one field of two."""
    inside = around.format(first + POINT.format(FIRST, 110.95) + POINT.format(SECOND, 111))
    text = f'<?xml version="1.0" encoding="{encoding}"?><kml xmlns="http://www.opengis.net/kml/2.2">{inside}</kml>'
    (tmp_path / "a.kml").write_bytes(text.encode(encoding))
    found = read(tmp_path / "a.kml")
    kept = found[found.geometry.x > 110.92]
    assert len(found) == 2 + bool(first)
    assert kept["编号"].fillna("").tolist() == ["S1", ""]
    assert kept["类型"].tolist() == ["光伏", "风电"]
    assert kept["装机（MW）"].fillna("").tolist() == ["1<2", ""]
    assert kept["Name"].tolist() == ["甲 & 乙"] * 2 and kept["description"].tolist() == ["<b>1</b>"] * 2
    assert np.allclose(kept.geometry.x, [110.95, 111]) and np.allclose(kept.geometry.y, 35.05)


def test_fields_of_a_kml_with_prefixes_keep_their_chinese_names(tmp_path):
    inside = re.sub(r"<(/?)(\w)", r"<\1kml:\2", f"<Document>{POINT.replace('<b>1</b>', '').format(FIRST, 110.95)}</Document>")
    (tmp_path / "a.kml").write_text(f'<kml:kml xmlns:kml="http://www.opengis.net/kml/2.2">{inside}</kml:kml>', encoding="utf-8")
    assert read(tmp_path / "a.kml")["类型"].tolist() == ["光伏"]

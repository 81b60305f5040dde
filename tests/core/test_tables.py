"""Reading and writing tables: encodings, strict numbers, schemas, nothing that a spreadsheet would run."""

import pandas as pd
import pytest

from pipeline.core import tables
from pipeline.core.errors import BadData

HEAD = "class_id,class_key,name_zh,name_en,colour\n"


def read(tmp_path, content: bytes, schema=tables.CLASSES):
    path = tmp_path / "t.csv"
    path.write_bytes(content)
    return tables.read_csv(path, schema)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_encodings(tmp_path, encoding):
    frame = read(tmp_path, (HEAD + "1,forest,森林,NA,#112233\n").encode(encoding))
    assert frame.name_zh[0] == "森林"
    assert frame.name_en[0] == "NA"  # a name, not a missing value


def test_full_width_digits_are_numbers(tmp_path):
    assert read(tmp_path, (HEAD + "１２,a,b,c,#112233\n").encode()).class_id[0] == 12


def test_every_wrong_cell_is_named(tmp_path):
    with pytest.raises(BadData) as refused:
        read(tmp_path, (HEAD + "1,a,b,c,red\n2,a,,c,#112233\n").encode())
    keys = [(p.key, p.params["line"], p.params["column"]) for p in refused.value.problems]
    assert ("table_value", 2, "colour") in keys
    assert ("table_blank", 3, "name_zh") in keys
    assert any(k == "table_twice" for k, *_ in keys)


@pytest.mark.parametrize(
    ("content", "key"),
    [
        (b"", "table_empty"),
        (b"class_id,class_key\n1,a\n", "table_column"),
        ((HEAD + "1,a,b\n").encode(), "table_ragged"),
        ((HEAD + "x,a,b,c,#112233\n").encode(), "table_number"),
        ((HEAD + "1.5,a,b,c,#112233\n").encode(), "table_number"),
        ((HEAD + "inf,a,b,c,#112233\n").encode(), "table_number"),
        (HEAD.encode() + b"1,\xff\xff\xff,b,c,#112233\n", "table_encoding"),
    ],
)
def test_broken_tables(tmp_path, content, key):
    with pytest.raises(BadData) as refused:
        read(tmp_path, content)
    assert refused.value.problems[0].key == key


def test_no_cell_is_a_formula_and_the_round_trip_is_exact(tmp_path):
    row = {"county_code": "140802", "county_name": "=HYPERLINK(1)", "level": "county", "land_area_hm2": 0.1 + 0.2, "source": "-x"}
    content = tables.to_csv(tables.product([row], tables.COUNTIES))
    assert content.startswith(b"\xef\xbb\xbf")
    assert b",'=HYPERLINK" in content and b",'-x" in content
    path = tmp_path / "t.csv"
    path.write_bytes(content)
    back = tables.read_csv(path, tables.COUNTIES)
    assert back.county_name[0] == "=HYPERLINK(1)" and back.source[0] == "-x"
    assert back.land_area_hm2[0] == 0.1 + 0.2
    assert back.county_code[0] == "140802"


def test_blank_is_missing_never_zero(tmp_path):
    frame = tables.product(
        [{"county_code": "140802", "county_name": "a", "level": "county", "layer": "x", "known_area_hm2": 0, "unknown_area_hm2": 1}],
        tables.MEASURES,
    )
    assert pd.isna(frame["mean"][0])
    assert b",,,,0.0,1.0" in tables.to_csv(frame)


def test_products_refuse_what_the_schema_does_not_allow():
    with pytest.raises(BadData):
        tables.product(
            [{"county_code": "1408", "county_name": "a", "level": "county", "land_area_hm2": -1, "source": "s"}], tables.COUNTIES
        )

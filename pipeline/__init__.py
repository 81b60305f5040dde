"""Forest cover, carbon stock, PV and wind siting, county by county, from land cover to maps and reports.

Importing the package closes GDAL's doors before any of its Python faces is loaded: formats that are
programs or addresses (VRT, WMS, HTTP ...) can read other files or reach the network whatever their file
name says, so they are switched off whatever the environment holds.
"""

import os
from pathlib import Path

_CLOSED_DRIVERS = (
    "VRT OGR_VRT GTI WMS WMTS WCS WFS HTTP OAPIF OGCAPI STACIT STACTA DERIVED PLMOSAIC PLSCENES EEDA EEDAI "
    "NGW AmigoCloud Carto Elastic CSW GMLAS DAAS MongoDBv3 PostgreSQL PostGISRaster MySQL MSSQLSpatial OCI "
    "GDALG ADBC SQLite MBTiles ESRIJSON TopoJSON GTFS"
)
os.environ["GDAL_SKIP"] = _CLOSED_DRIVERS
os.environ["OGR_SKIP"] = _CLOSED_DRIVERS.replace(" ", ",")
os.environ["CPL_LOG"] = os.devnull  # GDAL says at every start which of these it never had
os.environ["GDAL_VRT_ENABLE_PYTHON"] = "NO"
os.environ["GDAL_HTTP_TIMEOUT"] = "10"
os.environ["GDAL_HTTP_CONNECTTIMEOUT"] = "5"
os.environ["CPL_VSIL_CURL_ALLOWED_EXTENSIONS"] = ".nothing"
os.environ["GDAL_PAM_ENABLED"] = "NO"  # layers/ is read-only: no .aux.xml beside a source
os.environ["PROJ_NETWORK"] = "OFF"
os.environ["OGR_CURRENT_DATE"] = "2000-01-01T00:00:00Z"  # GeoPackages carry a date: equal runs are equal bytes
os.environ.setdefault("GDAL_CACHEMAX", "64")  # MB; by default a twentieth of the machine's memory
_PROJECT = Path(__file__).resolve().parents[1]
if os.access(_PROJECT, os.W_OK):  # else numba and matplotlib use the user's own cache folder
    os.environ.setdefault("NUMBA_CACHE_DIR", str(_PROJECT / ".cache" / "numba"))
    os.environ.setdefault("MPLCONFIGDIR", str(_PROJECT / ".cache" / "matplotlib"))  # its list of the machine's fonts

__version__ = "0.1.0"

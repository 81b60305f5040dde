"""What is said of layers, their files and tables as they are read."""

WORDS: dict[str, tuple[str, str]] = {
    # doors: formats, archives, coordinates, text
    "crs_old_datum": (
        "{file}：坐标系为 {crs}。1980 西安、1954 北京坐标系转为 CGCS2000 须用官方转换参数，程序不作猜测。请由测绘主管部门转换后再提供。",
        "{file}: its CRS is {crs}. From Xian 1980 or Beijing 1954 to CGCS2000 official transformation parameters are needed; nothing is guessed. "
        "Have it converted by the surveying office.",
    ),
    "crs_swapped": (
        "{file}：坐标范围 {found}（西、南、东、北）与坐标系 {crs} 不符，x 与 y（经度与纬度）疑似写反。请在文件中更正，程序不会自动交换。",
        "{file}: coordinates {found} (west, south, east, north) do not fit {crs}; x and y (longitude and latitude) seem swapped. Mend the file, "
        "nothing is swapped silently.",
    ),
    "crs_mixed": (
        "{file}：坐标范围 {found}（{crs}）：一部分横坐标带带号，一部分不带或带号不同。请先统一到一个坐标系。",
        "{file}: coordinates {found} ({crs}): some eastings carry a zone prefix, others none or another. Bring all into one system first.",
    ),
    "crs_prefix": (
        "{file}：横坐标带有带号 {zone}（范围 {found}），与声明的坐标系 {crs} 不符。请将坐标系声明为 {guess}。",
        "{file}: eastings carry the zone prefix {zone} (coordinates {found}), which {crs} does not have: declare {guess}.",
    ),
    "crs_no_prefix": (
        "{file}：声明的坐标系 {crs} 要求横坐标带带号 {zone}，而文件中没有（范围 {found}）。请将坐标系声明为 {guess}。",
        "{file}: {crs} has eastings with the zone prefix {zone}, the file's have none (coordinates {found}): declare {guess}.",
    ),
    "text_encoding": (
        "{file}：文字不是 {found} 编码，无法完整解码。请另存为 UTF-8 或 GB18030，或在配置中用 encoding: 指明。",
        "{file}: its text is not all in {found}. Save it as UTF-8 or GB18030, or name the encoding (encoding:).",
    ),
    "text_cpg_wrong": (
        "{file}：.cpg 写的编码是 {found}，但文字并非该编码；已按 {used} 读取。请更正 .cpg，或在配置中写 encoding:。",
        "{file}: its .cpg says {found}, but the text is not in it; read as {used}. Mend the .cpg, or write encoding: in the configuration.",
    ),
    "vector_many": (
        "{file}：矢量图层给了 {found} 个文件，只能是一个。请先合并（如合并为一个 GeoPackage）。",
        "{file}: {found} files for one vector layer, expected one. Merge them first, into one GeoPackage for example.",
    ),
    "vector_tables": (
        "{file}：含有多个图层：{known}。请在配置中用 table: 指明其一。",
        "{file}: holds several layers: {known}. Name one with table: in the configuration.",
    ),
    "vector_no_table": (
        "{file}：没有名为 {found} 的图层。现有：{known}。请更正 table:。",
        "{file}: no layer {found}. It has: {known}. Mend table:.",
    ),
    "vector_crs_unknown": (
        "{file}：无法识别其坐标系（{found}）。请重新定义坐标系，或删去 .prj 并在配置中写 assume_crs: EPSG:…。",
        "{file}: its CRS is not known ({found}). Define it anew, or remove the .prj and write assume_crs: EPSG:… in the configuration.",
    ),
    "vector_curves": (
        "{file}：含有圆弧等曲线要素，不能直接使用。请先在 GIS 中增密为折线（Densify / 转为线性几何）。",
        "{file}: holds arcs or curves. Turn them into straight segments in a GIS first (densify).",
    ),
    "kml_too_big": (
        "{file}：KML 有 {found:.0f} MB，上限 {limit:.0f} MB。请转为 GeoPackage。",
        "{file}: a KML of {found:.0f} MB, the limit is {limit:.0f} MB. Turn it into a GeoPackage.",
    ),
    "kml_entities": (
        "{file}：KML 含有文档类型或实体声明（DOCTYPE/ENTITY），不予读取。请从 GIS 或地图软件重新导出。",
        "{file}: a KML with a document type or entities (DOCTYPE/ENTITY) is not read. Export it again from a GIS.",
    ),
    "kml_link": (
        "{file}：KML 含有指向其他文件的链接（NetworkLink），内容不在本文件中，也不会去下载。请导出为包含全部要素的 KML。",
        "{file}: the KML links to other documents (NetworkLink), which are not followed. Export one that holds all features itself.",
    ),
    "table_xls": (
        "{file}：是旧版 Excel（.xls）。请在 Excel 或 WPS 中另存为 .xlsx 或 CSV。",
        "{file}: an old Excel file (.xls). Save it as .xlsx or CSV.",
    ),
    "table_workbook": (
        "{file}：Excel 文件无法读取（{found}）。请重新另存为 .xlsx。",
        "{file}: the workbook cannot be read ({found}). Save it as .xlsx again.",
    ),
    "table_too_big": (
        "{file}：表格内容有 {found:.0f} MB，上限 {limit:.0f} MB，或压缩比异常。请拆分，或转为 GeoPackage。",
        "{file}: {found:.0f} MB of table, the limit is {limit:.0f} MB (or it is packed beyond reason). Split it, or turn it into a GeoPackage.",
    ),
    "table_too_long": (
        "{file}：超过 {limit} 行或 {columns} 列。请删去多余的行列，或转为 GeoPackage。",
        "{file}: more than {limit} rows or {columns} columns. Delete what is not needed, or turn it into a GeoPackage.",
    ),
    "table_sheets": (
        "{file}：有多个非空工作表：{known}。请在配置中用 table: 指明其一。",
        "{file}: several sheets hold something: {known}. Name one with table: in the configuration.",
    ),
    "table_no_sheet": (
        "{file}：没有名为 {found} 的工作表。现有：{known}。请更正 table:。",
        "{file}: no sheet {found}. It has: {known}. Mend table:.",
    ),
    "table_heading_twice": (
        "{file}：表头“{found}”（{column}）出现不止一次。请改名，或在配置的 columns 中指明。",
        "{file}: the heading {found} ({column}) stands more than once. Rename one, or name the right one under columns.",
    ),
    "table_totals_left": (
        "{file}：末尾第 {lines} 行为“{found}”等合计或附注，未计入。",
        "{file}: lines {lines} at the end ({found} …) are totals or remarks and were left out.",
    ),
    "table_code_scientific": (
        "{file} 第 {line} 行 {column}：代码“{found}”已被 Excel 改成科学计数法，原数字已丢失。请把该列设为文本后重新填写。",
        "{file} line {line}, {column}: Excel turned the code into {found}, digits are lost. Set the column to text and fill it in again.",
    ),
    "table_unit_missing": (
        "{file}：列“{column}”没有写明单位。请写在表头括号中，或在配置中写 units: {{{name}: …}}。可用：{known}",
        "{file}: column {column} states no unit. Write it in brackets in the heading, or units: {{{name}: …}} in the configuration. Known: {known}",
    ),
    "table_unit_unknown": (
        "{file} {line}：列“{column}”的单位“{found}”无法识别。可用：{known}",
        "{file} {line}: unit {found} of column {column} is not known. Known: {known}",
    ),
    "table_unit_differs": (
        "{file}：列“{column}”的单位自相矛盾：一处为 {found}，另一处为 {expected}。请更正表头、单元格或配置中的 units。",
        "{file}: column {column} states two units, {found} and {expected}. Mend heading, cells or units: in the configuration.",
    ),
    "table_units_mixed": (
        "{file}：列“{column}”有的单元格带单位、有的不带（第 {line} 行起共 {count} 格不带）。请统一：全部带，或全部不带并在表头写明。",
        "{file}: some cells of column {column} carry a unit, {count} (the first in line {line}) do not. Write it in all, or in none and in the heading.",
    ),
    "table_angle": (
        "{file} 第 {line} 行 {column}：“{found}”不能唯一地读作经纬度。请写成十进制度（110.97034）或度分秒（110°58′13.2″）；"
        "若为米制平面坐标，请用“横坐标/纵坐标”作表头并声明 assume_crs。",
        "{file} line {line}, {column}: {found} is not one certain angle. Write decimal degrees (110.97034) or 110°58′13.2″; metres go under "
        "x and y, with assume_crs declared.",
    ),
    "table_angle_axis": (
        "{file} 第 {line} 行 {column}：“{found}”的方位与该列不符（经度与纬度写反？）。",
        "{file} line {line}, {column}: {found} belongs to the other axis (longitude and latitude swapped?).",
    ),
    "table_degrees": (
        "{file} 第 {line} 行：经度 {lon}、纬度 {lat} 超出范围（是否写反？）。请更正。",
        "{file} line {line}: longitude {lon}, latitude {lat} are out of range (swapped?). Mend them.",
    ),
    "table_no_crs": (
        "{file}：平面坐标（x、y）须在配置中用 assume_crs: EPSG:… 声明坐标系，如 EPSG:4546；带带号的横坐标用 EPSG:4525。",
        "{file}: plane coordinates (x, y) need their CRS: declare assume_crs: EPSG:…, such as EPSG:4546, or EPSG:4525 for eastings with zone prefix 37.",
    ),
    "table_no_datum": (
        "{file}：未声明坐标基准，按 CGCS2000/WGS 84 使用。若坐标取自高德、腾讯或百度地图，请在配置中声明 datum: gcj02 或 bd09。",
        "{file}: no datum is declared, taken as CGCS2000/WGS 84. If the coordinates come from Amap, Tencent or Baidu, declare datum: gcj02 or bd09.",
    ),
    "raster_hdf4": (
        "{file}：是 HDF4 文件（如 MODIS 的 .hdf），不能直接读取。请用 QGIS 或 gdal_translate 把所需子数据集转为 GeoTIFF。",
        "{file}: an HDF4 file (as MODIS .hdf), which is not read. Turn the subdataset you need into a GeoTIFF (QGIS, gdal_translate).",
    ),
    "netcdf_variable": (
        "{file}：NetCDF 变量 {found} 不存在或未指明。现有：{known}。请在配置中用 table: 指明其一。",
        "{file}: variable {found} of the NetCDF is not there or not named. It has: {known}. Name one with table: in the configuration.",
    ),
    "netcdf_grid": (
        "{file}：变量 {found} 不在规则的经纬度或投影格网上。请先重采样为规则格网（GeoTIFF）。",
        "{file}: variable {found} does not lie on a regular grid. Warp it to one first (GeoTIFF).",
    ),
    "netcdf_steps": (
        "{file}：有 {count} 个时间步（或层），使用第 {band} 个；如需其他，请在配置中写 band:。",
        "{file}: holds {count} time steps (or levels), number {band} is used; for another write band: in the configuration.",
    ),
    "raster_longitudes": (
        "{file}：经度按 0–360 计（{found}）；180° 以东的部分不会与以负数记的西经对上。",
        "{file}: longitudes run to 360 ({found}); what lies beyond 180 will not meet western longitudes written as negative.",
    ),
    "archive_unreadable": (
        "{file}：不是完好的 zip 压缩包（{found}）。请重新压缩或直接提供其中的文件。",
        "{file}: not a sound zip ({found}). Pack it again, or give the files themselves.",
    ),
    "archive_members": (
        "{file}：压缩包内有 {found} 个文件，上限 {limit}。请只打包所需文件。",
        "{file}: {found} files in the archive, the limit is {limit}. Pack only what is needed.",
    ),
    "archive_name": (
        "{file}：压缩包内的名称“{found}”不可接受（绝对路径、上级目录、链接、重名或含控制字符），整包拒绝。请重新打包。",
        "{file}: the name {found} in the archive is not acceptable (absolute, upward, a link, repeated or with control characters); all is refused. Pack it again.",
    ),
    "archive_locked": (
        "{file}：压缩包内的 {found} 有密码。请先解密。",
        "{file}: {found} in the archive has a password. Give it without one.",
    ),
    "archive_bomb": (
        "{file}：解压后有 {found:.0f} MB（压缩包 {packed:.1f} MB），超出上限（{limit:.0f} MB，且不超过压缩包的 {ratio} 倍）。请直接提供解压后的文件。",
        "{file}: {found:.0f} MB when unpacked (archive {packed:.1f} MB), beyond the limit ({limit:.0f} MB, and {ratio} times the archive). Give the unpacked files.",
    ),
    "archive_size": (
        "{file}：压缩包内 {found} 的实际大小与所记不符，整包拒绝。请重新打包。",
        "{file}: {found} in the archive is not of the size it states; all is refused. Pack it again.",
    ),
    "archive_nested": (
        "{file}：压缩包内还有压缩包（{found}）。请解压后只打包一层。",
        "{file}: an archive within the archive ({found}). Unpack it and pack once.",
    ),
    "archive_no_data": (
        "{file}：压缩包内没有可读的数据文件（Shapefile、GeoPackage、GeoJSON、KML、FileGDB、GeoTIFF、NetCDF、CSV、xlsx）。",
        "{file}: no data file that is read in the archive (Shapefile, GeoPackage, GeoJSON, KML, FileGDB, GeoTIFF, NetCDF, CSV, xlsx).",
    ),
    "archive_choose": (
        "{file}：压缩包内有多个数据文件：{known}；table: 为 {found}。请在配置中用 table: 指明其中一个。",
        "{file}: several data files in the archive: {known}; table: is {found}. Name one of them with table: in the configuration.",
    ),
    # layers
    "layer_yaml": ("{file}：不是有效的 YAML（{found}）。", "{file}: not valid YAML ({found})."),
    "layer_yaml_key": ("{file}：{key} 有误，应为：{expected}。", "{file}: {key} is wrong, expected: {expected}."),
    "layer_kind": ("图层 {layer}：类型为 {found}，此处应为 {expected}。", "Layer {layer}: its kind is {found}, expected {expected} here."),
    "layer_no_file": ("图层 {layer}：没有给出数据文件（file）。", "Layer {layer}: no data file (file) is given."),
    "layer_checksum": (
        "{file}：内容与 layer.yaml 中的校验和不符，文件被改动或损坏。请运行 make layers 重建，或换用 file: 指向您自己的文件。",
        "{file}: does not match the checksum in layer.yaml; it was changed or damaged. Run make layers to rebuild it, "
        "or point file: at your own file.",
    ),
    "legend_not_given": (
        "图层 {layer}：地类栅格须有图例。请用 layer: 指向带图例的产品文件夹，或用 legend: 给出图例表。",
        "Layer {layer}: a class raster needs a legend. Name a product folder (layer:) or a legend table (legend:).",
    ),
    "raster_unreadable": (
        "{file}：无法读取（{found}）。文件可能不完整，请重新复制或下载。",
        "{file}: cannot be read ({found}). It may be incomplete; copy or download it again.",
    ),
    "raster_band": (
        "{file}：只有 {found} 个波段，配置要求第 {expected} 波段。",
        "{file}: has {found} bands, band {expected} is asked for.",
    ),
    "raster_picture": (
        "{file}：有 {found} 个波段，像是渲染好的彩色图片，不是地类代码。请提供单波段的代码栅格。",
        "{file}: has {found} bands and looks like a rendered picture, not class codes. Give the one-band raster of codes.",
    ),
    "raster_no_crs": (
        "{file}：没有坐标系。请补上，或在配置中用 assume_crs: EPSG:… 声明。",
        "{file}: has no CRS. Add it, or declare assume_crs: EPSG:… in the configuration.",
    ),
    "raster_not_north_up": (
        "{file}：栅格有旋转或不是北上（仿射参数 {found}）。请先重采样为北上栅格。",
        "{file}: the grid is rotated or not north-up (transform {found}). Warp it to a north-up grid first.",
    ),
    "raster_tile": (
        "{file}：与 {first} 不在同一格网上（坐标系、像元大小、像元位置或数据类型不同），不能拼成一个栅格。请先重采样到同一格网。",
        "{file}: not on one lattice with {first} (CRS, cell size, position or data type differ). Warp the tiles to one lattice first.",
    ),
    "raster_not_codes": (
        "{file}：地类栅格中有非整数值。请确认文件和波段。",
        "{file}: a class raster holds values that are not whole numbers. Check file and band.",
    ),
    "crs_differs": (
        "{file}：文件坐标系为 {found}，声明为 {expected}。请更正其一。",
        "{file}: the file says {found}, declared is {expected}. Mend one of them.",
    ),
    "crs_range": (
        "{file}：坐标范围 {found} 与坐标系 {crs} 不符（度与米混淆？）。请更正坐标系。",
        "{file}: coordinates {found} do not fit {crs} (degrees taken for metres?). Mend the CRS.",
    ),
    "raster_elsewhere": (
        "{file}：不覆盖 {area}（覆盖范围 {found}，需要 {expected}）。请检查文件或坐标系。",
        "{file}: does not cover {area} (covers {found}, needed {expected}). Check the file or its CRS.",
    ),
    "unknown_codes": (
        "{file}：代码 {code} 不在图例中，共 {area_hm2:.2f} hm²，见于：{counties}。若是无数据值，请写 nodata: {code}；否则在图例表中补上，或改用正确的产品。",
        "{file}: code {code} is not in the legend; {area_hm2:.2f} hm², in {counties}. Where it means no data write nodata: {code}; else add it to the legend, "
        "or name the right product.",
    ),
    "stratum_unbanded": (
        "tabulate.strata：图层 {layer} 按连续值读取，须用 bands 给出分级界限，例如 bands: [5, 15, 25]；若为分类代码，请用 legend: 指明图例表。",
        "tabulate.strata: layer {layer} is read as measures; give its breaks, for example bands: [5, 15, 25], or legend: with a table where it holds codes.",
    ),
    "stratum_missing": (
        "{setting}：没有名为 {layer} 的图层。可用：{known}",
        "{setting}: there is no layer {layer}. Known: {known}",
    ),
    "sums_kind": (
        "tabulate.sums：图层 {layer} 不是连续值栅格，无法求和。请用 tabulate.strata 按其分层。",
        "tabulate.sums: layer {layer} is not a raster of measures and cannot be summed. Use it in tabulate.strata.",
    ),
    "stratum_kind": (
        "图层 {layer} 不能用作分层（只有点或线）。请用栅格或面图层。",
        "Layer {layer} cannot be a stratum (it has only points or lines). Use a raster or polygons.",
    ),
    "stratum_many": (
        "tabulate.strata：分层组合过多（{count} 种，上限 {limit}）。请减少图层或分级。",
        "tabulate.strata: {count} combinations are too many (limit {limit}). Use fewer layers or bands.",
    ),
    "measure_too_large": (
        "{file}：数值高达 {found:g}，超出上限 {limit:g}。请改用更大的单位（scale、unit）。",
        "{file}: values up to {found:g} are beyond {limit:g}. Use a larger unit (scale, unit).",
    ),
    "dask_missing": (
        "compute.scheduler 需要 Dask，尚未安装。请先运行 make cluster，或去掉该设置。",
        "compute.scheduler needs Dask, which is not installed. Run make cluster, or leave the setting out.",
    ),
    "dask_unreachable": (
        "连接不上 Dask 调度器 {found}（{said}）。请确认地址，且调度器已启动。",
        "Cannot reach the Dask scheduler {found} ({said}). Check the address, and that it is running.",
    ),
    "dask_worker_lost": (
        "计算节点中断（{found}），结果未写出；已完成的部分已保存。请检查该节点的内存和日志，再次运行 make 即从中断处继续。",
        "A worker was lost ({found}); nothing was written, what was counted is kept. Check that worker's memory and log; "
        "run make again to go on from there.",
    ),
    "class_unknown": (
        "{file}：代码 {code} 的地类 {found} 不在通用图例中。可用：{known}",
        "{file}: class {found} of code {code} is not in the common legend. Known: {known}",
    ),
    "reading_unknown": (
        "{file}：代码 {code} 的判读口径 {found} 未在 layer.yaml 的 readings 中说明。",
        "{file}: reading {found} of code {code} is not described under readings in layer.yaml.",
    ),
    "reading_main": (
        "配置 cover.main_reading = {found}，而产品 {product} 只有 {known}。",
        "cover.main_reading is {found}, but product {product} has {known}.",
    ),
    "product_twice": (
        "土地覆盖产品 {product}（{year}）给了两次。请改 product 或 year。",
        "Land-cover product {product} ({year}) is given twice. Change product or year.",
    ),
    "vector_unreadable": (
        "{file}：无法读取（{found}）。文件可能不完整，请重新复制或导出。",
        "{file}: cannot be read ({found}). It may be incomplete; copy or export it again.",
    ),
    "vector_no_geometry": ("{file}：没有几何图形。", "{file}: holds no geometry."),
    "vector_no_crs": (
        "{file}：没有坐标系（缺 .prj？）。请补上，或在配置中用 assume_crs: EPSG:… 声明。",
        "{file}: has no CRS (.prj missing?). Add it, or declare assume_crs: EPSG:… in the configuration.",
    ),
    "shapefile_part": (
        "{file}：缺少同名的 {found} 文件。请把全套文件一起复制。",
        "{file}: its {found} is missing. Copy the whole set of files.",
    ),
    # boundaries
    "field_missing": (
        "{file}：没有字段 {field}。现有字段：{known}。请在配置中指明（县界用 fields:，其他图层用 columns:）。",
        "{file}: no field {field}. It has: {known}. Name the right one under fields: (boundaries) or columns: (other layers).",
    ),
    "boundaries_empty": ("{file}：没有任何县界。", "{file}: holds no county."),
    "county_code_bad": (
        "{file} 第 {row} 条：县代码“{found}”不是六位数字。请用六位县级代码（如 140802），或在 fields: 中指明另一字段。",
        "{file} feature {row}: county code {found} is not six digits. Use the six-digit county code (like 140802), or name another field under fields:.",
    ),
    "county_code_twice": (
        "{file}：县代码 {found} 出现 {count} 次。请合并或更正。",
        "{file}: county code {found} stands {count} times. Merge or mend them.",
    ),
    "county_name_blank": ("{file} 第 {row} 条：县名为空。", "{file} feature {row}: the county has no name."),
    "county_name_bad": (
        "{file} 第 {row} 条：县名“{found}”含不可用的字符或过长。",
        "{file} feature {row}: the county name {found} holds characters that cannot be used, or is too long.",
    ),
    "county_is_area": (
        "{file}：县代码 {found} 与全域代码 area.code 相同。请只给出各县。",
        "{file}: county code {found} is that of the whole area (area.code). Give the counties only.",
    ),
    "county_geometry": ("{file}：{county} 的图形为 {found}，应为面。", "{file}: {county} is a {found}, a polygon is due."),
    "county_invalid": (
        "{file}：{county} 的图形有误（{found}）。请在 GIS 中修复几何。",
        "{file}: the polygon of {county} is invalid ({found}). Repair its geometry.",
    ),
    "county_overlap": (
        "{file}：{a} 与 {b} 重叠 {area_hm2:.2f} hm²，超过容差 {limit_hm2:.2f} hm²。请修正边界。",
        "{file}: {a} and {b} overlap by {area_hm2:.2f} hm², over the tolerance of {limit_hm2:.2f} hm². Mend the boundary.",
    ),
    "county_overlap_small": (
        "{file}：{a} 与 {b} 重叠 {area_hm2:.2f} hm²（在容差内，重复计入两县）。",
        "{file}: {a} and {b} overlap by {area_hm2:.2f} hm² (within tolerance, counted in both).",
    ),
    "county_gap": (
        "{file}：县界之间有 {count} 处空隙，共 {area_hm2:.2f} hm²，未计入任何县。",
        "{file}: {count} gaps between counties, {area_hm2:.2f} hm² in all, counted in none.",
    ),
    "county_repaired": (
        "{file}：{county} 的图形自相交，已按 make_valid(structure) 修复，面积变化 {share:.4f} %。",
        "{file}: the polygon of {county} crossed itself; repaired by make_valid(structure), area changed by {share:.4f} %.",
    ),
    "nodata_undeclared": (
        "{file}：整数型量测栅格未声明无数据值，全部像元按有效值计。如有填充值请用 nodata: 声明。",
        "{file}: an integer raster of measures declares no no-data value; every cell is taken as known. Declare nodata: if there is a fill value.",
    ),
    "layer_elsewhere": (
        "图层 {layer}（{file}，范围 {found}）不覆盖本区域，按缺失处理。",
        "Layer {layer} ({file}, extent {found}) does not cover the area and counts as missing.",
    ),
    "raster_part": (
        "{file}：本区域有 {area_hm2:.2f} hm²（{share:.3f} %）在其范围之外，按未知计；涉及：{counties}。请补齐分幅，或换用覆盖全区的文件。",
        "{file}: {area_hm2:.2f} hm2 ({share:.3f} %) of the area lie beyond it and count as unknown; in {counties}. Add the missing tiles, or give a file that covers all.",
    ),
    "rule_layers_missing": (
        "选址规则所需的 {count} 个图层未提供，相应规则为“待查”，不视为通过：{layers}",
        "{count} layers that siting rules ask for are not given; those rules are unknown, not passed: {layers}",
    ),
    "unknown_area": (
        "{product}：{area_hm2:.2f} hm²（占 {share:.3f} %）无数据，单列为未知，不计入任何地类；涉及：{counties}。",
        "{product}: {area_hm2:.2f} hm2 ({share:.3f} %) are unknown, kept apart and counted in no class; in {counties}.",
    ),
    "pass_land_cover": ("扫描 {product}", "reading {product}"),
    # boundaries, control areas, check
    "features_broken": (
        "{file}：{count} 个要素中，{invalid} 个图形自相交等（使用时按 make_valid 修复），{absent} 个没有图形（略去）。请在 GIS 中检查几何后重新导出。",
        "{file}: of {count} features {invalid} have invalid shapes (repaired by make_valid where used) and {absent} have none (left out). Check the "
        "geometry in a GIS and export again.",
    ),
    "stage_check": ("预检：只检查，不计算", "pre-flight: look at everything, compute nothing"),
    "help_check": (
        "逐项检查配置所列的一切文件和设置，不计算；一次列出全部问题：文件、图层、行/字段/代码、实有、应有、如何改正。\n\n"
        "写出 check/：check.html、check.txt、check.json。退出码同前：0 可以运行，2 配置有误，3 数据有误，5 环境问题。",
        "Look at every file and setting a configuration names, without computing; one list of all findings: file, layer, row/field/code, "
        "found, expected, how to mend.\n\nWrites check/: check.html, check.txt, check.json. Exit codes: 0 ready to run, 2 configuration, "
        "3 data, 5 environment.",
    ),
    "check_title": ("预检结果", "Pre-flight check"),
    "check_severity": ("级别", "Severity"),
    "check_file": ("文件", "File"),
    "check_where": ("位置", "Where"),
    "check_found": ("实有", "Found"),
    "check_expected": ("应有", "Expected"),
    "check_message": ("说明与改正办法", "What and how to mend"),
    "place_layer": ("图层 {value}", "layer {value}"),
    "place_county": ("{value}", "{value}"),
    "place_row": ("第 {value} 个要素", "feature {value}"),
    "place_line": ("第 {value} 行", "line {value}"),
    "place_column": ("列“{value}”", "column {value}"),
    "place_field": ("字段 {value}", "field {value}"),
    "place_key": ("配置项 {value}", "setting {value}"),
    "place_code": ("代码 {value}", "code {value}"),
    "check_good": ("没有发现问题，可以运行 make。", "Nothing found. Ready: make."),
    "check_warnings": (
        "没有错误，{warnings} 条警告；可以运行 make，警告会写入报告。",
        "No error, {warnings} warnings. Ready: make; the report carries the warnings.",
    ),
    "check_errors": (
        "{errors} 个错误、{warnings} 条警告。请逐条改正后再运行 make check。",
        "{errors} errors, {warnings} warnings. Mend them, then make check again.",
    ),
    "check_files": ("已写出：{page}", "Written: {page}"),
    "nodata_is_class": (
        "{file}：文件把 {found} 声明为无数据，而在 {product} 的图例中它是“{name}”。若为地类，请写 nodata: 255（或另一个不出现的值）；若确为无数据，请写 nodata: {found}。",
        "{file}: the file declares {found} as no data, in the legend of {product} it is {name}. Where it is that class write nodata: 255 (or another value that does not "
        "occur); where it is no data write nodata: {found}.",
    ),
    "measure_unit": (
        "{file}：图层 {layer} 的单位为“{found}”，而规则 {rules} 的阈值以 {expected} 计。请用 scale: 换算，并写 unit: {expected}。",
        "{file}: layer {layer} is in {found}, the thresholds of rules {rules} are in {expected}. Convert it by scale: and write unit: {expected}.",
    ),
    "measure_unit_unstated": (
        "{file}：图层 {layer} 没有写单位，规则 {rules} 按 {expected} 理解其数值。请核对，并写 unit: {expected}。",
        "{file}: layer {layer} states no unit; rules {rules} take its values as {expected}. Check them, and write unit: {expected}.",
    ),
    "nodata_suspect": (
        "{file}：没有声明无数据值，而边缘像元为 {found}，多半是无数据填充值。若是，请在配置中写 nodata: {found}；若为真值，请写一个不会出现的 nodata 值。",
        "{file}: no no-data value is declared and cells at its edge hold {found}, most likely a fill value. If so, write nodata: {found}; if "
        "it is a true value, declare a no-data value that does not occur.",
    ),
    "expected_elsewhere": (
        "{file} 所列县与县界毫无交集，未核对县名、个数与面积。若为其他地区，请在 area.expected 给出该地区的表，或设为 null。",
        "None of the counties of {file} is among the boundaries: codes, names and areas were not checked. For another place give its own "
        "table in area.expected, or null.",
    ),
    "counties_missing": (
        "县界缺少 {counties}（应有 {count} 个）；全域合计因此偏小。请补齐县界文件。",
        "Boundaries lack {counties} ({count} are expected); totals for the whole area are too small. Complete the boundary file.",
    ),
    "counties_extra": (
        "县界多出 {counties}（应有 {count} 个）。开发区等管理单元不是县级行政区；请核对是否重复计入。",
        "Boundaries hold {counties} beyond the {count} expected. Development zones are no counties; check that nothing is counted twice.",
    ),
    "county_name_of_other": (
        "县界：代码 {code} 的名称为“{found}”，而该名称属于 {other}；{code} 应为“{expected}”。请核对代码与名称是否错位。",
        "Boundaries: code {code} is called {found}, which is the name of {other}; expected {expected}. Check whether codes and names are swapped.",
    ),
    "county_name_differs": (
        "县界：代码 {code} 的名称为“{found}”，应为“{expected}”；以代码为准，名称照文件写出。",
        "Boundaries: code {code} is called {found}, expected {expected}; the code decides, the name is kept as written.",
    ),
    "county_area_off": (
        "{county}：椭球面积 {found:.1f} km²，与参考面积 {expected:.1f} km² 相差 {share:+.1f} %（容差 {limit:.0f} %）。请核对县界是否正确、坐标系声明是否有误。",
        "{county}: ellipsoidal area {found:.1f} km2 differs from the reference {expected:.1f} km2 by {share:+.1f} % (tolerance {limit:.0f} %). "
        "Check the boundary and its declared CRS.",
    ),
    "datum_shifted": (
        "{file}：县界与 {control} 相距（中位数）{found_m:.0f} m，按 {datum} 改正后为 {converted_m:.0f} m，疑为未声明的偏移坐标。"
        "若确为高德/腾讯（gcj02）或百度（bd09）坐标，请在配置中写 datum: {datum}；若已核实为国家坐标，请写 datum: cgcs2000。",
        "{file}: borders lie {found_m:.0f} m (median) from {control}, and {converted_m:.0f} m when taken as {datum}: offset coordinates that "
        "were not declared. If they come from a map service, write datum: {datum}; if they are known to be CGCS2000, write datum: cgcs2000.",
    ),
    "datum_twice": (
        "{file}：已按 datum: {declared} 改正，但县界与 {control} 相距（中位数）{found_m:.0f} m，少改正一次则为 {converted_m:.0f} m，疑为重复改正。请把 datum 改为 cgcs2000。",
        "{file}: with datum: {declared} borders lie {found_m:.0f} m (median) from {control}, and {converted_m:.0f} m with one conversion less: "
        "converted twice. Write datum: cgcs2000.",
    ),
    "datum_doubtful": (
        "{file}：声明 datum: {declared}，县界与 {control} 相距（中位数）{found_m:.0f} m，按 {datum} 改正则为 {converted_m:.0f} m。请核对声明。",
        "{file}: declared datum: {declared}; borders lie {found_m:.0f} m (median) from {control}, and {converted_m:.0f} m when taken as {datum}. "
        "Check the declaration.",
    ),
    "control_twice": (
        "{file}：县代码 {found} 出现 {count} 次，应只有一行。请删去重复行。",
        "{file}: county code {found} appears {count} times, expected once. Remove the repeated rows.",
    ),
    "cannot_read": (
        "系统拒绝读写文件 {file}（{found}）。请检查权限、路径与网络盘后重试。",
        "The system refuses file {file} ({found}). Check permissions, path and network drive, then try again.",
    ),
    "crs_no_such": (
        "图层 {layer}：没有坐标系 {found}。请改正 assume_crs（或 layer.yaml 中的 crs），如 EPSG:4490。",
        "Layer {layer}: there is no coordinate system {found}. Correct assume_crs (or crs in layer.yaml), for example EPSG:4490.",
    ),
    "raster_datum": (
        "{file}：栅格不作 {datum} 换算（datum 只用于矢量和表格）。请提供 CGCS2000 或 WGS 84 的栅格；若坐标本无偏移，删去 datum。",
        "{file}: cells are not converted from {datum} (datum is for vectors and tables). Give a raster in CGCS2000 or WGS 84; if it is in one, remove datum.",
    ),
    "parcels_key": (
        "{file}：{setting} 中的 {found} 不认识，可写：{known}。请改正。",
        "{file}: {found} in {setting} is not known; it may be: {known}. Correct it.",
    ),
    "layer_name_taken": (
        "图层名 {layer} 与产品 {product} 的图斑属性同名，两者会混在一张表里。请给图层改名。",
        "Layer {layer} has the name of an attribute of the parcels of {product}; the two would mix in one table. Give the layer another name.",
    ),
    "parcels_index": (
        "{file}：{county}应有 {expected} 个图斑，按空间索引只找到 {found} 个，索引与数据不符。请删去 .qix/.sbn/.sbx，或在 GIS 中重建空间索引。",
        "{file}: {county} has {expected} parcels and the spatial index finds {found}: it does not fit the data. Delete .qix/.sbn/.sbx, or rebuild the index.",
    ),
    "control_no_area": (
        "{file}：县代码 {code} 的控制面积为 {found} hm²，应为正数。请补上或改正。",
        "{file}: the official area of county code {code} is {found} hm2, a positive number is due. Fill it in or correct it.",
    ),
    "control_unit": (
        "{file}：各县控制面积合计 {found:.2f} hm²，为几何面积 {expected:.2f} hm² 的 {ratio:.4g} 倍，单位多半写错（1 公顷 = 15 亩，1 平方公里 = 100 公顷）。"
        "请改正表头中的单位或 units: {{area_hm2: …}}。",
        "{file}: the official areas of the counties add up to {found:.2f} hm2, {ratio:.4g} times the geometric {expected:.2f} hm2: most likely the wrong unit "
        "(1 hm2 = 15 mu, 1 km2 = 100 hm2). Correct the unit in the heading, or units: {{area_hm2: ...}}.",
    ),
    "control_absent": (
        "{file}：缺少这些县的控制面积：{counties}。请补齐，或删去 area.control_areas。",
        "{file}: no official area for {counties}. Complete the table, or leave out area.control_areas.",
    ),
    "control_total": (
        "{file}：各县控制面积之和 {found:.2f} hm²，与表中合计 {expected:.2f} hm² 不符；以各县之和为准。",
        "{file}: official areas of the counties add up to {found:.2f} hm2, the stated total is {expected:.2f} hm2; the sum is used.",
    ),
    "control_differs": (
        "{county}：几何面积 {found:.2f} hm²，控制面积 {expected:.2f} hm²，相差 {share:+.3f} %；两者并列，不作平差。",
        "{county}: geometric area {found:.2f} hm2, official area {expected:.2f} hm2, {share:+.3f} % apart; both are shown, nothing is scaled.",
    ),
    "denominator_missing": (
        "cover.denominator: official 需要各县的控制面积。请在 area.control_areas 给出控制面积表，或改为 geometric。",
        "cover.denominator: official needs the official area of every county. Give area.control_areas, or write geometric.",
    ),
    "outside_survey": (
        "{product}：{area_hm2:.2f} hm²（占 {share:.3f} %）不在该调查范围内，地类不明，但不是森林；涉及：{counties}。",
        "{product}: {area_hm2:.2f} hm2 ({share:.3f} %) lie outside this survey: their class is unknown, but not forest; in {counties}.",
    ),
    # tables
    "table_encoding": (
        "{file}：既不是 UTF-8 也不是 GB18030 编码的文字（是 Excel 文件？）。请另存为 UTF-8 的 CSV。",
        "{file}: text neither in UTF-8 nor in GB18030 (a workbook?). Save it as CSV in UTF-8.",
    ),
    "table_csv": ("{file}：不是有效的 CSV（{found}）。", "{file}: not valid CSV ({found})."),
    "table_empty": ("{file}：是空表。", "{file}: the table is empty."),
    "table_ragged": (
        "{file} 第 {line} 行：{found} 格，应为 {expected} 格（多了或少了逗号？）。",
        "{file} line {line}: {found} cells, expected {expected} (a comma too many or too few?).",
    ),
    "table_column": (
        "{file}：缺少列 {column}。现有：{known}。请补上；场址与面积表若只是表头不同，请在配置中写 columns: {{列名: 表头}}。",
        "{file}: no column {column}. It has: {known}. Add it; where a table of sites or areas only calls it otherwise, write columns: {{name: heading}}.",
    ),
    "table_number": ("{file} 第 {line} 行 {column}：“{found}”不是数字。", "{file} line {line}, {column}: {found} is not a number."),
    "table_blank": (
        "{file} 第 {line} 行：{column} 不能为空。请补齐（合并的单元格须逐行填写，小计行须删去）。",
        "{file} line {line}: {column} may not be blank. Fill it in (merged cells row by row; delete rows of subtotals).",
    ),
    "table_twice": ("{file} 第 {line} 行：{column} 的“{found}”重复。", "{file} line {line}: {found} in {column} stands twice."),
    "table_value": (
        "{file} 第 {line} 行 {column}：“{found}”不合要求（{expected}）。",
        "{file} line {line}, {column}: {found} is not {expected}.",
    ),
    # products: recognised or not
    "product_by_codes": (
        "{file}：代码 {codes} 不属于 {expected}，而全部代码与 {found} 相符。若确为该产品，请在 config.yaml 中写 layer: {folders}。",
        "{file}: codes {codes} are none of {expected}, while all codes fit {found}. If that is what it is, write layer: {folders} in config.yaml.",
    ),
    "product_by_colours": (
        "{file}：文件自带 {found} 的颜色表，而配置写的是 {expected}；两者代码相近而含义不同。请在 config.yaml 中写 layer: {folders}；"
        "若确为 {expected}，请先去掉或更正文件中的颜色表。",
        "{file}: carries the colour table of {found}, declared is {expected}; their codes look alike and mean other things. Write "
        "layer: {folders} in config.yaml; if it is {expected} indeed, remove or mend the file's colour table.",
    ),
    "product_by_name": (
        "{file}：这是 {found} 发布方的文件名，而配置写的是 {expected}。请在 config.yaml 中写 layer: {folders}；若确为 {expected}，请改文件名。",
        "{file}: this is how {found} is named by its publisher, declared is {expected}. Write layer: {folders} in config.yaml; if it is "
        "{expected} indeed, rename the file.",
    ),
    "unknown_codes_cells": (
        "{file}：代码 {code} 不在图例中，共 {cells} 个像元。请在图例表中补上，或改用正确的产品。",
        "{file}: code {code} is not in the legend; {cells} cells. Add it to the legend, or name the right product.",
    ),
    "codes_too_many": (
        "{file}：有 {found} 种值不在图例中（图例有 {expected} 种代码），不像地类栅格。请确认文件和波段；连续值图层应在 layers 中声明。",
        "{file}: holds {found} values that the legend does not know (it has {expected} codes) and hardly is a class raster. Check file and "
        "band; a measured layer belongs under layers.",
    ),
    "product_cell_size": (
        "{file}：像元约 {found:g} m，而 {product} 为 {expected:g} m（像元大小相符的产品：{likely}）。若经过重采样，面积会有偏差；请确认产品。",
        "{file}: cells of about {found:g} m, {product} has {expected:g} m (products of that cell size: {likely}). Resampling shifts areas; "
        "check that it is the product.",
    ),
    "product_year": (
        "{file}：年份 {found} 不在 {product} 的年份（{expected}）之内。请核对 year 或产品。",
        "{file}: year {found} is not among those of {product} ({expected}). Check year, or the product.",
    ),
    # parcels as land cover
    "parcels_shifted": (
        "{file}：图斑顶点有 {share:.2f} % 落在各县之外，按 datum: {datum} 处理后其中 {back:.0f} % 回到县内，疑为偏移坐标（现声明：{declared}）。请在配置中写 datum: {datum}；"
        "若已核实为国家坐标，请写 datum: cgcs2000。",
        "{file}: {share:.2f} % of the parcels' vertices lie in no county, and {back:.0f} % of those come back with datum: {datum}: coordinates of an "
        "offset datum (declared: {declared}). Write datum: {datum}; if they are known to be CGCS2000, write datum: cgcs2000.",
    ),
    "parcels_counties_shifted": (
        "{file}：图斑顶点有 {share:.2f} % 落在各县之外，若县界是 {datum} 偏移坐标，其中 {back:.0f} % 便在县内。请核对县界，若确为偏移坐标请在 area.boundaries 写 datum: {datum}；"
        "若县界无误而图斑曾被误作偏移坐标转换，请改用转换前的图斑。",
        "{file}: {share:.2f} % of the parcels' vertices lie in no county; {back:.0f} % of those would if the boundaries were in {datum}. Check the boundaries: where they are, "
        "write datum: {datum} under area.boundaries; where they are right, the parcels were converted that should not have been: use them as they were before.",
    ),
    "parcels_section": (
        "{layer}：这类矢量地类产品的 layer.yaml 须有 parcels 一节，说明地类代码在哪个字段。请参照 layers/land_cover/one_map/layer.yaml 补上。",
        "{layer}: the layer.yaml of a vector land cover needs a section parcels that says which field holds the codes. See layers/land_cover/one_map/layer.yaml.",
    ),
    "parcels_field": (
        "{file}：没有 {role} 所需的字段 {expected}；文件中的字段：{known}。请在配置中写 columns: {{{role}: 字段名}}，或改正字段名。",
        "{file}: no field {expected} for {role}; the file has: {known}. Write columns: {{{role}: FIELD}} in the configuration, or correct the name.",
    ),
    "parcels_unit_unknown": (
        "{file}：面积单位 {found} 不认识，应为：{known}。请改正 units: {{area: …}}。",
        "{file}: unknown unit of area {found}, expected one of {known}. Correct units: {{area: …}}.",
    ),
    "parcels_not_codes": (
        "{file}：字段 {field} 有 {limit} 个以上不同的值（如 {found}），不像代码。请核对字段，或在配置 columns 中改指。",
        "{file}: field {field} has more than {limit} different values (such as {found}) and does not look like codes. Check it, or name another under columns.",
    ),
    "parcels_broken": (
        "{file}：这些要素没有面状图形（要素号与类型）：{found}；应为经纬度范围内的面。请补上图形或删去这些要素。",
        "{file}: features without a polygon (id and kind): {found}; polygons within the range of degrees are expected. Mend or remove them.",
    ),
    "parcels_none": (
        "{file}：没有任何要素，应为地类图斑。请核对文件与图层名。",
        "{file}: no features at all. Check the file and the layer's name.",
    ),
    "parcels_elsewhere": (
        "{file}：{count} 个图斑无一落在各县范围内。请核对坐标系、带号和地区。",
        "{file}: none of the {count} parcels lies in any of the counties. Check the CRS, the zone and the place.",
    ),
    "parcels_outside": (
        "{file}：{count} 个图斑（{area_hm2:.2f} hm²）在各县之外，不计。若属本市，请核对坐标系与县界。",
        "{file}: {count} parcels ({area_hm2:.2f} hm2) lie outside all counties and are left out. If they belong here, check the CRS and the borders.",
    ),
    "parcels_repaired": (
        "{file}：{count} 个图斑自相交等，已按 make_valid（structure）修复，面积由 {before:.4f} 变为 {after:.4f} hm²；要素号：{found}。请在源数据中改正。",
        "{file}: {count} parcels were not valid (self-crossing and the like) and were repaired by make_valid (structure), {before:.4f} to {after:.4f} hm2; "
        "ids {found}. Mend them in the source.",
    ),
    "parcels_repair_large": (
        "{file}：{count} 个图斑图形错误，修复会使面积由 {before:.4f} 变为 {after:.4f} hm²，超过总面积的 0.1 %，不宜自动修复；要素号：{found}。请在源数据中改正。",
        "{file}: {count} parcels are not valid, and repair would change their area from {before:.4f} to {after:.4f} hm2, more than 0.1 % of the whole: "
        "ids {found}. Mend them in the source.",
    ),
    "parcels_unknown_code": (
        "{file}：字段 {field} 有 {count} 个代码不在 {product} 的图例中（代码 ×图斑数，面积（县））：{found}。请改正代码，或在该产品的 legend.csv 中补一行。",
        "{file}: field {field} has {count} codes that the legend of {product} does not know (code ×parcels, area (counties)): {found}. "
        "Correct them, or add rows to the product's legend.csv.",
    ),
    "parcels_other_scheme": (
        "{file}：按 {product} 读取，但全部代码都符合另一分类：{known}。各分类的代码互相冲突，须由用户声明；若确为该分类，请把 layer 改为它。",
        "{file}: read as {product}, but all of its codes fit another scheme: {known}. Codes of the schemes collide, so you have to say which it is: "
        "if it is that one, name it as the layer.",
    ),
    "parcels_number": (
        "{file}：字段 {field} 有的值不是非负数（要素号：值）：{found}。请改正，或留空表示未知。",
        "{file}: field {field} holds values that are not numbers from zero up (id: value): {found}. Correct them, or leave them blank for unknown.",
    ),
    "parcels_unit": (
        "{file}：字段 {field} 的记载面积合计按声明的单位为 {found:.2f} hm²，图形椭球面积为 {expected:.2f} hm²，比值 {ratio:.4g}，单位疑为 {unit}。"
        "请在配置中写 units: {{area: {key}}}，或改正声明。",
        "{file}: recorded area in {field} adds up to {found:.2f} hm2 in the unit declared, the polygons to {expected:.2f} hm2 (ratio {ratio:.4g}): the unit "
        "looks like {unit}. Write units: {{area: {key}}} in the configuration.",
    ),
    "parcels_recorded_total": (
        "{file}：字段 {field} 的记载面积合计 {found:.2f} hm²，图形椭球面积 {expected:.2f} hm²，比值 {ratio:.4g}。面积一律按图形；请核对源数据。",
        "{file}: recorded area in {field} adds up to {found:.2f} hm2, the polygons to {expected:.2f} hm2 (ratio {ratio:.4g}). Areas are those of the polygons; "
        "check the source.",
    ),
    "parcels_recorded": (
        "{file}：{county}有 {count} 个图斑的记载面积与椭球面积相差 1 % 以上；全在县内的图斑记载合计 {found:.2f} hm²，椭球面积 {expected:.2f} hm²。面积按图形。",
        "{file}: in {county} the recorded area of {count} parcels is more than 1 % off; parcels wholly in the county add up to {found:.2f} hm2 as recorded and "
        "{expected:.2f} hm2 on the ellipsoid. Areas are those of the polygons.",
    ),
    "parcels_heaped": (
        "{file}：{county}的图斑成堆重叠（平均一个图斑与 {found} 个相邻或相叠，至多应为 {expected}）。请核对是否多期数据合在一起。",
        "{file}: parcels of {county} lie in heaps (on the mean one meets {found} others, expected at most {expected}). Are several years in one file?",
    ),
    "parcels_county_empty": (
        "{file}：{county}没有自己的图斑（邻县图斑压线的碎片不算），该县按未提供处理。",
        "{file}: no parcels of its own in {county} (slivers of neighbours are none): taken as not delivered.",
    ),
    "parcels_overlap": (
        "{file}：{county}有 {count} 对图斑重叠，共 {area_hm2:.4f} hm²（{share:.4f} %），归要素号小者；最大的：{found}。请在源数据中消除重叠。",
        "{file}: {count} pairs of parcels overlap in {county}, {area_hm2:.4f} hm2 ({share:.4f} %), given to the lower id; the largest: {found}. "
        "Mend the overlaps in the source.",
    ),
    "parcels_overlap_large": (
        "{file}：{county}有 {count} 对图斑重叠，共 {area_hm2:.4f} hm²，占图斑面积 {share:.4f} %，超过 {limit:g} %；最大的（要素号）：{found}。请在源数据中消除重叠。",
        "{file}: {count} pairs of parcels overlap in {county}, {area_hm2:.4f} hm2 or {share:.4f} % of the parcels' area, more than {limit:g} %; the largest (ids): "
        "{found}. Mend the overlaps in the source.",
    ),
    "parcels_gap": (
        "{file}：{county}有 {area_hm2:.2f} hm²（{share:.3f} %）没有图斑，按未知计。请核对是否缺图斑或县界不同。",
        "{file}: {area_hm2:.2f} hm2 ({share:.3f} %) of {county} have no parcel and count as unknown. Are parcels missing, or is the border another one?",
    ),
    "parcels_county_differs": (
        "{file}：落在{county}的 {count} 个图斑（{area_hm2:.2f} hm²）所记的县为 {found}。按图形所在的县统计；请核对县界或字段。",
        "{file}: {count} parcels ({area_hm2:.2f} hm2) in {county} name another county: {found}. They are counted where they lie; check the border or the field.",
    ),
    # basis
    "synthetic": ("合成数据 SYNTHETIC", "合成数据 SYNTHETIC"),
    "basis_no_year": ("年份未注明", "year not stated"),
    "basis": (
        "口径：{product} {period} 遥感土地覆盖，像元 {cell}，按图例判读；不是法定森林覆盖率口径{coarse}。",
        "Basis: land cover {product} {period}, cells of {cell}, read by the legend; not the statutory definition of forest cover{coarse}.",
    ),
    "basis_survey": (
        "口径：{product} {period} 矢量图斑，逐图斑椭球面积，按图例归类；不是法定森林覆盖率口径。",
        "Basis: polygons of {product} {period}, ellipsoidal area of each, read by the legend; not the statutory definition of forest cover.",
    ),
    "basis_census": (
        "口径：{product} {period} 森林资源“一张图”小班，逐小班椭球面积全数统计，无抽样误差；未含四旁树折算面积。",
        "Basis: sub-compartments of the forest one-map {product} {period}, every one counted by its ellipsoidal area, no sampling error; "
        "without the converted area of scattered trees.",
    ),
    "basis_coarse": (
        "；像元粗大，只供概览，不能据此判定是否达到目标，也不能判定具体地块",
        "; cells this coarse give an overview only: they decide neither the target nor any plot of land",
    ),
    # scattered trees
    "trees_twice": (
        "{file}：县代码 {found} 出现 {count} 次。每县一行，请合并。",
        "{file}: county {found} stands {count} times. One row a county: put them together.",
    ),
    "trees_no_number": (
        "{file}：{code} 既没有折算面积也没有株数（不得为负）。请补上，或删去该行（该县按未提供处理）。",
        "{file}: {code} has neither an area nor a number of stems from zero up. Fill in one, or leave the row out (the county then counts as not delivered).",
    ),
    "trees_elsewhere": (
        "{file}：县代码 {code} 不在县界数据中。请核对代码。",
        "{file}: the boundaries have no county {code}. Check the code.",
    ),
    "trees_absent": (
        "{file}：没有 {counties} 的四旁树，这些县的一张图覆盖率不含四旁树。",
        "{file}: no scattered trees for {counties}; the one-map's cover of these counties is without them.",
    ),
}

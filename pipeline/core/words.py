"""Every sentence and term a user sees, Chinese and English side by side.

``say(key, language, **params)`` fills the sentence; an unknown key is our own mistake and raises KeyError.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from pipeline.core.text import clean

WORDS: dict[str, tuple[str, str]] = {
    # command line
    "help_app": (
        "县级森林覆盖率、碳储量与光伏/风电选址：由土地覆盖到地图和报告。\n\n"
        "八个阶段依次为 ingest → tabulate → cover → sample → carbon → siting → maps → report；"
        "运行某一阶段时，它所依赖而已过期的阶段会先自动运行，其余不动。`all` 运行全部；`check` 只检查不计算；"
        "`fetch` 取公开数据，只有它可能联网。\n\n"
        "退出码：0 成功，2 用法或配置有误，3 数据有误，4 部分县失败，5 环境问题（磁盘、内存、占用、网络）。"
        "设环境变量 PIPELINE_LANG=en 可显示英文帮助。",
        "Forest cover, carbon stock and PV/wind siting by county: from land cover to maps and reports.\n\n"
        "Eight stages: ingest → tabulate → cover → sample → carbon → siting → maps → report. Running one first brings up "
        "to date the stages it stands on, and nothing else. `all` runs everything; `check` looks and computes nothing; `fetch` gets public data "
        "and is the only one that may use the network.\n\n"
        "Exit codes: 0 good, 2 usage or configuration, 3 bad data, 4 some counties failed, 5 environment (disk, "
        "memory, lock, network). Messages follow `language` in the configuration; this help follows PIPELINE_LANG=zh|en.",
    ),
    "help_config": ("配置文件", "Configuration file"),
    "help_out": ("输出文件夹", "Output folder"),
    "help_county": (
        "只做这些县：县名或六位代码，可多次给出或用空格、逗号隔开；须同时给出 --out，以免覆盖全市结果",
        "Only these counties: names or six-digit codes, repeated or separated by blanks or commas; needs --out, so "
        "that the results for the whole area stay",
    ),
    "help_force": ("即使没有变化也重做本阶段", "Redo this stage even when nothing changed"),
    "help_debug": ("出错时显示完整的程序调用过程", "Show the traceback of an error"),
    "help_goals": ("阶段名；不给即全部", "Stages; all when none is given"),
    "help_ingest": (
        "检查并规整全部输入：边界、土地覆盖、其他图层、候选场址、参数表。\n\n写出 ingest/：counties.gpkg、counties.csv、"
        "candidate_sites.gpkg、sources.csv（来源、许可、坐标系、校验和）。",
        "Check and normalise every input: boundaries, land cover, other layers, candidate sites, parameter tables.\n\n"
        "Writes ingest/: counties.gpkg, counties.csv, candidate_sites.gpkg, sources.csv (source, licence, CRS, checksum).",
    ),
    "help_tabulate": (
        "逐像元一次扫描：各县、各地类的椭球面积（边界像元按精确比例分摊，未知单列）；有多个产品或年份时逐像元两两比对，并统计哪些产品"
        "判为森林。\n\n写出 tabulate/：land_area.csv、code_area.csv、measures.csv、strata.csv、product_pairs.csv、pair_grids.csv、"
        "forest_patterns.csv；两个以上产品时另有 disagreement.tif（判为森林的产品数）。",
        "One pass over every cell: ellipsoidal area by county and class (border cells shared by exact fraction, unknown "
        "kept apart); several products or years are compared two by two, and by which of them say forest.\n\n"
        "Writes tabulate/: land_area.csv, code_area.csv, measures.csv, strata.csv, product_pairs.csv, pair_grids.csv, "
        "forest_patterns.csv; with two products or more disagreement.tif (how many say forest).",
    ),
    "help_cover": (
        "森林覆盖率（按判读口径）、与目标的差距、能否判定；湿地与水域。\n\n写出 cover/：forest_cover.csv、wetland.csv。",
        "Forest cover by reading, gap to the target, whether a verdict is possible; wetland and water.\n\n"
        "Writes cover/: forest_cover.csv, wetland.csv.",
    ),
    "help_carbon": (
        "分碳库的碳储量及 95 % 区间（蒙特卡罗，参数每次抽样只抽一次）。\n\n写出 carbon/：carbon_stock.csv、carbon_summary.csv、density.csv。",
        "Carbon stock by pool with 95 % intervals (Monte Carlo, parameters drawn once per draw).\n\n"
        "Writes carbon/: carbon_stock.csv, carbon_summary.csv, density.csv.",
    ),
    "help_siting": (
        "按规则表逐条评价候选场址与各县土地：禁止、有条件、允许、待查（缺图层即待查，绝不视为通过）。\n\n写出 siting/："
        "site_screening.csv、site_reasons.csv、score_*.csv、tradeoff*.csv、pareto.csv、portfolio*.csv、site_distance.csv、site_terrain.csv、"
        "site_county.csv、site_overlap.csv、plan_conflict.csv、exclusion.csv、potential.csv、capacity_target.csv、patterns.csv、avoided_co2.csv、"
        "candidate_sites.gpkg；rules_*.tif（逐条规则，图例 rule_bits.csv）、zoning_*.tif（分区）、candidate_areas.gpkg 与 .csv（连片区域）；"
        "有建筑图层时另有 rooftop.csv，设 siting.compare_dates 时另有 verdict_by_date.csv、land_by_date.csv。",
        "Rule by rule, for candidate sites and for every county: prohibited, conditional, allowed, unknown (a missing "
        "layer is unknown, never passed).\n\nWrites siting/: site_screening.csv, site_reasons.csv, score_*.csv, tradeoff*.csv, pareto.csv, "
        "portfolio*.csv, site_distance.csv, site_terrain.csv, site_county.csv, site_overlap.csv, plan_conflict.csv, exclusion.csv, "
        "potential.csv, capacity_target.csv, patterns.csv, avoided_co2.csv, candidate_sites.gpkg; rules_*.tif (rule by rule, legend "
        "rule_bits.csv), zoning_*.tif, candidate_areas.gpkg and .csv (contiguous land); rooftop.csv where buildings are given; with "
        "siting.compare_dates also verdict_by_date.csv and land_by_date.csv.",
    ),
    "help_maps": (
        "全市一页、每县一页的离线地图（Folium，单个 HTML 文件，不需联网）。\n\n写出 maps/：index.html 与 <代码>_<县名>.html。",
        "Offline map pages, one for the area and one per county (Folium, one HTML file each, no network needed).\n\n"
        "Writes maps/: index.html and <code>_<name>.html.",
    ),
    "help_report": (
        "Word、Excel、HTML 报告，数字取自同一组表。\n\n写出 report/：forest_cover_report.docx、tables.xlsx、report.html。",
        "Word, Excel and HTML report, all from the same tables.\n\nWrites report/: forest_cover_report.docx, tables.xlsx, report.html.",
    ),
    "help_all": ("运行全部阶段，最后给出摘要。", "Run all stages and print the summary."),
    "help_summary": ("显示已完成运行的摘要表。", "Print the summary table of a finished run."),
    "help_plan": ("列出需要重做的阶段（供 make 使用）。", "List the stages that have to run (asked by make)."),
    "stage_ingest": ("检查输入", "check inputs"),
    "stage_tabulate": ("面积统计", "area table"),
    "stage_cover": ("森林覆盖率", "forest cover"),
    "stage_carbon": ("碳储量", "carbon stock"),
    "stage_siting": ("选址评价", "siting"),
    "stage_maps": ("地图", "maps"),
    "stage_report": ("报告", "report"),
    "stage_all": ("全部阶段", "all stages"),
    "stage_summary": ("摘要", "summary"),
    "stage_plan": ("待做的阶段", "stages to run"),
    "unchanged": ("无变化", "unchanged"),
    "done_in": ("完成，{seconds:.1f} 秒", "done in {seconds:.1f} s"),
    "up_to_date": ("没有变化，结果已是最新。请打开：{page}", "Nothing to do: everything is up to date. Open: {page}"),
    "open_this": ("地图：{page}\n报告：{report}", "Maps:   {page}\nReport: {report}"),
    "error": ("错误", "error"),
    "warning": ("警告", "warning"),
    "stopped": (
        "已中止；未写完的文件已清除，原有结果保持不变。再次运行 make 即可继续。",
        "Stopped; unfinished files are removed, earlier results stand. Run make again to go on.",
    ),
    "internal": (
        "程序内部错误（{found}）。请加 --debug 重跑并把输出交给维护者；原有结果保持不变。",
        "Internal error ({found}). Run again with --debug and pass the output on; earlier results stand.",
    ),
    "col_zone": ("区域", "zone"),
    "col_cover": ("覆盖率 %", "cover %"),
    "col_gap": ("差距（百分点）\n{reading}", "gap (points)\n{reading}"),
    "col_verdict": ("判定", "verdict"),
    "wan_tc": ("万tC", "10⁴ tC"),  # the one unit of stocks on pages, charts and in reports
    "of_wan_tc": ("万tC", "× 10⁴ tC"),  # after a number
    "col_carbon": ("碳储量 万tC\n（95 % 区间）", "carbon 10⁴ tC\n(95 % interval)"),
    # usage and configuration
    "county_needs_out": (
        "选择部分县时须给出输出文件夹（--out 或 make OUT=…），以免覆盖全市结果。例：make COUNTY=闻喜县 OUT=outputs_wenxi",
        "A choice of counties needs an output folder (--out, or make OUT=…), so that the results for the whole area stay. "
        "For example: make COUNTY=140823 OUT=outputs_wenxi",
    ),
    "unknown_stage": ("没有阶段“{found}”；可用：{known}", "No stage {found}; known: {known}"),
    "county_unknown": (
        "没有县“{found}”。可用：{known}",
        "No county {found}. Known: {known}",
    ),
    "county_unknown_guess": (
        "没有县“{found}”，是否想写“{guess}”？可用：{known}",
        "No county {found}, did you mean {guess}? Known: {known}",
    ),
    "config_missing": (
        "找不到配置文件 {file}。请检查 --config（make CONFIG=…）。",
        "No configuration file {file}. Check --config (make CONFIG=…).",
    ),
    "config_too_big": ("{file}：配置文件 {found} 字节，超过上限 {limit}。", "{file}: {found} bytes, the limit is {limit}."),
    "config_not_utf8": (
        "{file}：不是 UTF-8 编码（可能是 GBK）。请在编辑器中另存为 UTF-8。",
        "{file}: not UTF-8 (perhaps GBK). Save it as UTF-8 in your editor.",
    ),
    "config_not_mapping": (
        "{file}：内容应为“键: 值”。请参照项目自带的 config.yaml。",
        "{file}: must hold `key: value` pairs; see the config.yaml of the project.",
    ),
    "config_alias": (
        "{file}:{line}：不接受 YAML 别名（&、*）和自定义标签（!!）。请直接写出值。",
        "{file}:{line}: YAML aliases (&, *) and tags (!!) are not taken; write the value out.",
    ),
    "config_too_deep": ("{file}:{line}：嵌套过深。", "{file}:{line}: nested too deep."),
    "config_yaml": (
        "{where}：YAML 写法有误（{found}）。请检查缩进、引号和重复的键。",
        "{where}: not valid YAML ({found}). Check indentation, quotes and repeated keys.",
    ),
    "config_unknown_key": ("{where}：未知的设置 {key}。此处可用：{known}", "{where}: unknown setting {key}. Known here: {known}"),
    "config_unknown_key_guess": ("{where}：未知的设置 {key}，是否想写 {guess}？", "{where}: unknown setting {key}, did you mean {guess}?"),
    "config_missing_key": (
        "{where}：缺少设置 {key}。请参照项目自带的 config.yaml 补上。",
        "{where}: setting {key} is missing; see the config.yaml of the project.",
    ),
    "config_quote": (
        '{where}：{key} 须为加引号的文字，现为数字 {found}。请写成 "{found}"。',
        '{where}: {key} must be quoted text, found the number {found}. Write "{found}".',
    ),
    "config_choice": ("{where}：{key} 现为 {found}，只能取 {known}。", "{where}: {key} is {found}, must be one of {known}."),
    "config_is_map": ("表（键: 值）", "a table of key: value"),
    "config_is_list": ("列表（[一项, 另一项]）", "a list ([one, another])"),
    "config_is_text": ("文字", "text"),
    "config_is_number": ("数字（如 2.5）", "a number (like 2.5)"),
    "config_is_whole": ("整数（如 3）", "a whole number (like 3)"),
    "config_is_switch": ("true 或 false", "true or false"),
    "config_is_date": ("日期（如 2026-11-25）", "a date (like 2026-11-25)"),
    "config_is_blank": ("空", "blank"),
    "config_unlike": ("无法识别的写法", "written in a way that is not known"),
    "config_missing_word": ("一个值（现缺）", "a value (it is missing)"),
    "config_extra_word": ("没有这一项", "no such key"),
    "config_value": ("{where}：{key} 现为 {found}，应为 {expected}。", "{where}: {key} is {found}, expected {expected}."),
    "path_forbidden": (
        "不接受这样的路径：{path}。请写本机文件的路径，不用盘符（D:）和网址，文件夹之间用 /，例如 /mnt/bureau/小班.shp。",
        "This is not taken as a path: {path}. Give a local file, without a drive letter (D:) or an address, folders parted by /, like /mnt/bureau/file.shp.",
    ),
    "path_outside": (
        "路径 {path} 不在允许的文件夹内。请把数据放在项目或配置文件所在的文件夹下，或在配置的 data_folders 中列出该文件夹。",
        "{path} lies outside the allowed folders. Put the data under the project or beside the configuration, or list its "
        "folder in data_folders.",
    ),
    "file_missing": (
        "找不到文件 {path}。请检查配置中的路径：区分大小写，文件夹之间用 /。",
        "No file {path}. Check the path in the configuration: capitals count, folders are parted by /.",
    ),
    "file_not_regular": (
        "{path} 不是普通文件（是文件夹？）。请写到其中的数据文件，如 小班.shp。",
        "{path} is not a regular file (a folder?). Name the data file in it, like parcels.shp.",
    ),
    "file_empty": ("{path} 是空文件（0 字节）。请重新复制或下载。", "{path} is empty (0 bytes). Copy or download it again."),
    "file_format": (
        "{file}：内容不是可读的格式（应为 {expected}）。请用制作它的软件另存为其中一种；“Unicode 文本”请另存为 CSV UTF-8。",
        "{file}: not in a format that is read (expected {expected}). Save it as one of them where it was made; save “Unicode text” as CSV UTF-8.",
    ),
    "file_is_page": (
        "{file}：内容是网页或 XML，不是数据（应为 {expected}）。可能是下载时保存了登录页或报错页，请重新下载。",
        "{file}: holds a web page or XML, not data (expected {expected}). A login or error page may have been saved; download again.",
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
    # what counts as forest
    "history_elsewhere": (
        "历年官方覆盖率表中的代码 {codes} 不在本次范围内，未采用。请核对代码。",
        "Official rates of {codes} belong to no zone of this run and are left out. Check the codes.",
    ),
    "rain_mixed": (
        "{counties}：年降水量 {low:.0f}–{high:.0f} mm，跨 {limit:g} mm 线；一般灌木哪一部分计入森林无法分开，未计入。"
        "请在配置中为 precipitation 图层写 bands: [{limit:g}]。",
        "{counties}: rain of {low:.0f}-{high:.0f} mm a year lies on both sides of {limit:g} mm; which part of ordinary shrub counts as forest cannot be told, "
        "and none is counted. Give the layer precipitation `bands: [{limit:g}]`.",
    ),
    "rain_unknown": (
        "没有年降水量图层（precipitation），无法判断一般灌木是否因年降水不足 {limit:g} mm 而计入森林；未计入。",
        "No layer of annual rain (precipitation): whether ordinary shrub counts as forest for rain below {limit:g} mm cannot be told; none is counted.",
    ),
    "forest_rank": (
        "{product}：{county}的覆盖率（{pct:.2f} %）高于林区县的中位数（{median:.2f} %），而该县以森林少著称；很可能是果园被判作森林。",
        "{product}: forest cover of {county} ({pct:.2f} %) is above the median of the counties known for forest ({median:.2f} %), though it is known for little: "
        "most likely orchards taken for forest.",
    ),
    "orchard_trap": (
        "{product}：分不出果园；所计森林中有 {area_hm2:.0f} hm²（{share:.1f} %）位于果园大县（{counties}），其中可能含果园。",
        "{product} does not tell orchards: {area_hm2:.0f} hm2 ({share:.1f} %) of what counts as forest lie in counties known for orchards ({counties}) and may hold some.",
    ),
    # cover and carbon
    "no_target": ("没有 {year} 年的森林覆盖率目标，差距与目标栏留空。", "No forest-cover target for {year}; target and gap stay blank."),
    "verdict_undetermined": (
        "{products}：没有参考样本，也不是法定口径的全面调查，无法判定是否达标；须补充独立概率样本，或以森林资源“一张图”为准。",
        "{products}: without a reference sample, and no census of the statutory forest, whether the target is met cannot be told; add an independent "
        "probability sample, or use the forest one-map.",
    ),
    "route_unknown": ("配置 carbon.routes：没有方法 {found}；可用：{known}", "carbon.routes: no route {found}; known: {known}"),
    "carbon_gaps": (
        "{product}：{biomass:.0f} hm² 的地类没有生物量参数，{soc:.0f} hm² 没有土壤有机碳参数；这些碳库未计入（缺口不填补）。",
        "{product}: {biomass:.0f} hm² have no biomass factor and {soc:.0f} hm² no soil-carbon factor; those pools are not counted (a gap stays a gap).",
    ),
    "factor_range": (
        "碳因子表第 {line} 行 {class_key}/{factor}：数值与区间不合（{found}）；应为 low ≤ value ≤ high 且 low < high。",
        "Factor table line {line}, {class_key}/{factor}: value and range do not fit ({found}); low ≤ value ≤ high and low < high are due.",
    ),
    "factor_distribution": (
        "碳因子表第 {line} 行 {class_key}/{factor}：有区间而没有分布（lognormal、normal、triangular）。",
        "Factor table line {line}, {class_key}/{factor}: a range without a distribution (lognormal, normal, triangular).",
    ),
    "factor_differs": (
        "碳因子表第 {line} 行 {class_key}/{factor}：同一参数 {parameter} 的数值与前面不同。",
        "Factor table line {line}, {class_key}/{factor}: parameter {parameter} differs from the earlier row.",
    ),
    # siting
    "pass_rules": ("逐像元评价 {kind}", "rules on cells, {kind}"),
    "rule_condition": (
        "{file} 第 {line} 行 {rule_id}：没有条件 {found}；可用：{known}",
        "{file} line {line}, {rule_id}: no condition {found}; known: {known}",
    ),
    "rule_layer_blank": (
        "{file} 第 {line} 行 {rule_id}：条件 {condition} 须给出图层。",
        "{file} line {line}, {rule_id}: condition {condition} needs a layer.",
    ),
    "rule_attribute": (
        "{file} 第 {line} 行 {rule_id}：场址没有属性 {found}；可用：{known}",
        "{file} line {line}, {rule_id}: sites have no attribute {found}; known: {known}",
    ),
    "rule_patch": (
        "{file} 第 {line} 行 {rule_id}：patch_below 的图层应留空或写 zoning（实为 {found}），且不能用作 where_condition。",
        "{file} line {line}, {rule_id}: the layer of patch_below is blank or zoning (found {found}), and it cannot be a where_condition.",
    ),
    "rule_classes": (
        "{file} 第 {line} 行 {rule_id}：地类 {found} 不在通用图例中；可用：{known}",
        "{file} line {line}, {rule_id}: class {found} is not in the common legend; known: {known}",
    ),
    "rule_threshold": (
        "{file} 第 {line} 行 {rule_id}：阈值“{found}”不是可用的数字（距离和面积不能为负）。",
        "{file} line {line}, {rule_id}: threshold {found} is not a number that can be used (distances and areas are not negative).",
    ),
    "rule_kind": (
        "{file} 第 {line} 行 {rule_id}：applies_to 中的“{found}”不能读作类型。请写小写英文词，多个用半角分号隔开，如 pv;wind。已有名称：{known}",
        "{file} line {line}, {rule_id}: {found} in applies_to is no kind. Write words in small letters, several with semicolons: pv;wind. Named are: {known}",
    ),
    "rule_kind_slip": (
        "{file} {rule_id}：applies_to 中的类型“{found}”没有场址属于，疑为“{expected}”的误写；若不改，这一行对 {expected} 不起作用。请改正，或换一个不易混淆的词。",
        "{file} {rule_id}: no site is of the kind {found} in applies_to; {expected} seems to be meant, for which the row would not hold. Correct it, or choose a word less alike.",
    ),
    "rule_kind_unmet": (
        "{file}：{rules} 的 applies_to 写有类型“{found}”，既不是程序已有名称的类型，也没有场址属于，这些行对它不起作用。若系误写请改正；已有名称：{known}",
        "{file}: {rules} name in applies_to the kind {found}, which neither has a name here nor any site, so nothing comes of it. Correct it if it is a slip; named are: {known}",
    ),
    "rule_regions": (
        "{file} 第 {line} 行 {rule_id}：只有条件 note 可以写 regions，条件 {condition} 不可以。各县不同的规则请写入 siting.county_rules。",
        "{file} line {line}, {rule_id}: only condition note takes regions, {condition} does not. What single counties change belongs in siting.county_rules.",
    ),
    "energy_land_partial": (
        "{county}{kind}：资源图层只覆盖允许土地的 {share:.4g} %，年发电量只是这部分土地的，其余未计（potential.csv 的 energy_land_share）。",
        "{county}, {kind}: the resource is known on {share:.4g} % of the allowed land; its energy is that of this land alone (energy_land_share in potential.csv).",
    ),
    "energy_land_unknown": (
        "{county}{kind}：资源图层只覆盖允许土地的 {share:.4g} %，不足 {least:.4g} %，年发电量留空，不以部分代替全部。请补全资源图层。",
        "{county}, {kind}: the resource is known on {share:.4g} % of the allowed land, less than {least:.4g} %, so its energy is blank. Complete the layer.",
    ),
    "by_date_lacking": (
        "按 {day} 的规则：{kind}现行的 {count} 条专用规定（{rules}）当日不适用，规则表中又没有当日的同类规定，土地和场址看起来比当日的法规宽松。请补入当日有效的规定（valid_from、valid_to）再作比较。",
        "By the rules of {day}: {count} rules of {kind} alone that hold now ({rules}) did not, and the table has none of that day in their place, so land and sites "
        "look freer than by the law of that day. Add the rules of that day (valid_from, valid_to) before comparing.",
    ),
    "rule_dates": (
        "{file} 第 {line} 行 {rule_id}：生效日 {start} 晚于失效日 {end}，规则永远不会生效。请核对两个日期。",
        "{file} line {line}, {rule_id}: valid from {start} is after valid to {end}, so it never holds. Check both dates.",
    ),
    "portfolio_strange": (
        "siting.portfolios {name}：候选场址没有这种类型、或本区域没有这个县：{found}。请核对写法，否则该目标或限制不起作用。",
        "siting.portfolios {name}: no site is of this kind, or no county has this code: {found}. Check it, or the target or limit is without effect.",
    ),
    "rules_off_strange": (
        "siting.rules_off：规则表中没有 {rules}，没有停用任何规则。请核对编号。",
        "siting.rules_off: the rule table has no {rules}, so nothing is switched off by it. Check the ids.",
    ),
    "rule_attribute_none": (
        "规则 {rules}：图层 {layer} 中没有要素符合 {attribute}，这些规则因此不触及任何土地。请核对字段值的写法。",
        "Rules {rules}: no feature of layer {layer} has {attribute}, so these rules touch no land. Check how the values are written.",
    ),
    "rule_wrong_layer": (
        "{file} {rule_id}：条件 {condition} 不适用于图层 {layer} 的类型（矢量、分类栅格或数值栅格）。",
        "{file} {rule_id}: condition {condition} does not fit layer {layer} (vector, classes or measure).",
    ),
    "rule_keys": (
        "{file} {rule_id}：图层 {layer} 的图例没有 {found}；可用：{known}",
        "{file} {rule_id}: the legend of layer {layer} has no {found}; known: {known}",
    ),
    "rule_field": (
        "{file} {rule_id}：图层 {layer}（{source}）没有字段 {field}；现有：{known}。可在配置中用 columns 对应字段名，或以 rules_off 停用该规则。",
        "{file} {rule_id}: layer {layer} ({source}) has no field {field}; it has: {known}. Map the field by columns in the configuration, or leave the rule out by rules_off.",
    ),
    "rule_attribute_text": (
        "{file} 第 {line} 行 {rule_id}：属性条件“{found}”应写作 字段=值;值，几个条件以 & 相连，如 DI_LEI=030100 & QI_YUAN=11;12。",
        "{file} line {line}, {rule_id}: attribute {found} should read FIELD=value;value, several joined by &, as in DI_LEI=030100 & QI_YUAN=11;12.",
    ),
    "rule_attribute_condition": (
        "{file} 第 {line} 行 {rule_id}：条件 {condition} 不能带属性条件；可带的条件：{known}",
        "{file} line {line}, {rule_id}: condition {condition} takes no attribute; those that do: {known}",
    ),
    "rule_guard": (
        "{file} 第 {line} 行 {rule_id}：场址属性条件 {condition} 不能与 where_ 条件合用。",
        "{file} line {line}, {rule_id}: condition {condition} on an attribute of the site goes with no where_ condition.",
    ),
    "rule_values": (
        "{file} 第 {line} 行 {rule_id}：条件 {condition} 须在 threshold 列给出值（以 ; 分隔）。",
        "{file} line {line}, {rule_id}: condition {condition} needs values in the column threshold (separated by ;).",
    ),
    "rule_tolerated": (
        "{file} 第 {line} 行 {rule_id}：条件 {condition} 不涉及占地，不能给 tolerated_share_pct。",
        "{file} line {line}, {rule_id}: condition {condition} is not about land and takes no tolerated_share_pct.",
    ),
    "county_rule_unknown": (
        "{file} 第 {line} 行：规则表中没有 {rule_id}；可用：{known}",
        "{file} line {line}: the rule table has no {rule_id}; known: {known}",
    ),
    "county_rule_county": (
        "{file} 第 {line} 行 {rule_id}：本区域没有县 {found}；可用：{known}",
        "{file} line {line}, {rule_id}: no county {found} in this area; known: {known}",
    ),
    "county_rule_empty": (
        "{file} 第 {line} 行 {rule_id}：阈值（threshold）和状态（state）至少给出一个。",
        "{file} line {line}, {rule_id}: give a threshold, a state or both.",
    ),
    "county_rule_threshold": (
        "{file} 第 {line} 行 {rule_id}：条件 {condition} 没有阈值，县级只能改状态（state）。",
        "{file} line {line}, {rule_id}: condition {condition} has no threshold; a county can change its state only.",
    ),
    "county_rule_title": ("{title}（本县 {threshold}，规则表 {base}）", "{title} (this county {threshold}, rule table {base})"),
    "county_rule_requirement": (
        "本县规定的阈值为 {threshold}，代替规则表的 {base}",
        "threshold of this county: {threshold}, in the place of {base} of the rule table",
    ),
    "rule_needs_polygons": (
        "{file} {rule_id}：条件 inside 需要面状图层，而 {layer} 含点或线；请改用 within_distance，或提供面。",
        "{file} {rule_id}: condition inside needs polygons, {layer} holds points or lines; use within_distance, or give polygons.",
    ),
    "rules_expired": ("评价日 {day} 不在有效期内的规则未采用：{rules}", "Rules not in force on {day} are left out: {rules}"),
    "rules_off": ("按配置停用的规则：{rules}", "Rules switched off by configuration: {rules}"),
    "sites_outside": (
        "{file}：{count} 个候选场址中有 {outside} 个不在本区域内，标为待查：{names}。若应在本区域，请核对坐标和坐标系。",
        "{file}: {outside} of {count} candidate sites lie outside the area and are unknown: {names}. If they belong here, check coordinates and CRS.",
    ),
    "pass_patches": ("连片面积，{kind}", "contiguous land, {kind}"),
    "pass_areas": ("按县统计，{kind}", "land by county, {kind}"),
    "pass_candidates": ("连片区域，{kind}", "contiguous areas, {kind}"),
    "zoning_prohibited": ("禁止", "prohibited"),
    "zoning_conditional": ("限制（有条件）", "restricted (conditional)"),
    "zoning_allowed": ("允许", "allowed"),
    "zoning_unknown": ("待查", "to be checked"),
    "zoning_outside": ("区域外", "outside"),
    "zoning_band": ("{kind} 选址分区", "zoning, {kind}"),
    "rules_band": (
        "{kind} 逐条规则，{state}，第 {first}–{last} 条（每条一位，图例见 BITS 与 rule_bits.csv）",
        "rules one by one, {kind}, {state}, rules {first}-{last} (a bit each; legend in BITS and rule_bits.csv)",
    ),
    "rules_band_broken": ("违反", "broken"),
    "rules_band_unknown": ("未知", "unknown"),
    "patches_of_chosen": (
        "只算了部分县（{counties}）：连片土地止于这些县的边界，跨界的连片面积偏小，candidate_areas 和连片规则（{rules}）的结果可能与全市运行不同。",
        "Only some counties were run ({counties}): contiguous land ends at their border, so land that goes on beyond counts as smaller; candidate_areas and rules of "
        "contiguous land ({rules}) may differ from those of a run of the whole area.",
    ),
    "candidates_left_out": (
        "candidate_areas 中 {kind} {zoning} 连片区域有 {count} 处达到 {least:.4g} hm²，只列前 {kept} 处，其余 {left} 处（{area:.0f} hm²）未列"
        "（siting.most_candidate_areas）。",
        "candidate_areas: of {count} contiguous areas of {kind}, {zoning}, of at least {least:.4g} hm2 the first {kept} are listed; {left} ({area:.0f} "
        "hm2) are not (siting.most_candidate_areas).",
    ),
    "candidates_coarse": (
        "像元（{cell:.4g} hm²）大于{kind}连片最小面积（{least:.4g} hm²）：candidate_areas 中的区域只是指示性的。",
        "Cells of {cell:.4g} hm2 are larger than the least contiguous area of {kind} ({least:.4g} hm2): areas in candidate_areas are indicative.",
    ),
    "site_conflicts_only": (
        "本工具对该类项目只核查与图层的空间冲突，不作准入结论，不推算装机、电量和损失",
        "for this kind of project only conflicts with layers are checked; no verdict, capacity, energy or loss is made of them",
    ),
    "site_point_only": (
        "没有装机或占地范围，只核对了点位；点位未触及的规则一律待查",
        "neither capacity nor extent is given: only the point was looked at, and rules it does not break are unknown",
    ),
    "site_on": ("与“{title}”重叠", "lies on “{title}”"),
    "site_near": ("在“{title}”{threshold:g} m 范围内", "within {threshold:g} m of “{title}”"),
    "site_far": ("距“{title}”超过 {threshold:g} m", "more than {threshold:g} m from “{title}”"),
    "site_above": ("高于 {threshold:g} {unit}（{title}）", "above {threshold:g} {unit} ({title})"),
    "site_below": ("低于 {threshold:g} {unit}（{title}）", "below {threshold:g} {unit} ({title})"),
    "distance_layer": (
        "siting.distances_to：{layer} 不是矢量图层（配置 layers 中的矢量图层有：{known}）。请改名或在 layers 中登记。",
        "siting.distances_to: {layer} is no vector layer (vector layers in the configuration: {known}). Mend the name, or list it under layers.",
    ),
    "overlaps_cut": (
        "场址两两比较在 {most} 对处停止（场址过密，可能坐标重复）；其余未比较。",
        "The comparison of sites stopped at {most} pairs (they lie very densely, coordinates may be repeated); the rest is not compared.",
    ),
    "same_place": ("同一技术，占地几乎全部重合", "the same technology on nearly the same land"),
    "same_name": (
        "同一技术，名称相同，相距 {distance:.0f} m；也可能是同一项目的分期",
        "the same technology and name, {distance:.0f} m apart; phases of one project are possible too",
    ),
    "some_overlap": ("同一技术，占地部分重叠", "the same technology on partly the same land"),
    "within_other": ("同一技术，一处在另一处之内", "the same technology, one within the other"),
    "two_technologies": ("不同技术，可以共用土地，并非差错", "different technologies, which may share land: no fault"),
    "other_project": ("不同类型的项目占用同一土地，须核对", "projects of different kinds on the same land: to be checked"),
    "dir_n": ("北", "N"),
    "dir_ne": ("东北", "NE"),
    "dir_e": ("东", "E"),
    "dir_se": ("东南", "SE"),
    "dir_s": ("南", "S"),
    "dir_sw": ("西南", "SW"),
    "dir_w": ("西", "W"),
    "dir_nw": ("西北", "NW"),
    "flat": ("平地", "flat"),
    "flat_up_to": ("平地（坡度不超过 {deg:g}°）", "flat (slope up to {deg:g}°)"),
    "whole_site": ("整个场址", "the whole site"),
    "band_between": ("{low:g}–{high:g} {unit}", "{low:g}–{high:g} {unit}"),
    "band_up_to": ("不超过 {high:g} {unit}", "up to {high:g} {unit}"),
    "band_above": ("高于 {low:g} {unit}", "above {low:g} {unit}"),
    "unknown_part": ("无数据", "no data"),
    "conflict_here": ("{site}：占地 {share:.1f} % 为{classes}，触及 {rules}", "{site}: {share:.1f} % of it is {classes}; breaks {rules}"),
    "conflict_here_plain": ("{site}：触及 {rules}", "{site}: breaks {rules}"),
    "conflict_open": ("{site}：{rules} 缺少图层或无数据，待查", "{site}: {rules} cannot be answered, a layer is missing or has no data"),
    "conflict_clear": ("{site}：所列规则均未触及", "{site}: none of these rules is broken"),
    "conflict_no_site": ("没有候选场址涉及此项", "no candidate site is concerned"),
    "score_rule_twice": (
        "{file} 第 {line} 行 {criterion}：规则 {rule} 已由另一准则计分，不能计两次。",
        "{file} line {line}, {criterion}: rule {rule} counts for another criterion already; none counts twice.",
    ),
    "score_breakpoints": (
        "{file} 第 {line} 行 {criterion}：分段点“{found}”无效。应为 值:得分;值:得分，值递增，得分 0–1；measure 为 kept 时留空。",
        "{file} line {line}, {criterion}: breakpoints {found} cannot be used. Expected value:score;value:score, values rising, scores from 0 "
        "to 1; blank where the measure is kept.",
    ),
    "score_layer_blank": (
        "{file} 第 {line} 行 {criterion}：{measure} 须给出图层。",
        "{file} line {line}, {criterion}: measure {measure} needs a layer.",
    ),
    "score_rules_blank": (
        "{file} 第 {line} 行 {criterion}：kept 须给出规则。",
        "{file} line {line}, {criterion}: measure kept needs rules.",
    ),
    "score_rules_apart": (
        "{file} 第 {line} 行 {criterion}：规则 {rules} 不能合为一项（只有逐像元判定的规则可以合并，说明性规则不能计分）；请各写一行。",
        "{file} line {line}, {criterion}: rules {rules} cannot be joined (only rules asked of cells can, notes never count); give each a row.",
    ),
    "score_county": (
        "{file} 准则 {criterion}：按 {county} 的县级规则（{rules}），断点成为 {found}，数值不再递增，无法计分。请在该县同时修改同一准则的其他规则，或核对阈值。",
        "{file}, criterion {criterion}: the rules of county {county} ({rules}) make its breakpoints {found}, which do not rise, so nothing can be scored. Change the other "
        "rules of the criterion for that county too, or check the thresholds.",
    ),
    "scores_without_rules": (
        "{file} 的准则 {criteria} 所列规则都不在规则表中，不计分。",
        "{file}: the rule table has none of the rules that criteria {criteria} name; they do not count.",
    ),
    "factor_unknown": (
        "siting.payback_factor：排放因子表中没有带数值的“{found}”。可用：{known}",
        "siting.payback_factor: the table of emission factors has no {found} with a value. It knows: {known}",
    ),
    "gap_land_take": (
        "风电占地只是机位和道路，占比没有来源（siting.wind.land_take_share），不计损失",
        "wind takes pads and roads only, no source gives their share (siting.wind.land_take_share): no losses",
    ),
    "gap_land_cover": ("部分用地地类未知，不计损失", "land cover of part of the site is unknown: no losses"),
    "gap_biomass": ("部分地类没有生物量取值，不计碳损失", "a class on the site has no biomass value: no carbon loss"),
    "gap_energy": ("没有资源图层或装机容量，不计电量", "no resource layer or no capacity: no energy"),
    "gap_outside": ("不在本区域内，不计覆盖率变化", "outside the area: no change of cover"),
    "portfolio_verdict": ("结论不在可选之列", "its verdict may not be chosen"),
    "portfolio_no_capacity": ("装机容量未知", "capacity not known"),
    "portfolio_no_energy": ("电量未知", "energy not known"),
    "portfolio_no_forest": ("森林损失未知", "forest loss not known"),
    "portfolio_no_carbon": ("碳损失未知", "carbon loss not known"),
    "portfolio_no_county": ("不在本区域内", "outside the area"),
    "portfolio_no_cost": ("所求最小的量未知", "what is minimised is not known"),
    "portfolio_most": (
        "{kind}目标 {bound:,.2f} {unit}，可选场址在其他限制内最多 {most:,.2f} {unit}",
        "{kind}: of {bound:,.2f} {unit} the eligible sites hold at most {most:,.2f} {unit} within the other limits",
    ),
    "portfolio_not_together": ("各目标可分别达到，但不能同时达到", "each target can be reached alone, but not all together"),
    "portfolio_not_solved": (
        "搜索超过 {nodes:,} 个节点仍未证明最优，不给出组合；请减少候选场址或放宽限制",
        "no set was proved best within {nodes:,} nodes, so none is given; use fewer candidates or wider limits",
    ),
    "site_illustrative": ("示例，并非真实项目", "illustrative, not a real project"),
    "site_outside": ("不在本区域内", "outside the area"),
    "site_across": ("跨县界，{share:.1f} % 在{county}", "across a border, {share:.1f} % in {county}"),
    # sites
    "site_geometry": (
        "{file} 第 {row} 条 {name}：图形为 {found}，应为点或面。",
        "{file} feature {row} {name}: a {found}, expected a point or a polygon.",
    ),
    "site_invalid": (
        "{file} 第 {row} 条 {name}：多边形有误（{found}）。请修复几何。",
        "{file} feature {row} {name}: invalid polygon ({found}). Repair its geometry.",
    ),
    "site_kind": (
        "{file} 第 {line} 行 {column}：“{found}”不能读作一种类型。请写光伏（pv）或风电（wind）；风光互补请分两行；其他类型写抽水蓄能、储能、地热或其他。",
        "{file} line {line}, {column}: {found} is no one kind. Write pv or wind; give a hybrid as two rows; call other kinds by one word in small letters, like pumped_storage.",
    ),
    "site_no_capacity": (
        "{file} 第 {row} 条 {name}：点状场址须给出装机容量 capacity_mw（用来推算占地）。",
        "{file} feature {row} {name}: a site given as a point needs capacity_mw (its footprint follows from it).",
    ),
    "site_swapped": (
        "{file} 第 {row} 条 {name}：坐标不在本区域，交换经纬度后则在。请检查 lon 与 lat 是否写反。",
        "{file} feature {row} {name}: outside the area, but inside with longitude and latitude swapped. Check lon and lat.",
    ),
    "site_twice": ("候选场址编号 {found} 出现 {count} 次。", "Candidate site id {found} stands {count} times."),
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
    # terms
    "met": ("达标", "met"),
    "not_met": ("未达标", "not met"),
    "undetermined": ("无法判定", "cannot tell"),
    "undetermined_long": (
        "无法判定（需补充样本或以一张图为准）",
        "cannot tell (add a reference sample, or use the forest one-map)",
    ),
    "undetermined_because": ("无法判定（{reason}）", "cannot tell ({reason})"),
    "reason_no_sample": ("需补充样本或以一张图为准", "add a reference sample, or use the forest one-map"),
    "reason_sample_inconclusive": (
        "样本的区间跨过目标，需补充样本或以一张图为准",
        "the interval of the sample holds the target: add points, or use the forest one-map",
    ),
    "reason_sample_definition": (
        "样本判的是树冠覆盖，不是法定森林，定义差异属偏差",
        "the sample tells tree cover, not forest by law: a bias",
    ),
    "reason_sample_small": ("样点太少，需补充样本或以一张图为准", "too few points: add some, or use the forest one-map"),
    "reason_sample_refused": ("样本不合要求，未采用", "the sample was refused"),
    "reason_sample_not_by_county": (
        "样本是按全市抽取的，不能用于单个县",
        "the sample was drawn for the whole area and holds for no single county",
    ),
    "reason_not_surveyed": ("有的县没有小班数据", "parcels of some county are missing"),
    "reason_no_target": ("没有目标", "there is no target"),
    "allowed": ("允许", "allowed"),
    "conditional": ("有条件", "conditional"),
    "prohibited": ("禁止", "prohibited"),
    "unknown": ("待查", "to be checked"),
    "indicative": ("指示性", "indicative"),
    "hard": ("硬性", "hard"),
    "soft": ("优选", "soft"),
    "info": ("提示", "note"),
    "pv": ("光伏", "PV"),
    "wind": ("风电", "wind"),
    "kind_pv_rooftop": ("屋顶光伏", "rooftop PV"),
    "kind_pumped_storage": ("抽水蓄能", "pumped storage"),
    "kind_pv_storage": ("光储一体", "PV with storage"),
    "kind_storage": ("储能", "storage"),
    "kind_geothermal": ("地热", "geothermal"),
    "kind_repowering": ("风电技改", "repowering"),
    "kind_other": ("其他项目", "other project"),
    "agb": ("地上生物量", "above-ground biomass"),
    "bgb": ("地下生物量", "below-ground biomass"),
    "dead_wood": ("枯死木", "dead wood"),
    "litter": ("枯落物", "litter"),
    "soc_depth": ("土壤有机碳（0–{depth} cm）", "soil organic carbon (0–{depth} cm)"),
    "class_mean": ("地类均值法", "class means"),
    "volume_ipcc": ("蓄积法（IPCC）", "growing stock (IPCC)"),
    "volume_guide": ("蓄积法（省级清单编制指南）", "growing stock (provincial inventory guide)"),
    "volume_fang": ("蓄积法（连续生物量扩展因子）", "growing stock (continuous BEF)"),
    "agb_raster": ("地上生物量图", "map of above-ground biomass"),
    "mixed": ("综合法", "mixed routes"),
    "warm_temperate_dry": ("暖温带干旱", "warm temperate dry"),
    "warm_temperate_moist": ("暖温带湿润", "warm temperate moist"),
    "cool_temperate_dry": ("冷温带干旱", "cool temperate dry"),
    "cool_temperate_moist": ("冷温带湿润", "cool temperate moist"),
    "internal_use": ("内部使用", "For internal use"),
    "map_review_no": ("审图号：{number}", "Map review no. {number}"),
    # environment
    "locked": (
        "阶段 {stage} 正由另一次运行写入同一文件夹（{owner}）。请等它结束，或用 --out 写到别处。",
        "Stage {stage} is being written by another run in the same folder ({owner}). Wait for it, or write elsewhere with --out.",
    ),
    "disk_full": (
        "写 {file} 时磁盘已满（需要 {needed} 字节，可用 {free} 字节）。请清理磁盘或用 --out 写到别处；原有结果保持不变。",
        "Disk full while writing {file} ({needed} bytes needed, {free} free). Free some space or write elsewhere with --out; earlier results stand.",
    ),
    "cannot_write": (
        "不能写 {file}（{found}）。文件是否正在 Excel/Word 中打开，或文件夹只读？",
        "Cannot write {file} ({found}). Is it open in Excel or Word, or the folder read-only?",
    ),
    "no_memory": (
        "内存不足。请关闭其他程序，或只做部分县（--county）。",
        "Out of memory. Close other programs, or run fewer counties (--county).",
    ),
    "upstream_missing": ("缺少 {file}。请先运行阶段 {stage}。", "{file} is missing. Run stage {stage} first."),
    # looking at a run in a browser
    "stage_serve": ("在本机浏览器中查看", "look at a run in a browser"),
    "help_serve": (
        "在本机（仅 127.0.0.1）打开已完成的地图、报告和表格；不计算、不写入。按 Ctrl-C 停止。",
        "Show the finished maps, reports and tables on this machine only (127.0.0.1). Nothing is computed or written; stop with Ctrl-C.",
    ),
    "help_port": ("端口；0 = 任一空闲端口", "Port; 0 = any that is free"),
    "serving": ("请在本机浏览器打开 {address}（按 Ctrl-C 停止）", "Open {address} in a browser on this machine (stop with Ctrl-C)"),
    "port_taken": (
        "端口 {port} 不能使用：{found}。请另选端口，例如 make serve PORT=8800。",
        "Port {port} cannot be used: {found}. Choose another one, for example make serve PORT=8800.",
    ),
    "earlier_is_this": (
        "maps.earlier_run 指向本次运行自己的输出文件夹（{folder}），不能与自己比较。请指向另存的上次输出。",
        "maps.earlier_run names this run's own output folder ({folder}): it cannot be compared with itself. Name a copy of earlier outputs.",
    ),
    "earlier_missing": (
        "maps.earlier_run：{folder} 中没有可读的 {file}。应为一次完整运行的输出文件夹（含 ingest、tabulate、cover、carbon、siting）。",
        "maps.earlier_run: {folder} has no readable {file}. Expected is the output folder of a finished run "
        "(with ingest, tabulate, cover, carbon, siting).",
    ),
    # demonstration on synthetic data
    "stage_demo": ("用合成数据演示", "demonstration on synthetic data"),
    "help_demo": (
        "在真实县界上生成一座虚构城市（真值已知），并在其上运行全部阶段；一切输出均标明“合成数据 SYNTHETIC”。\n\n"
        "数据写入 <out>/data/，参数不变时不再重做；真值见 <out>/data/truth/。",
        "Make an invented city on the real county boundaries, with its truth known, and run all stages on it; everything "
        "made from it is marked SYNTHETIC.\n\nData go to <out>/data/ and are kept while the parameters stay; the truth is in <out>/data/truth/.",
    ),
    "help_cell": ("像元大小：名义米数，10 = 1/12000 度", "Cell size: nominal metres, 10 = 1/12000 degree"),
    "help_seed": ("随机种子；种子相同，结果逐字节相同", "Seed; equal seeds give equal bytes"),
    "demo_data": ("生成合成数据：像元 {cell:g} m，种子 {seed}", "making synthetic data: cells of {cell:g} m, seed {seed}"),
    "demo_reused": ("已有同参数的合成数据，沿用", "synthetic data of the same parameters are there and kept"),
    "demo_land_cover": ("土地覆盖：两年真值与两个产品", "land cover: truth of two years, two products"),
    "demo_measures": ("地形、气候、土壤碳、生物量", "relief, climate, soil carbon, biomass"),
    "demo_features": ("选址图层与候选场址", "siting layers and candidate sites"),
    "demo_bureau": ("小班、国土调查图斑、屋顶", "sub-compartments, land-survey parcels, roofs"),
    "demo_truth": ("统计真值，抽取参考样点", "counting the truth, drawing reference points"),
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
    # fetch
    "stage_fetch": ("获取公开数据（联网）", "fetch public data (network)"),
    "help_fetch": (
        "按研究区外接矩形从公开数据源获取数据，写入 data/fetched/<名称>/，可直接作为图层使用。这是唯一会联网的命令。\n\n"
        "不给名称且配置未列 fetch.sources 时只列出数据源，不联网。密钥只从环境变量 FETCH_TOKEN_<主机> 读取；遵从 https_proxy。",
        "Fetch public data for the bounding box of the study area into data/fetched/<name>/, ready to be used as layers. The only "
        "command that uses the network.\n\nWithout names, and with no fetch.sources in the configuration, it lists the sources and "
        "uses no network. Secrets come from the environment only (FETCH_TOKEN_<HOST>); https_proxy is honoured.",
    ),
    "help_sources": ("数据源名称（layers/remote/ 下的文件名）", "Names of sources (files in layers/remote/)"),
    "help_fetch_force": ("上游文件有变化时也接受新版本", "Take files that changed upstream since they were last fetched"),
    "fetch_menu": (
        "可获取的公开数据（研究区外接矩形 {box}，西南东北，度）：",
        "Public data that can be fetched (bounding box {box}: west, south, east, north in degrees):",
    ),
    "fetch_menu_row": (
        "    约 {size:.0f} MB（未压缩，实际传输较少） · 许可 {licence} · {hosts}",
        "    about {size:.0f} MB (uncompressed; less is transferred) · licence {licence} · {hosts}",
    ),
    "fetch_menu_end": (
        '没有获取任何数据。获取：make fetch SOURCES="{example}"，或在配置的 fetch.sources 中列出。',
        'Nothing was fetched. To fetch: make fetch SOURCES="{example}", or name them under fetch.sources in the configuration.',
    ),
    "fetch_start": ("{title}（许可：{licence}）", "{title} (licence: {licence})"),
    "fetch_file": (
        "文件 {number}/{total}：{url}（{size:.1f} MB，只读所需窗口）",
        "file {number}/{total}: {url} ({size:.1f} MB, only the window is read)",
    ),
    "fetch_absent": ("文件 {number}/{total}：{url} 不存在，该处按未知处理", "file {number}/{total}: {url} does not exist; unknown there"),
    "fetch_unchanged": ("已是最新，未改动", "up to date, left as it is"),
    "fetch_taken": ("上游已变化，按 --force 采用新版本：{url}", "changed upstream, taken because of --force: {url}"),
    "fetch_uncovered": ("窗口的 {share} 没有数据，记为未知", "{share} of the window has no data and is unknown"),
    "fetch_done": (
        "完成：{height} × {width} 像元，传输 {received:.2f} MB（远端文件共 {remote:.1f} MB）",
        "done: {height} x {width} cells, {received:.2f} MB transferred (remote files: {remote:.1f} MB)",
    ),
    "fetch_line": ("在 config.yaml 中写：", "Write in config.yaml:"),
    "fetch_unknown": (
        "没有名为 {found} 的数据源（相近：{guess}；已有：{known}）。请改正名称，或在 layers/remote/ 中加一个文件。",
        "There is no source {found} (near: {guess}; known: {known}). Correct the name, or add a file to layers/remote/.",
    ),
    "fetch_packages": (
        "缺少软件包 {found}。请用 make fetch（它会先安装 requirements-fetch.lock），或手工安装该文件。",
        "The package {found} is not installed. Use make fetch (it installs requirements-fetch.lock first), or install that file by hand.",
    ),
    "fetch_no_network": (
        "找不到主机 {host}：没有网络，或须经代理。请检查网络，必要时设置 https_proxy；没有网络的办公室可手工下载或用 U 盘带入（docs/data.md）。",
        "Host {host} cannot be found: no network, or a proxy is needed. Check the network, set https_proxy where needed; an office "
        "without internet downloads by hand or carries the data over (docs/data.md).",
    ),
    "fetch_unreachable": (
        "{url} 多次尝试仍无法取得（{found}）。请检查网络或代理后重新运行：已取得的部分会保留，接着继续；原有数据保持不变。",
        "{url} could not be had after several tries ({found}). Check the network or proxy and run again: what was received is kept and "
        "the run goes on from there; earlier data stand.",
    ),
    "fetch_certificate": (
        "{url} 的安全证书不被信任。若单位代理会替换证书，请把其根证书设为环境变量 REQUESTS_CA_BUNDLE。",
        "The certificate of {url} is not trusted. Where the office proxy replaces certificates, name its root certificate in REQUESTS_CA_BUNDLE.",
    ),
    "fetch_time": (
        "超过总时限 {limit} 分钟（fetch.total_minutes）。已取得的部分会保留，重新运行即接着继续；原有数据保持不变。",
        "The time limit of {limit} minutes is over (fetch.total_minutes). What was received is kept and a further run goes on from there; "
        "earlier data stand.",
    ),
    "fetch_too_much": (
        "传输量超过 {limit} MB（fetch.max_mb），已停止。请缩小研究区或边距，或提高该限制。",
        "More than {limit} MB were received (fetch.max_mb); stopped. Make the area or the margin smaller, or raise the limit.",
    ),
    "fetch_too_big": (
        "窗口未压缩约 {found} MB，超过 {limit} MB（fetch.max_mb）。请缩小研究区或边距，或提高该限制。",
        "The window is about {found} MB before compression, over {limit} MB (fetch.max_mb). Make the area or the margin smaller, or raise the limit.",
    ),
    "fetch_tiles": (
        "需要 {found} 个文件，超过 {limit} 个（fetch.max_tiles）。请缩小研究区，或提高该限制。",
        "{found} files are needed, more than {limit} (fetch.max_tiles). Make the area smaller, or raise the limit.",
    ),
    "fetch_address": (
        "网址 {url} 写法不允许（不得含用户名、密码或反斜杠）。请改正数据源文件。",
        "The address {url} is not allowed (no user, password or backslash). Correct the source file.",
    ),
    "fetch_not_https": (
        "{url} 不是 https，已拒绝。只有 fetch.hosts 中列出的本机地址可用 http。",
        "{url} is not https and was refused. Only a loopback address listed in fetch.hosts may use http.",
    ),
    "fetch_host": (
        "主机 {host} 不在允许之列（{known}），没有访问。如确可信，请加入 fetch.hosts。",
        "Host {host} is not on the list ({known}) and was not asked. If you trust it, add it to fetch.hosts.",
    ),
    "fetch_private": (
        "主机 {host} 指向内部地址 {found}，已拒绝。如确为本单位服务器，请把主机名加入 fetch.hosts。",
        "Host {host} leads to the private address {found} and was refused. If it is a server of your own, add the host to fetch.hosts.",
    ),
    "fetch_redirect": (
        "{url} 转向另一主机 {found}，已拒绝。请核对数据源文件中的网址。",
        "{url} redirects to another host, {found}, and was refused. Check the address in the source file.",
    ),
    "fetch_redirects": (
        "{url} 转向次数过多。请核对数据源文件中的网址。",
        "{url} redirects too often. Check the address in the source file.",
    ),
    "fetch_long": ("{url} 的回答超过 {limit} 字节，已拒绝。", "The answer of {url} is longer than {limit} bytes and was refused."),
    "fetch_denied": (
        "{url} 拒绝访问（HTTP {found}）。若需密钥，请设环境变量 {variable}；否则该文件可能不存在或不公开。",
        "{url} denies access (HTTP {found}). If a key is needed, set the environment variable {variable}; else the file may not exist or not be public.",
    ),
    "fetch_status": (
        "{url} 回答 HTTP {found}，应为 200 或 206。请核对数据源文件中的网址。",
        "{url} answers HTTP {found}, expected 200 or 206. Check the address in the source file.",
    ),
    "fetch_no_size": ("{url} 没有说明文件大小，无法分段读取。", "{url} does not say how long the file is and cannot be read in ranges."),
    "fetch_no_ranges": (
        "{url} 不支持分段读取，而文件有 {size} MB。请手工下载（docs/data.md）。",
        "{url} serves no ranges and the file has {size} MB. Download it by hand (docs/data.md).",
    ),
    "fetch_wrong_range": (
        "{url} 回答的不是所要的字节段。服务器或代理有误，请稍后再试。",
        "{url} did not answer with the asked bytes. Server or proxy is at fault; try later.",
    ),
    "fetch_changed_midway": (
        "{url} 在读取过程中被换成另一版本。请重新运行。",
        "{url} was replaced by another version while it was read. Run again.",
    ),
    "fetch_changed": (
        "{name}：上游文件 {url} 与上次获取时不同，原有数据保持不变。确认后用 make fetch FORCE=1 采用新版本。",
        "{name}: {url} differs from what was fetched before; the data at hand stand. To take the new version: make fetch FORCE=1.",
    ),
    "fetch_checksum": (
        "{url} 的校验和为 {found}…，应为 {expected}…：文件被改动或传输有误。原有数据保持不变，请重新运行；仍不符则联系发布者。",
        "The checksum of {url} is {found}…, expected {expected}…: tampered with, or damaged on the way. Earlier data stand. Run again; if it "
        "still differs ask the publisher.",
    ),
    "fetch_page": (
        "{url} 给出的是网页而不是 GeoTIFF（可能是代理的登录页）。请先登录代理，再重新运行。",
        "{url} gives an HTML page, not a GeoTIFF (perhaps the proxy's login page). Log in to the proxy and run again.",
    ),
    "fetch_not_tiff": ("{url} 不是 GeoTIFF。请核对数据源文件。", "{url} is not a GeoTIFF. Check the source file."),
    "fetch_unreadable": (
        "{url} 无法读取：{found}。文件可能已损坏，请稍后再试。",
        "{url} cannot be read: {found}. It may be damaged; try later.",
    ),
    "fetch_raster": (
        "{url} 不能用（{found}）：须为有坐标系、正北朝上、含所需波段的栅格。",
        "{url} cannot be used ({found}): a north-up raster with a CRS and the asked band is expected.",
    ),
    "fetch_lattice": (
        "{url} 与 {first} 的坐标系、类型或格网不同，不能不经重采样拼成一幅。请用数据源文件的 ids 或较小的研究区只取其一。",
        "{url} and {first} differ in CRS, type or lattice and cannot be joined without resampling. Take one of them: by ids in the "
        "source file, or with a smaller area.",
    ),
    "fetch_nothing": (
        "{place}：研究区内没有文件。请核对数据源的范围、年份与 ids。",
        "{place}: no file meets the study area. Check extent, year and ids of the source.",
    ),
    "fetch_gap": (
        "{place}：窗口的 {share} 没有文件，而数据源未声明 nodata。请在数据源文件中写 nodata。",
        "{place}: {share} of the window has no file, and the source declares no no-data value. Write nodata in the source file.",
    ),
    "fetch_stac": (
        "{url} 的 STAC 回答无法使用（{found}）。请核对网址、数据集名与查询条件。",
        "The STAC answer of {url} cannot be used ({found}). Check address, collection and query.",
    ),
    "fetch_asset": (
        "STAC 条目 {item} 没有资产 {expected}（有：{found}）。请改数据源文件的 asset。",
        "STAC item {item} has no asset {expected} (it has: {found}). Correct asset in the source file.",
    ),
    "fetch_token": ("{url} 没有给出读取密钥（HTTP {found}）。", "{url} gave no key for reading (HTTP {found})."),
    "fetch_locked": ("数据源 {name} 正由另一次运行获取。请等它结束。", "Source {name} is being fetched by another run. Wait for it."),
    # carbon: change, potential, value
    "growth_row": (
        "参数表中没有 {parameter} 的“{found}”一行；有：{known}。请改 carbon.potential.growth 或 carbon.potential.trees。",
        "The tables of parameters have no row “{found}” of {parameter}; there are: {known}. Correct carbon.potential.growth or carbon.potential.trees.",
    ),
    "change_basis": (
        "{first} 年与 {last} 年储量之差（IPCC 2006 式 2.5），区间为差值的区间，不含土地覆盖分类误差。地类均值法把新增森林按现有森林的平均密度一次计足："
        "所示为长期变化潜力，不是当年碳汇。",
        "Difference of the stocks of {first} and {last} (IPCC 2006 eq. 2.5) with the interval of the difference, errors of the land cover left out. Class "
        "means give new forest the density of mean forest at once: a change in the long run, not the uptake of those years.",
    ),
    "change_margin": (
        "{product} {first}–{last}（{route}）：两期逐像元对照后的储量变化与两期储量之差相差 {tc:.0f} tC（占 {share:.2g} %），因两期格网不同。以逐像元对照为准。",
        "{product} {first}-{last} ({route}): changes cell by cell and the difference of the two stocks are {tc:.0f} tC apart ({share:.2g} %), since the two grids "
        "differ. The change is that of the cells.",
    ),
    "change_one_sided": (
        "{product} {first}–{last}（{route}）：有 {tc:.0f} tC 只在两期之一有参数（如转为建设用地后土壤碳为空缺），不计为变化。",
        "{product} {first}-{last} ({route}): {tc:.0f} tC have a factor in one of the two years only (for example soil under land that was built up) and are no change.",
    ),
    "change_same_class": (
        "{product} {first}–{last}（{route}）：地类不变的土地上有 {tc:.0f} tC 的增减。两期各有实测蓄积时是生长；同一图层用于两期时只是地类平均值的移动，不是生长。",
        "{product} {first}-{last} ({route}): {tc:.0f} tC of change lie on land that kept its class. Where stock was measured in both years that is growth; "
        "where one layer stands for both it is a shift of class means and no growth.",
    ),
    "restoration_whole": (
        "各县生态修复范围合并计算；逐个图斑的修复前后尚不能给出。",
        "Restored land is taken together by county; before and after of each polygon cannot be told yet.",
    ),
    "greening_not_crossed": (
        "{product}：图层 {layers} 没有与地类、坡度交叉统计，按其占地类的份额均匀扣除（假定 [A]），并给出上下限。"
        "需要准确数，请在 tabulate.strata 中写 [slope_deg, {layers}]。",
        "{product}: the layers {layers} are not crossed with class and slope; they are taken off by their share of the class (an assumption [A]), with "
        "bounds. For exact numbers name [slope_deg, {layers}] in tabulate.strata.",
    ),
    "greening_missing": (
        "适宜绿化空间：没有图层 {layers}，没有为其扣除面积，结果偏大。请在配置 layers 中登记。",
        "Greening space: there are no layers {layers}, nothing is taken off for them and the space is too large. Name them under layers.",
    ),
    "greening_no_slope": (
        "适宜绿化空间：没有带分级的坡度图层 slope_deg，分不出造林与封育，碳汇只给上限。请登记 slope_deg: {file: …, bands: [15, 25, 35]}。",
        "Greening space: without a banded layer slope_deg planting and closure are not told apart and removals are a ceiling only. Name "
        "slope_deg: {file: …, bands: [15, 25, 35]}.",
    ),
    "removal_note": (
        "线性生长，IPCC 2006 表 4.9（{growth}），生长曲线参数空缺 [gap]；未扣基线、泄漏和非持久性，不是碳信用；所植土地假定全部成林。",
        "Linear growth, IPCC 2006 Table 4.9 ({growth}); parameters of growth curves are a gap. Baseline, leakage and non-permanence are not taken off: "
        "no credit. All planted land is taken to become forest.",
    ),
    "removal_beyond_forest": (
        "情景 {scenario} 到 {horizon} 年：线性生长已超过现有森林的平均密度，结果偏高，请同时看“按平均密度”一列。",
        "Scenario {scenario} by {horizon}: the straight line has run past the mean density of today's forest and is too high; see the column of the mean "
        "density beside it.",
    ),
    "value_note": (
        "按 InVEST 公式折现的统计值，不是碳信用，也不是收入。",
        "A statistic discounted by InVEST's formula; neither a credit nor an income.",
    ),
    "planting": ("造林", "planting"),
    "closure_shrub": ("封山育林和灌木", "closure and shrub"),
    "closure": ("封山育林", "closure"),
    "undetermined_slope": ("坡度不明（上限）", "slope not known (ceiling)"),
    "ccer_eligible": ("符合", "eligible"),
    "ccer_not": ("不符合", "not eligible"),
    "ccer_unknown": ("待查", "unknown"),
    "ccer_part": ("部分", "in part"),
    # Tasks of counties
    "tasks_county_absent": (
        "cover.tasks.given 的表缺少 {counties}。分解任务须给出每个县的份额。",
        "The table cover.tasks.given lacks {counties}. Give a share for every county.",
    ),
    "tasks_county_strange": (
        "cover.tasks.given 的表含有不属于本区的代码 {codes}。请核对 county_code。",
        "The table cover.tasks.given has codes that are no county of this area: {codes}. Check county_code.",
    ),
    "tasks_share": (
        "cover.tasks.given：{counties} 的份额须为大于 0 的数。",
        "cover.tasks.given: the share of {counties} must be a number above 0.",
    ),
    "tasks_no_space": (
        "没有适宜绿化空间，差距无法按其分解到县。请把 cover.tasks.rule 改为 equal_points 或 given。",
        "There is no suitable greening space to share the gap by. Set cover.tasks.rule to equal_points or given.",
    ),
    # sample: points for the field
    "help_sample": (
        "把抽样方案变成可以走到的样点（分层随机，种子固定）：供手机和外业使用的点、填写表，填好后可直接作为样本读回。\n\n写出 sample/："
        "sample_points.csv、sample_points.kml、sample_points.gpkg、field_sheet.xlsx、layer.yaml；不需要样点时不写。",
        "The planned sample as points that can be walked (stratified random, seeded), with a sheet to fill in, read back as a sample once "
        "filled in.\n\nWrites sample/: sample_points.csv, sample_points.kml, sample_points.gpkg, field_sheet.xlsx, layer.yaml; nothing when no "
        "points are needed.",
    ),
    "stage_sample": ("外业样点", "points for the field"),
    "sample_no_target": ("没有目标值，不需要样点。", "There is no target, so no points are needed."),
    "sample_decided": ("已能判定，不需要新增样点。", "The verdict is reached; no points are needed."),
    "sample_none_needed": ("按方案不需要新增样点。", "The plan asks for no further points."),
    "sample_undecidable": (
        "预期覆盖率与目标相同，或差距小于未知土地的份额，增加样点也不能判定。",
        "The anticipated cover equals the target, or unknown land may make up the difference; no sample would decide.",
    ),
    "sample_kept": (
        "{folder}/ 中的文件在生成后有改动（可能已填写外业结果），未重新抽样，原样保留。要重新抽样，请先把整个文件夹移到别处（如 data/），"
        "并在 cover.samples 中写它的新位置。",
        "Files in {folder}/ were changed since they were drawn (perhaps filled in); they are kept and nothing is drawn. To draw again move the "
        "folder away first (to data/, say) and name its new place in cover.samples.",
    ),
    "sample_rare": (
        "{county}的层“{stratum}”面积太小，只找到 {found} 个样点（应为 {wanted}）。请在 cover.planner 中改 seed，或减少 least_per_stratum。",
        "Stratum {stratum} is too rare in {county}: {found} points of {wanted} were found. Change seed or lower least_per_stratum in cover.planner.",
    ),
    "sample_earlier_left": (
        "原样本中有 {found} 个点（共 {points} 个）没有坐标或不在方案的层内，未写入 sample_points.csv；请自行补入，合并后才是一个完整的分层样本。",
        "{found} of {points} earlier points have no coordinates or lie in no stratum of the plan and are not in sample_points.csv; add them, for "
        "only all points together are one stratified sample.",
    ),
    "sample_title": ("外业样点（{product}）", "points for the field ({product})"),
    "sample_layer_what": (
        "分层随机样点；在 is_forest 列填“是”或“否”后，写入 cover.samples 读回",
        "stratified random points; fill in is_forest (yes/no), then name this folder in cover.samples",
    ),
    "sample_stratum_forest": ("图上森林", "mapped forest"),
    "sample_stratum_other": ("图上其他土地", "other land"),
    "sample_point_text": (
        "层：{stratum}；图上地类：{map_class}（{map_code}）。请记录：点周围 1 亩（0.0667 hm²）是否森林（是/否）、实地地类、备注。",
        "Stratum: {stratum}; map class: {map_class} ({map_code}). Record: whether the plot of 0.0667 hm² around the point is forest (yes/no), the "
        "land class found, a note.",
    ),
    "sample_sheet_guide": ("填写说明", "guide"),
    "sample_sheet_points": ("样点", "points"),
    "sample_yes": ("是", "yes"),
    "sample_no": ("否", "no"),
    "sample_yes_no_hint": ("请填“是”或“否”。", "yes or no"),
    "sample_guide_what": (
        "逐点判定是否森林（法定口径）。样点由程序随机抽取，不得移动、替换或只走容易到达的点。",
        "Judge at each point whether it is forest by law. The points were drawn at random: do not move or replace them, nor visit only those "
        "within easy reach.",
    ),
    "sample_guide_plot": ("样地", "plot"),
    "sample_guide_plot_text": (
        "以样点为中心 1 亩（0.0667 hm²，半径约 14.6 m）；郁闭度 ≥ 0.2 等条件以下列各类为准。坐标为 CGCS2000 经纬度（与 WGS 84 通用）；"
        "在使用火星坐标（GCJ-02）的地图上位置会偏移数百米，请用 KML 或按 WGS 84 导航。",
        "0.0667 hm² (1 mu) around the point, a circle of about 14.6 m radius; the thresholds are those of the classes below (closure from 0.2). "
        "Coordinates are CGCS2000 longitude and latitude, as good as WGS 84; on maps in GCJ-02 they are off by some hundred metres.",
    ),
    "sample_guide_yes": ("算森林", "forest"),
    "sample_guide_dry": ("视年降水而定", "depends on yearly rain"),
    "sample_guide_no": ("不算森林", "not forest"),
    "sample_guide_fill": ("填写", "fill in"),
    "sample_guide_fill_text": (
        "“样点”表中“是否森林”填“是”或“否”（下拉），“参考地类”填实地地类名称，“备注”写应说明的情况；其余各列不要改。",
        "On the sheet of points: is_forest yes or no (drop-down), reference the land class found, note whatever should be known; leave all other "
        "columns as they are.",
    ),
    "sample_col_point_id": ("样点编号", "point_id"),
    "sample_col_county_code": ("县代码", "county_code"),
    "sample_col_county_name": ("县名", "county_name"),
    "sample_col_lon": ("经度", "lon"),
    "sample_col_lat": ("纬度", "lat"),
    "sample_col_stratum": ("抽样层", "stratum"),
    "sample_col_stratum_area_hm2": ("层面积（hm²）", "stratum_area_hm2"),
    "sample_col_map_code": ("地图代码", "map_code"),
    "sample_col_map_class": ("图上地类名称", "map_class name"),
    "sample_col_reference": ("参考地类", "reference"),
    "sample_col_is_forest": ("是否森林", "is_forest"),
    "sample_col_note": ("备注", "note"),
    "sample_guide_reach": ("到不了的点", "points out of reach"),
    "sample_guide_reach_text": (
        "用当年高分影像判读并在备注中写明；实在不能判定的留空，不要猜。留空的点达到 5 % 时整个样本不能采用。",
        "Interpret them on imagery of that year and say so in the note; leave blank what cannot be judged, do not guess. A sample with 5 % or "
        "more blanks is not accepted.",
    ),
    "sample_guide_back": ("交回", "hand back"),
    "sample_guide_back_text": (
        "直接用本表：将文件夹移到 data/ 等处，并在 config.yaml 写 cover.samples: [{layer: 该文件夹, file: 该文件夹/field_sheet.xlsx, table: 样点}]；"
        "也可把结果填入 sample_points.csv（填 is_forest 列），只写 layer。",
        "Put the answers into sample_points.csv (the same columns), move the folder to data/ or the like and write in config.yaml cover.samples: "
        "[{layer: that folder}]; this workbook can be read too: add file: its path, table: points.",
    ),
    # reference samples
    "sample_kind": ("抽样方法“{found}”不识别；可用：{known}。", "No sampling design {found}; known: {known}."),
    "sample_share": ("各层面积份额之和为 {found:.6f}，应为 1。", "The shares of the strata add up to {found:.6f}, not 1."),
    "sample_stratum": ("有样点不属于任何一层（共 {strata} 层）。", "Some points are in none of the {strata} strata."),
    "sample_units": (
        "抽样单元数有误：{strata} 层，给出 {found} 个，或少于样点数。请核对 unit_hm2。",
        "Numbers of sampling units are wrong: {strata} strata, {found} numbers, or fewer units than points. Check unit_hm2.",
    ),
    "stratum_small": (
        "第 {stratum} 层只有 {found} 个样点，至少需 {least} 个才有方差。",
        "Stratum {stratum} has {found} points; {least} are due for a variance.",
    ),
    "sample_refused": (
        "参考样本 {sample}（{file}）不采用：{reason}。判定按没有样本处理。",
        "Reference sample {sample} ({file}) is not used: {reason}. The verdict stands as without a sample.",
    ),
    "sample_why_kind": (
        "未声明抽样方式，请写 sample: {kind: stratified}（分层随机）或 simple_random（简单随机）；不是随机抽取的点不能用",
        "how the points were drawn is not declared; write sample: {kind: stratified} or simple_random; points that were not drawn at random "
        "cannot be used",
    ),
    "sample_why_training": (
        "这些点参与了地图的训练（training: true），须用独立样本",
        "the points trained the map (training: true); an independent sample is needed",
    ),
    "sample_why_definition": (
        "未声明参考地类的“森林”指什么，请写 sample: {definition: statutory}（法定森林）或 tree_cover（任何树木覆盖）",
        "what the reference counts as forest is not declared; write sample: {definition: statutory} (forest by law) or tree_cover (any trees)",
    ),
    "sample_why_product": (
        "所属产品 {found} 不在配置的 land_cover 中（有：{known}），请写 product 和 year",
        "its product {found} is not among land_cover (there are: {known}); write product and year",
    ),
    "sample_why_uninterpreted": (
        "尚未判读：{points} 个点都没有参考地类",
        "not interpreted yet: none of the {points} points has a reference",
    ),
    "sample_why_nonresponse": (
        "{points} 个点中 {found} 个没有参考地类（上限 {limit:g} %），抽样设计已被破坏，请补齐判读",
        "{found} of {points} points have no reference (the limit is {limit:g} %), which breaks the design; interpret the rest",
    ),
    "sample_why_labels": (
        "不知道哪些参考地类是森林（{found} 不是通用地类的名称），请在 sample.forest 中列出",
        "which labels are forest is not known ({found} are no names of the common legend); list those that are in sample.forest",
    ),
    "sample_why_forest_labels": (
        "sample.forest（{forest}）中的名称一个也没有出现，参考地类有：{found}",
        "none of the labels in sample.forest ({forest}) occurs; the references are: {found}",
    ),
    "sample_why_twice": (
        "{count} 个样点编号重复（{found}）；一个样地多个点是整群抽样，不能当作独立的点",
        "{count} point ids stand twice ({found}); several points in a plot are a cluster sample, not independent points",
    ),
    "sample_why_outside": (
        "{points} 个点中 {found} 个在区域之外，多半是坐标系或坐标基准（crs、datum）有误",
        "{found} of {points} points lie outside the area; most likely CRS or datum are wrong",
    ),
    "sample_why_swapped": (
        "{points} 个点中 {found} 个在区域之外，交换经纬度后则在区域内，请检查 lon 与 lat",
        "{found} of {points} points lie outside the area, and inside it with longitude and latitude swapped; check lon and lat",
    ),
    "sample_why_no_map": (
        "{found} 个点既没有坐标也没有图上地类（map_code），不知属于哪一层",
        "{found} points have neither coordinates nor a map class (map_code), so their stratum is not known",
    ),
    "sample_why_no_county": (
        "按县抽样（by_county）须有坐标或县代码（不认识的代码：{found}）",
        "a sample by county needs coordinates or county codes (codes that are not known: {found})",
    ),
    "sample_why_map_codes": (
        "图上地类 {found} 不是 {product} 的代码或地类名（有：{known}）",
        "the map classes {found} are no codes or names of {product} (it has: {known})",
    ),
    "sample_why_areas": (
        "抽样层 {found} 的面积（stratum_area_hm2）缺失或前后不一",
        "the area (stratum_area_hm2) of strata {found} is missing or not the same on every row",
    ),
    "sample_why_other_map": (
        "{points} 个点中 {found} 个的图上地类与产品在该处的地类不同（上限 {limit:g} %），样本是按另一幅图或另一版抽的",
        "the map class of {found} of {points} points differs from the product's there (the limit is {limit:g} %): drawn from another map or edition",
    ),
    "sample_why_uncovered": (
        "{zone}：少于 2 个点的层（{found}）和没有数据的土地占 {share:.1f} %（{area_hm2:.0f} hm²，上限 {limit:g} %）",
        "{zone}: strata with fewer than 2 points ({found}) and land without data are {share:.1f} % ({area_hm2:.0f} hm², the limit is {limit:g} %)",
    ),
    "sample_why_no_area": (
        "{zone}：{points} 个点中 {found} 个所在的层没有面积（上限 {limit:g} %）",
        "{zone}: {found} of {points} points are in strata without area (the limit is {limit:g} %)",
    ),
    "sample_why_area_sum": (
        "{zone}：各抽样层面积之和 {found:.0f} hm² 与土地面积 {expected:.0f} hm² 相差超过 {limit:g} %",
        "{zone}: the strata add up to {found:.0f} hm², the land is {expected:.0f} hm²; they differ by more than {limit:g} %",
    ),
    "sample_why_spread": (
        "{zone}：“{place}”（图上地类或县）占土地的 {share:.1f} %，{points} 个点中却有 {found} 个，按声明的抽样方式几乎不可能，请核对抽样范围和 kind",
        "{zone}: “{place}” (class of the map, or county) has {share:.1f} % of the land but {found} of {points} points, which the declared design would hardly ever give; check where the "
        "points were drawn, and kind",
    ),
    "sample_why_units": (
        "{zone}：抽样单元 unit_hm2 {unit_hm2:g} 过大，点数多于层内单元数",
        "{zone}: a sampling unit (unit_hm2) of {unit_hm2:g} is too large; a stratum has more points than units",
    ),
    "sample_year_taken": (
        "参考样本 {sample}（{file}，年份 {found}）按 {product} {year} 处理。若不对，请写 product 和 year。",
        "Reference sample {sample} ({file}, year {found}) is taken for {product} {year}. If that is wrong, write product and year.",
    ),
    "sample_uninterpreted_left": (
        "参考样本 {sample}（{file}）：{points} 个点中 {found} 个没有参考地类，不用。",
        "Reference sample {sample} ({file}): {found} of {points} points have no reference and are left out.",
    ),
    "sample_outside_left": (
        "参考样本 {sample}（{file}）：{points} 个点中 {found} 个在区域之外，不用。",
        "Reference sample {sample} ({file}): {found} of {points} points lie outside the area and are left out.",
    ),
    "sample_same_place": (
        "参考样本 {sample}（{file}）：{found} 个点与别的点坐标相同，请核对是否重复录入。",
        "Reference sample {sample} ({file}): {found} points share their coordinates with another; check whether they were entered twice.",
    ),
    "sample_forest_label_unused": (
        "参考样本 {sample}（{file}）：sample.forest 中的 {found} 没有出现，参考地类有：{known}。请核对写法。",
        "Reference sample {sample} ({file}): {found} of sample.forest do not occur; the references are: {known}. Check the spelling.",
    ),
    "sample_earlier_incomplete": (
        "参考样本 {sample}（{file}）：{year} 年有 {found} 个点没有参考地类或地类名不认识，不估计变化。",
        "Reference sample {sample} ({file}): {found} points have no reference for {year}, or its labels are not known; no change is estimated.",
    ),
    "sample_merged": (
        "参考样本 {sample}，{zone}：少于 2 个点的地类（{found}）并为一个事后层。",
        "Reference sample {sample}, {zone}: classes with fewer than 2 points ({found}) are merged into one post-stratum.",
    ),
    "sample_points_dropped": (
        "参考样本 {sample}，{zone}：{found} 个点所在的层没有面积或只有 1 个点，不用。",
        "Reference sample {sample}, {zone}: {found} points in strata without area or with no other point are left out.",
    ),
    "sample_yes_no": (
        "{file} 第 {line} 行 {column}：“{found}”不是 是/否、yes/no、1/0。",
        "{file} line {line}, {column}: {found} is none of yes/no, 是/否, 1/0.",
    ),
    "sample_geometry": (
        "{file} 第 {row} 条：参考样本须为点，此处为 {found}。",
        "{file} feature {row}: reference samples are points; this is {found}.",
    ),
    # carbon: routes, factors, soil
    "carbon_layer_missing": (
        "配置 {setting}：layers 中没有图层 {layer}；已有：{known}。请在 layers 中给出，或改该项设置。",
        "{setting}: layers has no {layer}; known: {known}. Name it under layers, or change the setting.",
    ),
    "layer_unit": (
        "图层 {layer} 的单位为 {found}，应为 {expected}。请在 layers.{layer} 写明 unit（必要时连同 scale）。",
        "Layer {layer} is in {found}; {expected} is due. State unit (and scale, if need be) under layers.{layer}.",
    ),
    "carbon_depth": (
        "配置 carbon.soc.depth_cm：{found}，而土壤碳表只有 0–{expected} cm，两种深度不得混用。请给出该深度的图层（carbon.soc.layer），或改为 {expected}。",
        "carbon.soc.depth_cm is {found}, but the soil table has 0–{expected} cm alone, and depths are never mixed. Name a layer of that depth "
        "(carbon.soc.layer), or take {expected}.",
    ),
    "carbon_unchecked_unknown": (
        "配置 carbon.unchecked_factors：因子表中没有待核对的编号 {found}；已有：{known}",
        "carbon.unchecked_factors: no row to be checked is called {found}; known: {known}",
    ),
    "carbon_unchecked_choose": (
        "配置 carbon.unchecked_factors：{group} 的几种印本（{found}）只能选一种。",
        "carbon.unchecked_factors: of the printed versions of {group} ({found}) only one can be used.",
    ),
    "carbon_override_unknown": (
        "自有因子表第 {line} 行 {class_key}/{factor}：不是地类与因子的组合，也不是因子表中的参数名。class_key 留空时，factor 须为 volume 或 soc 表的 parameter。",
        "Override table line {line}, {class_key}/{factor}: neither a class and factor nor a parameter of the tables. With class_key blank, factor is a "
        "parameter of the volume or soil table.",
    ),
    "carbon_species": (
        "{product}：{area_hm2:.0f} hm² 有蓄积而树种未知，蓄积法不能用于这些土地（改用下一方法）：{found}。请在 {file} 中补上代码。",
        "{product}: {area_hm2:.0f} hm² have growing stock of a species that is not known and go to the next route: {found}. Add the codes to {file}.",
    ),
    "carbon_route_idle": (
        "配置 carbon.routes：{routes} 没有用于任何土地（没有蓄积或图层、因子待核对，或排在前面的方法已覆盖）；见 carbon/unserved.csv。",
        "carbon.routes: {routes} served no land (no growing stock or layer, factors to be checked, or routes before it took all); see carbon/unserved.csv.",
    ),
    "carbon_zone_gap": (
        "土壤碳表没有气候区 {zones} 的数值，{area_hm2:.0f} hm² 不计土壤碳（空缺不填补）。",
        "The soil table has no value for climate zone {zones}: soil carbon of {area_hm2:.0f} hm² is not counted (a gap stays a gap).",
    ),
    "density_mean": (
        "该类土地上有数值部分的平均；参数见 carbon/factors.csv",
        "mean over the land of the class that has a value; parameters in carbon/factors.csv",
    ),
    "density_layer": ("图层 {layer} 按地类求和", "layer {layer} summed by class"),
    "density_volume": ("小班蓄积", "growing stock of sub-compartments"),
    # comparing products (tabulate/pairs)
    "pass_pairs": ("比对 {product}", "comparing {product}"),
    "pass_patterns": ("比对各产品的森林", "comparing the forest of all products"),
    "pair_shifted": (
        "{product} {years}：两期格网错开 {shift:.2f} 个像元，变化矩阵含错位造成的假变化（破碎地类错半个像元可达近一半）；请改用同一格网发布的两期数据。",
        "{product} {years}: the two grids lie {shift:.2f} cells apart, and the change matrix holds what the shift alone makes (near half the "
        "cells of a speckled map for half a cell); take both years from one lattice.",
    ),
    "pair_cells": (
        "{product} {years}：两期像元大小不同（{cell_a} 与 {cell_b}），在较粗格网上按众数比对，变化矩阵含分辨率造成的假变化；请改用同一分辨率的两期数据。",
        "{product} {years}: cells differ in size ({cell_a} and {cell_b}); compared on the coarser grid by mode, the change matrix holds what "
        "resolution alone makes. Take both years at one resolution.",
    ),
    "pair_systems": (
        "{product} {years}：两期坐标系或格网不同（像元 {cell_a}），后者按众数转到前者格网，变化矩阵含重采样造成的假变化；请改用同一格网发布的两期数据。",
        "{product} {years}: the two years are in different systems or lattices (cells {cell_a}); one was brought onto the other by mode and "
        "the change matrix holds what that alone makes. Take both years from one lattice.",
    ),
    "maps_reduced": (
        "地图页面受大小限制（县 {county} MB，全域 {city} MB），下列页面的部分专题图画得比像元粗（最粗约 {metres} m 一点）：{pages}。统计不受影响；可在 maps.county_page_mb、maps.city_page_mb 放宽。",
        "Map pages have a largest size (county {county} MB, whole area {city} MB): some subjects of these pages are drawn coarser than their "
        "cells (at most about {metres} m a point): {pages}. Figures are not touched; maps.county_page_mb and maps.city_page_mb widen it.",
    ),
    "maps_large": (
        "下列地图页面超出大小限制，专题图已压到最低：{pages}。场址很多时请按县查看。",
        "These map pages are larger than their limit although their rasters were cut to the least: {pages}. With very many sites use the county pages.",
    ),
    "maps_no_review": (
        "地图为公开版（maps.audience），但没有审图号（maps.map_review_no）：各页已注明，取得并填写审图号以前不得公开、展示或印刷。",
        "The maps are a public edition (maps.audience) without a map review number (审图号, maps.map_review_no): every page says that it "
        "may not be published, exhibited or printed for the public until it has one.",
    ),
    "maps_left_out": (
        "地图为公开版（maps.audience），受限图层未绘：{layers}。",
        "The maps are a public edition (maps.audience); restricted layers are not drawn: {layers}.",
    ),
    "patterns_many": (
        "产品多于 {limit} 个，森林一致性只比对配置中的前 {limit} 个；未比对：{products}。",
        "More than {limit} products: only the first {limit} of the configuration are compared as forest or not; left out: {products}.",
    ),
    "patterns_mute": (
        "{products}：图例没有任何森林判读口径，不参加森林一致性比对；请在 layer.yaml 的 readings 与图例的 readings 列写明。",
        "{products}: the legend has no reading of forest, so it takes no part in comparing forest; state readings in layer.yaml and in "
        "the legend's column readings.",
    ),
    "disagreement_band": (
        "判为森林的产品数（共 {count} 个）；255 = 县界外或有数据的产品不足两个",
        "number of products that say forest (of {count}); 255 = outside the counties or fewer than two products with data",
    ),
    # carbon: routes, factors, soil
    "carbon_no_range": (
        "{product}：碳储量的 {share:.0f} % 依据的数值（图层或没有区间的参数）未给出不确定性，区间不含这一部分，偏窄。图层的误差可在 carbon.agb_error_pct、"
        "carbon.soc.error_pct 中给出，参数的区间可由自有因子表给出。",
        "{product}: {share:.0f} % of the stock stands on numbers without an uncertainty (layers, or factors without a range); intervals do not hold it and are "
        "too narrow. Declare errors of layers in carbon.agb_error_pct and carbon.soc.error_pct, ranges of factors in the override table.",
    ),
    # energy of sites and land
    "energy_method": (
        "年水平面总辐射 × 装机 × 系统效率 {ratio:.2f}（{low:.2f}–{high:.2f}）；未计倾角增益与衰减",
        "annual global horizontal irradiation × capacity × performance ratio {ratio:.2f} ({low:.2f}–{high:.2f}); no gain by tilt, no ageing",
    ),
    "energy_method_aged": (
        "年水平面总辐射 × 装机 × 系统效率 {ratio:.2f}（{low:.2f}–{high:.2f}）{aged}；未计倾角增益",
        "annual global horizontal irradiation × capacity × performance ratio {ratio:.2f} ({low:.2f}–{high:.2f}){aged}; no gain by tilt",
    ),
    "energy_method_tilted": (
        "pvlib：{months}，散射按 Erbs 等 1982（月均），斜面按 Hay-Davies，{tilt}，{heat}；"
        "其余损失按系统效率 {ratio:.2f}（{low:.2f}–{high:.2f}）{aged}",
        "pvlib: {months}, diffuse by Erbs et al. 1982 "
        "(monthly), tilted plane by Hay-Davies, {tilt}, {heat}; other losses by performance ratio {ratio:.2f} ({low:.2f}–{high:.2f}){aged}",
    ),
    "energy_months": (
        "各月水平面总辐射由图层给出，年值为十二个月之和",
        "monthly global horizontal irradiation from layers, the year their sum",
    ),
    "energy_months_assumed": (
        "年水平面总辐射按大气外辐射分到各月［A］",
        "annual global horizontal irradiation shared over months like extraterrestrial irradiation [A]",
    ),
    "energy_tilt": ("倾角 {tilt:g}°", "tilt {tilt:g}°"),
    "energy_best_tilt": ("各处最佳固定倾角", "the best fixed tilt of each place"),
    "energy_heat": (
        "组件温度按年均气温（Faiman），{pct:g} %/K［A］",
        "module temperature from the annual mean of the air (Faiman), {pct:g} %/K [A]",
    ),
    "energy_no_heat": ("没有气温图层，未计组件温度", "no temperature layer, heat of the modules not counted"),
    "energy_aged": ("，{years} 年内每年衰减 {pct:g} % 的平均", ", mean over {years} years of {pct:g} % ageing a year"),
    "energy_method_wind": (
        "轮毂高度年均风速，Weibull 分布 k = {k:g}［A］，{turbine} 功率曲线（windpowerlib）按装机折算，{air}，损失 {loss:g} %（{low:g}–{high:g} %）［A］",
        "annual mean wind at hub height, Weibull k = {k:g} [A], power curve of {turbine} (windpowerlib) scaled to capacity, {air}, "
        "losses {loss:g} % ({low:g}–{high:g} %) [A]",
    ),
    "energy_air": ("空气密度按海拔（ICAO 标准大气）", "air density by altitude (ICAO standard atmosphere)"),
    "energy_air_temperature": (
        "空气密度按海拔（ICAO 标准大气）和年均气温",
        "air density by altitude (ICAO standard atmosphere) and annual mean temperature",
    ),
    "energy_no_air": ("没有高程图层，未作空气密度订正", "no elevation layer, air density not corrected"),
    "avoided_statistic": (
        "统计量，不是减排信用，不与碳汇吨数相加；因子逐年下降，各年应用当年因子",
        "a statistic, not a credit, never added to tonnes of sinks; factors fall from year to year, each year takes its own",
    ),
    # capacity against the plan
    "mode_pv": ("地面光伏", "ground PV"),
    "mode_pv_rooftop": ("屋顶光伏", "rooftop PV"),
    "mode_pv_storage": ("光储一体", "PV with storage"),
    "mode_wind": ("集中式风电", "wind"),
    "mode_distributed_wind": ("分散式风电", "distributed wind"),
    "mode_pumped_storage": ("抽水蓄能", "pumped storage"),
    "target_nothing_named": (
        "规划没有点名{zone}的光伏、风电、屋顶光伏、光储或抽水蓄能项目，没有可对照的内容。",
        "The plan names no PV, wind, rooftop, storage or pumped-storage item in {zone}: an empty list is correct.",
    ),
    "target_not_named": ("规划没有点名{zone}的{mode}。", "The plan names no {mode} in {zone}."),
    "target_no_number": (
        "规划点名{zone}的{mode}，没有给出装机数字，不作比较。",
        "The plan names {mode} in {zone} without a number; nothing is compared.",
    ),
    "target_project": (
        "规划给出的项目规模为 {mw} MW，没有写明年份。",
        "The plan gives the size of the project as {mw} MW, without a year.",
    ),
    "target_past": (
        "规划目标：{year} 年 {mw} MW 左右。评估年为 {assessed} 年，目标年已过；这里只比较土地和场址的容量，不说明目标是否已完成。",
        "The plan aims at about {mw} MW in {year}. That year has passed (assessed in {assessed}); land and sites are compared, whether the target was met is not told.",
    ),
    "target_ahead": ("规划目标：{year} 年 {mw} MW 左右。", "The plan aims at about {mw} MW in {year}."),
    "target_counts_all": (
        "目标含已建成的装机和同类的其他方式（屋顶、分散式等），现有装机没有数据，占比只表示容量大小。",
        "The target counts what is built already and other modes of the technology (roofs, distributed); no layer tells what is built, so shares only tell the size of the capacity.",
    ),
    "target_land": (
        "允许土地可装 {mw} MW{share}；有条件和待查的土地全部放开时为 {cleared} MW。",
        "Allowed land takes {mw} MW{share}; with all conditional and open land cleared {cleared} MW.",
    ),
    "target_share": ("，为目标的 {pct} %", ", {pct} % of the target"),
    "target_no_land": (
        "现在没有允许的土地：待查 {unknown} hm²，有条件 {conditional} hm²，禁止 {excluded} hm²。",
        "No land is allowed now: {unknown} hm² open, {conditional} hm² conditional, {excluded} hm² prohibited.",
    ),
    "target_missing": (
        "缺 {count} 个图层，不能判断：{rules}。",
        "{count} layers are missing; without them these cannot be told: {rules}.",
    ),
    "target_more": (" 等", " and others"),
    "target_taking": ("占地最多的硬性规则：{rules}。", "Hard rules that take most: {rules}."),
    "target_rule": ("{rule} {title}（{area} hm²）", "{rule} {title} ({area} hm²)"),
    "target_distributed": (
        "土地与集中式风电是同一片，不重复计；候选风电场址按规则 {rule} 的规模上限计入，接入电压不在数据中，须逐项核对。",
        "Its land is that of wind and not counted twice; candidate wind sites within the size limit of rule {rule} count, the voltage they connect at is not in the data.",
    ),
    "target_distributed_off": (
        "规则 {rule} 不在有效规则中，不能判断哪些风电场址属于分散式。",
        "Rule {rule} is not in force here: which wind sites are distributed cannot be told.",
    ),
    "target_inner": ("其中 {count} 个在规则 {rule} 的规模以内。", "{count} of them are within the size of rule {rule}."),
    "target_roofs": (
        "建筑屋顶 {roof} hm²，按分类比例可铺组件 {module} hm²，见屋顶光伏表。",
        "Roofs of {roof} hm²; by the shares of their classes modules could cover {module} hm², see the table of roofs.",
    ),
    "target_roofs_none": (
        "缺建筑轮廓图层（siting.rooftop.buildings），屋顶面积未知。",
        "There is no layer of buildings (siting.rooftop.buildings); the area of roofs is not known.",
    ),
    "target_sites": (
        "候选场址 {count} 个：允许 {allowed} MW、有条件 {conditional} MW、待查 {unknown} MW、禁止 {prohibited} MW。",
        "Candidate sites: {count}; allowed {allowed} MW, conditional {conditional} MW, to be checked {unknown} MW, prohibited {prohibited} MW.",
    ),
    "target_no_sites": ("没有候选场址。", "There is no candidate site."),
    "target_examples": (
        "另有示例场址 {count} 个（{mw} MW），不是真实项目，未计入。",
        "Example sites: {count} ({mw} MW); they are no real projects and not counted.",
    ),
    # roofs
    "rooftop_all": ("合计", "all classes"),
    "rooftop_unclassified": ("未分类", "unclassified"),
    "rooftop_no_class": (
        "{file}：没有字段 building_class。文件的字段：{known}。请在 siting.rooftop.buildings 的 columns 中写明，如 columns: {{building_class: 建筑类型}}。",
        "{file}: there is no field building_class. Its fields: {known}. Say which one it is under columns of siting.rooftop.buildings, as in columns: {{building_class: TYPE}}.",
    ),
    "rooftop_polygons": (
        "{file}：有 {count} 个要素不是面（{found}）。屋顶面积由建筑轮廓面量算。",
        "{file}: {count} features are no polygons ({found}). The area of roofs is measured on footprints.",
    ),
    "rooftop_heaped": (
        "{file}：{county}的建筑轮廓成堆重叠（平均一个与 {found} 个相邻或相叠，至多应为 {expected}）。请核对是否多期数据合在一起。",
        "{file}: footprints of {county} lie in heaps (on the mean one meets {found} others, expected at most {expected}). Are several years in one file?",
    ),
    "rooftop_spelling": (
        "{file}：“{found}”不能同时表示两类建筑（{classes}），也不能是 unclassified 或 all。请改 values 列。",
        "{file}: {found} cannot stand for two building classes ({classes}), nor be unclassified or all. Change the column values.",
    ),
    "rooftop_some_unclassified": (
        "{file}：{buildings} 栋建筑中有 {count} 栋的类别不在比例表中（{found}），单列为未分类，没有比例。请在比例表的 values 列补上写法。",
        "{file}: the class of {count} of {buildings} buildings is not in the table of shares ({found}); they are a row of their own without a share. Add how the file writes it to its column values.",
    ),
    "rooftop_overlap": (
        "{file}：建筑轮廓互相重叠 {area_hm2:.2f} hm²（{share:.2f} %），只计一次，归文件中在前的建筑。",
        "{file}: footprints overlap on {area_hm2:.2f} hm² ({share:.2f} %); it counts once, for the building that stands first in the file.",
    ),
    "ghi_months": (
        "layers：逐月辐射图层须有十二个，现有 {found} 个，缺 {absent}。请补齐，或全部去掉而只用年值 ghi。",
        "layers: monthly irradiation needs all twelve layers; {found} are there, {absent} are missing. Name them all, or none and the annual ghi.",
    ),
    "turbine_unknown": (
        "siting.wind.turbine：风机库中没有“{found}”的功率曲线。可用：{known}",
        "siting.wind.turbine: the library has no power curve of {found}. It knows: {known}",
    ),
}


def pool_name(pool: str, depth_cm: int, language: str) -> str:
    """The name of a carbon pool; soil with its depth."""
    return say("soc_depth" if pool == "soc" else pool, language, **({"depth": int(depth_cm)} if pool == "soc" else {}))


def named_kinds() -> tuple[str, ...]:
    """The kinds of sites that have a name here; a user may call others by any word."""
    return ("pv", "wind", *(key.removeprefix("kind_") for key in WORDS if key.startswith("kind_")))


def kind_name(kind: str, language: str) -> str:
    """The name of a kind of site; a word of the user's own as it is."""
    key = kind if kind in ("pv", "wind") else f"kind_{kind}"
    return say(key, language) if key in WORDS else kind


@dataclass(frozen=True)
class Term:
    """Words of :data:`WORDS` (or texts that are no key) that are said in the language of the sentence they stand in; several are alternatives."""

    keys: tuple[str, ...]

    def text(self, language: str) -> str:
        """As said in ``zh`` or ``en``."""
        return " | ".join(say(k, language) if k in WORDS else clean(k) for k in self.keys)


def say(key: str, language: str, /, **params: Any) -> str:
    """The sentence ``key`` in ``zh`` or ``en``, filled with ``params`` (their control characters made visible)."""
    text = WORDS[key][0 if language == "zh" else 1]
    if not params:
        return text
    return text.format(**{k: _said(v, language) for k, v in params.items()})


def _said(value: Any, language: str) -> Any:
    """A parameter as it goes into a sentence; of a list its members, as the language lists them."""
    if isinstance(value, (list, tuple)):
        return ("、" if language == "zh" else ", ").join(str(_said(v, language)) for v in value)
    return value.text(language) if isinstance(value, Term) else clean(value) if isinstance(value, str) else value


def verdict_text(verdict: str, reason: str, language: str) -> str:
    """A cover verdict in the official words; where it cannot be told, with the reason in brackets."""
    if verdict != "undetermined":
        return say(verdict, language)
    return say("undetermined_because", language, reason=say(f"reason_{reason}", language))


def teller(own: dict[str, tuple[str, str]]):
    """A ``say`` that also knows a stage's own sentences."""

    def tell(key: str, language: str, /, **params: Any) -> str:
        if key not in own:
            return say(key, language, **params)
        text = own[key][0 if language == "zh" else 1]
        return text.format(**{k: _said(v, language) for k, v in params.items()}) if params else text

    return tell

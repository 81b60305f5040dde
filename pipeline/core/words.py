"""Every sentence and term a user sees, Chinese and English side by side.

``say(key, language, **params)`` fills the sentence; an unknown key is our own mistake and raises KeyError.
"""

from __future__ import annotations

from typing import Any

from pipeline.core.text import clean

WORDS: dict[str, tuple[str, str]] = {
    # command line
    "help_app": (
        "县级森林覆盖率、碳储量与光伏/风电选址：由土地覆盖到地图和报告。\n\n"
        "七个阶段依次为 ingest → tabulate → cover → carbon → siting → maps → report；"
        "运行某一阶段时，它所依赖而已过期的阶段会先自动运行，其余不动。`all` 运行全部。\n\n"
        "退出码：0 成功，2 用法或配置有误，3 数据有误，4 部分县失败，5 环境问题（磁盘、内存、占用）。"
        "设环境变量 PIPELINE_LANG=en 可显示英文帮助。",
        "Forest cover, carbon stock and PV/wind siting by county: from land cover to maps and reports.\n\n"
        "Seven stages: ingest → tabulate → cover → carbon → siting → maps → report. Running one first brings up to "
        "date the stages it stands on, and nothing else. `all` runs everything.\n\n"
        "Exit codes: 0 good, 2 usage or configuration, 3 bad data, 4 some counties failed, 5 environment (disk, "
        "memory, lock). Messages follow `language` in the configuration; this help follows PIPELINE_LANG=zh|en.",
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
        "逐像元一次扫描：各县、各地类的椭球面积（边界像元按精确比例分摊，未知单列）。\n\n写出 tabulate/：land_area.csv、code_area.csv、"
        "measures.csv、strata.csv。",
        "One pass over every cell: ellipsoidal area by county and class (border cells shared by exact fraction, unknown "
        "kept apart).\n\nWrites tabulate/: land_area.csv, code_area.csv, measures.csv, strata.csv.",
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
        "site_screening.csv、site_reasons.csv、exclusion.csv、potential.csv、patterns.csv、candidate_sites.gpkg。",
        "Rule by rule, for candidate sites and for every county: prohibited, conditional, allowed, unknown (a missing "
        "layer is unknown, never passed).\n\nWrites siting/: site_screening.csv, site_reasons.csv, exclusion.csv, "
        "potential.csv, patterns.csv, candidate_sites.gpkg.",
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
    "config_value": ("{where}：{key} 现为 {found}，应为 {expected}。", "{where}: {key} is {found}, expected {expected}."),
    "path_forbidden": ("不接受这样的路径：{path}。请写本机文件的路径。", "This is not taken as a path: {path}. Give a local file."),
    "path_outside": (
        "路径 {path} 不在允许的文件夹内。请把数据放在项目或配置文件所在的文件夹下，或在配置的 data_folders 中列出该文件夹。",
        "{path} lies outside the allowed folders. Put the data under the project or beside the configuration, or list its "
        "folder in data_folders.",
    ),
    "file_missing": ("找不到文件 {path}。请检查配置中的路径。", "No file {path}. Check the path in the configuration."),
    "file_not_regular": ("{path} 不是普通文件。", "{path} is not a regular file."),
    "file_empty": ("{path} 是空文件（0 字节）。请重新复制或下载。", "{path} is empty (0 bytes). Copy or download it again."),
    "file_format": ("{file}：内容不是可读的格式（应为 {expected}）。", "{file}: not in a format that is read (expected {expected})."),
    "file_is_page": (
        "{file}：内容是网页或 XML，不是数据（应为 {expected}）。可能是下载时保存了登录页或报错页，请重新下载。",
        "{file}: holds a web page or XML, not data (expected {expected}). A login or error page may have been saved; download again.",
    ),
    # layers
    "layer_yaml": ("{file}：不是有效的 YAML（{found}）。", "{file}: not valid YAML ({found})."),
    "layer_yaml_key": ("{file}：{key} 有误（{found}）。", "{file}: {key} is wrong ({found})."),
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
        "{file}：代码 {code} 不在图例中，共 {area_hm2:.2f} hm²，见于：{counties}。请在图例表中补上，或改用正确的产品。",
        "{file}: code {code} is not in the legend; {area_hm2:.2f} hm², in {counties}. Add it to the legend, or name the right product.",
    ),
    "stratum_unbanded": (
        "tabulate.strata：图层 {layer} 是连续值，须用 bands 给出分级界限，例如 bands: [5, 15, 25]。",
        "tabulate.strata: layer {layer} holds measures; give its breaks, for example bands: [5, 15, 25].",
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
    "vector_unreadable": ("{file}：无法读取（{found}）。", "{file}: cannot be read ({found})."),
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
        "{file}：没有字段 {field}。现有字段：{known}。请在配置的 fields 中指明。",
        "{file}: no field {field}. It has: {known}. Name the right one under fields.",
    ),
    "boundaries_empty": ("{file}：没有任何县界。", "{file}: holds no county."),
    "county_code_bad": (
        "{file} 第 {row} 条：县代码“{found}”不是六位数字。",
        "{file} feature {row}: county code {found} is not six digits.",
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
    "rule_layers_missing": (
        "选址规则所需的 {count} 个图层未提供，相应规则为“待查”，不视为通过：{layers}",
        "{count} layers that siting rules ask for are not given; those rules are unknown, not passed: {layers}",
    ),
    "unknown_area": (
        "{product}：{area_hm2:.2f} hm²（占 {share:.3f} %）无数据，单列为未知，不计入任何地类；涉及：{counties}。",
        "{product}: {area_hm2:.2f} hm2 ({share:.3f} %) are unknown, kept apart and counted in no class; in {counties}.",
    ),
    "pass_land_cover": ("扫描 {product}", "reading {product}"),
    "pass_layer": ("读取 {layer}", "reading {layer}"),
    # basis
    "synthetic": ("合成数据 SYNTHETIC", "合成数据 SYNTHETIC"),
    "basis_no_year": ("年份未注明", "year not stated"),
    "basis": (
        "口径：{product} {period} 遥感土地覆盖，像元 {cell}，按图例判读；不是法定森林覆盖率口径{coarse}。",
        "Basis: land cover {product} {period}, cells of {cell}, read by the legend; not the statutory definition of forest cover{coarse}.",
    ),
    "basis_coarse": (
        "；像元粗大，只供概览，不能据此判定是否达到目标，也不能判定具体地块",
        "; cells this coarse give an overview only: they decide neither the target nor any plot of land",
    ),
    # cover and carbon
    "no_target": ("没有 {year} 年的森林覆盖率目标，差距与目标栏留空。", "No forest-cover target for {year}; target and gap stay blank."),
    "verdict_undetermined": (
        "{products}：遥感栅格且没有参考样本，无法判定是否达标；须补充独立概率样本，或以森林资源“一张图”为准。",
        "{products}: a raster without a reference sample cannot decide whether the target is met; add an independent probability sample, or use the forest one-map.",
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
    "rule_classes": (
        "{file} 第 {line} 行 {rule_id}：地类 {found} 不在通用图例中；可用：{known}",
        "{file} line {line}, {rule_id}: class {found} is not in the common legend; known: {known}",
    ),
    "rule_threshold": (
        "{file} 第 {line} 行 {rule_id}：阈值“{found}”不是数字。",
        "{file} line {line}, {rule_id}: threshold {found} is not a number.",
    ),
    "rule_wrong_layer": (
        "{file} {rule_id}：条件 {condition} 不适用于图层 {layer} 的类型（栅格或矢量）。",
        "{file} {rule_id}: condition {condition} does not fit layer {layer} (raster or vector).",
    ),
    "rule_needs_polygons": (
        "{file} {rule_id}：条件 inside 需要面状图层，而 {layer} 含点或线；请改用 within_distance，或提供面。",
        "{file} {rule_id}: condition inside needs polygons, {layer} holds points or lines; use within_distance, or give polygons.",
    ),
    "rules_expired": ("评价日 {day} 不在有效期内的规则未采用：{rules}", "Rules not in force on {day} are left out: {rules}"),
    "rules_off": ("按配置停用的规则：{rules}", "Rules switched off by configuration: {rules}"),
    "sites_outside": (
        "{count} 个候选场址不在本区域内，标为待查：{names}",
        "{count} candidate sites lie outside the area and are unknown: {names}",
    ),
    "site_illustrative": ("示例，并非真实项目", "illustrative, not a real project"),
    "site_outside": ("不在本区域内", "outside the area"),
    "site_across": ("跨县界，{share:.1f} % 在{county}", "across a border, {share:.1f} % in {county}"),
    "energy_method": (
        "年水平面总辐射 × 装机 × 系统效率 {ratio:.2f}；未计倾角增益与衰减",
        "annual global horizontal irradiation × capacity × performance ratio {ratio:.2f}; no gain by tilt, no ageing",
    ),
    # sites
    "site_geometry": (
        "{file} 第 {row} 条 {name}：图形为 {found}，应为点或面。",
        "{file} feature {row} {name}: a {found}, expected a point or a polygon.",
    ),
    "site_invalid": (
        "{file} 第 {row} 条 {name}：多边形有误（{found}）。请修复几何。",
        "{file} feature {row} {name}: invalid polygon ({found}). Repair its geometry.",
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
    "table_encoding": ("{file}：既不是 UTF-8 也不是 GB18030 编码。", "{file}: neither UTF-8 nor GB18030."),
    "table_csv": ("{file}：不是有效的 CSV（{found}）。", "{file}: not valid CSV ({found})."),
    "table_empty": ("{file}：是空表。", "{file}: the table is empty."),
    "table_ragged": (
        "{file} 第 {line} 行：{found} 格，应为 {expected} 格（多了或少了逗号？）。",
        "{file} line {line}: {found} cells, expected {expected} (a comma too many or too few?).",
    ),
    "table_column": ("{file}：缺少列 {column}。现有：{known}", "{file}: no column {column}. It has: {known}"),
    "table_number": ("{file} 第 {line} 行 {column}：“{found}”不是数字。", "{file} line {line}, {column}: {found} is not a number."),
    "table_blank": ("{file} 第 {line} 行：{column} 不能为空。", "{file} line {line}: {column} may not be blank."),
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
    "agb": ("地上生物量", "above-ground biomass"),
    "bgb": ("地下生物量", "below-ground biomass"),
    "dead_wood": ("枯死木", "dead wood"),
    "litter": ("枯落物", "litter"),
    "soc": ("土壤有机碳（0–30 cm）", "soil organic carbon (0–30 cm)"),
    "class_mean": ("地类均值法", "class means"),
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
    # parcels as land cover
    # doors: formats, archives, coordinates, text
    # boundaries, control areas, check
    # fetch
}


def say(key: str, language: str, /, **params: Any) -> str:
    """The sentence ``key`` in ``zh`` or ``en``, filled with ``params`` (their control characters made visible)."""
    text = WORDS[key][0 if language == "zh" else 1]
    if not params:
        return text
    return text.format(**{k: clean(v) if isinstance(v, str) else v for k, v in params.items()})


def teller(own: dict[str, tuple[str, str]]):
    """A ``say`` that also knows a stage's own sentences."""

    def tell(key: str, language: str, /, **params: Any) -> str:
        if key not in own:
            return say(key, language, **params)
        text = own[key][0 if language == "zh" else 1]
        return text.format(**{k: clean(v) if isinstance(v, str) else v for k, v in params.items()}) if params else text

    return tell

"""What the program says of itself: help, running, looking at a run, the demonstration."""

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
}

"""Forest cover: definitions, products side by side, reference samples, points for the field."""

WORDS: dict[str, tuple[str, str]] = {
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
}

"""Forest cover, greening, trend and change, the plan."""

WORDS: dict[str, tuple[str, str]] = {
    # cover
    "t_cover": (
        "森林覆盖率与目标差距（{edition}，判读一：{reading}）",
        "Forest cover and gap to the target ({edition}, reading 1: {reading})",
    ),
    "t_cover_all": ("森林覆盖率（全部判读口径）", "Forest cover (all readings)"),
    "t_readings": ("各判读口径的覆盖率与差距（{edition}）", "Cover and gap by reading ({edition})"),
    "reading_no": ("判读{number}", "reading {number}"),
    "reading_text": ("{name}（{key}）：{text}{main}。", "{name} ({key}): {text}{main}."),
    "reading_main": ("；本报告以此为主", "; the main one of this report"),
    "col_reading_pct": ("{name}覆盖率", "Cover, {name}"),
    "col_reading_gap": ("{name}差距（百分点）", "Gap, {name} (points)"),
    "cover_how": (
        "覆盖率为判读为森林的面积占土地总面积的百分比。差距为目标减覆盖率，正值表示低于目标。{year} 年目标为 {target}；县没有单独目标的，以全市目标作参考。",
        "Cover is the area read as forest over the land area, in percent. The gap is target less cover, positive when short. The target for {year} is {target}; a county without its own stands against that of the whole area.",
    ),
    "cover_how_no_target": (
        "覆盖率为判读为森林的面积占土地总面积的百分比；没有目标，差距留空。",
        "Cover is the area read as forest over the land area, in percent; without a target the gap stays blank.",
    ),
    "own_targets": ("下列县按各自的目标计算差距：{targets}。", "These counties stand against targets of their own: {targets}."),
    "cover_why_raster": (
        "遥感产品得出的是树冠覆盖，不是法定的森林覆盖率。目标精确到 0.01 个百分点，而本产品的判读偏差在本地没有独立样本可以测定，所以没有样本的产品一律写“{verdict}”。",
        "A satellite product gives tree cover, not the statutory rate. The target is set to 0.01 point while the bias of the map has not been measured "
        "here by an independent sample; hence “{verdict}” for every product without one.",
    ),
    "cover_why_bias": (
        "判读口径与法定定义的差别是偏差，不会因样本增多而缩小，不能并入误差区间。产品公布的总体精度是全球或全国数字，不能当作本地精度，抽样区间因此留空。",
        "The difference between a reading and the statutory definition is a bias: no sample makes it smaller and it belongs in no interval. Published "
        "accuracies are global or national and not those of this place, so the sampling interval stays blank.",
    ),
    "cover_why_next": (
        "要得出结论，须补充独立概率样本（给出达标概率），或改用森林资源“一张图”（直接给出达标或未达标）。",
        "A verdict needs an independent probability sample (it gives a probability) or the forest one-map (it gives a plain answer).",
    ),
    "cover_verdict_given": (
        "有参考样本的产品给出达标概率：不低于 {sure} 为达标，不高于 {unsure} 为未达标，其余无法判定。",
        "Where there is a reference sample, a probability of at least {sure} means met, of at most {unsure} not met, anything between cannot tell.",
    ),
    "chart_target": ("目标 {target}", "target {target}"),
    # how sure
    "cover_adjusted": (
        "按参考样本（{points} 个样点）校正，森林面积为 {area} hm²（{wanmu} 万亩；95 % 区间 {low}–{high} hm²），覆盖率 {pct}（{low_pct}–{high_pct}）{gap}{chance}；",
        "Adjusted by {points} reference points it is {area} hm² ({wanmu} × 10⁴ mu; 95 % interval {low}–{high} hm²), or {pct} ({low_pct}–{high_pct})"
        "{gap}{chance}; ",
    ),
    "adjusted_chance": ("，达标概率 {p}", "; the target is met with a probability of {p}"),
    "adjusted_short": (
        "，比目标低 {pp} 个百分点，尚差 {area} hm²（{wanmu} 万亩）",
        ", {pp} points or {area} hm² ({wanmu} × 10⁴ mu) short of the target",
    ),
    "adjusted_over": (
        "，比目标高 {pp} 个百分点，多 {area} hm²（{wanmu} 万亩）",
        ", {pp} points or {area} hm² ({wanmu} × 10⁴ mu) over the target",
    ),
    "samples_how": (
        "遥感图的面积（逐像元累加）带有分类偏差；用概率抽样的参考样点可以校正偏差并给出区间（Olofsson 等 2014；层与图上地类不同时用 Stehman 2014）。"
        "下表把“图上面积”和“校正面积”分列，两者不得混用。区间只反映抽样误差；定义差异属偏差，另列于后。",
        "Areas counted on a map carry its classification bias; reference points drawn by chance correct it and give an interval (Olofsson et al. 2014; Stehman 2014 where "
        "strata are not the map's classes). Map area and adjusted area stand apart below and must not be mixed. Intervals hold sampling error only; differences of "
        "definition are biases, listed below.",
    ),
    "t_samples": ("参考样本", "Reference samples"),
    "t_sure": (
        "{zone}：图上面积、校正面积与达标概率（{edition}）",
        "{zone}: map area, adjusted area and the probability of meeting the target ({edition})",
    ),
    "t_sure_counties": ("分县校正覆盖率与达标概率（{edition}）", "Adjusted cover and probability by county ({edition})"),
    "sure_map_area": ("图上森林面积（逐像元累加）", "forest by the map (cells counted)"),
    "sure_map_pct": ("图上覆盖率", "cover by the map"),
    "sure_adjusted_area": ("校正森林面积（参考样本）", "forest adjusted by reference points"),
    "sure_adjusted_pct": ("校正覆盖率", "adjusted cover"),
    "sure_interval": ("95 % 区间", "95 % interval"),
    "sure_target": ("目标", "target"),
    "sure_gap": ("校正后与目标的差距", "gap of the adjusted area"),
    "sure_short": ("低 {pp} 个百分点，尚差 {hm2} hm²（{wanmu} 万亩）", "{pp} points or {hm2} hm² ({wanmu} × 10⁴ mu) short"),
    "sure_over": ("高 {pp} 个百分点，多 {hm2} hm²（{wanmu} 万亩）", "{pp} points or {hm2} hm² ({wanmu} × 10⁴ mu) over"),
    "sure_chance": ("达标概率", "probability of meeting it"),
    "sure_verdict": ("结论", "verdict"),
    "hm2_wanmu": ("{hm2} hm²（{wanmu} 万亩）", "{hm2} hm² ({wanmu} × 10⁴ mu)"),
    "sure_note": (
        "区间为 95 %；方法：{method}。概率不低于判定线为达标，不高于（1 − 判定线）为未达标，其余无法判定。",
        "Intervals are 95 %; method: {method}. From the deciding probability on the target is met, up to its complement it is not, anything between cannot tell.",
    ),
    "sure_not_sampled": (
        "有 {area} hm² 土地样本没有覆盖（图上无数据，或样点不足两个的层）；区间的两端分别按其全不是森林和全是森林计。",
        "{area} hm² were not sampled (no data on the map, or strata with fewer than two points); the ends of the interval take them as no forest and as all forest.",
    ),
    "t_accuracy": ("精度与面积份额（{sample}，{zone}）", "Accuracies and area shares ({sample}, {zone})"),
    "t_accuracy_all": ("样本估计", "Sample estimates"),
    "t_matrix": (
        "误差矩阵：样点数（{sample}，{zone}；行为图上地类，列为参考地类）",
        "Error matrix: points ({sample}, {zone}; rows the map, columns the reference)",
    ),
    "matrix_note": (
        "样点数不按面积加权；面积份额见 cover/error_matrix.csv。",
        "Counts are not weighted by area; shares of area are in cover/error_matrix.csv.",
    ),
    "bias_intro": (
        "下列定义差异是偏差，不会因样点增多而缩小，不在任何区间之内：",
        "These differences of definition are biases: no number of points makes them smaller, and no interval holds them:",
    ),
    "bias_reference": (
        "样本 {sample} 的参考判读为树冠覆盖，不是法定森林。",
        "The reference of sample {sample} is tree cover, not forest by law.",
    ),
    "accepted": ("采用", "accepted"),
    "refused": ("未采用：{reason}", "refused: {reason}"),
    "design_stratified": ("分层随机", "stratified random"),
    "design_simple_random": ("简单随机", "simple random"),
    "strata_map_class": ("图上地类", "classes of the map"),
    "strata_column": ("自有分层", "strata of its own"),
    "definition_statutory": ("法定森林", "forest by law"),
    "definition_tree_cover": ("树冠覆盖", "tree cover"),
    "method_normal": ("正态", "normal"),
    "method_beta": ("Beta（小样本）", "Beta (small samples)"),
    "method_combined": ("合成", "combined"),
    "quantity_overall": ("总体精度", "overall accuracy"),
    "quantity_users": ("用户精度", "user's accuracy"),
    "quantity_producers": ("生产者精度", "producer's accuracy"),
    "quantity_area": ("面积份额", "share of area"),
    "quantity_forest": ("森林份额", "share of forest"),
    "quantity_forest_change": ("森林份额的变化", "change of the share of forest"),
    "class_forest": ("森林", "forest"),
    "class_not_forest": ("非森林", "not forest"),
    "class_outside": ("小班之外", "outside the sub-compartments"),
    # products side by side
    "products_how": (
        "把 {products} 放在同一格网上逐像元比较（以最粗者为准，较细者取众数）。各产品的差别是结构性不确定性：从不取平均，也不能当作抽样误差。"
        "不一致之处见 tabulate/disagreement.tif（像元值为判作森林的产品数）。",
        "{products} are compared cell by cell on the coarsest grid (finer ones by the class most cells have). Their differences are structural uncertainty: never averaged, and no "
        "sampling error. Where they disagree is in tabulate/disagreement.tif (cells hold the number of products that say forest).",
    ),
    "spread_main": (
        "{count} 种产品给出的{zone}覆盖率从 {low} 到 {high}，相差 {pp} 个百分点；它们对 {area} hm²（{share}）土地是否森林判断不一。",
        "{count} products put the cover of {zone} between {low} and {high}, {pp} points apart; they disagree on {area} hm² ({share}) of its land.",
    ),
    "t_spread": ("各产品覆盖率的范围与不一致面积", "Range of cover by product, and land they disagree on"),
    "spread_note": (
        "覆盖率各按自己的格网计；一致与不一致面积按共同格网计。“未比较”为有数据的产品不足两种的土地。",
        "Cover is that of each product's own grid; agreement that of the common one. Not compared: fewer than two products have data.",
    ),
    "t_agreement": ("{zone}：几种产品判作森林", "{zone}: how many products say forest"),
    "k_of_n": ("{n} 种有数据，{k} 种判作森林", "{k} of {n} with data say forest"),
    "t_pairs": ("两两对照", "Pair by pair"),
    "pair": ("{a} 与 {b}", "{a} and {b}"),
    "pairs_note": (
        "“同类”为地类相同的面积占比。甲为前者，乙为后者。",
        "Same class: share of land both put in one class. A is the former, B the latter.",
    ),
    # one-map
    "one_map_how": (
        "一张图是法定口径的全面调查，遥感图是树冠覆盖；两者不一致不等于谁错。下表列出不一致的面积和可能的原因（原因为本工程的归纳 [A]，供核查用）。",
        "The one-map is a survey of forest by law, a satellite map shows tree cover; where they disagree neither need be wrong. Areas and likely reasons (put together here [A], for "
        "checking) are below.",
    ),
    "t_one_map": ("一张图与遥感的对照（{edition}）", "One-map against satellite ({edition})"),
    "t_one_map_reasons": ("{zone}：不一致的面积与可能原因（{edition}）", "{zone}: land in disagreement and likely reasons ({edition})"),
    "t_one_map_all": ("一张图与遥感对照", "One-map against satellite"),
    "one_map_reasons_note": (
        "一张图按小班图形绘成栅格后比较，边界处有像元误差；面积数字以小班为准。",
        "The one-map is drawn as cells for this; areas proper are those of its polygons.",
    ),
    "one_map_vintage": (
        "两者相差 {years} 年，其间的变化也会造成不一致。",
        "They are {years} years apart, and change since is a further reason.",
    ),
    "case_both_forest": ("都是森林", "both forest"),
    "case_only_one_map": ("仅一张图为森林", "forest in the one-map only"),
    "case_only_map": ("仅遥感为森林", "forest on the map only"),
    "case_neither": ("都不是森林", "neither"),
    "case_not_compared": ("未比较", "not compared"),
    # greening
    "greening_how": (
        "林木绿化率 =（森林 + 灌木 + 四旁树）÷ 土地总面积（GB/T 26424-2010 [K]），与森林覆盖率是两个指标，不得互换。四旁树只计入调查数据；遥感图可能已看到这些树，不另加。",
        "Greening rate = (forest + shrub + scattered trees) ÷ land (GB/T 26424-2010 [K]); it is not forest cover and neither stands for the other. Scattered trees are added to survey data "
        "alone: a satellite map may see them itself.",
    ),
    "rain_none": (
        "年降水量为 {low}–{high} mm，均不低于 {limit} mm：一般灌木不属于国家特别规定灌木林，不计入森林覆盖率。",
        "Rain is {low}–{high} mm a year, nowhere below {limit} mm: ordinary shrub is not specially designated and not in the forest cover rate.",
    ),
    "rain_some": (
        "年降水量为 {low}–{high} mm；低于 {limit} mm 处的一般灌木计入森林（见 cover/definition.csv 和“森林覆盖率”表）。",
        "Rain is {low}–{high} mm a year; ordinary shrub counts as forest where it is below {limit} mm (see cover/definition.csv).",
    ),
    "rain_mixed": (
        "年降水量为 {low}–{high} mm，跨 {limit} mm 线而没有分级，一般灌木哪一部分计入森林无法分开的县一律未计入（见 cover/definition.csv）。",
        "Rain is {low}–{high} mm a year, on both sides of {limit} mm, and has no band there: in counties where the part of shrub that counts cannot be told none "
        "is counted (see cover/definition.csv).",
    ),
    "rain_no_layer": (
        "没有年降水量图层，无法按 {limit} mm 线判断一般灌木是否计入森林，未计入。",
        "There is no layer of rain, so whether shrub counts below {limit} mm cannot be told; none is counted.",
    ),
    "t_greening": ("林木绿化率（{edition}）", "Greening rate ({edition})"),
    "t_greening_all": ("林木绿化率（全部判读口径）", "Greening rate (all readings)"),
    # trend
    "trend_how": (
        "每个系列只含同一口径的年份；不同产品、不同版本、不同口径（如 2021 年前后的官方数）分列，不连成一条线，口径变化不是森林变化。",
        "A series holds years of one basis only. Products, editions and bases (such as official rates before and after 2021) stand apart and are never chained: a change of basis is not "
        "a change of forest.",
    ),
    "trend_one_year": ("各口径都只有一个年份，不能得出变化。", "Every basis has one year only: no change can be told."),
    "t_trend": ("历年森林覆盖率（{series}，{reading}）", "Forest cover by year ({series}, {reading})"),
    "t_trend_all": ("历年森林覆盖率", "Forest cover by year"),
    "trend_note": (
        "每年变化及其 95 % 区间；“按此速度达标”以该系列的末年为起点。",
        "Change a year with its 95 % interval; the year of meeting the target counts from the last year of the series.",
    ),
    "pace_regression": (
        "三年以上用直线回归，区间含年际波动。",
        "From three years on by a straight line; the interval holds the scatter between years.",
    ),
    "pace_two_samples": (
        "两个年份各有独立样本，区间由两者的抽样误差得出。",
        "Two years with samples of their own: the interval comes from both sampling errors.",
    ),
    "pace_two_years": ("只有两个年份，没有区间，外推只供参考。", "Two years only: no interval, and an extrapolation is a hint only."),
    "series_by_sample": ("{product}（样本校正）", "{product} (by sample)"),
    "official": ("官方数", "official"),
    "met_between": ("约 {year} 年（{low}–{high} 年）", "about {year} ({low}–{high})"),
    "met_no_interval": ("约 {year} 年（无区间，仅供参考）", "about {year} (no interval: a hint only)"),
    "state_met": ("已达到", "met already"),
    "state_not_estimable": ("不可估计", "not estimable"),
    "state_no_target": ("无目标", "no target"),
    "sample_change": (
        "样本 {sample}（同一批样点 {first}、{last} 两年判读）：{zone}森林面积变化 {area} hm²（95 % 区间 {low} 至 {high} hm²），平均每年 {yearly} hm²（{low_yr} 至 {high_yr} hm²）。",
        "Sample {sample} (the same points read for {first} and {last}): forest of {zone} changed by {area} hm² (95 % interval {low} to {high} hm²), or {yearly} hm² a year "
        "({low_yr} to {high_yr} hm²).",
    ),
    # change
    "change_how": (
        "同一产品两个年份逐像元比较。增减包括分类误差：两年的错分会表现为虚假的增减，没有样本时不能当作真实变化。",
        "Two years of one product, cell by cell. Gain and loss hold classification errors: what is misread in either year shows as change that never was, and without a sample it must not be "
        "taken as real.",
    ),
    "t_forest_change": ("森林增减（{product}，{first}–{last} 年）", "Gain and loss of forest ({product}, {first}–{last})"),
    "t_change": (
        "{zone}：面积最大的地类变化（{product}，{first}–{last} 年）",
        "{zone}: largest changes between classes ({product}, {first}–{last})",
    ),
    "t_change_all": ("地类变化矩阵", "Change matrix"),
    "change_margin": (
        "两年不在同一格网上，变化矩阵的合计与各年自身面积最多相差 {area} hm²。",
        "The years do not share a lattice: the matrix and each year's own areas differ by up to {area} hm².",
    ),
    # tasks
    "tasks_greening_space": (
        "全市差距按各县适宜绿化空间的比例分解（规则 greening_space，可在配置中改为按百分点均摊或按给定比例）。",
        "The gap of the whole area is shared in proportion to each county's suitable greening space (rule greening_space; equal points or given shares can be configured).",
    ),
    "tasks_equal_points": (
        "全市差距按相同百分点分解到各县（规则 equal_points）。",
        "The gap is shared as equal percentage points (rule equal_points).",
    ),
    "tasks_given": ("全市差距按给定比例分解到各县（规则 given）。", "The gap is shared by given shares (rule given)."),
    "tasks_none": (
        "没有分县任务：没有目标，或各口径都已达到目标。",
        "There are no tasks: no target, or it is reached on every basis.",
    ),
    "tasks_not_shared": (
        "有差距，但不能分解到县：没有适宜绿化空间可作比例，或一张图缺县。",
        "There is a gap that cannot be shared: no greening space to share it by, or counties missing in the one-map.",
    ),
    "tasks_main": (
        "按 {edition}（{basis}），全市尚差 {area} hm²（{wanmu} 万亩）。",
        "By {edition} ({basis}) the whole area is {area} hm² ({wanmu} × 10⁴ mu) short.",
    ),
    "stands_on_census": ("一张图", "one-map"),
    "stands_on_sample": ("样本校正面积", "area adjusted by a sample"),
    "stands_on_map": ("图上面积", "map area"),
    "t_tasks": ("分县任务（{edition}）", "Tasks by county ({edition})"),
    "t_tasks_all": ("分县任务（全部口径）", "Tasks by county (all bases)"),
    "tasks_note": (
        "各县任务之和等于全市差距（进到 0.01 hm²）。适宜绿化空间为灌木、疏林未成林迹地、草地和裸地中坡度适宜者，未扣除永久基本农田、基本草原等未提供的图层，只是上限。"
        "“超出空间”为任务大于空间的部分。",
        "Tasks add up to the gap (rounded up to 0.01 hm²). Greening space is shrub, open woodland and cut land, grass and bare land of a suitable slope; layers that were not supplied (permanent "
        "farmland, basic grassland …) are not taken off: an upper limit. Beyond space: the part of a task for which there is no room.",
    ),
    "tasks_map_note": ("图上面积带有未经检验的偏差，任务只供参考。", "Map areas carry a bias nobody has measured: tasks are a guide only."),
    # plan
    "plan_how": (
        "要使结论由“无法判定”变为达标或未达标，所需样点数按 Neyman 分配计算：若真值就是现在的估计，有 {power} 的机会使达标概率越过 {sure} 的判定线。",
        "Points needed to turn “cannot tell” into a verdict, by Neyman allocation: should the estimate be the truth, the sample decides with a chance of {power} at a probability of {sure}.",
    ),
    "plan_settled": (
        "已有数据可以判定，不需要补充样本；各产品的测算见 tables.xlsx。",
        "The data at hand decide; no points are needed. The reckoning for each product is in tables.xlsx.",
    ),
    "plan_together": ("{names}合计", "{names} together"),
    "plan_main_feasible": (
        "{zone}（{edition}，现为 {pct}，目标 {target}）：需再补 {points} 个样点，使标准误降到 {se} 个百分点。",
        "{zone} ({edition}, now {pct}, target {target}): {points} more points bring the standard error down to {se} points.",
    ),
    "plan_main_too_many": (
        "{zone}（{edition}，现为 {pct}，目标 {target}）：离目标太近，须把标准误降到 {se} 个百分点，抽样难以做到；下表按上限列出 {points} 个样点，可缩小区间，结论宜以一张图为准。",
        "{zone} ({edition}, now {pct}, target {target}) is too near the target: a standard error of {se} points would be needed, more than sampling can give. The {points} points below narrow the "
        "interval; the one-map should decide.",
    ),
    "plan_main_on_target": (
        "{zone}（{edition}）：估计值正好等于目标（{target}），任何样本都难以判定，宜以一张图为准。",
        "{zone} ({edition}): the estimate lies on the target ({target}); no sample will decide, the one-map should.",
    ),
    "plan_main_unknown_land": (
        "{zone}（{edition}）：无数据的土地比离目标（{target}）的差距还大，无论抽多少样点都不能判定；请先补齐数据。",
        "{zone} ({edition}): land without data is more than the distance to the target ({target}); no number of points decides. Bring the data first.",
    ),
    "plan_note": (
        "“假定的森林比例”决定各层所需点数：没有样本时为分析假定 [A]，有样本时取自样本。距离按现有估计计，估计本身有偏差，点数只是起点。",
        "The assumed share of forest sets the points of a stratum: an assumption [A] before any sample, taken from the sample after. The distance is that of the present estimate, itself biased: a "
        "start, not a promise.",
    ),
    "plan_files": (
        "样点、导航用 KML 和外业记录表在 sample/ 文件夹；填好“是否森林”后在配置 cover.samples 中指向该文件夹即可得出结论。",
        "Points, a KML for navigation and a field sheet are in the folder sample/; once filled in, name that folder under cover.samples and run again.",
    ),
    "t_plan": ("补充样点（{edition}）", "Points to add ({edition})"),
    "t_plan_all": ("补充样本方案", "Sample plan"),
    "stratum_forest": ("图上森林", "forest on the map"),
    "stratum_other": ("图上其他", "the rest"),
    "assumption_sample": ("取自样本", "from the sample"),
    "assumption_assumed": ("假定 [A]", "assumed [A]"),
    "plan_decided": ("已可判定", "decided"),
    "plan_feasible": ("可行", "feasible"),
    "plan_too_many": ("点数过多", "too many"),
    "plan_unknown_land": ("无数据的土地过多", "too much land without data"),
    "plan_on_target": ("正在目标上", "on the target"),
    "t_classes": ("{zone}地类面积（{edition}）", "Area by land class, {zone} ({edition})"),
    "t_classes_all": ("地类面积", "Area by land class"),
    "classes_note": (
        "面积为 0 的地类未列；“未知”为无数据的土地，不计入任何地类。",
        "Classes without area are left out; unknown is land without data and counts in no class.",
    ),
}

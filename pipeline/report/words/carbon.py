"""Wetland and carbon."""

WORDS: dict[str, tuple[str, str]] = {
    # wetland
    "t_wetland": ("湿地与水域面积（{edition}）", "Wetland and water ({edition})"),
    "t_wetland_all": ("湿地与水域面积", "Wetland and water"),
    "wetland_main": (
        "据 {edition}土地覆盖，{zone}湿地 {wetland} hm²、水域 {water} hm²。{rate}",
        "By {edition} land cover, {zone} has {wetland} hm² of wetland and {water} hm² of water. {rate}",
    ),
    "wetland_rate": ("湿地保护率 {rate}。", "Of the wetland {rate} is protected."),
    "wetland_no_rate": (
        "没有可用的自然保护地图层或湿地面积为 0，湿地保护率留空。",
        "Without a layer of protected areas, or with no wetland seen, the protected share stays blank.",
    ),
    "wetland_zero": (
        "这里的 0 hm² 表示所用数据看不到，不表示没有；不得引用为湿地、水域面积。",
        "Here 0 hm² means not visible in the data, not absent; it must not be quoted as an area of wetland or water.",
    ),
    "wetland_limit": ("数据说明：{limit}", "On the data: {limit}"),
    # carbon
    "t_carbon": ("碳储量（{edition}，{route}）", "Carbon stock ({edition}, {route})"),
    "t_carbon_all": ("碳储量汇总", "Carbon stock"),
    "t_pools": (
        "{zone}分地类、分碳库碳储量（{edition}，{route}；万tC）",
        "Carbon stock by class and pool, {zone} ({edition}, {route}; 10⁴ tC)",
    ),
    "t_pools_all": ("分地类、分碳库碳储量", "Carbon stock by class and pool"),
    "t_gaps": ("{zone}没有计入的碳库（{edition}，{route}）", "Pools that are not counted, {zone} ({edition}, {route})"),
    "t_density": ("本次用到的碳密度参数", "Carbon densities used"),
    "t_density_all": ("碳密度参数与来源", "Carbon densities and sources"),
    "carbon_how": (
        "碳储量为地类面积乘以碳密度，按地上、地下生物量、枯死木、枯落物和土壤有机碳五个碳库计。区间为 {draws} 次蒙特卡罗抽样的 2.5 % 和 97.5 % "
        "分位数；同一参数每次只抽一次，用于该地类全部面积。这一区间只反映参数的不确定性，不含土地覆盖分类误差，各行区间不能相加。",
        "Stock is class area times carbon density, in five pools: above- and below-ground biomass, dead wood, litter and soil organic carbon. Intervals are "
        "the 2.5 and 97.5 percentiles of {draws} Monte Carlo draws; a parameter is drawn once per draw for all land of its class. They tell the uncertainty of "
        "the parameters only, not of the land cover, and intervals of rows must not be added.",
    ),
    "carbon_limit": ("数据说明：{limit}", "On the data: {limit}"),
    "pools_note": (
        "“—”表示该碳库没有参数或不计（见“没有计入的部分”）；面积为 0 的地类未列；带区间的分项见 tables.xlsx。",
        "“—”: the pool has no factor or is not counted (see “What is not counted”). Classes without area are left out; intervals by pool are in tables.xlsx.",
    ),
    "gap_intro": (
        "下列碳库没有可引用的数值或按约定不计，一律不填补：{zone}没有生物量参数的土地 {biomass} hm²，没有土壤有机碳参数的土地 {soc} hm²。",
        "These pools have no citable value or are left out by convention, and nothing is filled in: in {zone} {biomass} hm² have no biomass factor and {soc} hm² no soil factor.",
    ),
    "soc_intro": (
        "所用版本对结果影响很大，引用时须写明：{notes}。",
        "The edition used changes the result a good deal and must be quoted: {notes}.",
    ),
    "density_mean_note": (
        "为该类土地上有数值部分的平均；所用参数逐一列在 carbon/factors.csv 和 tables.xlsx。",
        "Means over the land of each class that has a value; every parameter is in carbon/factors.csv and tables.xlsx.",
    ),
    "density_note": (
        "区间为 2.5 % 和 97.5 % 分位数；上下限与数值相同的，数值没有给出区间。只列本区有面积的地类；按约定为 0 的和空缺的不列，全部参数见 tables.xlsx。",
        "Ranges are 2.5 and 97.5 percentiles; where they equal the value, it has no range. Classes with area only, without those that are zero by convention or a gap; all are in tables.xlsx.",
    ),
    # carbon: routes, areas of a sample, spread, factors
    "h_routes": ("各方法适用的土地", "Land by route"),
    "routes_how": (
        "配置了多种方法：每块土地用优先次序中第一种可用的方法，后面的方法补缺，汇总为“综合法”的结果。另按每种方法单独计算一次，即假设只用该方法；各结果互为替代，不得相加。"
        "生物量按小班组（地类代码、属性与单位蓄积级相同）的平均蓄积计算，不是逐小班。土壤有机碳与方法无关。",
        "Several routes are configured: each hectare goes to the first of them that can serve it, later ones fill the gaps, and together they are the account “mixed”. "
        "Each route has an account of its own beside it, as if it alone were used; accounts are alternatives and must not be added. Growing stock is the "
        "mean of groups of parcels alike in code, attributes and class of stock per hectare, not each parcel’s own. Soil does not depend on the route.",
    ),
    "t_accounts": ("{zone}各数据、各方法的碳储量对照", "Carbon stock by product and route, {zone}"),
    "accounts_note": (
        "各行互为替代，不得相加；某种方法或数据不能计算的土地列为“无生物量参数的面积”，其储量不可与其他行直接比较。",
        "Rows are alternatives and must not be added. Land that a route or product alone cannot serve has no biomass factor there, so its total is not to be compared with others.",
    ),
    "t_routes": ("{zone}各地类所用方法（{edition}）", "Land by class and route, {zone} ({edition})"),
    "t_routes_all": ("各方法适用的土地", "Land by class and route"),
    "routes_note": ("占该地类面积的百分比。", "Shares are of the class."),
    "route_none": ("没有可用的方法", "no route can serve it"),
    "t_unserved": ("各方法不能适用的面积及原因", "Why routes could not serve land"),
    "unserved_note": ("每种方法单独看；同一土地可能由别的方法计算。", "Each route by itself; another may have served the same land."),
    "unserved_no_class_value": ("该地类没有生物量参数", "the class has no biomass value"),
    "unserved_zero_growing_stock": (
        "记录蓄积为 0（幼树、灌木等，不等于没有生物量）",
        "recorded growing stock is 0 (saplings, shrubs: not the same as no biomass)",
    ),
    "unserved_species_unknown": ("树种空白或代码未知", "species blank or of an unknown code"),
    "unserved_species_for_produce": ("经济林树种，不用蓄积法", "grown for produce, no volume route"),
    "unserved_factor_gap": ("该树种或该级没有参数（空缺）", "no factor for the species or class (a gap)"),
    "unserved_factor_unchecked": ("参数待核对，未启用", "factors to be checked before use, off"),
    "unserved_no_layer_value": ("生物量图无值", "the biomass map has no value"),
    "no_range": (
        "{zone}：碳储量的 {share} 依据没有区间的数值（图层或参数），上列区间不含这一部分（{edition}，{route}）。",
        "{zone}: {share} of the stock stands on numbers without a range (layers or factors); the intervals above do not hold it ({edition}, {route}).",
    ),
    "areas_fixed": (
        "没有可用的参考样本（或样本不按通用地类），地类面积按图取定值：区间不含土地覆盖分类误差。",
        "Without a reference sample by the common classes, class areas are those of the map and fixed: intervals do not hold errors of the land cover.",
    ),
    "areas_drawn": (
        "有参考样本：下表另按误差矩阵抽取地类面积，给出校正面积上的碳储量，其区间同时含分类误差和参数误差；按图面积的数值并列，二者不得混用。",
        "With a reference sample, class areas are also drawn from its error matrix: the stock on adjusted areas, whose interval holds errors of the map and of the "
        "parameters. The stock on mapped areas stands beside it; the two are not to be mixed.",
    ),
    "t_adjusted": ("按图面积与按样本校正面积的碳储量（{edition}，{route}）", "Stock on mapped and on adjusted areas ({edition}, {route})"),
    "adjusted_note": ("县级校正值只在按县抽样时给出。", "Counties have an adjusted value only where they were sampled for themselves."),
    "adjusted_measured": (
        "有实测图层（生物量、土壤碳）的部分按图上该类土地的平均密度换算；图上错分的土地也在这一平均之中，校正值因此有偏差，区间不含这一偏差。",
        "Where layers were measured (biomass, soil), the mean over land mapped as the class is applied to the adjusted area; what the map got wrong is in that mean, so "
        "the adjusted stock is biased, and no interval holds the bias.",
    ),
    "h_variance": ("不确定性从何而来", "Where the uncertainty comes from"),
    "variance_how": (
        "各来源轮流变化、其余按配置不变时的方差，按占比列出：地类面积（有样本时按误差矩阵抽取）、碳密度参数、土壤碳表的版本（2006 与 2019 各半）、方法"
        "（各方法轮流居首）。版本与方法是选择而不是抽样，储量的区间不含它们。",
        "The variance when each source in turn varies and the others stand as configured, as shares: class areas (drawn from the error matrix where there is a sample), "
        "density parameters, the edition of the soil table (2006 and 2019 equally likely) and the route (each one first in turn). Edition and route are choices, "
        "not draws: the intervals of stocks do not hold them.",
    ),
    "t_variance": ("{zone}不确定性的来源与误差传播核对", "Sources of uncertainty and check by error propagation, {zone}"),
    "t_variance_all": ("不确定性的来源与误差传播核对", "Sources of uncertainty and check by error propagation"),
    "variance_note": (
        "半宽为 95 % 区间宽度的一半；误差传播为 IPCC 方法 1（各参数独立，同一参数的土地完全相关）。两者之差反映分布的偏斜与乘积项。",
        "Half-widths are of the 95 % interval; error propagation is IPCC Approach 1 (parameters independent, land of one parameter fully correlated). They differ by "
        "skewness and products.",
    ),
    "overrides_intro": (
        "下列参数由用户自有数值替换（carbon.overrides），计算按自有数值。",
        "These factors were replaced by the user’s own (carbon.overrides).",
    ),
    "t_overrides": ("自有参数与被替换的参数", "Own factors and those they replaced"),
    "t_factors": ("碳储量所用的全部参数", "Every factor behind the stocks"),
    "t_density_of": ("本次用到的碳密度（{route}；{edition}）", "Carbon densities used ({route}; {edition})"),
    "soil_stands_on": (
        "土壤有机碳依据：{edition}，深度 0–{depth} cm；{zone}。",
        "Soil organic carbon stands on {edition}, depth 0–{depth} cm; {zone}.",
    ),
    "zone_layer": ("气候区取自图层 climate_zone", "climate zones are those of the layer climate_zone"),
    "zone_assumed": ("没有气候区图层，全区按{zone}计 [A]", "without a layer of climate zones all land is taken as {zone} [A]"),
    "col_share_of_class": ("占该地类", "Share of class"),
    "col_why": ("原因", "Reason"),
    "col_map_stock": ("按图面积", "On mapped areas"),
    "col_no_range": ("没有区间的部分", "Without a range"),
    "col_soil_by": ("土壤碳依据", "Soil stands on"),
    "col_adjusted_stock": ("按校正面积", "On adjusted areas"),
    "col_part_area": ("地类面积", "Areas"),
    "col_part_density": ("碳密度", "Densities"),
    "col_part_soc_edition": ("土壤碳版本", "Soil edition"),
    "col_part_route": ("方法选择", "Choice of route"),
    "col_half_draws": ("抽样半宽", "Half-width, draws"),
    "col_half_simple": ("误差传播半宽", "Half-width, propagation"),
    "col_apart": ("相差", "Difference"),
    "col_factor": ("因子", "Factor"),
    "col_own_value": ("自有数值", "Own value"),
    "col_own_range": ("自有区间", "Own range"),
    "col_own_source": ("自有出处", "Own source"),
    "col_old_value": ("原数值", "Replaced value"),
    "col_old_range": ("原区间", "Replaced range"),
    "col_old_source": ("原出处", "Replaced source"),
    "col_parameter": ("参数", "Parameter"),
    "col_applies_to": ("适用", "Applies to"),
    "col_low_value": ("下限", "Low"),
    "col_high_value": ("上限", "High"),
    "col_distribution": ("分布", "Distribution"),
    "distribution_lognormal": ("对数正态", "lognormal"),
    "distribution_normal": ("正态", "normal"),
    "distribution_triangular": ("三角", "triangular"),
    "distribution_fixed": ("固定值", "fixed"),
    "col_overridden": ("已替换", "Replaced"),
    "sheet_routes": ("各方法所用土地", "Land by route"),
    "sheet_variance": ("不确定性来源", "Uncertainty"),
    "sheet_factors": ("全部参数", "Factors"),
    "sheet_overrides": ("自有参数", "Own factors"),
    "role_volume_factors": ("蓄积与生物量因子表", "factors of growing stock and biomass"),
    "role_species": ("树种表", "species"),
    "role_soc_factors": ("土壤碳因子表", "soil carbon factors"),
    "role_overrides": ("自有因子表", "own factors"),
    # carbon: change, potential, value
    "span": ("{product} {first}–{last} 年", "{product} {first}–{last}"),
    "h_stock_change": ("碳储量变化", "Change of carbon stock"),
    "h_restoration": ("生态保护修复碳汇成效", "Carbon of restored land"),
    "h_space": ("适宜绿化空间", "Suitable greening space"),
    "h_removal": ("造林碳汇潜力", "Removals by new forest"),
    "h_ccer": ("可能符合 CCER 造林碳汇方法学的土地", "Land that CCER afforestation may count"),
    "h_value": ("碳汇价值（统计值）", "Value of carbon (a statistic)"),
    "change_one_year": (
        "只有一个年份的土地覆盖，不能计算碳储量变化。",
        "There is one year of land cover only, and no change of stock can be told.",
    ),
    "stock_change_how": (
        "两期储量之差（IPCC 2006 式 2.5），按同一次抽样相减：未变化的土地完全抵消，区间是差值的区间。两期都有参数的碳库才比较；只有一期有参数的储量（如转为建设用地"
        "后土壤碳空缺）单列，不计增减。净吸收为正表示吸收。",
        "The difference of two years' stocks (IPCC 2006 eq. 2.5), subtracted draw by draw: land that did not change cancels and the interval is that of the "
        "difference. Only pools with a value in both years are compared; stock with a value in one of them (soil under land that was built up) stands apart and "
        "is neither gain nor loss. A positive net sink is uptake.",
    ),
    "change_long_run": (
        "地类均值法把新增森林按现有森林的平均密度一次计足，所示为土地保持现状时的长期变化，不是当年的碳汇量；年均值只是除以年数。",
        "Class means give new forest the density of mean forest at once: what is shown is the change in the long run if the land stays so, not the uptake of those "
        "years; the yearly figure is that divided by the years.",
    ),
    "change_more": (
        "{span}，{zone}碳储量（{route}，两期都有参数的部分）增加 {change} 万tC（95 % 区间 {low}–{high}{parts}），折合年均净吸收 {sink} 万tCO2（长期变化，不是当年碳汇）。",
        "{span}: the stock of {zone} ({route}, pools known in both years) rose by {change} × 10⁴ tC (95 % interval {low}–{high}{parts}), or {sink} × 10⁴ tCO2 a year (a change in "
        "the long run, not the uptake of those years).",
    ),
    "change_less": (
        "{span}，{zone}碳储量（{route}，两期都有参数的部分）减少 {change} 万tC（95 % 区间 {low}–{high}{parts}），折合年均净吸收 {sink} 万tCO2（负值为排放）。",
        "{span}: the stock of {zone} ({route}, pools known in both years) fell by {change} × 10⁴ tC (95 % interval {low}–{high}{parts}), or a net sink of {sink} × 10⁴ tCO2 a year "
        "(negative: an emission).",
    ),
    "change_parts": ("；其中地类转移使之增加 {gain}、减少 {loss} 万tC", "; transitions gained {gain} and lost {loss} × 10⁴ tC"),
    "pools_none": ("全部未比较", "none compared"),
    "change_open": (
        "{span}，{zone}（{route}）：没有两期都能比较的碳库，变化留空。",
        "{span}, {zone} ({route}): no pool can be compared in both years, the change stays blank.",
    ),
    "t_stock_change": ("碳储量变化（{span}，{route}）", "Change of carbon stock ({span}, {route})"),
    "t_stock_change_all": ("碳储量变化", "Change of carbon stock"),
    "t_transition": ("{zone}按地类转移的碳储量变化（{span}）", "Change by transition, {zone} ({span})"),
    "t_transition_all": ("按地类转移的碳储量变化", "Change by transition"),
    "change_note": (
        "区间只反映碳密度参数的不确定性，不含分类误差，也不含没有给出区间的数值；两期的分类误差可使变化面积严重失真。“不可比储量”只有一期有参数，不是变化。",
        "Intervals tell the uncertainty of density parameters only, those without a range left out; errors of the two maps may distort changed areas a good deal. One-sided stock has a value in one "
        "year only and is no change.",
    ),
    "transition_note": ("未列地类不变的土地；全部见 tables.xlsx。", "Land that stayed what it was is left out; all is in tables.xlsx."),
    "method_transitions": ("逐像元对照", "cell by cell"),
    "method_net_areas": ("地类净面积", "net class areas"),
    "t_restoration": ("生态保护修复范围修复前后", "Restored land before and after"),
    "t_restoration_of": ("生态保护修复范围修复前后（{span}，{route}）", "Restored land before and after ({span}, {route})"),
    "restoration_none": (
        "没有生态保护修复图斑（图层 restoration）或只有一个年份，不能给出修复前后的变化。",
        "Without polygons of restored land (layer restoration), or with one year only, before and after cannot be told.",
    ),
    "space_how": (
        "备选地类为疏林等其他林地、一般灌木、草地和裸土地（见地类定义表）；排除耕地、园地、建设用地、水域、湿地和现有森林，以及永久基本农田、基本草原、自然保护地、"
        "生态保护红线和城镇开发边界。坡度 ≤ 25° 造林，25–35° 封山育林和灌木，> 35° 只封育 [A]。遥感图分不出退化草地、盐碱地和裸岩，也没有土层厚度，结果是上限，须实地核实。",
        "Candidates are other forest land, ordinary shrub, grass and bare soil (table of definitions); cropland, orchard, built land, water, wetland and forest are out, "
        "and so are permanent basic farmland, basic grassland, protected areas, the ecological redline and the urban growth boundary. Slopes up to 25° are planted, 25–35° "
        "closed or planted with shrub, above 35° closed only [A]. A map tells neither degraded grass nor saline land nor rock, and soil depth is not known: a ceiling, to be "
        "checked in the field.",
    ),
    "greening_none": ("没有备选地类的面积。", "There is no land of a candidate class."),
    "greening_main": (
        "据 {edition}土地覆盖，{zone}适宜绿化空间 {space} hm²（{wanmu} 万亩{bounds}）：{parts}。图上分不出的非退化草地、盐碱地和裸岩没有扣除。",
        "By {edition} land cover, {zone} has {space} hm² of suitable greening space ({wanmu} × 10⁴ mu{bounds}): {parts}. Grass in good state, saline land and rock, which "
        "a map does not tell, are not taken off.",
    ),
    "greening_bounds": ("；因图层未交叉，在 {low}–{high} hm² 之间", "; between {low} and {high} hm², as some layers are not crossed"),
    "greening_crossed": ("已与地类、坡度交叉并扣除：{layers}。", "Crossed with class and slope and taken off: {layers}."),
    "greening_evenly": (
        "只知占地类的面积，按份额均匀扣除 [A]，界限为任何重叠情形：{layers}。",
        "Known by class alone and taken off evenly by their share [A]; the bounds hold however they lie: {layers}.",
    ),
    "greening_absent": ("缺少图层，未扣除：{layers}。", "Layers that are not there; nothing taken off: {layers}."),
    "space_layer_pbf": ("永久基本农田（pbf）", "permanent basic farmland (pbf)"),
    "space_layer_basic_grassland": ("基本草原（basic_grassland）", "basic grassland (basic_grassland)"),
    "space_layer_protected_area": ("自然保护地（protected_area）", "protected areas (protected_area)"),
    "space_layer_eco_redline": ("生态保护红线（eco_redline）", "ecological redline (eco_redline)"),
    "space_layer_ugb": ("城镇开发边界（ugb）", "urban growth boundary (ugb)"),
    "one_of": ("{ways}之一（坡度不能分清）", "one of {ways} (the slope does not tell)"),
    "way_unknown": ("坡度不明", "slope not known"),
    "growth": ("线性生长", "straight line of growth"),
    "growth_temperate_continental_forest": ("温带大陆性森林", "temperate continental forest"),
    "growth_temperate_mountain_forest": ("温带山地森林", "temperate mountain forest"),
    "slope_unknown": ("不明", "not known"),
    "t_space": ("适宜绿化空间（{edition}）", "Suitable greening space ({edition})"),
    "t_space_class": ("{zone}适宜绿化空间，按地类和坡度（{edition}）", "Suitable greening space by class and slope, {zone} ({edition})"),
    "t_space_all": ("适宜绿化空间", "Suitable greening space"),
    "space_note": (
        "下限、上限为未交叉图层以任何方式重叠时的界限，可以相加，但不是区间。",
        "Low and high are bounds for any way in which layers that are not crossed may lie; they may be added and are no interval.",
    ),
    "space_class_note": ("“地类面积”为该坡度带内的备选地类。", "Land of the class is that within the slope band."),
    "removal_none": (
        "没有设定造林情景（carbon.potential.scenarios）或没有适宜绿化空间，不计算碳汇潜力。",
        "Without scenarios (carbon.potential.scenarios) or greening space no removals are told.",
    ),
    "removal_how": (
        "按线性生长计：{growth}（{source}）[{label}]。没有可引用的生长曲线参数 [gap]，不编造；区间为生长量公布范围（[A] 作三角分布）的 2.5 % 和 97.5 % 分位数。封育土地没有可引用的生长量，不计。",
        "A straight line of growth: {growth} ({source}) [{label}]. Parameters of growth curves are a gap and none is made up. Intervals are the 2.5 and 97.5 percentiles of the published "
        "range (a triangle [A]). No growth is cited for land under closure; it is not counted.",
    ),
    "scenario_text": (
        "{name}：{first}–{last} 年逐年等量造林，共占可造林空间的 {share} % [A]。",
        "{name}: planted evenly from {first} to {last}, {share} % of the land that may be planted [A].",
    ),
    "removal_main": (
        "据 {edition}土地覆盖，情景“{scenario}”下{zone}到 {horizon} 年造林 {planted} hm²，累计吸收 {tco2} 万tCO2（95 % 区间 {low}–{high}）；若全部成林，森林覆盖率提高 {pp} 个百分点。{beyond}",
        "By {edition} land cover and the scenario “{scenario}”, {zone} plants {planted} hm² by {horizon} and takes up {tco2} × 10⁴ tCO2 (95 % interval {low}–{high}); were all of "
        "it forest, cover would rise by {pp} points. {beyond}",
    ),
    "removal_beyond": (
        "此时线性生长已超过现有森林的平均密度，结果偏高；按该密度计为 {mean} 万tCO2。",
        "By then the line has run past the mean density of today's forest and is too high; at that density it is {mean} × 10⁴ tCO2.",
    ),
    "removal_never": (
        "以上没有扣除基线、泄漏和非持久性，不是碳信用，也不得与光伏、风电减排量相加。",
        "Baseline, leakage and non-permanence are not taken off: no credits, and not to be added to avoided emissions of PV and wind.",
    ),
    "t_removal": ("{zone}造林碳汇潜力（情景；{edition}）", "Removals by scenario, {zone} ({edition})"),
    "t_removal_all": ("造林碳汇潜力", "Removals by new forest"),
    "removal_table_note": (
        "没有扣除所植土地上现有的植被（见 tables.xlsx）。“按平均密度”为所植土地达到现有森林平均密度时的活生物量。“坡度不明”一行是上限。",
        "What stands on that land today is not taken off (see tables.xlsx). At mean density: its living biomass as today's mean forest. Land whose slope is not known is a ceiling.",
    ),
    "ccer_how": (
        "按 CCER-14-001-V01 造林碳汇（2023 年 10 月首次发布 [K]，须核对是否已有新版）的要素逐条筛查。每条规则单独统计违反、待查和通过的面积；几条规则是否落在同一块地上不得而知，因此给出符合面积的下限（全部通过）和上限（待查的都通过）。"
        "缺少图层的规则为待查，不视为通过。权属、地块、经营等要件须凭材料核实，不在筛查之内。",
        "Land is asked by the elements of CCER-14-001-V01 (first issued in October 2023 [K]; check whether a later version is in force). Every rule by itself gives land that breaks it, keeps it or cannot be told; whether rules meet on the same land is not "
        "known, so eligible land is told by bounds: the least keeps every rule, the most is what remains if all that is unknown turns out well. A rule without its layer is unknown, never passed. Title, plots and practice rest on documents and are not asked here.",
    ),
    "t_ccer": ("{zone}各地类的 CCER 筛查（{edition}）", "CCER screening by class, {zone} ({edition})"),
    "t_ccer_all": ("CCER 筛查", "CCER screening"),
    "t_ccer_rules": ("CCER 筛查规则", "Rules of the screening"),
    "ccer_note": ("规则编号见后表。面积为界限，不是区间。", "Rules are in the table below. Areas are bounds, not intervals."),
    "ccer_out": ("按地类不符合、未列：{classes}。", "Out by the rules, not listed: {classes}."),
    "ccer_test_class_in": ("按地类", "by class"),
    "ccer_test_class_before": ("按前期地类", "by the class before"),
    "ccer_test_inside": ("按图层", "by layer"),
    "ccer_test_outside": ("按图层", "by layer"),
    "ccer_test_document": ("凭材料", "by documents"),
    "value_how": (
        "按 InVEST 公式：价格 {price} 元/tCO2，贴现率 {discount} %，价格变化率 {change} %（正值降低价值）。统计值，不是碳信用，不是收入。",
        "By InVEST's formula: {price} yuan/tCO2, discount {discount} %, rate of change in price {change} % (positive lowers the value). A statistic; neither credit nor income.",
    ),
    "value_none": ("没有可计价的变化或碳汇。", "There is neither change nor removal to value."),
    "valued_change": ("碳储量变化", "change of stock"),
    "t_value": ("碳汇价值（统计值）", "Value of carbon (a statistic)"),
    "col_stock_first": ("前期储量", "Stock, first"),
    "col_stock_last": ("后期储量", "Stock, last"),
    "col_change": ("变化", "Change"),
    "col_stock_gain": ("增加", "Gain"),
    "col_stock_loss": ("减少", "Loss"),
    "col_one_sided": ("不可比储量", "One-sided stock"),
    "col_sink": ("年均净吸收", "Net sink a year"),
    "col_pools_left_out": ("未比较的碳库", "Pools not compared"),
    "col_pools_compared": ("比较的碳库", "Pools compared"),
    "col_year_first": ("前期", "First year"),
    "col_year_last": ("后期", "Last year"),
    "col_compared_by": ("方式", "By"),
    "col_forest_first": ("前期森林", "Forest, first"),
    "col_forest_last": ("后期森林", "Forest, last"),
    "col_space_all": ("合计", "Together"),
    "col_class_land": ("地类面积", "Land of the class"),
    "col_crossed_out": ("扣除（交叉图层）", "Taken off (crossed)"),
    "col_slope": ("坡度（°）", "Slope (°)"),
    "col_treatment": ("绿化方式", "Way of greening"),
    "col_layers_even": ("均匀扣除的图层", "Layers taken off evenly"),
    "col_layers_missing": ("缺少的图层", "Missing layers"),
    "col_scenario": ("情景", "Scenario"),
    "col_horizon": ("到", "By"),
    "col_land_kind": ("土地", "Land"),
    "col_planted": ("造林", "Planted"),
    "col_removal": ("累计吸收", "Removal"),
    "col_removal_yr": ("年均吸收", "Removal a year"),
    "col_added_cover": ("覆盖率提高", "Cover added"),
    "col_stands_now": ("现有植被", "Now standing"),
    "col_mean_forest": ("按平均密度", "At mean density"),
    "col_past_mean": ("超过平均密度", "Past mean density"),
    "col_ccer_state": ("结论", "State"),
    "col_eligible_low": ("符合下限", "Eligible, least"),
    "col_eligible_high": ("符合上限", "Eligible, most"),
    "col_bound_low": ("下限", "Least"),
    "col_bound_high": ("上限", "Most"),
    "col_rules_broken": ("违反", "Broken"),
    "col_rules_open": ("待查", "Open"),
    "col_asked": ("判断方式", "Asked by"),
    "col_valued": ("对象", "Of"),
    "col_worth": ("价值", "Value"),
    "role_greening_rules": ("绿化空间规则表", "rules of greening space"),
    "role_ccer_rules": ("CCER 规则表", "rules of CCER"),
    "role_growth_factors": ("生长量表", "growth"),
    "sheet_stock_change": ("碳储量变化", "Carbon change"),
    "sheet_transition": ("地类转移碳变化", "Change by transition"),
    "sheet_restoration": ("修复成效", "Restored land"),
    "sheet_space": ("适宜绿化空间", "Greening space"),
    "sheet_removal": ("碳汇潜力", "Removals"),
    "sheet_ccer": ("CCER筛查", "CCER screening"),
    "sheet_value": ("碳汇价值", "Value"),
}

"""Carbon: routes, factors, soil; change, potential, value."""

WORDS: dict[str, tuple[str, str]] = {
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
    "carbon_no_range": (
        "{product}：碳储量的 {share:.0f} % 依据的数值（图层或没有区间的参数）未给出不确定性，区间不含这一部分，偏窄。图层的误差可在 carbon.agb_error_pct、"
        "carbon.soc.error_pct 中给出，参数的区间可由自有因子表给出。",
        "{product}: {share:.0f} % of the stock stands on numbers without an uncertainty (layers, or factors without a range); intervals do not hold it and are "
        "too narrow. Declare errors of layers in carbon.agb_error_pct and carbon.soc.error_pct, ranges of factors in the override table.",
    ),
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
}

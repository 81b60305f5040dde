"""Siting: rules, sites, energy, targets, roofs."""

WORDS: dict[str, tuple[str, str]] = {
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

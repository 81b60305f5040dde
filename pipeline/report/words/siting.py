"""Land and sites, their pages and letters."""

WORDS: dict[str, tuple[str, str]] = {
    # siting
    "siting_rules": (
        "按评价日期有效的规则逐条判断。结论的先后为：违反硬性规则即禁止；否则有待查的硬性或有条件规则即待查；否则违反有条件规则即有条件；其余为允许。缺少图层的规则为待查，绝不视为通过。",
        "Rules in force on the day of assessment are asked one by one. A broken hard rule prohibits; failing that, a hard or conditional rule that cannot be answered leaves the "
        "verdict open; failing that, a broken conditional rule makes it conditional; the rest is allowed. A rule without its layer is unknown, never passed.",
    ),
    "t_sites": ("候选场址结论", "Verdicts on candidate sites"),
    "t_sites_size": ("候选场址规模、电量与影响", "Size, energy and losses of candidate sites"),
    "t_sites_all": ("候选场址", "Candidate sites"),
    "with_indicative": ("{verdict}（指示性）", "{verdict} (indicative)"),
    "rule_with_basis": ("{rule} {title}（{basis}）", "{rule} {title} ({basis})"),
    "rule_only": ("{rule} {title}", "{rule} {title}"),
    "rules_count": ("{count} 条", "{count}"),
    "known_of": ("{score}（{count}/{all}）", "{score} ({count}/{all})"),
    "sites_note": (
        "待查规则的名称、依据和所缺图层见表 {number}；每个场址的全部理由见 tables.xlsx。",
        "Names, legal basis and missing layers of the open rules are in table {number}; all reasons of every site are in tables.xlsx.",
    ),
    "shared_note": ("各场址均注：{note}。", "Noted of every site: {note}."),
    "size_note": (
        "点状场址的面积由装机容量和用地指标推算；面状场址没有给定容量时由面积推算。得分为已知准则的加权平均（0–1），括号内为已知准则数／适用准则数，见“得分与排序”。"
        "碳损失只含植被（生物量、枯死木、枯落物），假定场址内全部清除。风电只有机位和道路占地，没有给出占地比例时不计损失。",
        "The area of a point follows from its capacity and the land per MW; the capacity of a polygon from its area where none is given. The score is the weighted mean "
        "of the criteria that are known (0–1), with their number and that of all in brackets, see Scores and ranks. Carbon loss is vegetation only, if all of it were cleared. Wind takes pads and roads only: "
        "without a share of land taken no losses are given.",
    ),
    "site_head": ("{site_id} {name}（{kind}，{county}）", "{site_id} {name} ({kind}, {county})"),
    "site_says": ("结论：{verdict}。{hard}{conditional}{unknown}", "Verdict: {verdict}. {hard}{conditional}{unknown}"),
    "site_hard": ("违反硬性规则：{rules}。", "Hard rules broken: {rules}. "),
    "site_conditional": ("触及有条件规则：{rules}。", "Conditional rules met: {rules}. "),
    "site_unknown": ("待查规则 {count} 条，见表 {number}。", "{count} rules cannot be answered, see table {number}. "),
    "site_note": ("备注：{note}。", "Note: {note}."),
    "t_reasons": ("{site_id} 触及的规则", "Rules that {site_id} breaks"),
    "t_reasons_all": ("场址理由", "Reasons by site"),
    "sites_cut": (
        "逐个场址的理由只列前 {most} 个场址，共 {count} 个；每个场址的核查意见见 site_opinions.docx，全部理由见 tables.xlsx。",
        "Reasons are given for the first {most} of {count} sites; site_opinions.docx has an opinion on each, tables.xlsx all reasons.",
    ),
    "outside_area": ("区域外", "outside the area"),
    "t_missing": ("待查的规则、依据与所需图层", "Rules that cannot be answered, their basis and the layer each needs"),
    "missing_intro": (
        "下列规则因缺少图层或图层在场址处没有数据而无法回答。请按“所需图层”提供数据，在配置文件 layers 一节登记后重算。",
        "These rules cannot be answered because a layer is missing or has no data at the site. Bring the layers named, list them under `layers` in the configuration, and run again.",
    ),
    "t_notes": ("提示性规定", "Notes"),
    "notes_intro": (
        "下列规定不作空间判定，申报时须逐项核对。",
        "These are not tested on the map and have to be checked one by one in an application.",
    ),
    "t_potential": ("{kind}：土地结论与装机", "{kind}: land by verdict and capacity"),
    "t_potential_all": ("土地与装机潜力", "Land and capacity"),
    "energy_land": ("{zone} {share} %", "{zone} {share} %"),
    "energy_land_part": (
        "下列地区的年发电量只是资源已知的那部分允许土地的（占允许土地的比例）：{zones}。",
        "Energy is that of allowed land whose resource is known (share of allowed land): {zones}.",
    ),
    "energy_land_blank": (
        "下列地区资源已知的土地不足允许土地的 95 %，年发电量留空（已知比例）：{zones}。",
        "Energy is blank where the resource is known on less than 95 % of the allowed land (share known): {zones}.",
    ),
    "col_energy_land": ("年发电量所计土地占允许土地", "Share of allowed land whose energy is counted"),
    "potential_how": (
        "装机 = 允许面积 × 可用比例 ÷ 单位用地：{kind}单位用地 {density} hm²/MW，可用比例 {share}。1 万千瓦 = 10 MW。",
        "Capacity = allowed land × usable share ÷ land per MW; {kind}: {density} hm²/MW, usable share {share}.",
    ),
    "h_areas": ("连片候选区域", "Candidate areas"),
    "t_areas": ("{kind}：排名靠前的连片候选区域", "{kind}: the best contiguous areas"),
    "t_areas_all": ("连片候选区域", "Candidate areas"),
    "sheet_areas": ("候选区域", "Areas"),
    "areas_main": (
        "{kind}：县界内不小于 {least} hm² 的连片土地有{counts}。待查的只列现有资料没有查到不利规定的土地，补齐图层后可能缩小。",
        "{kind}: contiguous land of at least {least} hm² within the counties: {counts}. Land to be checked is land with nothing known against it; it may "
        "shrink as layers come.",
    ),
    "areas_count": ("{zoning} {count} 处", "{count} {zoning}"),
    "areas_none": ("{kind}：没有不小于 {least} hm² 的连片土地。", "{kind}: there is no contiguous land of at least {least} hm²."),
    "areas_how": (
        "先按分区，再按排序分排名：排序分 = 得分（已知优选规则的满足比例）× 可装机 ÷ {full} MW，装机超过 {full} MW 的不再加分。紧凑度为面积与最小外接圆面积之比（圆为 1，方形约 0.64）。边界见 siting/candidate_areas.gpkg。",
        "Ranked by zoning, then by score (share of the known soft rules kept) times capacity over {full} MW, beyond which size does not count. Compactness: area "
        "over that of the smallest circle round it (a disc 1, a square 0.64). Outlines are in siting/candidate_areas.gpkg.",
    ),
    "areas_left": (
        "另有{zoning} {left} 处（{area} hm²）未列入任何表（siting.most_candidate_areas）。",
        "{left} more, {zoning} ({area} hm²), are in no table (siting.most_candidate_areas).",
    ),
    "areas_counties": ("{county}等 {count} 县", "{county} and others, {count} counties"),
    "col_area_id": ("区域", "Area"),
    "col_zoning": ("分区", "Zoning"),
    "col_area_inside": ("县界内面积", "Land within the counties"),
    "col_area_cells": ("像元面积", "Area of its cells"),
    "col_resource": ("平均资源", "Mean resource"),
    "col_compactness": ("紧凑度", "Compactness"),
    "col_rank_score": ("排序分", "Ranked by"),
    "col_lon_lat": ("区域内一点（经度, 纬度）", "A point in it (lon, lat)"),
    "t_capacity_target": ("土地和候选场址的容量与规划目标", "Capacity of land and sites against the plan"),
    "capacity_target_intro": (
        "评估年为 {year} 年。规划只给出全市的光伏、风电装机目标；县一级除写明规模的项目外没有数字，留空，不分摊。现有装机没有数据，本节不判断目标是否完成。",
        "Assessed in {year}. The plan has targets for the whole area alone; but for projects whose size it gives, counties have no number: those cells stay blank and nothing is shared out. What is built is in no layer, so whether a target is met is not told.",
    ),
    "capacity_target_note": (
        "允许：允许土地的装机；放开有条件：加上有条件的土地；全部放开：再加上待查的土地，是上限。占目标只按允许土地计。没有年份的数字是规划写明的项目规模。候选场址不含示例。分散式风电、屋顶、光储、抽水蓄能没有单独的土地统计。",
        "Allowed: capacity of allowed land; with conditional land; with open land as well, a ceiling. The share of the target is that of allowed land. A number without a year is the size of a project the plan names. Example sites are not among the candidate sites. Distributed wind, roofs, storage and pumped storage have no land of their own here.",
    ),
    "t_capacity_words": ("规划目标对照说明", "Against the plan, in words"),
    "t_rooftop": ("建筑屋顶与可铺组件面积", "Roofs and what of them can carry modules"),
    "t_rooftop_county": ("各县屋顶（各类合计）", "Roofs by county, all classes"),
    "t_rooftop_all": ("各县各类建筑屋顶", "Roofs by county and class"),
    "rooftop_intro": (
        "屋顶面积按建筑轮廓的椭球面积计，在县界处切开，重叠部分只计一次；轮廓代替屋顶，挑檐、坡度、遮挡和承重都未考虑。可铺组件面积 = 屋顶面积 × 该类建筑的比例（整县屋顶分布式试点的要求，“不低于”）。",
        "The area of roofs is the ellipsoidal area of footprints, cut at county borders, land claimed twice counted once; footprints stand for roofs: eaves, pitch, shade and strength are not known. Module area = roof area × the share of its class (what whole-county pilots ask for, “at least”).",
    ),
    "rooftop_note": (
        "没有发布比例的类别（城镇居民、未分类）只列面积，比例留空，不计入合计的可铺面积。",
        "Classes without a published share (urban homes, unclassified) have their area alone and are not in the module area of all classes.",
    ),
    "rooftop_no_density": (
        "单位组件面积的装机没有可引用的数值，装机和电量留空；请在 siting.rooftop.mw_per_hm2 写明。",
        "There is no citable capacity per area of modules: capacity and energy stay blank until siting.rooftop.mw_per_hm2 gives it.",
    ),
    "rooftop_density": (
        "装机按配置的 {density} MW/hm²（组件面积）计；电量按全县平均的等效利用小时，与地面光伏方法相同。",
        "Capacity at {density} MW/hm² of modules as configured; energy at the mean full-load hours of the county, by the method of ground PV.",
    ),
    "rooftop_none": (
        "没有建筑轮廓图层，屋顶面积和屋顶装机未知，不用建设用地面积代替。所需图层：带建筑类型的建筑轮廓面（自然资源部门的基础测绘或不动产登记、住建部门的房屋建筑普查），写入 siting.rooftop.buildings。",
        "There is no layer of buildings: roofs and what they carry are not known, and built-up land does not stand in. Needed: footprints with the type of building (base mapping or property register of the natural-resources office, building census of the housing office), under siting.rooftop.buildings.",
    ),
    "rooftop_new": (
        "另一项指标：规划{section}“{quote}”（到 2025 年）。它只针对新建公共机构建筑和新建厂房，须有建筑的建成时间和已装组件面积，现有图层没有，未计算，也不能由上面的比例代替。",
        "Another indicator: {section} “{quote}” (by 2025). It is about new public buildings and new factories alone and needs when they were built and the modules they carry; no layer has that, so it is not computed, and the shares above do not stand for it.",
    ),
    "t_targets": ("规划目标原文", "Targets as the plan words them"),
    "t_exclusion": ("{zone}{kind}：各规则涉及的面积", "{zone}, {kind}: land by rule"),
    "by_date_main": (
        "同样的场址和土地，按各日有效的规则分别评价：{days}（首个为评价日）。没有注明起止日期的规则视为各日均有效。",
        "The same sites and land under the rules in force on each day: {days} (the assessment date first). Rules without dates are taken to hold on all of them.",
    ),
    "by_date_lacking_note": (
        "注意：{day} 的{kind}偏宽松。现行的 {count} 条专用规定（{rules}）当日不适用，规则表中没有当日的同类规定，允许面积和结论不能看作当日法规的结果。",
        "Note: {kind} looks too free on {day}. {count} rules that hold now ({rules}) did not, and the table has none of that day in their place: its land and verdicts "
        "are not those of the law of that day.",
    ),
    "by_date_note": (
        "所增、所减：与评价日相比，多出和不再起作用的规则（硬性或有条件；不符合或待查）。",
        "Added and dropped, against the assessment date: rules that decide (hard or conditional; broken or unknown).",
    ),
    "t_by_date": ("结论与评价日不同的场址", "Sites with another verdict than on the assessment date"),
    "t_by_date_all": ("各日期的场址结论", "Verdicts by day"),
    "t_land_by_date": ("各日期的土地", "Land by day"),
    "t_exclusion_all": ("各规则涉及的面积", "Land by rule"),
    "exclusion_note": (
        "单独：规则条件成立的面积；累计：被本条或表中在前的硬性规则排除的面积；独有：只被本条硬性规则排除的面积。累计、独有只适用于硬性规则。缺少图层的规则未列，见表 {number}。",
        "Alone: land on which the rule's condition holds. Cumulative: ruled out by it or by hard rules above it. Marginal: ruled out by it and no other hard rule. The last two "
        "exist for hard rules only. Rules without a layer are in table {number}.",
    ),
    "exclusion_note_plain": (
        "单独：规则条件成立的面积；累计：被本条或表中在前的硬性规则排除的面积；独有：只被本条硬性规则排除的面积。累计、独有只适用于硬性规则。缺少图层的规则未列。",
        "Alone: land on which the rule's condition holds. Cumulative: ruled out by it or by hard rules above it. Marginal: ruled out by it and no other hard rule. The last two "
        "exist for hard rules only. Rules without a layer are left out.",
    ),
    "exclusion_none": ("{zone}{kind}：所需图层都缺，没有可列的规则。", "{zone}, {kind}: all layers are missing, there is no rule to show."),
    "energy_pv": (
        "光伏：{method}。这是粗估，立项前须用实测或卫星反演的辐射资料。",
        "PV: {method}. A rough estimate; measured or satellite irradiation is needed before a project.",
    ),
    "energy_pv_none": ("光伏：没有太阳辐射图层，电量留空。", "PV: there is no irradiation layer, energy stays blank."),
    "energy_ghi_limit": ("辐射数据说明：{limit}", "On the irradiation data: {limit}"),
    "energy_wind": (
        "风电：没有轮毂高度风速图层，电量留空，不用全国平均利用小时代替。",
        "Wind: there is no layer of wind speed at hub height; energy stays blank and no national mean of hours stands in.",
    ),
    "energy_wind_method": (
        "风电：{method}。这是粗估，立项前须有测风资料。",
        "Wind: {method}. A rough estimate; a project needs measured wind.",
    ),
    "energy_range_how": (
        "电量区间由所设系统效率或损失的范围，以及多个资源图层（如 ghi、ghi_2）之间的差别得出，不含气候年际变化；满发小时由资源图层推算，不是填入的。",
        "The range of energy comes from the range of performance ratio or losses and from the spread of resource layers (such as ghi, ghi_2); it holds no "
        "change from year to year. Full-load hours are derived from the resource, never typed in.",
    ),
    "avoided_how": (
        "避免的二氧化碳 = 年发电量 × 具名、有年份和范围的电力排放因子，是统计惯例；不是减排信用，不与碳汇吨数相加，各因子之间也不相加。逐场址数值见工作簿。",
        "Avoided CO2 is energy x a factor of a name, year and scope: a convention of statistics; no credit, never added to tonnes of sinks, nor one factor to "
        "another. Values of each site are in the workbook.",
    ),
    "t_grid_factors": ("所用电力排放因子", "Grid emission factors used"),
    "t_avoided": ("各场址避免的二氧化碳（统计量）", "CO2 avoided by each site (a statistic)"),
    "sheet_avoided": ("避免的二氧化碳", "Avoided CO2"),
    "col_energy_range": ("年发电量区间（GWh）", "Range of energy (GWh)"),
    "col_energy_low": ("年发电量下限", "Energy, low"),
    "col_energy_high": ("年发电量上限", "Energy, high"),
    "col_full_load": ("满发小时", "Full-load hours"),
    "col_grid_factor": ("因子", "Factor"),
    "col_grid_factor_name": ("因子名称", "Name of the factor"),
    "col_scope": ("范围", "Scope"),
    "col_avoided": ("避免的二氧化碳", "CO2 avoided"),
    "col_avoided_low": ("下限", "Low"),
    "col_avoided_high": ("上限", "High"),
    "scope_national": ("全国", "national"),
    "scope_north_china": ("华北", "North China"),
    "scope_shanxi": ("山西", "Shanxi"),
    "energy_ccer": (
        "全国温室气体自愿减排（CCER）首批方法学含并网光热发电和海上风电，不含陆上风电和普通光伏［K］：本报告的电量不对应减排信用。",
        "The first CCER methodologies cover grid-connected solar thermal and offshore wind, not onshore wind or ordinary PV [K]: energy given here stands for no credit.",
    ),
    # pages of sites
    "title_opinions": ("{area}光伏、风电场址选址核查意见", "Opinions on candidate sites in {area}"),
    "h_opinions": ("选址核查意见", "Opinions on the sites"),
    "op_intro": (
        "每个场址单独成页，可剪裁为复函。各项内容由规则表、所列图层和计算结果自动汇总；结论只代表本次输入的资料，缺少的资料逐项列明，不作推断。没有可说的部分（周边距离、与其他场址的重叠、规划中的同类项目）不列。",
        "A page for each site, to be edited into a letter. All of it follows from the rule table, the layers named and the results; verdicts stand for the data of "
        "this run, and what was missing is named one by one and not guessed. Parts with nothing to say (distances, land shared with other sites, the plan's items of "
        "this kind) are left out.",
    ),
    "op_cut": (
        "本文只为前 {most} 个场址单独成页，共有 {count} 个（配置项 report.site_opinions）；其余场址的全部资料见 tables.xlsx 和 siting 文件夹。",
        "Pages are given for the first {most} of {count} sites (setting report.site_opinions); all that is known of the others is in tables.xlsx and the folder siting.",
    ),
    "t_op_list": ("场址一览", "The sites"),
    "op_head": ("{site_id} {name}选址核查意见", "{site_id} {name}: opinion on the site"),
    "h_op_facts": ("基本情况", "The site"),
    "h_op_verdict": ("核查结论", "Verdict"),
    "h_op_rules": ("触及的规定", "Rules it meets"),
    "h_op_conditions": ("须满足的条件与程序要求", "Conditions to be met, and what the procedure asks"),
    "h_op_unknown": ("待查事项与所缺图层", "What is unknown, and the layer that would tell"),
    "h_op_around": ("周边距离、地形与自然条件", "Distances, terrain and natural conditions"),
    "h_op_figures": ("电量与影响", "Energy and losses"),
    "h_op_overlaps": ("与其他候选场址的关系", "Other candidate sites"),
    "h_op_plan": ("规划相关内容", "The plan"),
    "h_op_sign": ("签署与说明", "Signature and limits"),
    "op_item": ("项目", "Item"),
    "op_content": ("内容", "Content"),
    "op_county_share": ("{county}（{share}）", "{county} ({share})"),
    "op_area": ("{area} hm²（{mu} 亩）", "{area} hm² ({mu} mu)"),
    "op_place": ("位置（占地中心，CGCS2000）", "Place (centre of the footprint, CGCS2000)"),
    "op_degrees": ("东经 {lon}°，北纬 {lat}°", "{lon}° E, {lat}° N"),
    "op_land": ("占地面积", "Area"),
    "op_no_size": ("未提供，不推算", "not given, not inferred"),
    "op_day": ("规则适用日（评价日）", "Rules in force on"),
    "op_illustrative": ("示例，非真实项目", "example, not a real project"),
    "op_verdict": ("结论：{verdict}。{why}", "Verdict: {verdict}. {why}"),
    "op_why_prohibited": (
        "触及硬性规定 {hard} 条：{rules}。{more}",
        "{hard} hard rules are broken: {rules}. {more}",
    ),
    "op_more_open": (
        "另有 {open} 条决定性规定因缺资料待查，补齐后也不会使结论变为允许。",
        "{open} more deciding rules cannot be answered for want of data; answers would not make it allowed.",
    ),
    "op_known_share": ("有数据 {share}", "known on {share}"),
    "op_decides_nothing": ("只影响得分或提示：{layers}", "for the score or as notes alone: {layers}"),
    "op_why_unknown": (
        "已有资料中没有触及硬性规定，但有 {open} 条决定性规定（硬性或有条件）缺少图层或图层在此无数据，不能视为通过；补齐“待查事项”所列图层后方可下结论。",
        "No hard rule is broken as far as the data tell, but {open} deciding rules (hard or conditional) lack a layer or have no data here, and do not count as "
        "passed; a verdict follows when the layers listed as missing are brought.",
    ),
    "op_why_conditional": (
        "决定性规定均已判定，没有触及硬性规定；触及有条件规定 {conditional} 条：{rules}。满足所列条件后方可实施。",
        "All deciding rules are answered and no hard one is broken; {conditional} conditional ones are: {rules}. It may go on once their conditions are met.",
    ),
    "op_why_allowed": (
        "硬性和有条件规定均已判定，均未触及。",
        "All hard and conditional rules are answered, and none is broken.",
    ),
    "op_why_outside": (
        "场址不在本区域内，本工具不作判定。",
        "The site lies outside the area; no verdict is made.",
    ),
    "op_why_other": (
        "本工具对该类项目只核查与图层的空间冲突，不作准入结论。核查发现 {found} 处：{rules}。{more}",
        "For this kind of project only conflicts with layers are checked, without a verdict. {found} were found: {rules}. {more}",
    ),
    "op_why_other_clear": (
        "本工具对该类项目只核查与图层的空间冲突，不作准入结论。已有图层中没有发现冲突。{more}",
        "For this kind of project only conflicts with layers are checked, without a verdict. None was found in the layers given. {more}",
    ),
    "op_other_open": (
        "另有 {open} 条因缺少图层或无数据待查，不能视为没有冲突。",
        "{open} rules lack a layer or have no data here and do not count as free of conflict.",
    ),
    "op_none_found": ("已提供的图层中没有发现重叠或邻近。", "Nothing was found on or near the site in the layers given."),
    "op_rule_state": ("{title}（{rule}，{state}）", "{title} ({rule}, {state})"),
    "op_of_site": ("占场址 {share}", "{share} of the site"),
    "op_indicative": (
        "指示性：结论所依据的栅格像元大于场址，只供初筛，不能据此办理用地手续。",
        "Indicative: the verdict leans on cells larger than the site; good for a first screening, not for a permit.",
    ),
    "op_title_share": ("{title}（占场址 {share}）", "{title} ({share} of the site)"),
    "col_op_rule": ("规定", "Rule"),
    "col_op_basis": ("法律依据、有效期与核实程度", "Legal basis, validity, how far checked"),
    "col_op_source": ("图层来源与时相", "Layer and its date"),
    "op_rule_cell": ("{title}（{rule}）", "{title} ({rule})"),
    "op_rules_other": (
        "对该类项目只说明与图层的空间关系；表中“要求”是对光伏、风电的规定，仅供对照。",
        "For this kind only where it lies is told; requirements are those for PV and wind, for comparison.",
    ),
    "op_none_broken": (
        "已判定的规定中没有触及硬性或有条件规定。",
        "Of the rules that were answered, no hard or conditional one is broken.",
    ),
    "op_soft": (
        "未达到的优选条件（影响得分，不影响结论）：{rules}。",
        "Preferences not met (they count for the score, not for the verdict): {rules}.",
    ),
    "op_basis": ("{basis}；{valid}；{label}", "{basis}; {valid}; {label}"),
    "op_no_basis": ("未载明", "not stated"),
    "op_valid_both": ("{start} 至 {end} 有效", "in force {start} to {end}"),
    "op_valid_from": ("{start} 起施行", "in force from {start}"),
    "op_valid_to": ("有效至 {end}", "in force to {end}"),
    "op_valid_unknown": ("有效期未载明", "dates of validity not stated"),
    "op_label_S": ("规划原文", "words of the plan"),
    "op_label_V": ("已核公开文本", "checked against a public copy"),
    "op_label_P": ("部分核实，使用前须核原文", "partly checked: read the original"),
    "op_label_K": ("未核原文，使用前须核", "not checked: read the original"),
    "op_label_D": ("推算", "derived"),
    "op_label_A": ("工程经验值，非法规", "engineering default, no rule"),
    "op_label_gap": ("无可引数值", "no citable value"),
    "op_label_convention": ("约定", "by convention"),
    "op_of_the_site": ("场址自身属性", "the site itself"),
    "op_layer": ("{layer}：{source}（{period}）", "{layer}: {source} ({period})"),
    "op_no_date": ("时相未注明", "date not stated"),
    "op_of_date": ("{source}（{period}）", "{source} ({period})"),
    "op_of_cells": ("{source}；像元 {cell} hm²", "{source}; cells of {cell} hm²"),
    "op_relocate": (
        "须另行选址：场址几乎全部触及{rules}，调整范围不能解决，原址不得实施。",
        "Another place is needed: nearly all of the site breaks {rules}; a smaller site does not help, and nothing may go on here.",
    ),
    "op_move": (
        "调整场址范围，退出触及下列规定的部分：{rules}；调整前不得实施。",
        "Take out of the site what breaks these rules: {rules}; it may not go on before that.",
    ),
    "op_meet": (
        "调整方案，符合下列规定：{title}（{requirement}）；符合前不得实施。",
        "Change the project so that it keeps: {title} ({requirement}); it may not go on before that.",
    ),
    "op_notes": ("下列规定图上不能判定，须按程序核对：", "No map can answer these rules; check them in the procedure:"),
    "op_note_line": ("{title}（{rule}）：{requirement}（{basis}）。", "{title} ({rule}): {requirement} ({basis})."),
    "op_condition": ("{title}：{requirement}（{basis}）。", "{title}: {requirement} ({basis})."),
    "col_op_lacks": ("状态", "State"),
    "col_op_waiting": ("所缺图层（等待它的规定）", "Layers that are missing (rules that wait for them)"),
    "col_op_holder": ("资料保管单位（按一般职责，未核实）", "Held by (usual duties, not checked)"),
    "op_no_data_here": ("{layer}（已提供，场址处无数据）", "{layer} (given, no data here)"),
    "col_op_object": ("对象", "Object"),
    "col_op_distance": ("距离", "Distance"),
    "col_op_nearest": ("最近要素名称", "Nearest feature"),
    "op_around_note": (
        "0 表示场址内有该要素或被其穿过；“—”表示图层没有名称字段或该要素未命名。道路为中心线时，距用地外缘的距离更小。",
        "0: within or across the site; a dash: the layer has no names or this feature has none. Where roads are centre lines, their edge is nearer.",
    ),
    "op_around_missing": ("未提供下列图层，距离未知：{layers}。", "These layers are not given, the distances are unknown: {layers}."),
    "op_around_none": ("周边距离因缺少“待查事项”中的图层未知。", "Distances are unknown for want of the layers named as missing above."),
    "op_around_named": (
        "其余距离因缺少“待查事项”中的图层未知。",
        "Other distances are unknown for want of the layers named as missing above.",
    ),
    "op_around_empty": ("下列图层没有任何要素，距离无从谈起：{layers}。", "These layers hold no feature: {layers}."),
    "col_op_quantity": ("指标", "Quantity"),
    "col_op_mean": ("平均", "Mean by area"),
    "col_op_least": ("最小", "Least"),
    "col_op_most": ("最大", "Most"),
    "col_op_part": ("部分", "Part"),
    "col_op_cell": ("像元", "Cell"),
    "op_terrain_note": (
        "平均（最小–最大）和占比按面积计，坡向不求平均；像元大于场址时只反映大致情况。",
        "Mean (least–most) by exact areas of each layer's own cells; aspect is never averaged. Cells larger than the site tell only roughly.",
    ),
    "op_terrain_missing": ("未提供或在此无数据：{layers}。", "Not given, or without data here: {layers}."),
    "op_class_share": ("{name} {share}", "{name} {share}"),
    "op_terrain_line": ("{name}：{said}（{source}）", "{name}: {said} ({source})"),
    "op_mean_unit": ("平均 {mean} {unit}", "mean {mean} {unit}"),
    "op_mean_range": ("{mean}（{low}–{high}）", "{mean} ({low}–{high})"),
    "op_energy": ("年发电量", "Energy a year"),
    "op_energy_none": ("缺少资源图层，不推算", "no layer of the resource here; not inferred"),
    "op_energy_value": (
        "{value} GWh（区间 {low}–{high} GWh），满发 {hours} 小时；方法：{method}",
        "{value} GWh (range {low}–{high} GWh), {hours} full-load hours; method: {method}",
    ),
    "op_forest": ("占用森林", "Forest on the site"),
    "op_forest_value": (
        "{area} hm²（按地表覆盖主口径，假定场址内全部清除）",
        "{area} hm² (main reading of the land cover, if all of it were cleared)",
    ),
    "op_forest_none": ("无（按地表覆盖主口径）", "none (main reading of the land cover)"),
    "op_carbon_none": ("无（不含土壤；统计量）", "none (without soil; a statistic)"),
    "op_payback_none": (
        "无须回收：不损失植被碳（不含土壤和设备制造）",
        "nothing to pay back: no vegetation carbon is lost (without soil and manufacture)",
    ),
    "op_carbon": ("植被碳损失", "Vegetation carbon lost"),
    "op_carbon_value": ("{stock} tC（假定全部清除，不含土壤；统计量）", "{stock} tC (if all were cleared, without soil; a statistic)"),
    "op_no_losses": ("风电塔位未定，不推算占用", "turbine places are open; not inferred"),
    "op_not_known": ("资料不足，未知", "not known"),
    "op_score": ("优选得分", "Score"),
    "op_score_value": (
        "{score}（0–1，{all} 项准则中 {count} 项已知，加权平均；未知各项取 0 或 1 时为 {low}–{high}）",
        "{score} (0-1, weighted mean of {count} known criteria of {all}; {low}-{high} with the unknown ones at 0 and at 1)",
    ),
    "op_rank": (
        "；在 {of} 处未被禁止的同类场址中列第 {rank}，改变权重时为第 {best}–{worst}",
        "; rank {rank} of {of} sites of its kind that are not prohibited, {best}-{worst} as weights change",
    ),
    "op_forest_points": (
        "；相当于所在县森林覆盖率 {county} 个百分点、全区域 {area} 个百分点",
        "; {county} points of the county's forest cover, {area} of the whole area's",
    ),
    "op_payback": ("碳回收期", "Carbon payback time"),
    "op_payback_value": (
        "{value} 年（{low}–{high}，区间只来自电量；植被碳 ÷ 每年避免的二氧化碳，不含土壤和设备制造）",
        "{value} years ({low}-{high}, of energy alone; vegetation carbon over CO2 avoided a year, without soil and manufacture)",
    ),
    "op_avoided": ("避免的二氧化碳", "CO2 avoided"),
    "op_avoided_value": (
        "每年 {value} tCO2（{factor}，{each} kgCO2/kWh；统计量，不是减排信用，不与碳汇相加）",
        "{value} tCO2 a year ({factor}, {each} kgCO2/kWh; a statistic, no credit, not added to sinks)",
    ),
    "op_figures_other": (
        "本工具对该类项目不推算装机、电量、碳和森林损失。",
        "Capacity, energy and losses are not inferred for this kind of project.",
    ),
    "relation_duplicate": ("疑似重复申报", "probably the same site"),
    "relation_overlap": ("占地重叠", "overlap"),
    "relation_other_technology": ("不同技术共用土地", "other technology on the same land"),
    "op_overlap": (
        "与 {other} {name}：{relation}，重叠 {area} hm²，占本场址 {share}（{why}）。",
        "{other} {name}: {relation}, {area} hm² shared, {share} of this site ({why}).",
    ),
    "op_no_overlap": ("没有重叠，也没有同名相邻的场址", "no shared land, and none of its name near"),
    "op_plan_item": ("{county}，{topic}：{item}。规划{section}：“{quote}”。", "{county}, {topic}: {item}. Plan {section}: “{quote}”."),
    "op_plan_conflict": (
        "规划与规定的冲突（{item}，规划{section}）：{finding}",
        "Plan against rule ({item}, plan {section}): {finding}",
    ),
    "op_sign_names": (
        "核查人：________________　　复核人：________________",
        "Checked by: ________________    Reviewed by: ________________",
    ),
    "op_sign_day": (
        "单位（盖章）：________________　　日期：______年____月____日",
        "Office (seal): ________________    Date: ________________",
    ),
    "op_limits": (
        "说明：本意见由程序按输入资料自动汇总，须经经办人核对原件、现场踏勘后使用；不替代用地预审、林草审核等法定程序；提示和缺项不等于通过。",
        "Put together by a program from the data given, to be checked against originals and the ground before use; it replaces no legal procedure, and what is "
        "missing is not passed.",
    ),
    "op_limit_illustrative": ("本场址为虚构示例，不是真实项目，不得作为依据。", "This site is a made-up example, not a real project."),
    "op_limit_synthetic": (
        "本次输入含合成数据，全部结果仅供演示，不得作为依据。",
        "Synthetic data went in: all results are for demonstration only.",
    ),
    "h_conflicts": ("规划与现行规定的冲突", "Where the plan meets the rules"),
    "conflicts_intro": (
        "规划原文与现行规定相抵或须逐项核对之处，连同所涉候选场址。没有场址涉及时也列出，因为冲突在规划本身。",
        "Where the words of the plan meet a rule in force, and the sites each concerns; also without one, because the conflict is the plan's own.",
    ),
    "t_conflicts": ("规划事项、所抵规定与所涉场址", "Items of the plan, rules and sites"),
    "conflicts_note": (
        "条目来自 layers/rules/plan_conflicts.csv；是否构成冲突由主管部门认定。",
        "Items come from layers/rules/plan_conflicts.csv; whether one is a conflict is for the authority to say.",
    ),
    "conflict_conflict": ("冲突", "conflict"),
    "conflict_unknown": ("待查", "to be checked"),
    "conflict_clear": ("未触及", "none here"),
    "conflict_no_site": ("无场址涉及", "no site"),
    "col_op_against": ("对照的规定", "Rules"),
    "col_op_outcome": ("判断", "Outcome"),
    "col_op_finding": ("说明", "Finding"),
    "op_basis_of": ("{rules}：{basis}", "{rules}: {basis}"),
    "op_not_in_force": ("未采用：{rules}", "not in force: {rules}"),
    "t_distances": ("场址周边距离", "Distances of sites"),
    "t_terrain": ("场址地形与自然条件", "Terrain of sites"),
    "t_site_counties": ("场址分县", "Sites by county"),
    "t_overlaps": ("场址重叠与重复", "Overlaps and duplicates"),
    "sheet_distances": ("场址距离", "Site distances"),
    "sheet_terrain": ("场址地形", "Site terrain"),
    "sheet_site_counties": ("场址分县", "Sites by county"),
    "sheet_overlaps": ("场址重叠", "Site overlaps"),
    "sheet_conflicts": ("规划冲突", "Plan conflicts"),
    "distance_measured": ("已量算", "measured"),
    "distance_missing": ("未提供图层", "layer not given"),
    "distance_empty": ("图层无要素", "layer is empty"),
    "col_op_other": ("另一场址编号", "Other site"),
    "col_op_other_name": ("另一场址", "Its name"),
    "col_op_relation": ("关系", "Relation"),
    "col_op_other_share": ("占另一场址", "Share of the other"),
    "col_op_why": ("原因", "Why"),
    "col_op_source_title": ("来源", "Source"),
    "role_plan_conflicts": ("规划冲突表", "conflicts of the plan"),
    "role_layer_names": ("图层名称表", "names of layers"),
    # scores, trade-offs, portfolios
    "scores_none": ("没有适用的计分准则。", "No criterion applies."),
    "scores_how": (
        "得分是各准则得分（0–1）按权重的平均，只用已知的准则；这一个得分用于排序。缺图层的准则为未知，不计入，并给出区间：未知准则全部为 0 和全部为 1 时的得分。分段点之间线性插值；只有一个数值的准则，满足得 1、不满足得 0。权重和分段"
        "点见下表，默认等权，可在 layers/rules/scores.csv 中修改（例如换成层次分析法得出的权重）。",
        "The score is the weighted mean of the criteria (0–1) that are known; it is the one score that ranks. A criterion "
        "without its layer is unknown and left out, and bounds say what the score would be with all unknown criteria at 0 and "
        "at 1. Between breakpoints scores are linear; a criterion with one number only gives 1 where it is kept and 0 where "
        "not. Weights and breakpoints are in the table below, equal by default, and are edited in layers/rules/scores.csv (for "
        "example to weights of an AHP).",
    ),
    "ranks_how": (
        "只对未被禁止的场址、按技术分别排序，同分同名次。敏感性：逐一把每项准则的权重加、减 {change} %，并逐一去掉每项准则，列举全部情形，没有随机抽样；下表给出名次的变动范围、名次不变的比例和进入前 {top} 名的比例。“未知准则的"
        "影响”是未知准则无论取何值名次可能的范围。",
        "Only sites that are not prohibited are ranked, each technology by itself; equal scores share a rank. Sensitivity: the "
        "weight of each criterion up and down by {change} %, and each criterion off, every run there is and no random draw. "
        "The table gives the range of ranks, the share of runs in which a site keeps its rank and in which it is among the "
        "first {top}. Bounds of the rank: whatever the unknown criteria turn out to be.",
    ),
    "ranks_none": (
        "{kind}：没有可排序的场址（被禁止，或没有一项准则已知）。",
        "{kind}: no site can be ranked (prohibited, or no criterion is known).",
    ),
    "ranks_note": (
        "被禁止的场址有得分而无名次，只列在工作簿中。“已知准则”为已知数／适用数。两个场址已知的准则不同时，得分的依据也不同，须看区间。",
        "Prohibited sites have a score and no rank and are in the workbook only. Known criteria: known / all that apply. Where two sites do not know the "
        "same criteria their scores stand on different ground: look at the bounds.",
    ),
    "t_ranks": ("场址得分、名次与敏感性", "Scores, ranks and how they hold"),
    "t_criteria": ("计分准则", "Criteria of the score"),
    "t_score_detail": ("各场址各准则得分", "Scores by site and criterion"),
    "criteria_note": (
        "规则全部关闭或失效的准则不计分；没有列入准则表的优选规则自成一项，权重 1。",
        "A criterion whose rules are all off or out of force does not count; a soft rule that the table does not name counts "
        "by itself, weight 1.",
    ),
    "measure_value": ("{layer}的数值：逐像元计分后按面积平均", "values of {layer}: scored cell by cell, mean by area"),
    "measure_distance": ("到{layer}的距离", "distance to: {layer}"),
    "measure_kept": ("满足所列规则的面积比例", "share of the site that keeps the rules"),
    "run_off": ("去掉", "off"),
    "tradeoff_how": (
        "每个场址得到什么、付出什么。损失假定用地全部清除：森林损失和植被碳（生物量、枯死木、枯落物；不含土壤）。覆盖率变化的分母与森林覆盖率一节相同：县一栏为该场址在所属县内的森林损失占该县土地，全区一栏为区域内的全部损失占全区土地。避免的二氧"
        "化碳用{factor}（{year}，{scope}），是统计量，不与碳汇吨数相加。碳回收期 = 清除植被的二氧化碳 ÷ 每年避免的二氧化碳，区间只来自电量的区间；不含设备制造和土壤的排放。",
        "What each site gives and what it takes. Losses are those if all of the site were cleared: forest, and vegetation "
        "carbon (biomass, dead wood, litter; no soil). Changes of cover stand on the same land as the forest cover rate: for "
        "the county, forest lost within it over its land; for the whole area, all forest lost within the area over its land. "
        "CO2 avoided is by {factor} ({year}, {scope}): a statistic, never added to tonnes of sinks. Carbon payback time = CO2 "
        "of the vegetation cleared / CO2 avoided a year, its range that of energy alone; making the plant and soil emissions "
        "are not in it.",
    ),
    "tradeoff_overlap": (
        "用地重叠的场址：{pairs}。重叠的土地在合计中只计一次，这些场址不能同时整体建设。",
        "Sites on the same land: {pairs}. Such land counts once in sums; these sites cannot all be built as they are.",
    ),
    "tradeoff_note": (
        "冲突规则数依次为：违反的硬性／触及的有条件／未达到的优选／待查。百分点按四位小数列出。",
        "Conflicts: hard broken / conditional met / soft broken / open. Percentage points to four decimals.",
    ),
    "tradeoff_gap": ("空格的原因（{sites}）：{reason}。", "Why cells are blank ({sites}): {reason}."),
    "t_tradeoff": ("各场址的利弊", "What each site gives and takes"),
    "t_tradeoff_totals": ("按技术和结论合计", "Sums by technology and verdict"),
    "totals_note": (
        "合计只含能给出该数值的场址，“有数场址”依次为有装机／电量／森林损失／碳损失／回收期的场址数；少于场址数时，合计偏小。每个场址只计一次，与另一场址占地几乎全部重合的重复申报不计入合计，其余重叠土地只计一次；有重叠时不算合计的回收期。",
        "Sums hold the sites that tell the quantity; told by: sites with capacity / energy / forest loss / carbon loss / "
        "payback. Where that is fewer than the sites the sum is too small. Each site counts once; one filed twice on nearly the same land "
        "is left out, other land that sites share counts once, and then the sum has no payback time.",
    ),
    "totals_overlap": ("全部场址中重复计列而已扣除的用地 {area} hm²。", "Land claimed twice and counted once, of all sites: {area} hm²."),
    "kinds_all": ("全部", "all"),
    "verdicts_all": ("不分结论", "any verdict"),
    "pareto_how": (
        "比较三项：年发电量越多越好，植被碳损失越少越好，冲突越低越好（允许 < 有条件 < 待查 < 禁止）。若另有场址三项都不差、至少一项更好，则本场址被超过；三项完全相同的互不超过。电量或碳损失未知的场址不参加比较。",
        "Three things are compared: more energy, less vegetation carbon lost, less conflict (allowed < conditional < to be "
        "checked < prohibited). A site is beaten by another that is nowhere worse and somewhere better; equal ones do not beat "
        "each other. Sites whose energy or carbon loss is not known are left out.",
    ),
    "pareto_none": ("{kind}：没有电量和碳损失都已知的场址。", "{kind}: no site has both energy and carbon loss."),
    "pareto_front": ("{kind}：{count} 个场址参加比较，不被超过的为 {sites}。", "{kind}: of {count} sites compared, none beats {sites}."),
    "pareto_left_out": (
        "未参加比较的场址 {count} 个：{sites}；原因见工作簿。",
        "{count} sites are left out: {sites}; the workbook says why.",
    ),
    "t_pareto": ("不被其他场址全面超过的场址", "Sites that no other beats"),
    "t_pareto_all": ("场址比较", "Comparison of sites"),
    "portfolio_none": (
        "没有设定组合（config.yaml 的 siting.portfolios）。",
        "No portfolio is asked for (siting.portfolios in config.yaml).",
    ),
    "portfolio_how": (
        "在给定限制内选出达到目标而所求之量最小的一组场址：每个场址整体取舍，用地重叠的不同时入选；精确求解（混合整数规划），同样省时取场址少的，再同则按编号。资料中没有造价，不作假设；只有候选场址表自带 cost 一列时才能按造价求解。",
        "Of the sets that reach the targets within the limits, the one that keeps a quantity least: each site whole or not at "
        "all, none two on the same land; solved exactly (mixed-integer programme), of equal sets that of fewer sites, then of "
        "the first ids. The sources hold no costs and none is assumed: cost can be minimised only where the table of "
        "candidates brings a column cost.",
    ),
    "portfolio_found": (
        "结论为{verdicts}的可选场址 {count} 个。使{minimise}最小的组合取 {chosen} 个场址：{sites}；所求之量合计 {cost}。",
        "Sites that may be chosen ({verdicts}): {count}. The set with least {minimise} has {chosen}: {sites}; the quantity "
        "adds up to {cost}.",
    ),
    "portfolio_infeasible_said": (
        "结论为{verdicts}的可选场址 {count} 个，没有一组能在限制内达到目标。{note}。",
        "Sites that may be chosen ({verdicts}): {count}. No set of them reaches the targets within the limits. {note}.",
    ),
    "portfolio_not_solved_said": (
        "结论为{verdicts}的可选场址 {count} 个。{note}。",
        "Sites that may be chosen ({verdicts}): {count}. {note}.",
    ),
    "portfolio_binds": (
        "起约束作用的限制：{limits}（去掉后可以更省）。",
        "Limits that bind: {limits} (without one of them a set costs less).",
    ),
    "portfolio_blocks": ("单独去掉即可达到目标的限制：{limits}。", "Limits without which targets would be reached: {limits}."),
    "portfolio_binds_none": ("除目标外，没有起约束作用的限制。", "No limit binds but the targets."),
    "limit_at": ("{limit}", "{limit}"),
    "limit_target_mw": ("{to}装机目标", "capacity of {to}, target"),
    "limit_target_gwh_yr": ("{to}年发电量目标", "energy of {to}, target"),
    "limit_most_forest_loss_hm2": ("森林损失上限", "most forest loss"),
    "limit_most_carbon_loss_tc": ("碳损失上限", "most carbon loss"),
    "limit_most_mw_per_county": ("{to}装机上限", "most capacity in {to}"),
    "limit_no_overlap": ("用地不重叠", "no two on the same land"),
    "limits_note": (
        "“余量”为目标的超出部分或上限的剩余部分。“去掉后所求之量”为去掉该限制后的最小值。“最多可达”为可选场址在其他限制内最多能达到的量。",
        "Slack: beyond the target, or left below the limit. Without it: the least quantity without that limit. At most: what "
        "the sites can reach within the other limits.",
    ),
    "limits_rest": ("没有用到的县上限未列，见工作簿。", "Limits of counties that are not used are in the workbook."),
    "t_portfolio": ("组合结果", "Portfolios"),
    "t_portfolio_limits": ("组合的目标与限制", "Targets and limits of portfolios"),
    "t_portfolio_sites": ("组合的场址", "Sites of portfolios"),
    "t_portfolio_limits_of": ("{title}：目标与限制", "{title}: targets and limits"),
    "t_portfolio_chosen_of": ("{title}：入选场址", "{title}: chosen sites"),
    "t_portfolio_sums_of": ("{title}：合计", "{title}: sums"),
    "minimise_carbon_loss_tc": ("植被碳损失（tC）", "vegetation carbon lost (tC)"),
    "minimise_forest_loss_hm2": ("森林损失（hm²）", "forest loss (hm²)"),
    "minimise_area_hm2": ("用地（hm²）", "land (hm²)"),
    "minimise_conflicts": ("违反或触及的规则数", "rules broken"),
    "minimise_score": ("装机 ×（1 − 得分）（MW）", "capacity × (1 − score) (MW)"),
    "minimise_cost": ("候选场址表所给的 cost", "the column cost of the candidates"),
    "pareto_is_front": ("不被超过", "beaten by none"),
    "pareto_is_left_out": ("未比较", "left out"),
    "pareto_is_dominated": ("被超过", "beaten"),
    "portfolio_is_optimal": ("最优", "best set"),
    "portfolio_is_infeasible": ("达不到目标", "targets out of reach"),
    "portfolio_is_not_solved": ("未证明最优", "not proved best"),
    "portfolio_is_chosen": ("入选", "chosen"),
    "portfolio_is_not_chosen": ("未入选", "not chosen"),
    "portfolio_is_left_out": ("不可选", "may not be chosen"),
    "t_places": ("规划点名的地点和项目", "Places and projects the plan names"),
    "places_intro": (
        "照录规划原文，便于与候选场址核对；“规划未点名”不等于不能建设。",
        "As the plan words it, for comparison with the candidate sites; a county that is not named is not thereby ruled out.",
    ),
    "places_none": ("没有给出规划点名地点的表。", "No table of the plan's places is given."),
    "place_not_named": ("规划未点名", "not named in the plan"),
}

"""Units and the conversions between them; each factor lives here once, its name gives its direction.

Inside the pipeline lengths are metres, areas hm2 (hectares), masses tonnes. A name ends in its unit; carbon
says which: ``_tdm`` dry matter, ``_tc`` carbon, ``_tco2`` carbon dioxide.
"""

M2_TO_HM2 = 1e-4
HM2_TO_WANMU = 15.0 / 1e4
TC_TO_TCO2 = 44.0 / 12.0
MW_TO_KW = 1e3
MW_TO_WANKW = 0.1
KWH_TO_GWH = 1e-6
T_TO_WANT = 1e-4

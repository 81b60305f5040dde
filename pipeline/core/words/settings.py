"""What is wrong with a command or a configuration."""

WORDS: dict[str, tuple[str, str]] = {
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
}

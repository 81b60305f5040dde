"""What `fetch` says."""

WORDS: dict[str, tuple[str, str]] = {
    # fetch
    "stage_fetch": ("获取公开数据（联网）", "fetch public data (network)"),
    "help_fetch": (
        "按研究区外接矩形从公开数据源获取数据，写入 data/fetched/<名称>/，可直接作为图层使用。这是唯一会联网的命令。\n\n"
        "不给名称且配置未列 fetch.sources 时只列出数据源，不联网。密钥只从环境变量 FETCH_TOKEN_<主机> 读取；遵从 https_proxy。",
        "Fetch public data for the bounding box of the study area into data/fetched/<name>/, ready to be used as layers. The only "
        "command that uses the network.\n\nWithout names, and with no fetch.sources in the configuration, it lists the sources and "
        "uses no network. Secrets come from the environment only (FETCH_TOKEN_<HOST>); https_proxy is honoured.",
    ),
    "help_sources": ("数据源名称（layers/remote/ 下的文件名）", "Names of sources (files in layers/remote/)"),
    "help_fetch_force": ("上游文件有变化时也接受新版本", "Take files that changed upstream since they were last fetched"),
    "fetch_menu": (
        "可获取的公开数据（研究区外接矩形 {box}，西南东北，度）：",
        "Public data that can be fetched (bounding box {box}: west, south, east, north in degrees):",
    ),
    "fetch_menu_row": (
        "    约 {size:.0f} MB（未压缩，实际传输较少） · 许可 {licence} · {hosts}",
        "    about {size:.0f} MB (uncompressed; less is transferred) · licence {licence} · {hosts}",
    ),
    "fetch_menu_end": (
        '没有获取任何数据。获取：make fetch SOURCES="{example}"，或在配置的 fetch.sources 中列出。',
        'Nothing was fetched. To fetch: make fetch SOURCES="{example}", or name them under fetch.sources in the configuration.',
    ),
    "fetch_start": ("{title}（许可：{licence}）", "{title} (licence: {licence})"),
    "fetch_file": (
        "文件 {number}/{total}：{url}（{size:.1f} MB，只读所需窗口）",
        "file {number}/{total}: {url} ({size:.1f} MB, only the window is read)",
    ),
    "fetch_absent": ("文件 {number}/{total}：{url} 不存在，该处按未知处理", "file {number}/{total}: {url} does not exist; unknown there"),
    "fetch_unchanged": ("已是最新，未改动", "up to date, left as it is"),
    "fetch_taken": ("上游已变化，按 --force 采用新版本：{url}", "changed upstream, taken because of --force: {url}"),
    "fetch_uncovered": ("窗口的 {share} 没有数据，记为未知", "{share} of the window has no data and is unknown"),
    "fetch_done": (
        "完成：{height} × {width} 像元，传输 {received:.2f} MB（远端文件共 {remote:.1f} MB）",
        "done: {height} x {width} cells, {received:.2f} MB transferred (remote files: {remote:.1f} MB)",
    ),
    "fetch_line": ("在 config.yaml 中写：", "Write in config.yaml:"),
    "fetch_unknown": (
        "没有名为 {found} 的数据源（相近：{guess}；已有：{known}）。请改正名称，或在 layers/remote/ 中加一个文件。",
        "There is no source {found} (near: {guess}; known: {known}). Correct the name, or add a file to layers/remote/.",
    ),
    "fetch_packages": (
        "缺少软件包 {found}。请用 make fetch（它会先安装 requirements-fetch.lock），或手工安装该文件。",
        "The package {found} is not installed. Use make fetch (it installs requirements-fetch.lock first), or install that file by hand.",
    ),
    "fetch_no_network": (
        "找不到主机 {host}：没有网络，或须经代理。请检查网络，必要时设置 https_proxy；没有网络的办公室可手工下载或用 U 盘带入（docs/data.md）。",
        "Host {host} cannot be found: no network, or a proxy is needed. Check the network, set https_proxy where needed; an office "
        "without internet downloads by hand or carries the data over (docs/data.md).",
    ),
    "fetch_unreachable": (
        "{url} 多次尝试仍无法取得（{found}）。请检查网络或代理后重新运行：已取得的部分会保留，接着继续；原有数据保持不变。",
        "{url} could not be had after several tries ({found}). Check the network or proxy and run again: what was received is kept and "
        "the run goes on from there; earlier data stand.",
    ),
    "fetch_certificate": (
        "{url} 的安全证书不被信任。若单位代理会替换证书，请把其根证书设为环境变量 REQUESTS_CA_BUNDLE。",
        "The certificate of {url} is not trusted. Where the office proxy replaces certificates, name its root certificate in REQUESTS_CA_BUNDLE.",
    ),
    "fetch_time": (
        "超过总时限 {limit} 分钟（fetch.total_minutes）。已取得的部分会保留，重新运行即接着继续；原有数据保持不变。",
        "The time limit of {limit} minutes is over (fetch.total_minutes). What was received is kept and a further run goes on from there; "
        "earlier data stand.",
    ),
    "fetch_too_much": (
        "传输量超过 {limit} MB（fetch.max_mb），已停止。请缩小研究区或边距，或提高该限制。",
        "More than {limit} MB were received (fetch.max_mb); stopped. Make the area or the margin smaller, or raise the limit.",
    ),
    "fetch_too_big": (
        "窗口未压缩约 {found} MB，超过 {limit} MB（fetch.max_mb）。请缩小研究区或边距，或提高该限制。",
        "The window is about {found} MB before compression, over {limit} MB (fetch.max_mb). Make the area or the margin smaller, or raise the limit.",
    ),
    "fetch_tiles": (
        "需要 {found} 个文件，超过 {limit} 个（fetch.max_tiles）。请缩小研究区，或提高该限制。",
        "{found} files are needed, more than {limit} (fetch.max_tiles). Make the area smaller, or raise the limit.",
    ),
    "fetch_address": (
        "网址 {url} 写法不允许（不得含用户名、密码或反斜杠）。请改正数据源文件。",
        "The address {url} is not allowed (no user, password or backslash). Correct the source file.",
    ),
    "fetch_not_https": (
        "{url} 不是 https，已拒绝。只有 fetch.hosts 中列出的本机地址可用 http。",
        "{url} is not https and was refused. Only a loopback address listed in fetch.hosts may use http.",
    ),
    "fetch_host": (
        "主机 {host} 不在允许之列（{known}），没有访问。如确可信，请加入 fetch.hosts。",
        "Host {host} is not on the list ({known}) and was not asked. If you trust it, add it to fetch.hosts.",
    ),
    "fetch_private": (
        "主机 {host} 指向内部地址 {found}，已拒绝。如确为本单位服务器，请把主机名加入 fetch.hosts。",
        "Host {host} leads to the private address {found} and was refused. If it is a server of your own, add the host to fetch.hosts.",
    ),
    "fetch_redirect": (
        "{url} 转向另一主机 {found}，已拒绝。请核对数据源文件中的网址。",
        "{url} redirects to another host, {found}, and was refused. Check the address in the source file.",
    ),
    "fetch_redirects": (
        "{url} 转向次数过多。请核对数据源文件中的网址。",
        "{url} redirects too often. Check the address in the source file.",
    ),
    "fetch_long": ("{url} 的回答超过 {limit} 字节，已拒绝。", "The answer of {url} is longer than {limit} bytes and was refused."),
    "fetch_denied": (
        "{url} 拒绝访问（HTTP {found}）。若需密钥，请设环境变量 {variable}；否则该文件可能不存在或不公开。",
        "{url} denies access (HTTP {found}). If a key is needed, set the environment variable {variable}; else the file may not exist or not be public.",
    ),
    "fetch_status": (
        "{url} 回答 HTTP {found}，应为 200 或 206。请核对数据源文件中的网址。",
        "{url} answers HTTP {found}, expected 200 or 206. Check the address in the source file.",
    ),
    "fetch_no_size": ("{url} 没有说明文件大小，无法分段读取。", "{url} does not say how long the file is and cannot be read in ranges."),
    "fetch_no_ranges": (
        "{url} 不支持分段读取，而文件有 {size} MB。请手工下载（docs/data.md）。",
        "{url} serves no ranges and the file has {size} MB. Download it by hand (docs/data.md).",
    ),
    "fetch_wrong_range": (
        "{url} 回答的不是所要的字节段。服务器或代理有误，请稍后再试。",
        "{url} did not answer with the asked bytes. Server or proxy is at fault; try later.",
    ),
    "fetch_changed_midway": (
        "{url} 在读取过程中被换成另一版本。请重新运行。",
        "{url} was replaced by another version while it was read. Run again.",
    ),
    "fetch_changed": (
        "{name}：上游文件 {url} 与上次获取时不同，原有数据保持不变。确认后用 make fetch FORCE=1 采用新版本。",
        "{name}: {url} differs from what was fetched before; the data at hand stand. To take the new version: make fetch FORCE=1.",
    ),
    "fetch_checksum": (
        "{url} 的校验和为 {found}…，应为 {expected}…：文件被改动或传输有误。原有数据保持不变，请重新运行；仍不符则联系发布者。",
        "The checksum of {url} is {found}…, expected {expected}…: tampered with, or damaged on the way. Earlier data stand. Run again; if it "
        "still differs ask the publisher.",
    ),
    "fetch_page": (
        "{url} 给出的是网页而不是 GeoTIFF（可能是代理的登录页）。请先登录代理，再重新运行。",
        "{url} gives an HTML page, not a GeoTIFF (perhaps the proxy's login page). Log in to the proxy and run again.",
    ),
    "fetch_not_tiff": ("{url} 不是 GeoTIFF。请核对数据源文件。", "{url} is not a GeoTIFF. Check the source file."),
    "fetch_unreadable": (
        "{url} 无法读取：{found}。文件可能已损坏，请稍后再试。",
        "{url} cannot be read: {found}. It may be damaged; try later.",
    ),
    "fetch_raster": (
        "{url} 不能用（{found}）：须为有坐标系、正北朝上、含所需波段的栅格。",
        "{url} cannot be used ({found}): a north-up raster with a CRS and the asked band is expected.",
    ),
    "fetch_lattice": (
        "{url} 与 {first} 的坐标系、类型或格网不同，不能不经重采样拼成一幅。请用数据源文件的 ids 或较小的研究区只取其一。",
        "{url} and {first} differ in CRS, type or lattice and cannot be joined without resampling. Take one of them: by ids in the "
        "source file, or with a smaller area.",
    ),
    "fetch_nothing": (
        "{place}：研究区内没有文件。请核对数据源的范围、年份与 ids。",
        "{place}: no file meets the study area. Check extent, year and ids of the source.",
    ),
    "fetch_gap": (
        "{place}：窗口的 {share} 没有文件，而数据源未声明 nodata。请在数据源文件中写 nodata。",
        "{place}: {share} of the window has no file, and the source declares no no-data value. Write nodata in the source file.",
    ),
    "fetch_stac": (
        "{url} 的 STAC 回答无法使用（{found}）。请核对网址、数据集名与查询条件。",
        "The STAC answer of {url} cannot be used ({found}). Check address, collection and query.",
    ),
    "fetch_asset": (
        "STAC 条目 {item} 没有资产 {expected}（有：{found}）。请改数据源文件的 asset。",
        "STAC item {item} has no asset {expected} (it has: {found}). Correct asset in the source file.",
    ),
    "fetch_token": ("{url} 没有给出读取密钥（HTTP {found}）。", "{url} gave no key for reading (HTTP {found})."),
    "fetch_locked": ("数据源 {name} 正由另一次运行获取。请等它结束。", "Source {name} is being fetched by another run. Wait for it."),
}

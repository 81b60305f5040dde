# Stages and their order. `make` = the main job, `make help` = the menu.
# What is up to date is decided by content (pipeline/core/store.py), not by file times: `plan` names the stages to
# run once, the stage targets below hold their order, so `make -j2` runs side by side what does not depend on each other.

PYTHON ?= python3
CONFIG ?= config.yaml
OUT ?=
COUNTY ?=
CELL ?= 30
SEED ?= 1
SOURCES ?=
PORT ?=
export CONFIG OUT COUNTY CELL SEED SOURCES PORT
export PYTHONUTF8 := 1
export PYTHONDONTWRITEBYTECODE :=

STAGES := ingest tabulate cover sample carbon siting maps report
VENV := .venv
PY := $(VENV)/bin/python
PLAN := .cache/plan.$(shell echo $$PPID)
OPTIONS = --config "$$CONFIG" $(if $(OUT),--out "$$OUT") $(if $(COUNTY),--county "$$COUNTY")

.DELETE_ON_ERROR:
.INTERMEDIATE: $(PLAN)
.PHONY: all help $(STAGES) check demo serve cluster fetch test bench lint layers lock clean distclean FORCE
MAKEFLAGS += --silent --no-print-directory

all: $(STAGES)
	@if test -s "$(PLAN)"; then $(PY) -m pipeline summary $(OPTIONS); fi

help:
	@echo '用法 Usage: make [目标 target] [CONFIG=config.yaml] [OUT=outputs] [COUNTY="闻喜县 140827"]'
	@echo
	@echo '  make            全部：建环境、运行各阶段、摘要   set up, run all stages, summary'
	@echo '  make check      预检：列出全部问题，不计算        pre-flight: list all findings, compute nothing'
	@echo '  make ingest     1 检查输入                      check inputs'
	@echo '  make tabulate   2 面积统计                      area table'
	@echo '  make cover      3 森林覆盖率                    forest cover'
	@echo '  make sample     4 外业样点                      points for the field'
	@echo '  make carbon     5 碳储量                        carbon stock'
	@echo '  make siting     6 选址评价                      PV and wind siting'
	@echo '  make maps       7 离线地图                      offline maps'
	@echo '  make report     8 Word/Excel/HTML 报告          reports'
	@echo '  make demo       用合成数据演示（CELL=30 SEED=1）  demonstration on a synthetic city, in outputs/demo'
	@echo '  make serve      在本机浏览器中查看（PORT=8000）   look at it in a browser on this machine'
	@echo '  make test       测试（不需先 make）              tests (needs no prior make)'
	@echo '  make bench      测速（另行生成 10 m、5 m 城市，约 15 分钟） speed (makes cities of 10 m and 5 m, about 15 min)'
	@echo '  make cluster    安装 Dask（联网），见 docs/scale.md   install Dask (network), see docs/scale.md'
	@echo '  make fetch      获取公开数据（联网；SOURCES="…"），见 docs/data.md  fetch public data (network), see docs/data.md'
	@echo '  make lint       代码检查                        code style'
	@echo '  make layers     由公开软件包重建内置数据（联网）  rebuild the embedded layers (network)'
	@echo '  make lock       重新锁定依赖（联网）              lock the dependencies again (network)'
	@echo '  make clean      删除输出                        remove the outputs'
	@echo '  make distclean  并删除环境与缓存                 and the environment and caches'
	@echo
	@echo '  CONFIG=路径 path   另一份配置 another configuration'
	@echo '  OUT=路径 path      输出文件夹 output folder'
	@echo '  COUNTY="…"         只做这些县（须给 OUT） only these counties (needs OUT)'
	@echo '  -j2                并行 side by side'

# --- stages ---

ingest:
tabulate: ingest
cover: tabulate
sample: cover
carbon: cover
siting: carbon
maps: cover carbon siting
report: cover carbon siting

$(STAGES): $(PLAN)
	@if grep -qx $@ "$(PLAN)"; then $(PY) -m pipeline $@ $(OPTIONS); fi

# Looks at everything the configuration names, computes nothing, lists all findings (outputs/check).
check: $(VENV)/ready
	@$(PY) -m pipeline check --config "$$CONFIG" $(if $(OUT),--out "$$OUT")

# A made-up city with its truth, and everything run on it; the data are kept while CELL and SEED stay.
demo: $(VENV)/ready
	@$(PY) -m pipeline demo --cell "$$CELL" --seed "$$SEED" --out "$${OUT:-outputs/demo}"

# The goals as typed decide what is looked at; `make` alone means all.
$(PLAN): $(VENV)/ready FORCE
	@mkdir -p .cache && $(PY) -m pipeline plan $(filter $(STAGES),$(MAKECMDGOALS)) $(OPTIONS) > "$@"

FORCE:

# --- environment ---

$(VENV)/ready: requirements.lock
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo '需要 Python 3.11 或更高版本；可用 make PYTHON=/path/to/python3.11 指定。Python 3.11 or later is needed: make PYTHON=…' >&2; exit 1; }
	@echo '正在建立运行环境（首次约一分钟） Setting up .venv (about a minute, once) …' >&2
	@$(PYTHON) -m venv $(VENV)
	@$(PY) -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@touch $@

$(VENV)/ready-dev: requirements-dev.lock $(VENV)/ready
	@$(PY) -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.lock
	@touch $@

cluster: $(VENV)/ready
	@$(PY) -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-cluster.lock

# The only target that fetches data: the named SOURCES, else those of the configuration, else it lists what there is.
fetch: $(VENV)/ready-fetch
	@set -f; $(PY) -m pipeline fetch --config "$$CONFIG" $(if $(FORCE),--force) -- $$SOURCES

$(VENV)/ready-fetch: requirements-fetch.lock $(VENV)/ready
	@$(PY) -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-fetch.lock
	@touch $@

# Pages and documents on this machine's own address; nothing is computed.
serve: $(VENV)/ready
	@$(PY) -m pipeline serve $(if $(OUT),--out "$$OUT") $(if $(PORT),--port "$$PORT")

# --- keeping house ---

test: $(VENV)/ready-dev
	@$(PY) -m pytest -n auto --dist loadfile --no-loadscope-reorder $(TESTS)

bench: $(VENV)/ready-dev
	@$(PY) -m tests.bench $(BENCH)

lint: $(VENV)/ready-dev
	@$(PY) -m ruff check pipeline layers tests && $(PY) -m ruff format --check pipeline layers tests

layers: $(VENV)/ready
	@$(PY) layers/rebuild.py

lock: $(VENV)/ready-dev
	@for name in requirements requirements-cluster requirements-fetch requirements-dev; do \
	  $(PY) -m uv pip compile --python-version 3.11 --universal --generate-hashes --no-emit-index-url --no-annotate --no-header \
	    requirements.in $$(test $$name = requirements || echo $$name.in -c requirements.lock) -o $$name.lock; done

# The folder of field points stays: what a team has filled in cannot be made again.
clean:
	@$(if $(OUT),,OUT=outputs; rm -rf outputs/demo;) for stage in check $(filter-out sample,$(STAGES)) .locks .part .half_way; do rm -rf "$${OUT:?}/$$stage"; done; rmdir "$$OUT" 2>/dev/null || true
	@rm -rf .cache/unpacked

distclean: clean
	@rm -rf $(VENV) .cache .pytest_cache .ruff_cache .hypothesis

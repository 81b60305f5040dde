// Candidate sites: pins and clusters, a filter, the panel's list, popups with every rule. One row of data a site (site_data.py).
const [ID, NAME, LAT, LON, KIND, VERDICT, FLAGS, COUNTY, CAPACITY, AREA, FIGURES, ANSWERS, NOTE, BASIS] = Array(14).keys();
const data = page.sites, sites = data.rows;
const text = (value) => (typeof value === "number" ? data.texts[value] : value);
const verdictKey = (site) => data.verdicts[site[VERDICT]][0];
const kindKey = (site) => data.kinds[site[KIND]][0];
const dotted = (parts) => parts.filter(Boolean).join(page.language === "zh" ? "·" : " · ");
const inBrackets = (name, what) => (page.language === "zh" ? name + "（" + what + "）" : name + " (" + what + ")");
const verdictName = (site) => (site[FLAGS] & 1 ? inBrackets(data.verdicts[site[VERDICT]][1], words.indicative) : data.verdicts[site[VERDICT]][1]);
const countyName = (site) => (site[COUNTY] < 0 ? words.site_outside_area : page.counties[site[COUNTY]].name);
const SIGNS = ["pv", "wind"];

function pin(site) {
  const kind = kindKey(site);
  return drawing("pin pin-" + verdictKey(site), ["shape-" + verdictKey(site), "shape"], ["sign-" + (SIGNS.includes(kind) ? kind : "other"), "sign"]);
}

// --- the filter
const off = { verdict: new Set(), kind: new Set() };
const passes = (i) => !off.verdict.has(verdictKey(sites[i])) && !off.kind.has(kindKey(sites[i]));
let passing = sites.map((_, i) => i);

// --- pins and clusters
const MANY = 40, CELL_PX = 54, SPOT_PX = 8, MOST_PINS = 1500; // up to MANY sites only those at one spot become one sign
let points = null, pointsZoom = null, pins = new Map(), clusters = [];

function pinOf(i) {
  const site = sites[i];
  const icon = L.divIcon({ className: "site-pin", html: pin(site), iconSize: [30, 30] });
  const marker = L.marker([site[LAT], site[LON]], { icon: icon, title: site[NAME], riseOnHover: true, keyboard: true, alt: "" });
  marker.on("click", function () { if (!measuring()) openSite(i); });
  marker.on("add", function () {
    asButton(marker.getElement(), site[NAME] + " – " + verdictName(site));
    onEnter(marker.getElement(), function () { openSite(i); });
  });
  return marker;
}

// Sites of the view by cell of the screen; a cell's sites become one sign.
function cells() {
  const zoom = map.getZoom();
  if (pointsZoom !== zoom) {
    points = sites.map((site) => map.project([site[LAT], site[LON]], zoom));
    pointsZoom = zoom;
  }
  const view = map.getPixelBounds(), found = new Map(), size = passing.length > MANY ? CELL_PX : SPOT_PX;
  for (const i of passing) {
    const p = points[i];
    if (p.x < view.min.x - 80 || p.x > view.max.x + 80 || p.y < view.min.y - 80 || p.y > view.max.y + 80) continue;
    const key = Math.floor(p.x / size) + " " + Math.floor(p.y / size);
    if (found.has(key)) found.get(key).push(i);
    else found.set(key, [i]);
  }
  return [...found.values()];
}

function drawSites() {
  const group = layer("sites");
  clusters.forEach((cluster) => group.removeLayer(cluster));
  clusters = [];
  const alone = new Set();
  for (const members of cells()) {
    if (members.length === 1) alone.add(members[0]);
    else clusters.push(clusterOf(members).addTo(group));
  }
  for (const [i, marker] of pins) {
    if (!alone.has(i)) {
      group.removeLayer(marker);
      pins.delete(i);
    }
  }
  for (const i of alone) {
    if (!pins.has(i) && pins.size < MOST_PINS) pins.set(i, pinOf(i).addTo(group));
  }
}

function clusterOf(members) {
  const counts = data.verdicts.map((_, v) => members.reduce((sum, i) => sum + (sites[i][VERDICT] === v), 0));
  const said = data.verdicts.map(([, name], v) => (counts[v] ? name + " " + counts[v] : "")).filter(Boolean).join(page.language === "zh" ? "，" : ", ");
  const label = fill(words.cluster, { count: members.length, verdicts: said });
  const size = Math.round((members.length < 10 ? 36 : members.length < 100 ? 42 : members.length < 1000 ? 48 : 56) * (isNarrow() ? 0.8 : 1));
  const icon = L.divIcon({ className: "site-cluster", html: ring(counts, members.length), iconSize: [size, size] });
  const lat = members.reduce((sum, i) => sum + sites[i][LAT], 0) / members.length;
  const lon = members.reduce((sum, i) => sum + sites[i][LON], 0) / members.length;
  const marker = L.marker([lat, lon], { icon: icon, title: label, keyboard: true, alt: "" });
  function open() {
    if (measuring()) return;
    const bounds = L.latLngBounds(members.map((i) => [sites[i][LAT], sites[i][LON]]));
    const isSpot = bounds.getSouthWest().equals(bounds.getNorthEast()), canNear = map.getZoom() < map.getMaxZoom();
    if (!isSpot && canNear && map.getBoundsZoom(bounds) > map.getZoom() + 0.1) map.fitBounds(bounds, { padding: [60, 60], animate: !still });
    else openMany(members, marker.getLatLng());
  }
  marker.on("click", open);
  marker.on("add", function () {
    asButton(marker.getElement(), label);
    onEnter(marker.getElement(), open);
  });
  return marker;
}

// A ring in the verdicts' colours round the number; the label says the same in words.
function ring(counts, total) {
  const space = "http://www.w3.org/2000/svg", made = document.createElementNS(space, "svg"), round = 2 * Math.PI * 15;
  made.setAttribute("viewBox", "0 0 40 40");
  made.setAttribute("aria-hidden", "true");
  const part = function (name, attributes) {
    const element = document.createElementNS(space, name);
    for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
    made.append(element);
    return element;
  };
  part("circle", { cx: 20, cy: 20, r: 18.5, class: "ring-back" });
  let begun = 0;
  counts.forEach(function (count, v) {
    if (!count) return;
    const share = (count / total) * round;
    part("circle", { cx: 20, cy: 20, r: 15, class: "ring ring-" + data.verdicts[v][0], "stroke-dasharray": share + " " + (round - share), "stroke-dashoffset": -begun, transform: "rotate(-90 20 20)" });
    begun += share;
  });
  part("text", { x: 20, y: 20, class: "ring-count" }).textContent = total < 10000 ? String(total) : Math.round(total / 1000) + "k";
  return made;
}

function openMany(members, at) {
  const listed = members.slice(0, 100).map((i) => make("li", {}, siteButton(i)));
  const body = make("article", { class: "many" }, make("h3", {}, fill(words.cluster_many, { count: members.length })), make("ul", { class: "site-list" }, listed));
  openPopup(at, body, "site", [0, -8], null);
}

// --- a site's popup
function openSite(i) {
  const site = sites[i];
  openPopup([site[LAT], site[LON]], siteBody(site), "site", [0, -8], () => pins.has(i) && pins.get(i).getElement());
}

function siteBody(site) {
  const head = make("header", {}, pin(site),
    make("div", { class: "site-title" }, make("h3", { dir: "auto" }, site[NAME]), make("p", { class: "small" }, dotted([site[ID], data.kinds[site[KIND]][1], countyName(site)]))),
    site[FLAGS] & 2 ? make("span", { class: "mark mark-example" }, words.example) : null);
  const verdict = make("p", { class: "site-verdict" }, make("strong", { class: "verdict verdict-" + verdictKey(site) }, verdictName(site)));
  const coarse = site[FLAGS] & 1 ? make("p", { class: "caution" }, data.coarse) : null;
  if (site.length <= FIGURES) {
    const county = site[COUNTY] >= 0 ? page.counties[site[COUNTY]] : null;
    return make("article", { class: "site" }, head, verdict, coarse, make("p", {}, dotted([site[CAPACITY], site[AREA]])), make("p", { class: "small" }, words.site_in_county),
      county ? make("p", { class: "go" }, make("a", { href: county.page }, fill(words.open_county_page, { name: county.name }), " →")) : null);
  }
  const rows = site[FIGURES].map(([name, value, ...small]) => make("div", {}, make("dt", {}, text(name)), make("dd", {}, text(value), small.map((s) => make("small", {}, text(s))))));
  const answers = data.answers[site[ANSWERS]].filter((a) => a[0] >= 0), hidden = data.answers[site[ANSWERS]].find((a) => a[0] < 0);
  const by = (outcome, state) => answers.filter((a) => a[1] === outcome && (!state || data.rules[a[0]][5] === state));
  const states = ["hard", "conditional", "soft", "info"];
  return make("article", { class: "site" }, head, verdict, coarse, make("dl", { class: "rows" }, rows),
    by(0).length ? states.map((s) => ruleList(by(0, s), words["broken_" + s], s)) : make("p", { class: "small" }, words.no_broken),
    hidden ? make("p", { class: "caution" }, fill(words.rules_hidden, { broken: hidden[1], unknown: hidden[2] })) : null,
    folded(by(1).length, words.unknown_rules, dotted(states.map((s) => (by(1, s).length ? fill(words.state_group, { state: words[s], count: by(1, s).length }) : ""))), states.map((s) => ruleList(by(1, s), words[s], s))),
    folded(by(2).length, words.note_rules, String(by(2).length), [ruleList(by(2), null, "info")]),
    make("footer", {}, site[NOTE] !== null ? make("p", { class: "small" }, text(site[NOTE])) : null, site[BASIS] !== null ? make("p", { class: "small" }, text(site[BASIS])) : null));
}

function folded(count, title, small, lists) {
  return count ? make("details", {}, make("summary", {}, title, make("span", { class: "small" }, small)), lists) : null;
}

function ruleList(answers, title, state) {
  if (!answers.length) return null;
  const items = answers.map(function ([rule, , ...seen]) {
    const [id, name, requirement, basis, label] = data.rules[rule];
    const lines = [[words.requirement, requirement], [words.legal_basis, basis], [words.label, label]].filter((l) => l[1] !== null);
    return make("li", {}, make("p", {}, make("code", {}, id), " ", make("b", {}, text(name))),
      seen.length ? make("p", { class: "seen" }, seen.map(text).join(gap)) : null,
      make("dl", {}, lines.map(([n, t]) => make("div", {}, make("dt", {}, n), make("dd", {}, text(t))))));
  });
  return make("section", { class: "rules rules-" + state }, title ? make("h4", {}, inBrackets(title, answers.length)) : null, make("ul", {}, items));
}

// --- the list of the panel
const PART = 60;
let listed = 0;

function siteButton(i) {
  const site = sites[i];
  const line = make("span", { class: "site-line" }, make("em", { class: "verdict verdict-" + verdictKey(site) }, verdictName(site)), gap, dotted([data.kinds[site[KIND]][1], site[CAPACITY], site[AREA]]));
  const button = make("button", { type: "button", "data-site": i }, pin(site), make("span", { class: "site-text" }, make("span", { class: "site-name", dir: "auto" }, site[NAME]), line));
  button.addEventListener("click", function () { goToSite(i); });
  return button;
}

function goToSite(i) {
  if (isNarrow()) setPanel(false);
  const box = document.querySelector('[data-layer="sites"]');
  if (box && !box.checked) box.click();
  if (!passes(i)) document.querySelectorAll("[data-filter]").forEach((b) => { if (!b.checked) b.click(); });
  map.setView([sites[i][LAT], sites[i][LON]], Math.max(map.getZoom(), 10.5), { animate: false });
  openSite(i);
}

const siteList = byId("site-list"), more = byId("site-more");
function listSites(isFresh) {
  if (!siteList) return;
  if (isFresh) {
    siteList.replaceChildren();
    listed = 0;
  }
  siteList.append(...passing.slice(listed, listed + PART).map((i) => make("li", {}, siteButton(i))));
  listed = Math.min(listed + PART, passing.length);
  more.hidden = listed >= passing.length;
  const said = byId("site-filtered");
  said.hidden = passing.length === sites.length && listed === sites.length;
  said.textContent = fill(words.sites_filtered, { shown: listed, count: passing.length });
  if (byId("site-count")) byId("site-count").textContent = passing.length === sites.length ? "" : fill(words.sites_shown, { shown: passing.length, count: sites.length });
}
if (more) more.addEventListener("click", function () { listSites(false); });

document.querySelectorAll("[data-filter]").forEach(function (box) {
  box.addEventListener("change", function () {
    off[box.dataset.filter][box.checked ? "delete" : "add"](box.value);
    passing = sites.map((_, i) => i).filter(passes);
    drawSites();
    listSites(true);
    footprints();
  });
});

function footprints() {
  if (!page.layers.footprints) return;
  layer("footprints").eachLayer(function (shape) {
    if (shape.getElement()) shape.getElement().style.display = passes(shape.feature.properties.i) ? "" : "none";
  });
}
if (page.layers.footprints) {
  layer("footprints").eachLayer(function (shape) {
    shape.on("click", function () { if (!measuring()) openSite(shape.feature.properties.i); });
  });
}
if (page.layers.areas) {
  layer("areas").remove();
  layer("areas").eachLayer(function (shape) {
    const [title, verdict, rows] = page.areas[shape.feature.properties.i];
    const open = function () {
      const body = make("article", { class: "site" }, make("h3", {}, title), make("dl", { class: "rows" }, rows.map(([name, value], k) => make("div", {}, make("dt", {}, name), make("dd", { class: k ? null : "verdict verdict-" + verdict }, value)))));
      openPopup(shape.getBounds().getCenter(), body, "site", [0, 0], () => shape.getElement());
    };
    shape.on("click", function () { if (!measuring()) open(); });
    shape.on("add", function () {
      asButton(shape.getElement(), title);
      onEnter(shape.getElement(), open);
    });
  });
}
map.on("moveend", drawSites);
listSites(true);

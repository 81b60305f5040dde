// Find a county or a site by a part of its name or code: a combo box after the ARIA pattern.
const field = byId("search"), found = byId("search-found");
const MOST_FOUND = 12;
let hits = [], current = -1;

function lookFor(typed) {
  const wanted = typed.trim().toLowerCase(), made = [];
  if (!wanted) return made;
  const look = function (texts) {
    const places = texts.map((t) => String(t).toLowerCase().indexOf(wanted)).filter((p) => p >= 0);
    return places.length ? Math.min(...places) : -1;
  };
  page.counties.forEach(function (county, i) {
    const at = look([county.name, county.code]);
    if (at >= 0) made.push({ rank: at, name: county.name, what: words.search_county, act: function () { goToCounty(i); } });
  });
  for (let i = 0; i < sites.length && made.length < 400; i++) {
    const at = look([sites[i][NAME], sites[i][ID]]);
    if (at >= 0) made.push({ rank: 100 + at, name: sites[i][NAME], what: dotted([words.search_site, sites[i][ID], countyName(sites[i])]), act: function () { goToSite(i); } });
  }
  return made.sort((a, b) => a.rank - b.rank).slice(0, MOST_FOUND);
}

function goToCounty(i) {
  const county = page.counties[i];
  if (isNarrow()) setPanel(false);
  if (!county.opens) return showAll(true);
  map.fitBounds(shapeOf[county.code].getBounds(), { paddingBottomRight: [besideLegend(), 40], maxZoom: 11, animate: false });
  map.closePopup();
  selectCounty(i);
}

function close() {
  found.hidden = true;
  found.replaceChildren();
  field.setAttribute("aria-expanded", "false");
  field.removeAttribute("aria-activedescendant");
  hits = [];
  current = -1;
}

function point(i) {
  current = i;
  [...found.children].forEach(function (item, k) { item.setAttribute("aria-selected", String(k === i)); });
  if (i >= 0) {
    field.setAttribute("aria-activedescendant", "found-" + i);
    found.children[i].scrollIntoView({ block: "nearest" });
  }
}

function take(i) {
  const hit = hits[i];
  field.value = hit.name;
  close();
  hit.act();
}

field.addEventListener("input", function () {
  hits = lookFor(field.value);
  found.replaceChildren(...hits.map(function (hit, i) {
    const item = make("li", { role: "option", id: "found-" + i, "aria-selected": "false" }, make("span", { dir: "auto" }, hit.name), make("small", {}, hit.what));
    item.addEventListener("mousedown", function (event) { event.preventDefault(); });
    item.addEventListener("click", function () { take(i); });
    return item;
  }));
  const nothing = field.value.trim() && !hits.length;
  if (nothing) found.append(make("li", { role: "option", "aria-disabled": "true", "aria-selected": "false", class: "nothing" }, words.search_none));
  found.hidden = !hits.length && !nothing;
  field.setAttribute("aria-expanded", String(!found.hidden));
  current = -1;
  field.removeAttribute("aria-activedescendant");
});
field.addEventListener("keydown", function (event) {
  if (event.key === "Escape") {
    field.value = "";
    return close();
  }
  if (!hits.length) return;
  if (event.key === "ArrowDown") point((current + 1) % hits.length);
  else if (event.key === "ArrowUp") point((current + hits.length - 1) % hits.length);
  else if (event.key === "Enter") take(current < 0 ? 0 : current);
  else return;
  event.preventDefault();
});
field.addEventListener("blur", close); // a click on what was found does not take the focus

// Counties: ground and casing made of the one set of outlines, names, a popup with the way to their page.
const PAPER = "#fbfaf6", BESIDE = "#e6e3d9", UNKNOWN = "#d9d9d9";
const outlines = layer("lines").toGeoJSON();
const filled = (colour) => ({ stroke: false, fill: true, fillColor: colour, fillOpacity: 1 });
const under = {
  beside: L.geoJSON(outlines, { pane: "ground", interactive: false, style: (f) => filled(page.counties[f.properties.i].own ? PAPER : BESIDE) }).addTo(map),
  ground: L.geoJSON(layer("edge").toGeoJSON(), { pane: "ground", interactive: false, style: () => filled(UNKNOWN) }).addTo(map),
  casing: L.geoJSON(outlines, { interactive: false, style: () => ({ color: "#ffffff", weight: 2.6, opacity: 0.85, fill: false, lineJoin: "round" }) }).addTo(map),
};

under.casing.bringToBack();

const shapeOf = {};
let selected = null;

// Open a county's popup, mark it on the map and in the panel's list.
function selectCounty(i) {
  const county = page.counties[i], shape = shapeOf[county.code];
  if (!county.opens) return showAll(true);
  if (selected === i && map._popup && map._popup.isOpen()) return map.closePopup();
  const body = byId("county-" + i).content.firstElementChild.cloneNode(true);
  openPopup(county.label || shape.getBounds().getCenter(), body, "county", [0, 0], () => shape.getElement());
  mark(i);
}

function mark(i) {
  if (selected !== null) shapeOf[page.counties[selected].code].setStyle({ fillOpacity: 0 });
  selected = i;
  document.querySelectorAll("tr[data-county]").forEach(function (row) {
    const isIt = i !== null && row.dataset.county === page.counties[i].code;
    row.classList.toggle("is-selected", isIt);
    if (isIt && !isNarrow()) row.scrollIntoView({ block: "nearest" });
  });
  if (i !== null) shapeOf[page.counties[i].code].setStyle({ fillOpacity: 0.3 });
}
map.on("popupclose", function () { mark(null); });

layer("lines").eachLayer(function (shape) {
  const i = shape.feature.properties.i, county = page.counties[i];
  shapeOf[county.code] = shape;
  const equip = function () {
    if (!county.opens) {
      shape.getElement().style.pointerEvents = "none";
      return;
    }
    asButton(shape.getElement(), county.name);
    onEnter(shape.getElement(), function () { selectCounty(i); });
  };
  equip();
  shape.on("add", equip); // a layer that comes back is drawn anew
  if (!county.opens) return;
  shape.on("click", function () { if (!measuring()) selectCounty(i); });
  shape.on("mouseover", function () { shape.setStyle({ fillOpacity: 0.3 }); });
  shape.on("mouseout", function () { if (selected !== i) shape.setStyle({ fillOpacity: 0 }); });
});
page.counties.forEach(function (county) {
  if (!county.label) return;
  const icon = L.divIcon({ className: county.beside ? "county-name beside" : "county-name", html: make("span", {}, county.name), iconSize: [0, 0] });
  L.marker(county.label, { icon: icon, interactive: false, keyboard: false }).addTo(layer("names"));
});

// Names that would lie over an earlier one wait until the map is larger.
function clearNames() {
  const taken = [];
  document.querySelectorAll(".county-name span").forEach(function (name) {
    const box = name.getBoundingClientRect();
    const free = taken.every((b) => box.right < b.left || box.left > b.right || box.bottom < b.top || box.top > b.bottom);
    name.style.visibility = free ? "" : "hidden";
    if (free) taken.push(box);
  });
}
map.on("zoomend viewreset", clearNames);
layer("names").on("add", clearNames);
map.whenReady(clearNames);
document.querySelectorAll("tr[data-county]").forEach(function (row) {
  const shape = shapeOf[row.dataset.county], i = page.counties.findIndex((c) => c.code === row.dataset.county);
  if (!shape) return;
  row.addEventListener("mouseenter", function () { shape.setStyle({ fillOpacity: 0.45 }); });
  row.addEventListener("mouseleave", function () { if (selected !== i) shape.setStyle({ fillOpacity: 0 }); });
  row.addEventListener("click", function (event) {
    if (event.target.closest("a")) return;
    if (isNarrow()) setPanel(false);
    selectCounty(i);
  });
});

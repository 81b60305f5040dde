// Zoom, whole area, measuring, printing, coordinates, switches, and the online base map that is only there when asked for.
L.control.zoom({ position: "topright", zoomInTitle: words.zoom_in, zoomOutTitle: words.zoom_out }).addTo(map);

function toolButton(label, symbol, act) {
  const button = make("button", { type: "button", title: label, "aria-label": label }, drawing("tool", [symbol, null]));
  button.addEventListener("click", act);
  return button;
}
const lengthButton = toolButton(words.measure_length, "tool-length", function () { setMeasure("length"); });
const areaButton = toolButton(words.measure_area, "tool-area", function () { setMeasure("area"); });
const tools = control("topright", make("div", { class: "leaflet-bar tools" },
  toolButton(words.zoom_all, "tool-whole", function () { showAll(true); }), lengthButton, areaButton,
  toolButton(words.print, "tool-print", function () { window.print(); })));
L.DomEvent.disableClickPropagation(tools);

// --- sources, scale, north, coordinates
control("bottomleft", make("div", { class: "sources-line" }, page.sources));
const scale = L.control.scale({ position: "bottomleft", imperial: false, maxWidth: 120 }).addTo(map);
const spot = make("output", { id: "coordinates", title: words.coordinates, "aria-label": words.coordinates });
scale.getContainer().prepend(byId("north"));
scale.getContainer().append(spot);
function tell(at) {
  const side = (value, plus, minus) => Math.abs(value).toFixed(5) + "°" + (value < 0 ? minus : plus);
  spot.textContent = [side(at.lng, "E", "W"), side(at.lat, "N", "S"), "CGCS2000"].join(gap);
}
map.on("mousemove click", function (event) { tell(event.latlng); });
map.on("moveend", function () { if (document.activeElement === holder) tell(map.getCenter()); });

// --- measuring
let mode = null, track = [], ink = null;
const measuring = () => mode !== null;
const result = make("div", { id: "measure", hidden: true }, make("p", { class: "measured", "aria-live": "polite" }), make("p", { class: "small" }, hasTouch() ? words.measure_how_touch : words.measure_how));
const stop = make("button", { type: "button", class: "plain-button" }, words.measure_clear);
stop.addEventListener("click", function () { setMeasure(null); });
result.append(stop);
byId("stage").append(result, make("div", { id: "cross", hidden: true, "aria-hidden": "true" }));

function setMeasure(wanted) {
  mode = wanted === mode ? null : wanted;
  track = [];
  if (ink) ink.remove();
  ink = mode ? L.layerGroup().addTo(map) : null;
  if (mode) map.closePopup();
  lengthButton.setAttribute("aria-pressed", String(mode === "length"));
  areaButton.setAttribute("aria-pressed", String(mode === "area"));
  holder.classList.toggle("is-measuring", measuring());
  result.hidden = byId("cross").hidden = !measuring();
  if (mode) {
    map.doubleClickZoom.disable();
    holder.focus({ preventScroll: true });
  } else map.doubleClickZoom.enable();
  drawMeasure();
}

function lengthText(metres) {
  return metres < 1000 ? grouped(metres, 1) + " " + words.metre : grouped(metres / 1000, 3) + " " + words.kilometre;
}
function areaText(squareMetres) {
  const hectares = squareMetres / 1e4, parts = [grouped(squareMetres / (10000 / 15), 2) + " " + words.mu, grouped(hectares, hectares < 10 ? 4 : 2) + " " + words.hectare];
  return parts.join(" = ");
}

function drawMeasure() {
  const said = result.querySelector(".measured");
  if (!mode) return;
  ink.clearLayers();
  const style = { color: "#7a1f5c", weight: 3, dashArray: "6 5", fillColor: "#7a1f5c", fillOpacity: 0.12, interactive: false };
  (mode === "area" ? L.polygon(track, style) : L.polyline(track, style)).addTo(ink);
  track.forEach((at) => L.circleMarker(at, { radius: 4, color: "#7a1f5c", weight: 2, fillColor: "#ffffff", fillOpacity: 1, interactive: false }).addTo(ink));
  let length = 0;
  for (let i = 1; i < track.length; i++) length += Geodesy.distance(track[i - 1], track[i]);
  if (mode === "length") said.textContent = lengthText(length);
  else said.textContent = areaText(track.length > 2 ? Geodesy.area(track) : 0);
}
function addPoint(at) {
  track.push([at.lat, at.lng]);
  drawMeasure();
}
map.on("click", function (event) { if (measuring()) addPoint(event.latlng); });
layer("lines").on("click", function (event) { if (measuring()) L.DomEvent.stop(event), addPoint(event.latlng); });
holder.addEventListener("keydown", function (event) {
  if (event.key === "Escape") {
    map.closePopup();
    if (measuring()) setMeasure(null);
  }
  if (!measuring() || event.target !== holder) return;
  if (event.key === "Enter" || event.key === " ") addPoint(map.getCenter());
  else if (event.key === "Backspace") {
    track.pop();
    drawMeasure();
  } else return;
  event.preventDefault();
});

// --- switches
const switched = {
  sites: ["footprints", "sites"].filter((n) => page.layers[n]).map(layer),
  lines: [under.casing, layer("lines"), layer("edge")],
  names: [layer("names")],
  relief: relief ? [relief] : [],
  areas: page.layers.areas ? [layer("areas")] : [],
};
document.querySelectorAll("[data-layer]").forEach(function (box) {
  box.addEventListener("change", function () {
    if (box.dataset.layer === "base") return setBase(box.checked, box);
    switched[box.dataset.layer].forEach((one) => (box.checked ? one.addTo(map) : one.remove()));
    for (const one of [...switched.lines, ...switched.areas, ...switched.sites]) if (one.bringToFront && map.hasLayer(one)) one.bringToFront();
    under.casing.bringToBack();
    if (box.checked && box.dataset.layer === "sites") footprints();
  });
});

// --- online base map: the key is the reader's; it comes from the address (#tk=…) or is typed in, and never leaves this browser
let baseLayers = [];
function keyOf() {
  const given = /[#&]tk=([0-9a-zA-Z]{8,64})/.exec(window.location.hash);
  if (given) return given[1];
  try { return window.localStorage.getItem("tianditu-tk"); } catch (error) { return null; }
}
function setBase(on, box) {
  baseLayers.forEach((one) => one.remove());
  baseLayers = [];
  const old = byId("key-form");
  if (old) old.remove();
  if (on) {
    const key = keyOf();
    if (key) addBase(key);
    else askKey(box);
  }
  for (const one of [under.beside, under.ground]) {
    if (baseLayers.length) one.remove();
    else one.addTo(map);
  }
}
function addBase(key) {
  map.createPane("base").style.zIndex = 150;
  baseLayers = [["vec", 1], ["cva", 2]].map(function ([name, order]) {
    const address = "https://t{s}.tianditu.gov.cn/" + name + "_w/wmts?SERVICE=WMTS&REQUEST=GetTile&VERSION=1.0.0&LAYER=" + name +
      "&STYLE=default&TILEMATRIXSET=w&FORMAT=tiles&TILEMATRIX={z}&TILEROW={y}&TILECOL={x}&tk=" + key;
    return L.tileLayer(address, { subdomains: "01234567", pane: "base", zIndex: order, maxNativeZoom: 18, errorTileUrl: NOTHING }).addTo(map);
  });
  baseLayers[0].once("tileerror", function () { spot.textContent = words.base_failed; });
}
function askKey(box) {
  const key = make("input", { type: "password", autocomplete: "off", "aria-label": words.key_ask });
  const keep = make("input", { type: "checkbox" });
  const form = make("form", { id: "key-form" }, make("p", { class: "small" }, words.key_ask), key, make("label", { class: "switch" }, keep, make("span", {}, words.key_kept)), make("button", { type: "submit", class: "plain-button" }, words.key_use));
  form.addEventListener("submit", function (event) {
    event.preventDefault();
    if (!/^[0-9a-zA-Z]{8,64}$/.test(key.value)) return;
    if (keep.checked) try { window.localStorage.setItem("tianditu-tk", key.value); } catch (error) { /* then it is for now only */ }
    const typed = key.value;
    form.remove();
    addBase(typed);
    for (const one of [under.beside, under.ground]) one.remove();
  });
  box.closest(".switches").append(form);
  key.focus();
}

// Raster subjects. A sheet is a picture or a pyramid of tiles in the page; a subject is a sheet in its own colours: they are put
// into the PNG's palette, so that one sheet serves several subjects. Nothing is asked for over the network.
const NOTHING = "data:image/gif;base64,R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7";
const CRC = Array.from({ length: 256 }, function (_, n) {
  for (let k = 0; k < 8; k++) n = n & 1 ? 0xedb88320 ^ (n >>> 1) : n >>> 1;
  return n >>> 0;
});

for (const [name, order] of [["ground", 205], ["theme", 210], ["right", 211], ["relief", 220]]) map.createPane(name).style.zIndex = order;
for (const name of ["ground", "theme", "right", "relief"]) map.getPane(name).style.pointerEvents = "none";
map.getPane("relief").style.mixBlendMode = "multiply";

// Data URI of a palette PNG (base64) in other colours; null is transparent.
function inColours(encoded, colours) {
  const bytes = Uint8Array.from(atob(encoded), (c) => c.charCodeAt(0));
  const view = new DataView(bytes.buffer);
  for (let at = 8; at < bytes.length; ) {
    const length = view.getUint32(at), kind = String.fromCharCode(...bytes.subarray(at + 4, at + 8));
    if (kind === "IDAT") break;
    for (let i = 0; i < colours.length; i++) {
      const colour = colours[i] ? parseInt(colours[i].slice(1), 16) : 0;
      if (kind === "PLTE" && 3 * i < length) bytes.set([colour >> 16, (colour >> 8) & 255, colour & 255], at + 8 + 3 * i);
      if (kind === "tRNS" && i < length) bytes[at + 8 + i] = colours[i] ? 255 : 0;
    }
    let crc = 0xffffffff;
    for (let i = at + 4; i < at + 8 + length; i++) crc = CRC[(crc ^ bytes[i]) & 255] ^ (crc >>> 8);
    view.setUint32(at + 8 + length, ~crc >>> 0);
    at += 12 + length;
  }
  let text = "";
  for (let i = 0; i < bytes.length; i += 8192) text += String.fromCharCode(...bytes.subarray(i, i + 8192));
  return "data:image/png;base64," + btoa(text);
}

const Tiles = L.GridLayer.extend({
  createTile: function (at) {
    const tile = document.createElement("img");
    const found = this.options.tiles[at.z + "/" + at.x + "/" + at.y];
    tile.alt = "";
    tile.src = found ? inColours(found, this.options.colours) : NOTHING;
    return tile;
  },
});

// A Leaflet layer of a subject, in a pane.
function drawn(theme, pane) {
  const sheet = sheets[theme.sheet];
  if (sheet.tiles) {
    return new Tiles({
      tiles: sheet.tiles, colours: theme.colours, pane: pane, bounds: sheet.bounds, className: "theme-tiles",
      minNativeZoom: sheet.levels[0], maxNativeZoom: sheet.levels[1], keepBuffer: 1, updateWhenZooming: false,
    });
  }
  return L.imageOverlay(inColours(sheet.picture, theme.colours), sheet.bounds, { pane: pane, className: "theme-picture" });
}

const themeOf = new Map(page.themes.map((theme) => [theme.key, theme]));
const shown = { theme: null, right: null };
const kept = new Map(); // layers made so far, the latest few

function layerOf(theme, pane) {
  const key = pane + " " + theme.key;
  const found = kept.get(key) || drawn(theme, pane);
  kept.delete(key);
  kept.set(key, found);
  for (const old of kept.keys()) {
    if (kept.size <= 12) break;
    if (!map.hasLayer(kept.get(old))) kept.delete(old);
    else break;
  }
  return found;
}

// Put a subject on one side of the map ("theme": all of it or the left, "right"); null clears the side.
function show(side, key) {
  if (shown[side]) shown[side].layer.remove();
  const theme = key ? themeOf.get(key) : null;
  shown[side] = theme ? { theme: theme, layer: layerOf(theme, side).addTo(map) } : null;
  const place = byId(side === "theme" ? "theme-legend" : "right-legend");
  if (place) place.replaceChildren(theme ? byId("theme-" + theme.key).content.firstElementChild.cloneNode(true) : "");
  byId("print-theme").textContent = ["theme", "right"].map((s) => shown[s] && shown[s].theme.title).filter(Boolean).join(" | ");
  document.dispatchEvent(new CustomEvent("themechange"));
}

// --- the chooser
const chooser = byId("theme");
const ruleLists = new Map([...document.querySelectorAll("select[data-rules]")].map((list) => ["rules-" + list.dataset.rules, list]));

function chosen() {
  const rules = ruleLists.get(chooser.value);
  for (const list of ruleLists.values()) list.closest(".field").hidden = list !== rules;
  return rules ? rules.value : chooser.value;
}
for (const list of [chooser, ...ruleLists.values()]) {
  list.addEventListener("change", function () { show("theme", chosen()); });
}
const opacity = byId("opacity");
if (opacity) {
  opacity.addEventListener("input", function () {
    for (const name of ["theme", "right"]) map.getPane(name).style.opacity = Number(this.value) / 100;
  });
}

// --- shading of the ground, over any subject
let relief = null;
if (sheets.relief) {
  relief = L.imageOverlay("data:image/webp;base64," + sheets.relief.picture, sheets.relief.bounds, { pane: "relief", className: "relief-picture" }).addTo(map);
}

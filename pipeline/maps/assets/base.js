// Shared by all parts of the script: the page's data, the map, small makers. Words are in the page's data; what is made here is
// made with textContent only, so that text from data stays text.
const page = JSON.parse(document.getElementById("page-data").textContent);
const sheets = JSON.parse(document.getElementById("page-sheets").textContent);
const map = window[page.map];
const words = page.words;
const gap = page.language === "zh" ? "　" : " · "; // `sep_gap` of the words; blanks alone do not pass into the page's data
const layer = (name) => window[page.layers[name]];
const byId = (id) => document.getElementById(id);
const isNarrow = () => window.matchMedia("(max-width: 820px)").matches;
const hasTouch = () => window.matchMedia("(pointer: coarse)").matches;
const still = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
const onTop = document.querySelector(".on-map-mark") ? 58 : 16; // room for the mark of made-up data
const holder = map.getContainer();
const legend = byId("legend");

// A sentence with its places filled.
function fill(text, values) {
  return text.replace(/\{(\w+)\}/g, (whole, name) => (name in values ? values[name] : whole));
}

// An element with attributes and children (elements or text); null is left out.
function make(name, attributes, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes || {})) {
    if (value === true) made.setAttribute(key, "");
    else if (value !== null && value !== undefined && value !== false) made.setAttribute(key, value);
  }
  for (const child of children.flat(9)) {
    if (child !== null && child !== undefined && child !== "") made.append(child);
  }
  return made;
}

// A drawing of signs.py by its names.
function drawing(className, ...uses) {
  const space = "http://www.w3.org/2000/svg";
  const made = document.createElementNS(space, "svg");
  made.setAttribute("class", className);
  made.setAttribute("viewBox", "0 0 24 24");
  made.setAttribute("aria-hidden", "true");
  for (const [symbol, kind] of uses) {
    const use = document.createElementNS(space, "use");
    use.setAttribute("href", "#" + symbol);
    if (kind) use.setAttribute("class", kind);
    made.append(use);
  }
  return made;
}

function control(position, element) {
  const made = L.control({ position: position });
  made.onAdd = () => element;
  made.addTo(map);
  return element;
}

function asButton(element, label) {
  element.setAttribute("tabindex", "0");
  element.setAttribute("role", "button");
  element.setAttribute("aria-label", label);
}

function onEnter(element, act) {
  element.addEventListener("keydown", function (event) {
    if (event.key !== "Enter" && event.key !== " ") return;
    event.preventDefault();
    event.stopPropagation();
    act();
  });
}

const grouped = (value, decimals) => value.toLocaleString("en-US", { minimumFractionDigits: decimals, maximumFractionDigits: decimals });

function besideLegend() {
  return !isNarrow() && legend.open ? legend.offsetWidth + 8 : 0;
}

function showAll(animate) {
  map.fitBounds(page.bounds, {
    paddingTopLeft: [28, onTop + 30], paddingBottomRight: [(isNarrow() ? 54 : 28) + besideLegend(), isNarrow() ? 92 : 64], animate: animate && !still,
  });
}

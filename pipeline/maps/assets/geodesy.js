// Lengths and areas on the CGCS2000 ellipsoid. Edges of areas are straight in longitude and latitude, as the pipeline takes them.
const Geodesy = (function () {
  const A = 6378137, F = 1 / 298.257222101, B = A * (1 - F), E2 = F * (2 - F), E = Math.sqrt(E2), RAD = Math.PI / 180;

  // Geodesic between two points [lat, lon] in degrees [m]: Vincenty's inverse formula, to 0.1 mm.
  function distance(from, to) {
    if (from[0] === to[0] && from[1] === to[1]) return 0;
    const l = (to[1] - from[1]) * RAD, u1 = Math.atan((1 - F) * Math.tan(from[0] * RAD)), u2 = Math.atan((1 - F) * Math.tan(to[0] * RAD));
    const s1 = Math.sin(u1), c1 = Math.cos(u1), s2 = Math.sin(u2), c2 = Math.cos(u2);
    let lambda = l, before, sinSigma, cosSigma, sigma, cos2Alpha, cosMiddle, turns = 0;
    do {
      const sl = Math.sin(lambda), cl = Math.cos(lambda);
      sinSigma = Math.hypot(c2 * sl, c1 * s2 - s1 * c2 * cl);
      cosSigma = s1 * s2 + c1 * c2 * cl;
      sigma = Math.atan2(sinSigma, cosSigma);
      const sinAlpha = (c1 * c2 * sl) / sinSigma;
      cos2Alpha = 1 - sinAlpha * sinAlpha;
      cosMiddle = cos2Alpha ? cosSigma - (2 * s1 * s2) / cos2Alpha : 0;
      const c = (F / 16) * cos2Alpha * (4 + F * (4 - 3 * cos2Alpha));
      before = lambda;
      lambda = l + (1 - c) * F * sinAlpha * (sigma + c * sinSigma * (cosMiddle + c * cosSigma * (2 * cosMiddle * cosMiddle - 1)));
    } while (Math.abs(lambda - before) > 1e-13 && ++turns < 200);
    const k = (cos2Alpha * (A * A - B * B)) / (B * B);
    const p = 1 + (k / 16384) * (4096 + k * (-768 + k * (320 - 175 * k))), q = (k / 1024) * (256 + k * (-128 + k * (74 - 47 * k)));
    const d = q * sinSigma * (cosMiddle + (q / 4) * (cosSigma * (2 * cosMiddle * cosMiddle - 1) - (q / 6) * cosMiddle * (4 * sinSigma * sinSigma - 3) * (4 * cosMiddle * cosMiddle - 3)));
    return B * p * (sigma - d);
  }

  // Area between the equator and a latitude for one radian of longitude [m2].
  function band(lat) {
    const s = Math.sin(lat * RAD);
    return ((B * B) / 2) * (s / (1 - E2 * s * s) + Math.atanh(E * s) / E);
  }

  // Area of a polygon of [lat, lon] in degrees [m2]: the band under each edge, by Gauss's rule with five points.
  const NODES = [0, 0.5384693101056831, 0.9061798459386640], WEIGHTS = [0.5688888888888889, 0.4786286704993665, 0.2369268850561891];
  function area(points) {
    let total = 0;
    points.forEach(function (from, i) {
      const to = points[(i + 1) % points.length], middle = (from[0] + to[0]) / 2, half = (to[0] - from[0]) / 2;
      let mean = WEIGHTS[0] * band(middle);
      for (const k of [1, 2]) mean += WEIGHTS[k] * (band(middle + half * NODES[k]) + band(middle - half * NODES[k]));
      total += (to[1] - from[1]) * RAD * (mean / 2);
    });
    return Math.abs(total);
  }

  return { distance: distance, area: area };
})();

// Takes the temperature of the chip once a second, and reports the last ten.
var readings = new Float64Array(10);
var app = require('./readings.wasm');
var count = 0;

function take() {
  readings.set(readings.subarray(1));
  readings[9] = E.getTemperature();
  if (++count % 10 === 0) app.report('Chip', readings);
}

app.report('Attic', [18.5, 21]);
setInterval(take, 1000);

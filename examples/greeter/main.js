// Greets when the button is pressed.
var greeter = require('./greeter.wasm');

greeter.greet('Puck.js');
setWatch(
  () => {
    greeter.greet('you');
  },
  BTN1,
  { repeat: true, edge: 'rising' },
);

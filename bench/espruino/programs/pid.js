// A controller of temperatures with classes.
class Controller {
  constructor(p, i, d, most) {
    this.p = p;
    this.i = i;
    this.d = d;
    this.most = most;
    this.integral = 0;
    this.previous = 0;
  }

  next(wanted, measured) {
    var error = wanted - measured;
    var change = measured - this.previous;
    this.previous = measured;
    var output = this.p * error + this.i * (this.integral + error) - this.d * change;
    if (output > this.most) return this.most;
    if (output < 0) return 0;
    this.integral += error;
    return output;
  }
}

class Room {
  constructor(temperature, loss) {
    this.controller = new Controller(2, 0.1, 5, 100);
    this.temperature = temperature;
    this.loss = loss;
  }

  step(wanted, outside) {
    var power = this.controller.next(wanted, this.temperature);
    this.temperature += power * 0.02 - (this.temperature - outside) * this.loss;
    return power;
  }
}

function run(n) {
  var energy = 0;
  while (n-- > 0) {
    var rooms = [new Room(15, 0.05), new Room(12.5, 0.03), new Room(18, 0.08)];
    for (var minute = 0; minute < 30; minute++) {
      for (var i = 0; i < rooms.length; i++) energy += rooms[i].step(minute < 15 ? 21 : 17.5, 4);
    }
    for (i = 0; i < rooms.length; i++) energy += rooms[i].temperature;
  }
  return (energy * 1000) | 0;
}

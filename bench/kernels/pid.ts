// A controller of temperatures in AssemblyScript: classes with methods, and arrays of objects.
class Controller {
  private integral: f64 = 0;
  private previous: f64 = 0;

  constructor(
    private p: f64,
    private i: f64,
    private d: f64,
    private most: f64,
  ) {}

  next(wanted: f64, measured: f64): f64 {
    const error = wanted - measured;
    const change = measured - this.previous;
    this.previous = measured;
    const output = this.p * error + this.i * (this.integral + error) - this.d * change;
    if (output > this.most) return this.most;
    if (output < 0) return 0;
    this.integral += error;
    return output;
  }
}

class Room {
  controller: Controller = new Controller(2, 0.1, 5, 100);

  constructor(
    public temperature: f64,
    public loss: f64,
  ) {}

  step(wanted: f64, outside: f64): f64 {
    const power = this.controller.next(wanted, this.temperature);
    this.temperature += power * 0.02 - (this.temperature - outside) * this.loss;
    return power;
  }
}

export function run(n: i32): i32 {
  let energy: f64 = 0;
  while (n-- > 0) {
    const rooms: Room[] = [new Room(15, 0.05), new Room(12.5, 0.03), new Room(18, 0.08)];
    for (let minute = 0; minute < 30; minute++) {
      for (let i = 0; i < rooms.length; i++) energy += rooms[i].step(minute < 15 ? 21 : 17.5, 4);
    }
    for (let i = 0; i < rooms.length; i++) energy += rooms[i].temperature;
  }
  return i32(energy * 1000);
}

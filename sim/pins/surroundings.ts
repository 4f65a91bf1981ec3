// What the sensors of a board measure: values that stay until something outside changes them.

export interface Vector {
  x: number;
  y: number;
  z: number;
}

/** Where a receiver for GPS is; NaN where it does not know. */
export interface Position {
  lat: number;
  lon: number;
  /** In metres. */
  alt: number;
  /** In km/h. */
  speed: number;
  /** In degrees. */
  course: number;
  satellites: number;
}

export interface Surroundings {
  /** In g. */
  acceleration: Vector & { mag: number; diff: number };
  /** As the sensor has it: 0.1 µT on a Puck.js. */
  magneticField: Vector;
  /** In hPa. */
  pressure: number;
  /** In degrees Celsius. */
  temperature: number;
  /** From 0 to 1. */
  light: number;
  /** In percent. */
  battery: number;
  isCharging: boolean;
  /** Undefined until there is a fix. */
  position: Position | undefined;
  /** Since midnight. */
  steps: number;
  heartRate: { bpm: number; confidence: number };
}

/** On a table, screen up, in a room. */
export const atRest = (): Surroundings => ({
  acceleration: { x: 0, y: 0, z: -1, mag: 1, diff: 0 },
  magneticField: { x: 0, y: 0, z: 0 },
  pressure: 1013.25,
  temperature: 20,
  light: 0.5,
  battery: 100,
  isCharging: false,
  position: undefined,
  steps: 0,
  heartRate: { bpm: 0, confidence: 0 },
});

/** The reading that follows another one: `diff` is how far the acceleration has moved. */
export function nextAcceleration(before: Vector, { x, y, z }: Vector): Surroundings['acceleration'] {
  return { x, y, z, mag: Math.hypot(x, y, z), diff: Math.hypot(x - before.x, y - before.y, z - before.z) };
}

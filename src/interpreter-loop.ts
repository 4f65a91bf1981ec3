// The interface that all generated loops share.

export interface InterpreterLoop {
  /** Runs from the machine's state in the array that the loop was made with, which then has the state again. Returns a Status or a Trap. */
  run(): number;
  /** Call when the store has another buffer for the linear memory. A new loop would be slower: V8 knows the buffers of the only one. */
  replaceMemory(): void;
}

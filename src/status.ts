// The status that the interpreter's loop returns to its driver, and the words of machine state that they share.

/** 0 and the codes of `Trap` are statuses too. */
export enum Status {
  Done = 0,
  /** Fuel is used up; the state is complete and can be resumed. */
  Yield = 32,
  /** A call that the loop does not make itself: of a host function, or into an instance with another memory. */
  Call = 33,
  /** A call of a host function as a tail call. */
  TailCall = 34,
  /** A callee with another memory has returned: its caller's memory is in `State.Frame`. */
  SwitchBack = 35,
  /** memory.grow, for the driver to carry out. */
  MemoryGrow = 36,
  /** An instruction that is executed outside the loop. */
  Cold = 37,
  /** Within the loop: another frame is the current one. */
  Frame = 38,
  /** Stores that cross words, where checksums have to follow: address, low and high word are in the state. */
  Store16 = 39,
  Store32 = 40,
  Store64 = 41,
  /** The frame to return to is not as it was. */
  Corrupt = 42,
  /** Within the loops that verify: nothing has ended it; a jump is to be charged; an f64 goes to its slot. */
  Running = 43,
  Jump = 44,
  Double = 45,
}

/** Indices into the state array. */
export enum State {
  /** Position in the code. */
  Counter = 0,
  /** Start of the frame in the slots, in 32-bit words. */
  Frame = 1,
  /** Top of the call stack, in words. */
  Calls = 2,
  /** Fuel left of the slice; may be negative. */
  Fuel = 3,
  /** With Status.Call: address of the callee, and where its arguments are in the slots; where a frame ends that is too long. */
  Callee = 4,
  Base = 5,
  /** Offset of the memory in use in the buffer, and its length. */
  MemoryBase = 6,
  MemoryBytes = 7,
  /** Frames end at most here, in words of the slots, and calls need less of the call stack: raised up to what there is. */
  SlotLimit = 8,
  CallLimit = 9,
  /** With Status.Store64. */
  High = 10,
  // For the loops that verify.
  /** Fuel that may still be granted before the driver is asked, besides what is left. */
  Budget = 11,
  /** Jumps and calls until the next validation, whatever they cost. */
  Ticks = 12,
  /** Validations until the next one by the driver. */
  Turns = 13,
  /** End of the code. */
  CodeEnd = 14,
  /** Sum modulo 2^32 of the words of the slots below `SlotLimit`. */
  SlotSum = 15,
  // The quantity that `Count` counts until the driver collects it.
  Instructions = 16,
  MemoryOperations = 17,
  CollectionOperations = 18,
  FunctionCalls = 19,
  /** First address of the memory in use. */
  MemoryStart = 20,
  Size = 21,
}

/** Code at these positions is fixed: returning there leaves the loop. */
export enum Reserved {
  Halt = 0,
  SwitchBack = 1,
}

/** Words before a function's first instruction. */
export enum Header {
  /** Function address. */
  Function = -5,
  /** 32-bit words that its frame takes in the slots. */
  FrameWords = -4,
  /** Locals to clear: from, and up to, in words of the frame. */
  ClearFrom = -3,
  ClearTo = -2,
  /** Fuel up to its first branch. */
  Fuel = -1,
  Size = 5,
}

/** How a call ended. A trap throws instead. */
export enum CallStatus {
  Done = 0,
  /** Out of fuel: `resume` goes on. */
  Yielded = 1,
}

// How often the body of a loop is assumed to run, where a pass or a back end weighs one place of a function against another.

/** Runs of a loop's body for each run of the code around it. */
export const LOOP_WEIGHT = 8;
/** Loops within each other that count: the weights stay small enough to be added up. */
const MOST_LOOPS = 6;

/** Runs of code in so many loops for each run of the function. */
export const weightInLoops = (loops: number) => LOOP_WEIGHT ** Math.min(loops, MOST_LOOPS);

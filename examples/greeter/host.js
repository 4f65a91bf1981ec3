// What the world imports: a function for each of its own.
export const show = (line) => print(line);

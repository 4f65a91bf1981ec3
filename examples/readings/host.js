export const show = (line) => print(line);

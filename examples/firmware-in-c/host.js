export const env = {
  report(length, mean) {
    print(length + ': ' + mean);
  },
};

// What uxn.wasm imports: writes to devices are printed.
export const system = {
  deo: (port, value) => print(port, value),
  dei: () => 0,
};

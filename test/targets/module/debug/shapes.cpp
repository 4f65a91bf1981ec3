// clang++ --target=wasm32 -O1 -gdwarf-N -fno-inline -c shapes.cpp && wasm-ld --no-entry shapes.o -o shapes-dwarfN.wasm
namespace shapes {
struct Circle {
  float radius;
  float area(float scale) const;
};
float Circle::area(float scale) const { return radius * radius * scale; }
}
static int half(int value, int divisor) {
  return value /
    divisor;
}
extern "C" __attribute__((export_name("divide"))) int divide(int dividend, int divisor) {
  return 1 + half(dividend, divisor);
}
extern "C" __attribute__((export_name("area"))) float area(float radius, float pi) {
  shapes::Circle circle{radius};
  return circle.area(pi);
}

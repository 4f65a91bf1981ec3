// Filters of samples over a ring buffer: FIR in f32 and in fixed point, and a biquad; the state is passed by pointer.
enum { TAPS = 16, SAMPLES = 200 };

typedef struct {
  float coefficients[TAPS], history[TAPS];
  unsigned next;
} FloatFilter;

typedef struct {
  short coefficients[TAPS], history[TAPS];
  unsigned next;
} FixedFilter;

typedef struct {
  float b0, b1, b2, a1, a2, z1, z2;
} Biquad;

static FloatFilter smooth;
static FixedFilter fixed;
static Biquad low_pass = {0.0675f, 0.135f, 0.0675f, -1.143f, 0.4128f, 0, 0};

static float filter_float(FloatFilter *filter, float sample) {
  filter->history[filter->next] = sample;
  filter->next = (filter->next + 1) % TAPS;
  float sum = 0;
  for (unsigned tap = 0, at = filter->next; tap < TAPS; tap++) {
    sum += filter->coefficients[tap] * filter->history[at];
    if (++at == TAPS) at = 0;
  }
  return sum;
}

static short filter_fixed(FixedFilter *filter, short sample) {
  filter->history[filter->next] = sample;
  filter->next = (filter->next + 1) % TAPS;
  int sum = 1 << 14;
  for (unsigned tap = 0; tap < TAPS; tap++) sum += filter->coefficients[tap] * filter->history[(filter->next + tap) % TAPS];
  sum >>= 15;
  return (short)(sum > 32767 ? 32767 : sum < -32768 ? -32768 : sum);
}

static float filter_biquad(Biquad *filter, float sample) {
  float output = filter->b0 * sample + filter->z1;
  filter->z1 = filter->b1 * sample - filter->a1 * output + filter->z2;
  filter->z2 = filter->b2 * sample - filter->a2 * output;
  return output;
}

int run(int n) {
  unsigned random = 5;
  unsigned sum = 0;
  float level = 0;
  smooth.next = fixed.next = 0;
  low_pass.z1 = low_pass.z2 = 0;
  for (int tap = 0; tap < TAPS; tap++) {
    int weight = tap < TAPS / 2 ? tap + 1 : TAPS - tap;
    smooth.history[tap] = 0;
    fixed.history[tap] = 0;
    smooth.coefficients[tap] = (float)weight / 72;
    fixed.coefficients[tap] = (short)(weight * 455);
  }
  while (n-- > 0) {
    for (int i = 0; i < SAMPLES; i++) {
      random = random * 1664525u + 1013904223;
      short sample = (short)(random >> 16);
      sum += (unsigned)filter_fixed(&fixed, sample);
      level = filter_biquad(&low_pass, filter_float(&smooth, (float)sample));
    }
    sum = sum * 3 + (unsigned)(int)level;
  }
  return (int)sum;
}

// Names of Rust's first mangling, as symbols and as the paths that linkers make of them.
import { expect, it } from 'vitest';
import { withoutMangling } from '../../../targets/module/rust-names.js';

it.each([
  ['_ZN3app5count17h0123456789abcdefE', 'app::count'],
  ['_ZN3app5count17h0123456789abcdefE.llvm.1234567890', 'app::count'],
  ['_ZN44_$LT$$RF$T$u20$as$u20$core..fmt..Display$GT$3fmt17h0123456789abcdefE', '<&T as core::fmt::Display>::fmt'],
  ['_ZN3app4main28_$u7b$$u7b$closure$u7d$$u7d$17h0123456789abcdefE', 'app::main::{{closure}}'],
  ['core::fmt::write::h0123456789abcdef', 'core::fmt::write'],
  ['core::fmt::write::h0123456789abcdef (.llvm.42)', 'core::fmt::write'],
  ['<str as core::fmt::Debug>::fmt::h0123456789abcdef', '<str as core::fmt::Debug>::fmt'],
  ['_$LT$str$u20$as$u20$core..fmt..Debug$GT$::fmt::h0123456789abcdef', '<str as core::fmt::Debug>::fmt'],
])('%s is %s', (name, expected) => {
  expect(withoutMangling(name)).toBe(expected);
  expect(withoutMangling(expected)).toBe(expected);
});

it.each([
  'count',
  'app::h0123',
  // C++, whose names have no hash; a length that leads beyond the name; Rust's second mangling.
  '_ZN6shapes6Circle4areaEv',
  '_ZN8app5count17h0123456789abcdefE',
  '_RNvC3app5count',
  '~lib/array/Array<i32>#get:length',
])('%s stays as it is', (name) => {
  expect(withoutMangling(name)).toBe(name);
});

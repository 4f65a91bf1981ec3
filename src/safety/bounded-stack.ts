// A stack with a fixed maximum of elements.

import { BoundedElements, type ElementOptions, elementBytes } from './bounded-elements.js';
import type { ElementLayout } from './element-layout.js';
import { DEFAULT_VERIFICATION, type VerificationLevel } from './verification-level.js';

export class BoundedStack extends BoundedElements {
  constructor(capacity: number, level: VerificationLevel, options: ElementOptions | undefined) {
    super('BoundedStack', capacity, level, options);
  }

  /** An empty stack for `capacity` elements, at the level of the build. */
  static withCapacity(capacity: number, options?: ElementOptions): BoundedStack {
    return create(capacity, DEFAULT_VERIFICATION, options);
  }

  static withCapacityAndVerification(
    capacity: number,
    level: VerificationLevel,
    options?: ElementOptions,
  ): BoundedStack {
    return create(capacity, level, options);
  }

  /** Bytes of a region for `capacity` elements. */
  static bytesFor(capacity: number, layout: ElementLayout, level: VerificationLevel): number {
    return elementBytes(capacity, layout, level);
  }
}

// Outside of the class: bundled, its name would be that of a class expression, which its methods do not see in Espruino.
function create(capacity: number, level: VerificationLevel, options?: ElementOptions): BoundedStack {
  return new BoundedStack(capacity, level, options);
}

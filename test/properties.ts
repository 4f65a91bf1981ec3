// fast-check with one seed for all properties: a run tries what the run before tried. PROPERTY_SEED=2 npm test tries other values.

import fc from 'fast-check';

fc.configureGlobal({ seed: Number(process.env.PROPERTY_SEED ?? 1) });

export default fc;

// Before any test: write the generated sources afresh, so that no test runs against yesterday's.
import { generate } from '../targets/build.mjs';

export default generate;

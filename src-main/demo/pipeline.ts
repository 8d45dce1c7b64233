/** What every write of the demo server passes through, put together. */
import { admit, checkQuota } from './admission/admit.ts';
import { applyDefaults } from './admission/defaults.ts';
import { validateObject } from './admission/validation.ts';
import { trackUpdate } from './patch/managed-fields.ts';
import type { Pipeline } from './registry/pipeline.ts';
import { decodeObject } from './schema/decode.ts';
import { validateDefinition } from './schema/definition.ts';
import { validateCustom } from './schema/validate-custom.ts';

export const PIPELINE: Pipeline = {
  decodeObject,
  applyDefaults,
  admit,
  validateObject,
  validateCustom,
  validateDefinition,
  review: checkQuota,
  trackUpdate,
};

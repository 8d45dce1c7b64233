/** The form of `expect.yaml`: what each fixture of a scenario must give. A misspelt field is an error. */
import { z } from 'zod';
import { CONFIDENCES, SEVERITIES } from '../../shared/model/finding.ts';
import { KIND_IDS } from '../../shared/kinds/kinds.ts';

const kinds = z.array(z.enum(KIND_IDS)).default([]);
const texts = z
  .union([z.string(), z.array(z.string())])
  .transform((one) => (typeof one === 'string' ? [one] : one));
const time = z.iso.datetime().transform((text) => Date.parse(text));
/** `Kind namespace/name`, or `Kind name`. */
const named = z.string().regex(/^[A-Z]\w* [^\s/]+(?:\/[^\s/]+)?$/);
/** `<scenario> <subject>`. */
const other = z.string().regex(/^[a-z]+\/[a-z-]+ [A-Z]\w* \S+$/);

const log = z.strictObject({
  pod: z.string().regex(/^[^/]+\/[^/]+$/),
  container: z.string(),
  previous: z.boolean().default(false),
  text: z.string().optional(),
  unreadable: z.string().optional(),
});

const evidence = z.strictObject({
  ref: named.optional(),
  path: z.string().optional(),
  observed: z.string().optional(),
  why: z.string().optional(),
});

const finding = z.strictObject({
  scenario: z.string(),
  subject: named,
  severity: z.enum(SEVERITIES).optional(),
  part: z.string().optional(),
  confidence: z.enum(CONFIDENCES).optional(),
  members: z.array(named).optional(),
  summary: texts.optional(),
  cause: texts.optional(),
  advice: texts.optional(),
  since: time.optional(),
  evidence: z.array(evidence).optional(),
  blames: z.array(named).optional(),
  notChecked: z.array(z.string()).optional(),
  log: z.string().optional(),
  rootCause: other.nullable().optional(),
  effects: z.array(other).optional(),
});

const fixture = z.strictObject({
  now: time.optional(),
  denied: kinds,
  unknown: kinds,
  absent: kinds,
  logs: z.array(log).default([]),
  findings: z.array(finding).default([]),
  blindSpots: z.array(z.string()).default([]),
});

/** By file name. */
export const expectations = z.record(z.string().regex(/^(?:sick|healthy|near-miss)[\w.-]*\.yaml$/), fixture);

export type Expectation = z.infer<typeof fixture>;
export type ExpectedFinding = z.infer<typeof finding>;

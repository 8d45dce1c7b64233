/** All cases of the contract suite. */
import { ACCESS } from './cases/access.ts';
import { ADMISSION } from './cases/admission.ts';
import { APPLY } from './cases/apply.ts';
import { CREATE } from './cases/create.ts';
import { CUSTOM_DEFINITIONS } from './cases/custom-definitions.ts';
import { CUSTOM } from './cases/custom.ts';
import { DEFAULTS } from './cases/defaults.ts';
import { DELETE } from './cases/delete.ts';
import { DISCOVERY } from './cases/discovery.ts';
import { INVALID_OTHERS } from './cases/invalid-others.ts';
import { INVALID_PODS } from './cases/invalid-pods.ts';
import { INVALID } from './cases/invalid.ts';
import { PROTOCOL } from './cases/protocol.ts';
import { READ } from './cases/read.ts';
import { SUBRESOURCES } from './cases/subresources.ts';
import { TABLES_GROUPS } from './cases/tables-groups.ts';
import { TABLES } from './cases/tables.ts';
import { UPDATE } from './cases/update.ts';
import { WATCH } from './cases/watch.ts';
import type { ContractCase } from './contract-case.ts';

export const CASES: readonly ContractCase[] = [
  ...DISCOVERY,
  ...READ,
  ...TABLES,
  ...TABLES_GROUPS,
  ...CREATE,
  ...DEFAULTS,
  ...INVALID,
  ...INVALID_PODS,
  ...INVALID_OTHERS,
  ...UPDATE,
  ...APPLY,
  ...SUBRESOURCES,
  ...DELETE,
  ...CUSTOM_DEFINITIONS,
  ...CUSTOM,
  ...ADMISSION,
  ...ACCESS,
  ...WATCH,
  ...PROTOCOL,
];

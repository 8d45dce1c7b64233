/** All scenarios. Those of one id stand side by side. */
import type { Scenario } from '../model/scenario.ts';
import { configMapMissing } from './config/configmap-missing.ts';
import { secretMissing } from './config/secret-missing.ts';
import { imageNotFound } from './image/not-found.ts';
import { registryUnreachable } from './image/registry-unreachable.ts';
import { imageUnauthorised } from './image/unauthorised.ts';
import { noReadyEndpoints } from './net/no-ready-endpoints.ts';
import { serviceSelectorMismatch } from './net/service-selector-mismatch.ts';
import { crashLoopBackOff } from './pod/crash-loop-back-off.ts';
import { oomKilled } from './pod/oom-killed.ts';
import { sigkillNotOom } from './pod/sigkill-not-oom.ts';
import { danglingReference } from './rbac/dangling-reference.ts';
import { workloadDenied } from './rbac/workload-denied.ts';
import { rolloutUnavailable } from './rollout/unavailable.ts';
import { insufficientResources } from './sched/insufficient-resources.ts';

export const SCENARIOS: readonly Scenario[] = [
  crashLoopBackOff,
  oomKilled,
  sigkillNotOom,
  imageNotFound,
  imageUnauthorised,
  registryUnreachable,
  configMapMissing,
  secretMissing,
  insufficientResources,
  workloadDenied,
  ...danglingReference,
  rolloutUnavailable,
  noReadyEndpoints,
  serviceSelectorMismatch,
];

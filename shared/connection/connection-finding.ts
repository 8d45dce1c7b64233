/** Turns the failure that keeps a fabric from being read into the finding that says so, with the layer that fails. */
import type { AppError } from '../errors.ts';
import { PROBE_LAYERS } from '../model/connection.ts';
import type { BlindSpot, Finding } from '../model/finding.ts';
import type { Instant } from '../model/ref.ts';
import { clean, enumerate } from '../scenarios/words.ts';
import { caseOf, type Case, type Known, type Story } from './case.ts';
import { PLUGIN_ROW, rowOf } from './connection-rows.ts';
import { evidenceOf } from './evidence.ts';
import { fabricFinding, linkEffect } from './make-finding.ts';
import { stalePluginStory } from './plugin-story.ts';
import { LAYER_WORDS, sentences } from './words.ts';

/** Stands for the fabric where not even the name of a context is known. */
const NO_CONTEXT = 'kubeconfig';

/** `DNS and TCP hold, TLS fails.` Where another failure decides, its own sentence tells of the layers. */
function layerSentence({ probe, error }: Case): string | undefined {
  if (probe?.failed === undefined || error.code === 'forbidden') return undefined;
  // A command runs before the first layer: an earlier one that fails is a second fault.
  if (error.code === 'credentials-failed' && probe.failed !== 'auth') return undefined;
  const failed = PROBE_LAYERS.indexOf(probe.failed);
  const held = probe.steps.flatMap(({ layer, state }) =>
    state === 'ok' && PROBE_LAYERS.indexOf(layer) < failed ? [LAYER_WORDS[layer]] : [],
  );
  const before = held.length === 0 ? '' : `${enumerate(held, 7)} ${held.length === 1 ? 'holds' : 'hold'}, `;
  return capital(`${before}${LAYER_WORDS[probe.failed]} fails`);
}

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

/** Only of the first layers is the network of this computer a possible cause. */
function reachableSentence({ reachable = [], layer, error }: Case): string | undefined {
  const early = layer === 'dns' || layer === 'tcp' || (layer === undefined && error.code === 'unreachable');
  if (reachable.length === 0 || !early) return undefined;
  const names = enumerate(
    reachable.map((name) => clean(name, 60)),
    3,
  );
  return `${reachable.length === 1 ? 'Fabric' : 'Fabrics'} ${names} ${reachable.length === 1 ? 'answers' : 'answer'}, so your network is fine`;
}

function tell(
  context: string | undefined,
  one: Case,
  row: { readonly scenario: string; readonly severity: Finding['severity'] },
  story: Required<Pick<Story, 'says' | 'advice'>> & Story,
): Finding {
  const { says, advice, cause = one.error.message, confidence = 'high' } = story;
  const summary =
    context === undefined ? `No fabric ${says.replace(/^cannot/, 'can')}` : `Fabric ${context} ${says}`;
  return fabricFinding(context ?? NO_CONTEXT, {
    scenario: row.scenario,
    severity: row.severity,
    // Parts of them are the words of servers, commands and files.
    summary: clean(summary, 500),
    cause: clean(sentences(cause, layerSentence(one), reachableSentence(one)), 2000),
    advice: clean(sentences(advice), 1000),
    confidence,
    evidence: evidenceOf(one),
  });
}

/**
 * The findings for an error that ended the first contact (or all lists) of a fabric, the root first; a second one is the
 * effect of the first. Without a context (no kubeconfig, or none that names one) they are about the kubeconfig.
 * Ids depend on scenario and context alone, so the same failure has the same id in every process.
 * `since` is the first failed attempt, in ms since the epoch.
 */
export function connectionFindings(
  context: string | undefined,
  error: AppError,
  since: Instant,
  known: Known = {},
): readonly [root: Finding, ...effects: Finding[]] {
  const one = caseOf(error, since, known);
  const row = rowOf(one);
  const story = row.story?.(one) ?? {};
  const finding = {
    ...tell(context, one, row, {
      ...story,
      says: story.says ?? row.says(one.details),
      advice: story.advice ?? one.error.hint ?? row.advice,
    }),
    since,
  };
  const stale = row.scenario === 'HH-K8S-002' ? stalePluginStory(one) : undefined;
  if (stale?.says === undefined || stale.advice === undefined) return [finding];
  const plugin = tell(context, one, PLUGIN_ROW, { ...stale, says: stale.says, advice: stale.advice });
  return linkEffect({ ...plugin, since }, finding);
}

/** The root of `connectionFindings` alone, for a place that shows one: it names no effects. */
export function connectionFinding(
  context: string | undefined,
  error: AppError,
  since: Instant,
  known: Known = {},
): Finding {
  return { ...connectionFindings(context, error, since, known)[0], effects: [] };
}

/** The error of a sign-in that works and may list nothing: `error` is the refusal of one of the kinds. */
export function refusedEverywhere(error: AppError): AppError {
  if (error.code !== 'forbidden') return error;
  const { server = 'the API server', user } = error.details ?? {};
  const who = user === undefined ? 'The user of this context' : `User ${user}`;
  const { hint: _one, ...rest } = error;
  return {
    ...rest,
    message: `${who} is known to ${server}, which forbids to list any of the kinds a diagnosis needs.`,
  };
}

/** The one blind spot of a fabric that could not be read at all: everything. */
export function unreadBlindSpot(finding: Finding, scenarios: readonly { readonly id: string }[]): BlindSpot {
  return {
    kind: 'Fabric',
    group: '',
    resource: '*',
    verb: 'list',
    reason: `${finding.summary}.`,
    fix: finding.advice,
    scenarios: [...new Set(scenarios.map(({ id }) => id))],
  };
}

/** conn/exec-plugin-failed: why the credential command of a user yields nothing that a server accepts. */
import { clean } from '../scenarios/words.ts';
import type { Case, Story } from './case.ts';
import { overAt } from './sign-in-story.ts';
import { formatDistance, formatInstant, LAYER_WORDS } from './words.ts';

/** By `details.why` of the failure: what the command does, and the step that helps where the error has no better one. */
const WHYS: Readonly<Record<string, { readonly says: string; readonly advice?: string }>> = {
  'not-found': { says: 'does not exist on this computer' },
  'not-executable': { says: 'may not be executed' },
  'wrong-architecture': { says: 'is built for another computer' },
  'interpreter-missing': { says: 'lacks its interpreter' },
  'not-started': { says: 'cannot be started' },
  exit: { says: 'fails' },
  timeout: { says: 'gives no answer' },
  'no-json': { says: 'prints no credential' },
  invalid: { says: 'prints no valid credential' },
  'wrong-version': { says: 'answers in another version than the kubeconfig asks for' },
  'needs-terminal': { says: 'needs a terminal' },
};

/** The way is broken besides: the command may fail for that, and will not be enough. */
function besides({ probe }: Case): string | undefined {
  const failed = probe?.steps.find(({ state, layer }) => state === 'failed' && layer !== 'auth');
  if (failed === undefined) return undefined;
  return `Besides, ${LAYER_WORDS[failed.layer]} fails: ${clean(failed.says, 200)}`;
}

const nameOf = ({ details, facts }: Case): string => clean(facts?.command?.command ?? details.command, 120);

function expiredStory(one: Case, since: string): Story {
  const ended = Date.parse(since);
  return {
    says: `cannot be opened: credential command ${nameOf(one)} yields a credential that expired ${formatDistance(ended, one.at)}`,
    advice: `Sign in again with ${nameOf(one)} in a terminal, then try again.`,
  };
}

/** What is known of a command that yields no credentials. */
export function pluginStory(one: Case): Story {
  const { error, details } = one;
  const cause = [error.message.replace(/\.$/, ''), besides(one)].flatMap((part) => part ?? []).join('. ');
  if (details.expired !== undefined) return { ...expiredStory(one, details.expired), cause };
  const { why = '' } = details;
  const row = Object.hasOwn(WHYS, why) ? WHYS[why] : undefined;
  if (row === undefined) return { cause };
  const says = `cannot be opened: the credential command ${nameOf(one)} ${row.says}`;
  if (why !== 'not-found') return { says, cause };
  const hint = clean(details.installHint, 300);
  const advice = `Install ${nameOf(one)}, or write its full path into the kubeconfig.`;
  return { says, cause, advice: hint === '' ? advice : `${advice} ${hint}` };
}

/**
 * A command whose credential was already over when it was sent: the refusal is the effect of the command.
 * undefined where it is not, or no command is used.
 */
export function stalePluginStory(one: Case): Story | undefined {
  const { facts, at } = one;
  const over = facts?.command === undefined ? undefined : overAt(facts, at);
  if (over === undefined) return undefined;
  return {
    ...expiredStory(one, new Date(over.notAfter).toISOString()),
    cause: `The ${over.what} ended at ${formatInstant(over.notAfter)}, before it was sent: the command hands out one that it keeps, or its own sign-in is over.`,
  };
}

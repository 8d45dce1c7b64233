/** Every scenario over its recorded fixtures. */
import { SCENARIOS } from '../../shared/scenarios/index.ts';
import { runScenarioFixtures } from './harness.ts';

runScenarioFixtures(import.meta.dirname, SCENARIOS);

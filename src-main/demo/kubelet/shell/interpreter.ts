/** The interpreter as the machines of containers are given it. */
import { findProgram } from './commands.ts';
import { call, runScript, runText, runTraps } from './run.ts';
import type { Interpreter } from './state.ts';

export const INTERPRETER: Interpreter = { call, findProgram, runScript, runText, runTraps };

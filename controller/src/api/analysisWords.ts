import { z } from 'zod'

/** The words that an AnalysisRun and the status of a Rollout share. */

/** When it runs: beside the whole run, for one of its steps, before or after the switch. */
export const AnalysisStage = z.enum(['Background', 'Step', 'Before', 'After'])
export type AnalysisStage = z.output<typeof AnalysisStage>

/** How far it is. Error: it cannot be measured as it is written. Stopped: ended before there was an answer. */
export const AnalysisPhase = z.enum(['Pending', 'Running', 'Pass', 'Fail', 'Inconclusive', 'Error', 'Stopped'])
export type AnalysisPhase = z.output<typeof AnalysisPhase>

/** What the judge says of it, or of one metric. */
export const Decision = z.enum(['Running', 'Pass', 'Fail', 'Inconclusive'])
export type Decision = z.output<typeof Decision>

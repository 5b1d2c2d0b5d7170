import { z } from 'zod'

/** What is answered instead when something is wrong: RFC 9457, with a code of ours, and what it means for releases. */
export const Problem = z
  .object({
    type: z.string().meta({ description: 'Stable, e.g. urn:serin:problem:SERIN-403-VERB: the code as a URN.' }),
    code: z.string().meta({ description: 'Stable, e.g. SERIN-403-VERB.' }),
    title: z.string().meta({ description: 'What is wrong, the same for every occurrence.' }),
    status: z.int().meta({ description: 'The HTTP status.' }),
    detail: z.string().meta({ description: 'What is wrong this time, where, and what to do.' }),
    effect: z.string().meta({ description: 'What it means for releases, e.g. "Runs under way continue."' }),
    requestId: z.string().meta({ description: 'Finds the request in logs and in commands.' }),
    missing: z
      .object({
        verb: z.string().meta({ description: 'The verb.' }),
        resource: z.string().meta({ description: 'On what, e.g. rollouts.serin.dev.' }),
        namespace: z.string().optional().meta({ description: 'Where; absent: in the whole cluster.' }),
        name: z.string().optional().meta({ description: 'On which one.' }),
      })
      .optional()
      .meta({ description: 'The right that is missing.' }),
    errors: z
      .array(
        z.object({
          path: z.string().meta({ description: 'Which field, e.g. body.reason.' }),
          message: z.string().meta({ description: 'What to write instead.' }),
        }),
      )
      .optional()
      .meta({ description: 'Each field that is wrong.' }),
  })
  .meta({ id: 'Problem', description: 'Something is wrong.' })
export type Problem = z.output<typeof Problem>

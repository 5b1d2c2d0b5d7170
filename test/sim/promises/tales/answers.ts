import { answer, command, entry, rollout, run } from '../theatre.ts'
import { aborted, atRest, inRun, pausedRun, stepOf, type Tale } from './scenes.ts'

/** Two commands that are taken up at once. */
const both = [
  ['pause', 's1-command-2'],
  ['resume', 's1-command-3'],
] as const

export const answersTales: Record<string, Tale> = {
  'every command is answered': {
    kept: (of) =>
      atRest(of())
        .put(command('abort'))
        .put(rollout({ answers: [answer('s1-command-1', 'Refused')] }))
        .put(command('abort', { status: { phase: 'Refused', message: 'no' } }))
        .pass(60_000)
        .at('still')
        .put(command('promote', { name: 's1-command-2' }))
        .pass(20_000)
        .gone('Rollout', 's1')
        .put(rollout())
        .pass(4_000)
        .at('still'),
    broken: {
      'never, of a Rollout that was made anew': [
        (of) => atRest(of()).put(command('abort')).gone('Rollout', 's1').pass(20_000).put(rollout()).pass(6_000).at('still'),
        /was not answered for 6000 ms/,
      ],
      never: [(of) => atRest(of()).put(command('abort')).pass(6_000).at('still'), /was not answered for 6000 ms/],
      'twice, in the status': [(of) => atRest(of()).put(rollout({ answers: [answer(), answer()] })), /has two answers in the status/],
      'before its effect': [
        (of) => atRest(of()).put(command('abort'), command('abort', { status: { phase: 'Done', message: 'yes' } })),
        /was answered before its effect was written/,
      ],
      twice: [
        (of) =>
          atRest(of()).put(
            rollout({ answers: [answer()] }),
            command('abort', { status: { phase: 'Done', message: 'yes' } }),
            command('abort', { status: { phase: 'Refused', message: 'no' } }),
          ),
        /was answered "Done: yes", and then "Refused: no"/,
      ],
    },
  },
  'every command is obeyed once': {
    kept: (of) =>
      inRun(of(), pausedRun())
        .put(command('promote'))
        .put(rollout({ phase: 'Progressing', run: pausedRun(stepOf(2, 'pause')), answers: [answer()] }))
        .put(...both.map(([action, name]) => command(action, { name })))
        .put(rollout({ phase: 'Progressing', run: pausedRun(stepOf(2, 'pause')), answers: both.map(([, name]) => answer(name)) })),
    broken: {
      'let go on, and then paused, but not so': [
        (of) =>
          inRun(of(), pausedRun())
            .put(...both.map(([action, name]) => command(action, { name })))
            .put(rollout({ phase: 'Progressing', run: pausedRun(), answers: both.map(([, name]) => answer(name)).reverse() })),
        /s1-command-2 was done, and run 1 is not paused/,
      ],
      'one promote ends two pauses': [
        (of) =>
          inRun(of(), pausedRun())
            .put(command('promote'))
            .put(rollout({ phase: 'Progressing', run: pausedRun({ stage: 'Promoting', step: undefined }), answers: [answer()] })),
        /went past the pause of step 3/,
      ],
      'a pause ends by itself': [
        (of) => inRun(of(), pausedRun()).put(rollout({ phase: 'Progressing', run: pausedRun(stepOf(2, 'pause')) })),
        /went past the pause of step 2, and 0 commands/,
      ],
      'a retry that nobody asked for': [
        (of) => atRest(of()).put(rollout({ phase: 'Progressing', run: run({ trigger: 'Retry' }) })),
        /begun by Retry, and 0 such commands/,
      ],
      'one retry begins two runs': [
        (of) =>
          atRest(of())
            .put(command('retry'))
            .put(rollout({ phase: 'Progressing', run: run({ trigger: 'Retry' }), answers: [answer()] }))
            .put(rollout({ history: [entry('RolledBack')], phase: 'Degraded' }))
            .put(rollout({ phase: 'Progressing', run: run({ id: 2, trigger: 'Retry' }), history: [entry('RolledBack')] })),
        /run 2 was begun by Retry, and 1 such/,
      ],
      'an abort that nobody asked for': [
        (of) => inRun(of()).put(rollout({ history: [aborted], phase: 'Degraded' })),
        /ended as Aborted, and 0/,
      ],
      'done, and not done': [
        (of) =>
          inRun(of())
            .put(command('pause'))
            .put(rollout({ phase: 'Progressing', run: run(), answers: [answer()] })),
        /s1-command-1 was done, and run 1 is not paused/,
      ],
      'promoted after an abort': [
        (of) =>
          inRun(of())
            .put(command('abort'))
            .put(
              rollout({
                phase: 'Degraded',
                run: run({ stage: 'RollingBack', outcome: { result: 'Aborted', because: '' } }),
                answers: [answer()],
              }),
            )
            .put(rollout({ history: [entry('Promoted')] })),
        /was aborted, and ended as Promoted/,
      ],
    },
  },
  'paused is paused': {
    kept: (of) => inRun(of(), { paused: { by: 'anna' } }).put(rollout({ phase: 'Paused', run: run({ paused: { by: 'anna' } }) })),
    broken: {
      'more traffic': [
        (of) =>
          inRun(of(), { paused: { by: 'anna' } }).put(
            rollout({ phase: 'Paused', run: run({ paused: { by: 'anna' }, weight: { wanted: 50, actual: 0 } }) }),
          ),
        /is paused, and went from 0 to 50 %/,
      ],
      'a step': [
        (of) =>
          inRun(of(), { paused: { by: 'anna' } }).put(
            rollout({ phase: 'Paused', run: run({ paused: { by: 'anna' }, ...stepOf(1, 'pause') }) }),
          ),
        /went from step 1 to 2/,
      ],
    },
  },
}

import { atStep, commandVerb } from './commandVerb.ts'

export const reject = commandVerb({
  name: 'reject',
  about: 'refuse the step that waits for approval: the run is rolled back',
  action: 'reject',
  aim: (rollout) => atStep(rollout, 'reject'),
})

import { atStep, commandVerb } from './commandVerb.ts'

export const approve = commandVerb({
  name: 'approve',
  about: 'approve the step that waits for it',
  action: 'approve',
  aim: (rollout) => atStep(rollout, 'approve'),
})

import { commandVerb } from './commandVerb.ts'

export const retry = commandVerb({
  name: 'retry',
  about: 'start a new run of the template that was rolled back',
  action: 'retry',
  aim: (rollout) => (rollout.status?.run ? { run: rollout.status.run.id } : {}),
})

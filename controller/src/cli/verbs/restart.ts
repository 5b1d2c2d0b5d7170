import { commandVerb } from './commandVerb.ts'

export const restart = commandVerb({
  name: 'restart',
  about: 'replace all pods by way of a run, step by step',
  action: 'restart',
  aim: (rollout) => (rollout.status?.run ? { run: rollout.status.run.id } : {}),
})

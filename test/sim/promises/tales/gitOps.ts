import type { Json } from '../../../cluster/apiClient.ts'
import { managedLabel } from '../sights.ts'
import { command, rollout, run, shopName, type Theatre } from '../theatre.ts'
import { applied, type Tale } from './scenes.ts'

/** The Deployment with another image, as its manifest has everything else. */
function showing(of: Theatre): (image: string) => Json {
  const { deployment: manifest } = of.sim.repository.of(shopName)
  const { template, ...rest } = manifest.spec
  const [container] = template.spec.containers
  let generation = 1
  return (image) => ({
    ...manifest,
    metadata: { ...manifest.metadata, generation: ++generation },
    spec: { ...rest, template: { ...template, spec: { ...template.spec, containers: [{ ...container, image }] } } },
  })
}

/** Somebody applies what stands in the repository; then an undo that was asked before writes another template. */
function appliedBeforeAnUndo(of: Theatre, answered: boolean): Theatre {
  const shows = showing(of)
  of.sim.appliedNow = () => false
  applied(of).put(command('undo'), shows('demo:good1'))
  if (answered) of.put(command('undo', { status: { phase: 'Refused' } }))
  of.put(shows('demo:good0'))
  of.sim.appliedNow = () => true
  return of.put(shows('demo:good1'))
}

/** What stands in the repository is applied again in a run of an undo, and that writes its own template again. */
function appliedInAnUndo(of: Theatre, trigger: 'Undo' | 'Template'): Theatre {
  const shows = showing(of)
  of.sim.appliedNow = () => false
  applied(of).put(rollout({ phase: 'Progressing', run: run({ trigger }) }), shows('demo:good1'))
  of.sim.appliedNow = () => true
  return of.put(shows('demo:good0'), shows('demo:good1'))
}

/** While what stands in the repository is rolled back another commit is applied and taken back; then it goes out of the Deployment. */
function appliedInARollback(of: Theatre, rollback: { revertTemplate: boolean }): Theatre {
  const shows = showing(of)
  const { repository } = of.sim
  const { from: to, to: from } = run()
  const back = rollout({ spec: { rollback }, phase: 'Degraded', run: run({ stage: 'RollingBack', from, to }) })
  of.sim.appliedNow = () => false
  applied(of).put(back)
  repository.release(shopName, 'good2')
  of.put(shows('demo:good2'))
  repository.revert(shopName)
  of.sim.appliedNow = () => true
  return of.put(shows('demo:good0'), shows('demo:good1'))
}

/** A second Rollout guards the Deployment, and what stands in the repository goes out of it while that one rolls back. */
function rolledBackByATwin(of: Theatre, rollback: { revertTemplate: boolean }): Theatre {
  const shows = showing(of)
  const byTwin = (image: string) => {
    const { metadata, ...rest } = shows(image)
    return { ...rest, metadata: { ...metadata, labels: { ...metadata.labels, [managedLabel]: 'twin' } } }
  }
  applied(of)
  of.sim.appliedNow = () => false
  of.sim.repository.release(shopName, 'good1')
  of.put(byTwin('demo:good1'), rollout({ metadata: { name: 'twin' }, spec: { rollback }, run: run({ stage: 'RollingBack' }) }))
  of.sim.appliedNow = () => true
  of.put(byTwin('demo:good0')).at('rested')
  of.sim.repository.revert(shopName)
  return of
}

export const gitOpsTales: Record<string, Tale> = {
  'an empty diff': {
    kept: (of) =>
      appliedInAnUndo(
        appliedBeforeAnUndo(
          appliedInARollback(rolledBackByATwin(applied(of()).at('rested'), { revertTemplate: true }), { revertTemplate: true }),
          false,
        ),
        'Undo',
      ),
    broken: {
      'for one that applies in a run that is no undo': [
        (of) => appliedInAnUndo(of(), 'Template'),
        /applying Deployment s1 again would change .*image from "demo:good1" to "demo:good0"/,
      ],
      'for a tool that applies': [
        (of) => applied(of(), { replicas: 7 }),
        /applying Deployment s1 again would change .spec.replicas from 7 to 2/,
      ],
      'for one that applies after an undo was answered': [
        (of) => appliedBeforeAnUndo(of(), true),
        /applying Deployment s1 again would change .*image from "demo:good1" to "demo:good0"/,
      ],
      'for one that applies in mid-rollback, when nobody wants the template written back': [
        (of) => appliedInARollback(of(), { revertTemplate: false }),
        /applying Deployment s1 again would change .*image from "demo:good1" to "demo:good0"/,
      ],
      'for one that applies what a second Rollout rolled back, when nobody wants the template written back': [
        (of) => rolledBackByATwin(of(), { revertTemplate: false }),
        /applying Deployment s1 again would change .*image from "demo:good0" to "demo:good1"/,
      ],
      'for a tool that compares by itself': [
        (of) => {
          const theatre = of()
          theatre.sim.guarded = () => false
          return applied(theatre, { replicas: 7 }).at('rested')
        },
        /differ at .spec.replicas: 7 instead of 2/,
      ],
    },
  },
}

import type { Sandbox } from '../../sandbox/src/sandbox.ts'
import { templateObject } from '../dsl/evidence.ts'
import { notifierObject } from '../dsl/news.ts'
import { deploymentObject, rolloutObject } from '../dsl/objects.ts'

/** A release `web` in `shop`, with a template and a Notifier beside it; nothing follows it. */
export function putRelease({ api }: Sandbox): void {
  const template = templateObject([{ name: 'errors', threshold: { query: 'errors', fail: 'value > 1' } }], { name: 'web' })
  const objects = [
    deploymentObject({ name: 'web' }),
    rolloutObject({ workload: { name: 'web' }, service: 'web', canary: { steps: [{ weight: 50 }] } }, { name: 'web' }),
    template,
    notifierObject('web'),
  ]
  for (const object of objects) api.create({ ...object, metadata: { ...object.metadata, namespace: 'shop' } } as never)
}

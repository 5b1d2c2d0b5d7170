import { expect, test } from 'vitest'
import { podTemplateProblem } from './podTemplate.ts'

const web = { name: 'web', image: 'nginx' }
const withAmount = (memory: unknown) => ({ spec: { containers: [{ ...web, resources: { requests: { memory } } }] } })

test.each([0.001, 1, '0.001', '1m', '64Mi', '1.5G', '12e6', '1E', '.5', '{{args.memory}}'])('%j is a quantity', (amount) => {
  expect(podTemplateProblem(withAmount(amount))).toBeUndefined()
})

test.each(['invalid', '', '-1', '1 Gi', '1gi', -1, null, true, {}])('%j is none', (amount) => {
  expect(podTemplateProblem(withAmount(amount))).toMatch(/^spec\.containers\[0\]\.resources\.requests\.memory is .*, and no quantity/)
})

test.each([
  [{}, 'spec.containers are missing'],
  [{ spec: { containers: [] } }, 'spec.containers are missing'],
  [{ spec: { containers: [{ image: 'nginx' }] } }, 'spec.containers[0] has no name'],
  [{ spec: { containers: [{ name: 'Web', image: 'nginx' }] } }, 'spec.containers[0].name is "Web"'],
  [{ spec: { containers: [{ name: 'web' }] } }, 'spec.containers[0].image is missing'],
  [{ spec: { containers: [web, web] } }, 'spec.containers[1].name is "web", as that of another container'],
  [{ spec: { containers: [web], initContainers: [web] } }, 'spec.containers[0].name is "web", as that of another container'],
  [{ spec: { containers: [web], ephemeralContainers: [web] } }, 'spec.ephemeralContainers are for pods that run'],
])('%j is refused with the place', (template, said) => {
  expect(podTemplateProblem(template)).toContain(said)
})

import { expect, test } from 'vitest'
import type { TargetKind } from '../../api/notifier.ts'
import { targetOf } from '../send.ts'
import { hostile, notifier, recovered, specs, told } from '../testing/told.ts'
import { specOf } from '../wanted.ts'
import type { Spec } from './target.ts'

const link = 'https://serin.example.com/'
const cases = Object.entries(specs)

test.each(cases)('%s renders its golden files', async (name, spec) => {
  const own = notifier({ ...spec, link })
  const target = targetOf(own)
  const render = (...[first, ...more]: ReturnType<typeof told>[]) => first && target.render(first, specOf(own) as Spec<TargetKind>, more)
  const file = (what: string) => `golden/${name.replaceAll(' ', '-')}-${what}.json`
  const text = (value: unknown) => `${JSON.stringify(value, null, 2)}\n`
  await expect(text(render(told()))).toMatchFileSnapshot(file('rolled-back'))
  if (target.incidents) await expect(text(render(recovered()))).toMatchFileSnapshot(file('recovered'))
  if (target.chat)
    await expect(text(render(told(), told({ event: 'Promoted', because: hostile }), recovered()))).toMatchFileSnapshot(file('digest'))
})

test.each(cases)('%s: what somebody wrote into an object stays text', async (name, spec) => {
  const own = notifier({ ...spec, template: { title: 'T {{because}}', text: 'X {{because}} {{to}} Y' } })
  const target = targetOf(own)
  const rendered = target.render(told({ because: hostile, to: [`a:${hostile}`] }), specOf(own) as Spec<TargetKind>, [])
  await expect(`${JSON.stringify(rendered, null, 2)}\n`).toMatchFileSnapshot(`golden/${name.replaceAll(' ', '-')}-hostile.json`)
  const said = JSON.stringify(rendered)
  // No second pass: a value that looks like a name stays what it is.
  expect(said).toContain(name === 'teams' ? '{{because}}' : '{{because}}')
  if (name.startsWith('slack')) expect(said).not.toMatch(/<[!a-z]/)
  if (name === 'teams') expect(said).not.toMatch(/[^\\]\[l\]|[^\\]\*b/)
  if ('mail' in rendered) expect(rendered.mail.subject).not.toMatch(/[\r\n]/)
})

test('a secret is nowhere in what is rendered: only its name and key', () => {
  for (const spec of Object.values(specs)) {
    const own = notifier(spec)
    const said = JSON.stringify(targetOf(own).render(told(), specOf(own) as Spec<TargetKind>, []))
    expect(said).toContain('"key":"token"')
  }
})

test('a webhook has the id of the request by which somebody asked for it', () => {
  const own = notifier(specs.webhook)
  const body = (more: Parameters<typeof told>[0]) => targetOf(own).render(told(more), specOf(own) as Spec<TargetKind>, [])
  expect(body({ event: 'Aborted', by: 'anna', requestId: 'r-1' })).toMatchObject({ post: { body: { by: 'anna', requestId: 'r-1' } } })
})

import { expect, test } from 'vitest'
import { launchOf } from './images.ts'

const images = [{ image: 'registry.example:5000/demo', command: ['node', 'app.ts'], env: { PORT: '80' }, tagAs: 'VERSION' }]

test('an image is run by its program, with the tag and the variables of the container', () => {
  const container = { image: 'registry.example:5000/demo:v2', args: ['--host=$(HOST)', '$(UNKNOWN)'] }
  expect(launchOf(container, images, { HOST: 'a', PORT: '81' })).toEqual({
    command: ['node', 'app.ts', '--host=a', '$(UNKNOWN)'],
    env: { PORT: '81', VERSION: 'v2', HOST: 'a' },
  })
})

test("a container's own command replaces the program's", () => {
  expect(launchOf({ image: 'registry.example:5000/demo:v2', command: ['sleep', '1'] }, images, {})?.command).toEqual(['sleep', '1'])
})

test('of an image that is a prefix of another, or not known, nothing is run', () => {
  for (const image of ['registry.example:5000/demolition:v2', 'registry.example:5000/dem', 'other'])
    expect(launchOf({ image }, images, {})).toBeUndefined()
})

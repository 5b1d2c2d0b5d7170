import { describe, expect, test } from 'vitest'
import { type Bench, bench } from './bench.ts'
import { statuses } from './statuses.ts'

function inRun(): Bench {
  const b = bench()
  b.rollout('checkout', 'v1')
  b.report('checkout', statuses(b).running)
  return b
}

/** Answers the newest command as the controller would. */
function answer(b: Bench, phase: 'Done' | 'Refused', message: string): void {
  for (const command of b.commands()) {
    const target = { apiVersion: command.apiVersion, kind: command.kind, namespace: 'shop', name: command.metadata.name }
    const at = new Date(b.clock.now()).toISOString()
    b.server.api.patch(target, { type: 'merge', body: { status: { phase, message, at } } }, { subresource: 'status' })
  }
}

describe('what is sent', () => {
  test.each([
    ['promote', { action: 'promote', run: 1, step: 1, revision: 'v2hash' }],
    ['approve', { action: 'approve', run: 1, step: 1, revision: 'v2hash' }],
    ['reject', { action: 'reject', run: 1, step: 1, revision: 'v2hash' }],
    ['promote --full', { action: 'promoteFull', run: 1, revision: 'v2hash' }],
    ['pause', { action: 'pause', run: 1, revision: 'v2hash' }],
    ['resume', { action: 'resume', run: 1, revision: 'v2hash' }],
    ['abort', { action: 'abort', run: 1, revision: 'v2hash' }],
  ])('%s is aimed at the present run, step and version', async (verb, spec) => {
    const b = inRun()
    const { code } = await b.serin([...verb.split(' '), 'checkout', '--reason', 'looks good', '--wait', '0s'])
    expect(code).toBe(0)
    expect(b.commands().map((command) => command.spec)).toEqual([{ rollout: 'checkout', reason: 'looks good', ...spec }])
  })
  test('without a run there is nothing to aim at: refused, and nothing is sent', async () => {
    const b = inRun()
    b.report('checkout', statuses(b).healthy)
    for (const verb of ['promote', 'pause', 'resume', 'abort', 'approve', 'reject']) {
      expect(await b.serin(`${verb} checkout`)).toMatchObject({ code: 1, err: expect.stringContaining(`there is nothing to ${verb}`) })
    }
    expect(b.commands()).toEqual([])
  })
  test('a dry run prints it and sends nothing', async () => {
    const b = inRun()
    const { code, out, err } = await b.serin('abort checkout --dry-run')
    expect(code).toBe(0)
    expect(out).toContain('action: abort')
    expect(err).toContain('nothing was sent')
    expect(b.commands()).toEqual([])
  })
})

describe('the answer', () => {
  test('done: 0 and what was done', async () => {
    const b = inRun()
    const said = await b.serin('promote checkout', {
      meanwhile: (ms) => ms === 1000 && answer(b, 'Done', 'anna ended the pause of step 2'),
    })
    expect(said).toMatchObject({ code: 0, out: 'promote checkout: anna ended the pause of step 2\n' })
  })
  test('refused: 1 and the reason', async () => {
    const b = inRun()
    const said = await b.serin('promote checkout', { meanwhile: (ms) => ms === 1000 && answer(b, 'Refused', 'run 2 is under way') })
    expect(said).toMatchObject({ code: 1, out: '', err: 'refused: run 2 is under way\n' })
  })
  test('none in time: 2, and it says that it was sent', async () => {
    const b = inRun()
    const began = b.clock.now()
    const { code, err } = await b.serin('promote checkout --wait 3s')
    expect(code).toBe(2)
    expect(err).toContain('not answered within 3 s')
    expect(b.clock.now() - began).toBeLessThan(4000)
    expect(b.commands().length).toBe(1)
  })
})

describe('undo', () => {
  test('names the version before', async () => {
    const b = inRun()
    b.report('checkout', statuses(b).promoted)
    b.setImage('checkout', 'v2', false)
    await b.serin('undo checkout --wait 0s')
    expect(b.commands()[0]?.spec).toEqual({ rollout: 'checkout', action: 'undo', revision: 'v1hash' })
  })
  test('of a refused template names stable', async () => {
    const b = inRun()
    b.report('checkout', statuses(b).rolledBack)
    b.setImage('checkout', 'v2')
    await b.serin('undo checkout --wait 0s')
    expect(b.commands()[0]?.spec.revision).toBe('v1hash')
  })
  test('--to takes the beginning of a hash that is there, and no other', async () => {
    const b = inRun()
    b.report('checkout', statuses(b).healthy)
    expect((await b.serin('undo checkout --to v1 --wait 0s')).code).toBe(0)
    expect(b.commands()[0]?.spec.revision).toBe('v1hash')
    expect(await b.serin('undo checkout --to zz')).toMatchObject({ code: 3, err: expect.stringContaining('There are v1hash') })
  })
})

test('retry and restart need no run', async () => {
  const b = inRun()
  b.report('checkout', statuses(b).rolledBack)
  expect((await b.serin('retry checkout --wait 0s')).code).toBe(0)
  expect((await b.serin('restart checkout --wait 0s')).code).toBe(0)
  expect(
    b
      .commands()
      .map((command) => command.spec.action)
      .sort(),
  ).toEqual(['restart', 'retry'])
})

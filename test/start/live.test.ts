import { existsSync, readFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { dirname } from 'node:path'
import { expect, test } from 'vitest'
import { parse } from 'yaml'
import { start } from './process.ts'

test('without a terminal: a kubeconfig that works although the port is taken, a line when something changes, and a clean end soon after Ctrl-C', {
  timeout: 30_000,
}, async () => {
  const squatter = createServer().listen(0, '127.0.0.1')
  await new Promise((resolve) => squatter.once('listening', resolve))
  const { port } = squatter.address() as { port: number }
  const demo = start(['--port', String(port), '--dashboard-port', '0'])
  try {
    const said = await demo.says('Ctrl-C ends it all')
    expect(said).toContain(`Port ${port} is taken`)
    const path = /KUBECONFIG=(\S+)/.exec(said)?.[1] ?? ''
    const { server } = parse(readFileSync(path, 'utf8')).clusters[0].cluster
    const url = `${server}/apis/apps/v1/namespaces/shop/deployments/checkout`
    const image = { spec: { template: { spec: { containers: [{ name: 'web', image: 'checkout:v2' }] } } } }
    const headers = { 'content-type': 'application/strategic-merge-patch+json' }
    const answer = await fetch(url, { method: 'PATCH', headers, body: JSON.stringify(image) })
    expect(await answer.json()).toMatchObject({ spec: { paused: true } })
    await demo.says('checkout: run 1: v2 is held; it starts beside v1, without traffic')

    const asked = performance.now()
    demo.interrupt()
    const { code, stderr } = await demo.ended
    expect(performance.now() - asked).toBeLessThan(2_000)
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(existsSync(dirname(path))).toBe(false)
  } finally {
    demo.interrupt()
    squatter.close()
  }
})

test('a wrong command line is refused in a sentence, before anything starts', async () => {
  const { code, stdout, stderr } = await start(['--exit']).ended
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
  expect(stderr.split('\n')[0]).toBe('error: --exit needs a scenario to end with: --scenario tour --exit')
})

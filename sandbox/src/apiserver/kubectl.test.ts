import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Obj } from '../types.ts'
import { systemClock } from './clock.ts'
import { type ApiServer, createApiServer } from './server.ts'
import { deployment, widgetCrd } from './testing/fixtures.ts'
import { type Kubectl, kubectlFor } from './testing/kubectl.ts'

let server: ApiServer
let kubectl: Kubectl
let close: () => Promise<void>

beforeAll(async () => {
  server = createApiServer({ clock: systemClock })
  const listening = await server.listen(0)
  close = listening.close
  kubectl = await kubectlFor(listening.url)
}, 60_000)

afterAll(async () => {
  await kubectl.dispose()
  await close()
})

/** Runs kubectl, expecting it to succeed. */
async function ok(args: string, input?: object): Promise<string> {
  const { code, stdout, stderr } = await kubectl.run(args.split(' '), input && JSON.stringify(input))
  expect(code, `kubectl ${args}: ${stderr}`).toBe(0)
  return stdout
}

/** Says of a Deployment what its controller would say when it is done. */
function complete(name: string): void {
  const live = server.api.get('apps/v1', 'Deployment', 'default', name) as Obj
  const { replicas } = live.spec
  const status = {
    observedGeneration: live.metadata.generation,
    replicas,
    updatedReplicas: replicas,
    readyReplicas: replicas,
    availableReplicas: replicas,
  }
  server.api.update({ ...live, status }, { subresource: 'status' })
}

describe('kubectl', { timeout: 30_000 }, () => {
  it('applies, gets, describes, diffs and applies again', async () => {
    expect(await ok('apply -f -', deployment('web'))).toBe('deployment.apps/web created\n')
    expect(await ok('apply -f -', deployment('web'))).toBe('deployment.apps/web unchanged\n')
    expect(await ok('get deploy web')).toMatch(/NAME\s+READY\s+UP-TO-DATE\s+AVAILABLE\s+AGE\nweb\s+0\/2\s+0\s+0\s+\d+s/)
    expect(await ok('describe deploy web')).toContain('Image:         demo:v1')
    const { code, stdout } = await kubectl.run(['diff', '-f', '-'], JSON.stringify(deployment('web', 'demo:v2')))
    expect([code, stdout]).toEqual([1, expect.stringMatching(/-\s+- image: demo:v1\n\+\s+- image: demo:v2/)])
    expect(await ok('apply -f -', deployment('web', 'demo:v2'))).toBe('deployment.apps/web configured\n')
    expect(await ok('get deploy web -o jsonpath={.spec.template.spec.containers[0].image}')).toBe('demo:v2')
  })

  it('applies on the server and meets conflicts', async () => {
    await ok('apply --server-side --field-manager=one -f -', deployment('ssa'))
    const { code, stderr } = await kubectl.run(
      ['apply', '--server-side', '--field-manager=two', '-f', '-'],
      JSON.stringify(deployment('ssa', 'demo:v2')),
    )
    expect([code, stderr]).toEqual([1, expect.stringContaining('conflict with "one": .spec.template.spec.containers[name="app"].image')])
    expect(await ok('apply --server-side --field-manager=two --force-conflicts -f -', deployment('ssa', 'demo:v2'))).toContain(
      'serverside-applied',
    )
  })

  it('watches, waits, and follows a rollout', async () => {
    await ok('apply -f -', deployment('rolling'))
    const watched = kubectl.until(['get', 'deploy', 'rolling', '-w'], (stdout) => /rolling\s+2\/2/.test(stdout))
    const waiting = ok('wait --for=jsonpath={.status.readyReplicas}=2 deploy/rolling --timeout=10s')
    const rollout = kubectl.run(['rollout', 'status', 'deploy/rolling', '--timeout=10s'])
    await new Promise((resolve) => setTimeout(resolve, 500))
    complete('rolling')
    expect(await watched).toContain('rolling')
    expect(await waiting).toBe('deployment.apps/rolling condition met\n')
    expect((await rollout).stdout).toContain('deployment "rolling" successfully rolled out')
  })

  it('scales, labels, annotates, patches and sets an image', async () => {
    await ok('apply -f -', deployment('small'))
    expect(await ok('scale deploy/small --replicas=5')).toBe('deployment.apps/small scaled\n')
    expect(await ok('label deploy small tier=front')).toBe('deployment.apps/small labeled\n')
    expect(await ok('annotate deploy small note=x')).toBe('deployment.apps/small annotated\n')
    await ok('patch deploy small --type=json -p [{"op":"replace","path":"/spec/revisionHistoryLimit","value":7}]')
    await ok('set image deploy/small app=demo:v9')
    expect(server.api.get('apps/v1', 'Deployment', 'default', 'small')).toMatchObject({
      metadata: { labels: { tier: 'front' }, annotations: { note: 'x' } },
      spec: { replicas: 5, revisionHistoryLimit: 7, template: { spec: { containers: [{ image: 'demo:v9' }] } } },
    })
  })

  it('works with custom kinds, their columns and their documentation', async () => {
    await ok('apply -f -', widgetCrd())
    await ok('wait --for=condition=Established crd/widgets.example.com --timeout=10s')
    const widget = { apiVersion: 'example.com/v1', kind: 'Widget', metadata: { name: 'one' }, spec: { replicas: 1 } }
    expect(await ok('apply -f -', widget)).toBe('widget.example.com/one created\n')
    expect(await ok('apply -f -', { ...widget, spec: { replicas: 2 } })).toBe('widget.example.com/one configured\n')
    expect(await ok('get wd')).toMatch(/NAME\s+SIZE\s+READY\none\s+3/)
    expect(await ok('explain widget.spec.size')).toContain('FIELD: size <integer>')
    const { stderr } = await kubectl.run(['apply', '-f', '-'], JSON.stringify({ ...widget, spec: { bogus: 1 } }))
    expect(stderr).toContain('unknown field "spec.bogus"')
  })

  it('explains built-in kinds and lists what is served', async () => {
    expect(await ok('explain deployment.spec.strategy')).toMatch(/rollingUpdate\s+<RollingUpdateDeployment>/)
    expect(await ok('api-resources --api-group=apps -o name')).toContain('deployments.apps')
  })

  it('creates by its own verbs', async () => {
    expect(await ok('create namespace made')).toBe('namespace/made created\n')
    expect(await ok('create deployment made --image=demo:v1 --replicas=3 --port=8080')).toBe('deployment.apps/made created\n')
    expect(await ok('create configmap made --from-literal=a=b')).toBe('configmap/made created\n')
    expect(await ok('auth can-i create deployments')).toBe('yes\n')
    expect(server.api.get('apps/v1', 'Deployment', 'default', 'made')).toMatchObject({
      spec: {
        replicas: 3,
        selector: { matchLabels: { app: 'made' } },
        template: { spec: { containers: [{ image: 'demo:v1', ports: [{ containerPort: 8080 }] }] } },
      },
    })
    expect(server.api.get('v1', 'ConfigMap', 'default', 'made')?.data).toEqual({ a: 'b' })
  })

  it('deletes, waiting until it is gone, and says what does not exist', async () => {
    await ok('apply -f -', deployment('gone'))
    expect(await ok('delete deploy gone --timeout=10s')).toContain('deployment.apps "gone" deleted')
    const { code, stderr } = await kubectl.run(['get', 'deploy', 'gone'])
    expect([code, stderr]).toEqual([1, 'Error from server (NotFound): deployments.apps "gone" not found\n'])
  })
})

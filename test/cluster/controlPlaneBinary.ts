import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { goBinary } from './goBinary.ts'

const KUBERNETES_VERSION = 'v1.36.3'

export type Component = 'etcd' | 'kube-apiserver' | 'kube-controller-manager' | 'kube-scheduler'

/** The beginning of the command line that starts a component; its flags follow. */
export type Commands = (component: Component) => string[]

/**
 * Programs named like the components in the folder that KUBEBUILDER_ASSETS names are taken first; what is not there
 * comes from the binary built of the sources beside this file.
 */
export async function controlPlaneCommands(): Promise<Commands> {
  const assets = process.env.KUBEBUILDER_ASSETS
  const own = new Map<Component, string>()
  for (const component of ['etcd', 'kube-apiserver', 'kube-controller-manager', 'kube-scheduler'] as const) {
    const path = assets && join(assets, component)
    if (path && existsSync(path)) own.set(component, path)
  }
  // The scheduler is rarely run: its absence alone is no reason to build.
  const complete = own.has('etcd') && own.has('kube-apiserver') && own.has('kube-controller-manager')
  const built = complete ? undefined : await controlPlaneBinary()
  return (component) => {
    const path = own.get(component)
    if (path) return [path]
    if (built) return [built, component]
    throw new Error(`KUBEBUILDER_ASSETS has no ${component}`)
  }
}

async function controlPlaneBinary(): Promise<string> {
  const [major = '', minor = ''] = KUBERNETES_VERSION.slice(1).split('.')
  const version = 'k8s.io/component-base/version'
  return goBinary({
    name: 'controlplane',
    version: KUBERNETES_VERSION,
    folder: join(import.meta.dirname, 'controlplane'),
    linkVariables: {
      [`${version}.gitVersion`]: KUBERNETES_VERSION,
      [`${version}.gitMajor`]: major,
      [`${version}.gitMinor`]: minor,
      [`${version}.gitTreeState`]: 'clean',
    },
  })
}

import type { TestProject } from 'vitest/node'
import { openTestCluster } from './testCluster.ts'
import { testUsers, type UserName } from './users.ts'

declare module 'vitest' {
  interface ProvidedContext {
    clusterKind: 'own' | 'given'
    /** Paths of kubeconfig files, by test user. */
    kubeconfigs: Record<UserName, string>
  }
}

/** Opens the cluster once for all test files, and closes it after them. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const cluster = await openTestCluster()
  const names = Object.keys(testUsers) as UserName[]
  const paths = await Promise.all(names.map(async (name) => [name, await cluster.kubeconfigFor(name)]))
  project.provide('clusterKind', cluster.kind)
  project.provide('kubeconfigs', Object.fromEntries(paths))
  return () => cluster.stop()
}

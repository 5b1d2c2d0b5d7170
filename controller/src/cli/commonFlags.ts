import type { Flag, Verb } from './verb.ts'

const output: Flag = { flags: '-o, --output <format>', about: 'table, json or yaml', default: 'table' }
const reach: Flag[] = [
  { flags: '--context <name>', about: 'context of the kubeconfig' },
  { flags: '--kubeconfig <path>', about: 'kubeconfig to use; default: $KUBECONFIG, ~/.kube/config, the pod' },
]
const namespace: Flag = { flags: '-n, --namespace <name>', about: "namespace; default: the context's" }
const everywhere: Flag = { flags: '-A, --all-namespaces', about: 'all namespaces' }

/** All flags of a verb: its own, then those that it shares. */
export function flagsOf(verb: Verb): readonly Flag[] {
  switch (verb.scope) {
    case 'rollout':
      return [...verb.flags, output, namespace, ...reach]
    case 'named':
      return [...verb.flags, namespace, ...reach]
    case 'list':
      return [...verb.flags, output, namespace, everywhere, ...reach]
    case 'cluster':
      return [...verb.flags, output, ...reach]
    case 'none':
      return verb.hidden || verb.argument || verb.flags.some(({ flags }) => flags.includes('--output '))
        ? verb.flags
        : [...verb.flags, output]
  }
}

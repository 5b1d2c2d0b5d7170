import { type Cause, child, invalid, required, unsupported } from './causes.ts'
import { copy, equal, type JsonMap } from './json.ts'
import { labelCauses } from './metadata.ts'
import { validatePodSpec } from './podValidation.ts'
import { matchesSelector } from './selectors.ts'

const counts = ['parallelism', 'completions', 'activeDeadlineSeconds', 'backoffLimit', 'ttlSecondsAfterFinished']
const modes = ['Indexed', 'NonIndexed']

/** What of a Job may not be written after it was created. */
const fixed = [
  'completions',
  'selector',
  'template',
  'completionMode',
  'podFailurePolicy',
  'backoffLimitPerIndex',
  'managedBy',
  'successPolicy',
]

export function validateJob({ metadata, spec }: JsonMap, old: JsonMap | undefined): Cause[] {
  const { selector, template = {}, completionMode, manualSelector } = spec
  const labels = template.metadata?.labels ?? {}
  const causes: Cause[] = manualSelector ? [] : generatedLabels(metadata, labels)
  for (const field of counts) {
    if (spec[field] < 0) causes.push(invalid(child('spec', field), spec[field], 'must be greater than or equal to 0'))
  }
  if (completionMode && !modes.includes(completionMode))
    causes.push(unsupported('spec.completionMode', completionMode, ['NonIndexed', 'Indexed']))
  if (completionMode === 'Indexed' && spec.completions === undefined)
    causes.push(required('spec.completions', 'when completion mode is Indexed'))
  causes.push(...labelCauses(labels, 'spec.template.labels'), ...validatePodSpec(template.spec ?? {}, 'spec.template.spec'))
  const policy = template.spec?.restartPolicy
  if (!policy || policy === 'Always') causes.push(required('spec.template.spec.restartPolicy', 'valid values: "OnFailure", "Never"'))
  else if (policy !== 'OnFailure' && policy !== 'Never') {
    causes.push(unsupported('spec.template.spec.restartPolicy', policy, ['OnFailure', 'Never']))
  }
  if (!selector) causes.push(required('spec.selector'))
  else if (!matchesSelector(selector, labels)) {
    causes.push(invalid('spec.template.metadata.labels', labels, '`selector` does not match template `labels`'))
  }
  for (const field of old ? fixed : []) {
    if (!equal(spec[field], old?.spec[field])) causes.push(invalid(child('spec', field), spec[field], 'field is immutable'))
  }
  return causes
}

/** Unless the author takes care of it himself, the template has labels that no other Job's pods have. */
function generatedLabels({ uid, name }: JsonMap, labels: JsonMap): Cause[] {
  const wanted = Object.entries(jobLabels(uid, name))
  const path = 'spec.template.metadata.labels'
  return wanted
    .filter(([label, value]) => labels[label] !== value)
    .map(([label, value]) =>
      label in labels
        ? invalid(`${path}[${label}]`, labels[label], `must be '${value}'`)
        : required(`${path}[${label}]`, `must be '${value}'`),
    )
}

const jobLabels = (uid: string, name: string): Record<string, string> => ({
  'controller-uid': uid,
  'job-name': name,
  'batch.kubernetes.io/controller-uid': uid,
  'batch.kubernetes.io/job-name': name,
})

/** A new Job with the labels that tell its pods from all others, unless its author takes care of that; without labels it has those of its pods. */
export function withGeneratedSelector<T extends JsonMap>(job: T): T {
  const { metadata, spec } = job
  if (!spec?.template) return job
  if (spec.manualSelector) return { ...job, metadata: ownLabels(metadata, spec.template) }
  const template = copy(spec.template) as JsonMap
  template.metadata = { ...template.metadata, labels: { ...jobLabels(metadata.uid, metadata.name), ...template.metadata?.labels } }
  const own = 'batch.kubernetes.io/controller-uid'
  const selector = { ...spec.selector, matchLabels: { [own]: metadata.uid, ...spec.selector?.matchLabels } }
  return { ...job, metadata: ownLabels(metadata, template), spec: { ...spec, selector, template } }
}

function ownLabels(metadata: JsonMap, template: JsonMap): JsonMap {
  const labels = template.metadata?.labels
  return labels && !Object.keys(metadata.labels ?? {}).length ? { ...metadata, labels } : metadata
}

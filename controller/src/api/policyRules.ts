import type { PolicyRule, RouteResources } from './policies.ts'
import { group } from './rollout.ts'

/** What each policy says. Texts are CEL; why each line is as it is stands beside it. */

const managed = `${group}/managed`
const inRun = `${group}/run`
const ofRollout = `${group}/rollout`
const release = `${group}/release`
const refusedBy = `${group}/rules-refused-by`

const labelled = (name: string, label: string) => ({
  name,
  expression: `has(oldObject.metadata.labels) && '${label}' in oldObject.metadata.labels`,
})
const notSerin = (user: string) => ({ name: 'not-serin', expression: `request.userInfo.username != '${user}'` })
/** Whether the caller holds an RBAC verb on a rollout; both arguments are CEL. */
const may = (rollout: string, verb: string) =>
  `authorizer.group('${group}').resource('rollouts').namespace(request.namespace).name(${rollout}).check(${verb}).allowed()`

/** Break-glass: works with no controller alive, for those who hold the verb on the rollout that the old object's label names. */
const releasedFrom = (label: string) => ({
  name: 'released',
  expression:
    `has(object.metadata.annotations) && '${release}' in object.metadata.annotations && ` +
    `'${label}' in oldObject.metadata.labels && ${may(`oldObject.metadata.labels['${label}']`, "'release'")}`,
})

/**
 * Marks go back from the old object, as a list of patches: they survive a PUT that drops them, and whoever could write another rollout's name
 * would be asked for the verb on that one.
 */
const keepLabels = (...labels: string[]) => [
  "(has(object.metadata.labels) ? [] : [JSONPatch{op: 'add', path: '/metadata/labels', value: {}}])",
  ...labels.map(
    (label) =>
      `('${label}' in oldObject.metadata.labels ? [JSONPatch{op: 'add', path: '/metadata/labels/${pointer(label)}', value: oldObject.metadata.labels['${label}']}] : [])`,
  ),
]
/** Whoever may not break the glass leaves no annotation behind either: the next write of somebody who may would be let through by it. */
const refuseRelease =
  `(has(object.metadata.annotations) && '${release}' in object.metadata.annotations && ` +
  `!(has(oldObject.metadata.annotations) && '${release}' in oldObject.metadata.annotations) ? ` +
  `[JSONPatch{op: 'remove', path: '/metadata/annotations/${pointer(release)}'}] : [])`

/** Nothing for those who may break the glass; a list of patches otherwise. */
const unlessReleased = (patches: readonly string[]) => `variables.released ? [] :\n${patches.join(' +\n')}`

const deployments = { apiGroups: ['apps'], apiVersions: ['v1'], operations: ['UPDATE'], resources: ['deployments'] }

/** Pauses a managed Deployment in the admission that changes its template. */
export function holdDeployments(serinUser: string): PolicyRule {
  return {
    kind: 'MutatingAdmissionPolicy',
    rule: deployments,
    spec: {
      // Only what no webhook can change between two passes: a policy that did not match at first is not invoked again.
      matchConditions: [labelled('managed', managed), notSerin(serinUser)],
      variables: [
        releasedFrom(managed),
        {
          name: 'held',
          expression:
            '!variables.released && (object.spec.template != oldObject.spec.template || (has(oldObject.spec.paused) && oldObject.spec.paused))',
        },
      ],
      // One list of patches: each mutation by itself would cost the API server a translation of the whole Deployment.
      mutations: [
        {
          patchType: 'JSONPatch',
          jsonPatch: {
            expression: [
              ...keepLabels(managed),
              "(variables.held ? [JSONPatch{op: 'add', path: '/spec/paused', value: true}] : [])",
              `(variables.released ? [] : ${refuseRelease})`,
            ].join(' +\n'),
          },
        },
      ],
    },
  }
}

/** Runs last, after every webhook: nothing that changes a template gets past unheld. */
export function heldDeployments(serinUser: string): PolicyRule {
  return {
    kind: 'ValidatingAdmissionPolicy',
    rule: deployments,
    spec: {
      matchConditions: [labelled('managed', managed), notSerin(serinUser)],
      variables: [releasedFrom(managed)],
      validations: [
        {
          expression:
            'variables.released || object.spec.template == oldObject.spec.template || (has(object.spec.paused) && object.spec.paused)',
          message: 'a changed template of a Deployment managed by Serin must be held (spec.paused): another admission webhook interferes',
        },
      ],
    },
  }
}

/** While a run is under way the Service's selector is Serin's. */
export function holdServices(serinUser: string): PolicyRule {
  return {
    kind: 'MutatingAdmissionPolicy',
    rule: { apiGroups: [''], apiVersions: ['v1'], operations: ['UPDATE'], resources: ['services'] },
    spec: {
      matchConditions: [labelled('in-a-run', inRun), notSerin(serinUser)],
      variables: [releasedFrom(ofRollout)],
      mutations: [
        {
          patchType: 'JSONPatch',
          jsonPatch: {
            expression: unlessReleased([
              ...keepLabels(inRun, ofRollout),
              refuseRelease,
              // 'add' replaces what is there, and also mends a Service written without a selector.
              "[JSONPatch{op: 'add', path: '/spec/selector', value: oldObject.spec.selector}]",
            ]),
          },
        },
      ],
    },
  }
}

/** While a run is under way the route's rules are Serin's; who tried to change them is noted on the route. */
export function holdRoutes(serinUser: string, routes: RouteResources): PolicyRule {
  return {
    kind: 'MutatingAdmissionPolicy',
    rule: { apiGroups: [routes.group], apiVersions: ['*'], operations: ['UPDATE'], resources: routes.resources },
    spec: {
      matchConditions: [labelled('in-a-run', inRun), notSerin(serinUser)],
      variables: [releasedFrom(ofRollout)],
      mutations: [
        {
          // Not ApplyConfiguration: it cannot merge into lists of custom resources.
          patchType: 'JSONPatch',
          jsonPatch: {
            expression: unlessReleased([
              ...keepLabels(inRun, ofRollout),
              refuseRelease,
              "(object.spec.rules == oldObject.spec.rules ? [] : [JSONPatch{op: 'replace', path: '/spec/rules', value: oldObject.spec.rules}])",
              // Not in a dry run: a server-side diff in mid-run is empty.
              [
                '(object.spec.rules == oldObject.spec.rules || request.dryRun ? [] :',
                "  (has(object.metadata.annotations) ? [] : [JSONPatch{op: 'add', path: '/metadata/annotations', value: {}}]) +",
                `  [JSONPatch{op: 'add', path: '/metadata/annotations/${pointer(refusedBy)}', value: request.userInfo.username}])`,
              ].join('\n'),
            ]),
          },
        },
      ],
    },
  }
}

const commands = { apiGroups: [group], apiVersions: ['*'], operations: ['CREATE'], resources: ['rolloutcommands'] }

/** Who asked: written by the API server over whatever the client claimed. The whole object: a list inside cannot be merged. */
export function stampCommands(): PolicyRule {
  return {
    kind: 'MutatingAdmissionPolicy',
    rule: commands,
    spec: {
      mutations: [
        {
          patchType: 'JSONPatch',
          jsonPatch: {
            expression: [
              "[JSONPatch{op: 'add', path: '/spec/requestedBy', value: {",
              "  'username': dyn(request.userInfo.username),",
              "  'groups': dyn(has(request.userInfo.groups) ? request.userInfo.groups : []),",
              "  'uid': dyn(has(request.userInfo.uid) ? request.userInfo.uid : '')}}]",
            ].join('\n'),
          },
        },
      ],
    },
  }
}

const asker = 'object.spec.requestedBy'

/** A command needs its action as an RBAC verb on the rollout. */
export function mayCommand(): PolicyRule {
  return {
    kind: 'ValidatingAdmissionPolicy',
    rule: commands,
    spec: {
      validations: [
        {
          expression: may('object.spec.rollout', 'object.spec.action'),
          messageExpression: `request.userInfo.username + ' may not ' + object.spec.action + ' rollout ' + object.spec.rollout + ': needs the verb ' + object.spec.action + ' on rollouts.${group}'`,
          reason: 'Forbidden',
        },
        {
          // Stamped before this, it always holds; where nothing stamps (before 1.34), nobody can claim to be somebody else.
          expression: `!has(object.spec.requestedBy) || (${[
            `(!has(${asker}.username) || ${asker}.username == request.userInfo.username)`,
            `(!has(${asker}.uid) || ${asker}.uid == '' || (has(request.userInfo.uid) && ${asker}.uid == request.userInfo.uid))`,
            `(!has(${asker}.groups) || ${asker}.groups.all(g, has(request.userInfo.groups) && g in request.userInfo.groups))`,
          ].join(' && ')})`,
          message: 'spec.requestedBy says who asks, and that is somebody else: leave it out',
          reason: 'Forbidden',
        },
      ],
    },
  }
}

/** What steers a run; whoever may change these in mid-run could promote by it. */
const steering = ['canary', 'blueGreen', 'analysis', 'windows']

/** While a run is under way, changing what steers it needs the verb promote, and deleting the Rollout the verb abort. */
export function runGuard(serinUser: string): PolicyRule {
  const unchanged = steering
    .map((field) => [`object.spec.${field}`, `oldObject.spec.${field}`] as const)
    .map(([now, before]) => `(has(${now}) ? has(${before}) && ${now} == ${before} : !has(${before}))`)
    .join(' &&\n')
  const refusal = (what: string, verb: string) =>
    `request.userInfo.username + ' may not ${what} ' + oldObject.metadata.name + ' while a run is under way: needs the verb ${verb} on rollouts.${group}'`
  return {
    kind: 'ValidatingAdmissionPolicy',
    rule: { apiGroups: [group], apiVersions: ['*'], operations: ['UPDATE', 'DELETE'], resources: ['rollouts'] },
    spec: {
      matchConditions: [
        { name: 'in-a-run', expression: 'has(oldObject.status) && has(oldObject.status.run)' },
        notSerin(serinUser),
        // Garbage collection and the deletion of a namespace must never hang.
        {
          name: 'not-the-cluster',
          expression:
            "!request.userInfo.username.startsWith('system:serviceaccount:kube-system:') && request.userInfo.username != 'system:kube-controller-manager'",
        },
      ],
      validations: [
        {
          expression: `request.operation != 'UPDATE' || (\n${unchanged}) ||\n${may('oldObject.metadata.name', "'promote'")}`,
          messageExpression: refusal(`change ${steering.slice(0, -1).join(', ')} or ${steering.at(-1)} of rollout`, 'promote'),
          reason: 'Forbidden',
        },
        {
          expression: `request.operation != 'DELETE' || ${may('oldObject.metadata.name', "'abort'")}`,
          messageExpression: refusal('delete rollout', 'abort'),
          reason: 'Forbidden',
        },
      ],
    },
  }
}

/** A key as one part of a JSON pointer. */
function pointer(key: string): string {
  return key.replaceAll('~', '~0').replaceAll('/', '~1')
}

/** Only the controller writes the analysis of a run: whoever may measure by hand could else say beforehand what the next run will find. */
export function analysisGuard(serinUser: string): PolicyRule {
  return {
    kind: 'ValidatingAdmissionPolicy',
    rule: { apiGroups: [group], apiVersions: ['*'], operations: ['CREATE'], resources: ['analysisruns'] },
    spec: {
      matchConditions: [notSerin(serinUser)],
      validations: [
        {
          expression: '!has(object.spec.for)',
          message: 'spec.for of an AnalysisRun is written by the controller alone: leave it out to measure by hand',
          reason: 'Forbidden',
        },
      ],
    },
  }
}
